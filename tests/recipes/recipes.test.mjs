// The recipes of the documentation, typed as they are printed: each block of the tutorial and of docs/clients, and the
// commands of other pages that work on this machine, are written or run in a fresh folder. The blocks follow their
// marker, an HTML comment (see `support/recipes.mjs`).

import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';

import { addAuthenticator, launchChromium } from '../browser/support/chromium.mjs';
import { adapted, readRecipes, root, unmarkedBlocks } from './support/recipes.mjs';
import { withGo } from './support/go.mjs';
import { Kitchen } from './support/kitchen.mjs';

const PASSWORD = 'a battery staple';

const pages = (await readdir(`${root}docs`, { recursive: true })).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
const guides = pages.filter((name) => name.startsWith('docs/clients/'));

const clients = await readRecipes(...guides);
const readme = await readRecipes('README.md');
const tutorial = await readRecipes('docs/first-application.md');
const imports = await readRecipes('docs/import.md');

// Each block of these pages belongs to a recipe; of the others, each command.
const RECIPES = [...guides, 'docs/first-application.md'];
const COMMANDS = ['README.md', ...pages];

const VERIFIERS = [
  'node verify-jose.mjs',
  'node verify-jsonwebtoken.mjs',
  '.venv/bin/python verify_pyjwt.py',
  'go run .',
];

// Where screenshots go, if they are wanted.
const pictures = process.env.PICTURES;

let chromium;

before(async () => {
  chromium = await launchChromium();
});

after(() => chromium.close());

it('each block of a recipe and each command belongs to a test, or says why not', async () => {
  assert.ok(guides.length > 0);
  for (const page of RECIPES) assert.deepEqual(await unmarkedBlocks(page), [], page);
  for (const page of COMMANDS) assert.deepEqual(await unmarkedBlocks(page, { commandsOnly: true }), [], page);
});

// Runs the steps of a recipe in their order, and `visit` once its pages are served. Returns the outputs of its commands.
async function cook(recipe, visit = async () => {}, environment = {}) {
  const kitchen = await Kitchen.open(environment);
  try {
    const seen = [];
    for (const step of recipe) {
      if (step.kind === 'file') await kitchen.write(step.name, step.text);
      else if (step.kind === 'serve') await kitchen.serve(step.text, step.name);
      else seen.push(await kitchen.run(step.text));
    }
    await visit(kitchen);
    return seen;
  } finally {
    await kitchen.close();
  }
}

// The last line of an output says who is signed in.
function assertSignedIn(output, name) {
  const signedIn = new RegExp(`Signed in as ${adapted(`${name}@example.com`)}`);
  assert.match(output.trimEnd().split('\n').at(-1), signedIn, output);
}

// The token with one claim changed and the signature kept.
function withAnotherSubject(token) {
  const [header, payload, signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url')), sub: 'another' };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

async function withPage(name, visit) {
  const context = await chromium.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await visit(page);
    if (pictures) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: `${pictures}/${name}.png` });
    }
  } finally {
    await context.close();
  }
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const sees = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor();

async function fill(page, labels, email) {
  await page.getByLabel(labels.email).fill(email);
  await page.getByLabel(labels.password).fill(PASSWORD);
}

// Signs up, is still signed in after the page is loaded again, signs out, and signs in with the password.
async function comeAndGo(page, url, email) {
  await page.goto(url);
  const labels = { email: 'Email', password: 'Password' };
  await fill(page, labels, email);
  await press(page, 'Sign up');
  await sees(page, `Signed in as ${email}`);
  await page.reload();
  await sees(page, `Signed in as ${email}`);
  await press(page, 'Sign out');
  await fill(page, labels, email);
  await press(page, 'Sign in');
  await sees(page, `Signed in as ${email}`);
}

