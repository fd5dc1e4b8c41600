// Reads the recipes of pages. A marker is an HTML comment before a fenced block:
//
//   <!-- recipe: NAME, file: PATH -->    the block is the content of a file
//   <!-- recipe: NAME, run -->           the block is typed into a shell, and must succeed
//   <!-- recipe: NAME, serve: URL -->    the block is typed into another terminal, and goes on; the URL then responds
//   <!-- recipe: none, because ... -->   the block is not run, for the reason that is given

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const PRINTED = 'http://localhost:3000';
const PRINTED_AWS = 'http://127.0.0.1:8001';
const PRINTED_ID = '0191c9f0-7a3b-7c11-8d52-000000000001';
const service = new URL(process.env.OSTIARY_URL ?? PRINTED).origin;
// The recipes can be run again against the same service: each run has addresses of its own.
const run = `${Date.now().toString(36)}-${process.pid}`;
const id = randomUUID();
const aws = process.env.OSTIARY_AWS_URL ?? PRINTED_AWS;

const FENCE = /(?:^<!-- recipe: (?<marker>[^\n]*) -->\n)?^```(?<language>\w*)\n(?<text>.*?)^```$/gms;

// What a reader changes: where the service and its AWS are reached. Besides, the test replaces the domain of the addresses
// and the id of an imported user.
export const adapted = (text) =>
  text
    .replaceAll(PRINTED, service)
    .replaceAll(PRINTED_AWS, aws)
    .replaceAll(PRINTED_ID, id)
    .replaceAll('@example.com', `@${run}.example.com`);

async function blocks(page) {
  const text = await readFile(`${root}${page}`, 'utf8');
  return [...text.matchAll(FENCE)].map(({ groups }) => groups);
}

function step({ marker, text }) {
  const [, recipe, kind, , name] = marker.match(/^([\w-]+), (file|run|serve)(: (\S+))?$/) ?? [];
  if (!recipe || (kind === 'run') === Boolean(name)) throw new Error(`no marker of a recipe: ${marker}`);
  return { recipe, kind, name, text: adapted(text) };
}

export async function readRecipes(...pages) {
  const read = await Promise.all(pages.map(blocks));
  const marked = read.flat().filter(({ marker }) => marker && !marker.startsWith('none, because '));
  return grouped(marked.map(step));
}

function grouped(steps) {
  const recipes = new Map();
  for (const step of steps) recipes.set(step.recipe, [...(recipes.get(step.recipe) ?? []), step]);
  return recipes;
}

// The blocks of a page that have no marker. On a page that is no recipe, only those that a reader types are asked for one.
export async function unmarkedBlocks(page, { commandsOnly = false } = {}) {
  const isWanted = ({ language }) => !commandsOnly || ['sh', 'bash'].includes(language);
  return (await blocks(page)).filter((block) => !block.marker && isWanted(block)).map(({ text }) => text);
}
