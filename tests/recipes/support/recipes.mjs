// Reads the recipes of a page. A marker is an HTML comment before a fenced block:
//
//   <!-- recipe: NAME, file: PATH -->    the block is the content of a file
//   <!-- recipe: NAME, run -->           the block is typed into a shell, and must succeed
//   <!-- recipe: NAME, serve: URL -->    the block is typed into another terminal, and goes on; the URL then responds
//   <!-- recipe: none, because ... -->   the block is not run, for the reason that is given

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const PRINTED = 'http://localhost:3000';
const service = new URL(process.env.OSTIARY_URL ?? PRINTED).origin;
// The recipes can be run again against the same service: each run has addresses of its own.
const run = `${Date.now().toString(36)}-${process.pid}`;

const FENCE = /(?:^<!-- recipe: (?<marker>[^\n]*) -->\n)?^```(?<language>\w*)\n(?<text>.*?)^```$/gms;

// What a reader changes: where the service is reached. Besides, the test replaces the domain of the addresses.
export const adapted = (text) => text.replaceAll(PRINTED, service).replaceAll('@example.com', `@${run}.example.com`);

async function blocks(page) {
  const text = await readFile(`${root}${page}`, 'utf8');
  return [...text.matchAll(FENCE)].map(({ groups }) => groups);
}

function step({ marker, text }) {
  const [, recipe, kind, , name] = marker.match(/^([\w-]+), (file|run|serve)(: (\S+))?$/) ?? [];
  if (!recipe || (kind === 'run') === Boolean(name)) throw new Error(`no marker of a recipe: ${marker}`);
  return { recipe, kind, name, text: adapted(text) };
}

export async function readRecipes(page) {
  const marked = (await blocks(page)).filter(({ marker }) => marker && !marker.startsWith('none, because '));
  return grouped(marked.map(step));
}

function grouped(steps) {
  const recipes = new Map();
  for (const step of steps) recipes.set(step.recipe, [...(recipes.get(step.recipe) ?? []), step]);
  return recipes;
}

// The blocks of a page that have no marker.
export async function unmarkedBlocks(page) {
  return (await blocks(page)).filter(({ marker }) => !marker).map(({ text }) => text);
}