describe('pages', () => {
  it('React: a password, and a passkey', async () => {
    await cook(clients.get('react'), () =>
      withPage('react', async (page) => {
        const email = adapted('react@example.com');
        const authenticator = await addAuthenticator(page);
        await comeAndGo(page, 'http://localhost:5173', email);
        await press(page, 'Add a passkey');
        while ((await authenticator.credentials()).length === 0) await page.waitForTimeout(50);
        await press(page, 'Sign out');
        await press(page, 'Sign in with a passkey');
        await sees(page, `Signed in as ${email}`);
      }),
    );
  });

  it('Vue: a password', async () => {
    await cook(clients.get('vue'), () =>
      withPage('vue', (page) => comeAndGo(page, 'http://localhost:5173', adapted('vue@example.com'))),
    );
  });

  it('the tutorial: an application with its own API', async () => {
    await cook(tutorial.get('first-application'), () =>
      withPage('first-application', async (page) => {
        const email = adapted('tutorial@example.com');
        await page.goto('http://localhost:5173');
        await fill(page, { email: 'Email', password: 'Password' }, email);
        await press(page, 'Sign up');
        await sees(page, `Signed in as ${email}`);
        await page.getByLabel('Note').fill('Buy milk');
        await press(page, 'Add');
        await page.getByRole('listitem').filter({ hasText: 'Buy milk' }).waitFor();
        await page.reload();
        await page.getByRole('listitem').filter({ hasText: 'Buy milk' }).waitFor();
        await press(page, 'Sign out');
        await fill(page, { email: 'Email', password: 'Password' }, adapted('another@example.com'));
        await press(page, 'Sign up');
        await sees(page, adapted('another@example.com'));
        assert.equal(await page.getByRole('listitem').count(), 0, 'a user sees the notes of another one');
        await press(page, 'Sign out');
        await fill(page, { email: 'Email', password: 'Password' }, email);
        await press(page, 'Sign in');
        await page.getByRole('listitem').filter({ hasText: 'Buy milk' }).waitFor();
        assert.equal((await fetch('http://localhost:5173/notes')).status, 401);
      }),
    );
  });

  it('the example of README.md: a passkey', async () => {
    await cook(readme.get('passkey'), () =>
      withPage('passkey', async (page) => {
        const email = adapted('passkey@example.com');
        const authenticator = await addAuthenticator(page);
        await page.goto('http://localhost:5173');
        await fill(page, { email: 'E-mail', password: 'Password' }, email);
        await press(page, 'Sign up');
        await sees(page, `Signed in as ${email}`);
        await page.getByLabel('Name').fill('Laptop');
        await press(page, 'Add a passkey');
        await page.getByRole('listitem').filter({ hasText: 'Laptop' }).waitFor();
        // Without presence, the request of the page's autofill waits, and presence later does not answer it; a request that
        // begins with presence is answered at once.
        await authenticator.setPresence(false);
        const autofill = page.waitForResponse(/generate-authenticate-options/);
        await press(page, 'Sign out');
        await sees(page, 'Nobody is signed in');
        await autofill;
        await page.waitForTimeout(500);
        await authenticator.setPresence(true);
        await press(page, 'Sign in with a passkey');
        await sees(page, `Signed in as ${email}`);
      }),
    );
  });
});

describe('programs', () => {
  it('Next.js: a route handler, a page and the check before it', async () => {
    const output = (await cook(clients.get('next'))).at(-1);
    assert.match(output, /http:\/\/localhost:5174\/sign-in\n/);
    assert.match(output, /<h1>The dashboard of .*Ada Lovelace<\/h1>/);
    assertSignedIn(output, 'next');
  });

  it('bearer tokens', async () => {
    assertSignedIn((await cook(clients.get('bearer'))).at(-1), 'bearer');
  });

  it('a second factor without cookies', async () => {
    assertSignedIn((await cook(clients.get('second-factor'))).at(-1), 'second-factor');
  });

  it('curl, in every contract', async () => {
    const outputs = await cook(clients.get('curl'));
    const contracts = ['better-auth', 'basic', 'teams', 'platform', 'accounts'];
    assert.equal(outputs.length, contracts.length);
    outputs.forEach((output, at) => {
      // The last answer, not that of the sign-up, which names the address too.
      const last = output.slice(Math.max(0, output.lastIndexOf(adapted('curl-')) - 400));
      assert.match(last, new RegExp(`"email":"${adapted(`curl-${contracts[at]}@example.com`)}"`), output);
      assert.doesNotMatch(output, /"(code|statusCode|detail)":/, output);
    });
  });

  it('Python, in every contract', async () => {
    const [output] = await cook(clients.get('python'));
    const names = ['better-auth', 'basic', 'teams', 'platform', 'accounts'].map((name) => `python-${name}@example.com`);
    assert.deepEqual(output.trimEnd().split('\n'), names.map((name) => `Signed in as ${adapted(name)}`));
  });

  it('access tokens, verified with jose, jsonwebtoken, PyJWT, golang-jwt and in an authorizer', async () => {
    const rejectForgery = async (kitchen) => {
      const forged = withAnotherSubject((await kitchen.run('cat token.txt')).trim());
      for (const verifier of VERIFIERS) {
        const claims = kitchen.run(`${verifier} '${forged}'`);
        await assert.rejects(claims, /signature|ecdsa: verification error/i, `${verifier} accepts a forged token`);
      }
    };
    const outputs = await withGo((environment) => cook(clients.get('verify'), rejectForgery, environment));
    outputs.shift();
    assert.equal(outputs.length, 5);
    for (const output of outputs) assertSignedIn(output, 'verify');
    assert.match(outputs.at(-1), /isAuthorized: false/);
  });

  it('an API key', async () => {
    assert.match((await cook(clients.get('api-key'))).at(-1), /"valid":true/);
  });

  it('an import, and the sign-in of an imported user', async () => {
    const outputs = await cook(imports.get('import'));
    assert.match(outputs.at(-1), new RegExp(`"email":"${adapted('ada@example.com')}"`));
  });

  it('the first sign-up of README.md', async () => {
    const output = (await cook(readme.get('first-sign-up'))).at(-1);
    assert.match(output, new RegExp(`"email":"${adapted('ada@example.com')}"`));
  });
});
