// The pages of the API reference of a local service: they load nothing from elsewhere, and send requests to the service.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { launchChromium } from './support/chromium.mjs';
import { startService } from './support/service.mjs';

const CONTRACTS = ['better_auth', 'basic', 'teams', 'platform', 'accounts'];

let service;
let browser;

before(async () => {
  service = await startService();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

// The page of a contract, once it shows the operations, and what went wrong on the way.
async function open(contract) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(30_000);
  const problems = [];
  page.on('console', (message) => {
    // The service has no icon, which browsers ask for on their own.
    const isIcon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !isIcon) problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(`${service.url}/`)) problems.push(url);
  });
  await page.goto(`${service.url}/docs/${contract}`);
  await page.locator('.opblock').first().waitFor();
  return { page, problems };
}

// Opens an operation, and returns its form.
async function operation(page, method, path) {
  const summary = page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) });
  await summary.locator('.opblock-summary-control').click();
  return summary;
}

// Presses the button, and returns the status and the body that the page shows.
async function execute(form) {
  await form.locator('button.execute').click();
  const response = form.locator('.live-responses-table .response');
  const status = await response.locator('.response-col_status').innerText();
  return { status: Number(status.match(/\d+/)[0]), text: await response.innerText() };
}

describe('the API reference', () => {
  for (const contract of CONTRACTS) {
    it(`shows the operations of ${contract}`, async () => {
      const { page, problems } = await open(contract);
      assert.equal(await page.locator('.errors-wrapper').count(), 0);
      assert.deepEqual(problems, []);
      await page.context().close();
    });
  }

  it('sends requests to the local service', async () => {
    const { page } = await open('basic');
    const form = await operation(page, 'post', '/signup');
    await form.locator('textarea.body-param__text').fill(
      JSON.stringify({ first_name: 'Ada', last_name: 'Lovelace', email: 'reference@example.test', password: 'A battery staple 1' }),
    );
    const answer = await execute(form);
    assert.equal(answer.status, 201, answer.text);
    await page.context().close();
  });

  it('sends the session cookie that the service has set', async () => {
    const { page } = await open('better_auth');
    const signUp = await operation(page, 'post', '/sign-up/email');
    await signUp.locator('textarea.body-param__text').fill(
      JSON.stringify({ name: 'Ada', email: 'cookies@example.test', password: 'A battery staple 1' }),
    );
    const answer = await execute(signUp);
    assert.equal(answer.status, 200, answer.text);
    const session = await execute(await operation(page, 'get', '/get-session'));
    assert.match(session.text, /cookies@example\.test/);
    await page.context().close();
  });
});
