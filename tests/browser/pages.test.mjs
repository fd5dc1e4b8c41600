// The pages behind the links of mails, as a person uses them: with and without script, light and dark, on a phone and on a desktop.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';

import { launchChromium } from './support/chromium.mjs';
import { OTHER_PASSWORD, PASSWORD, People } from './support/people.mjs';
import { startService } from './support/service.mjs';
import { LOCAL, STATES, invitation, invitationWithCode, join, press, signIn } from './support/states.mjs';

const APPLICATION = 'http://localhost:5999/start';
const JOIN = 'http://localhost:5999/join';
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

let browser;
let service;
let people;

before(async () => {
  service = await startService({ APPLICATION_URL: APPLICATION, CONFIRM_DELETION_BY_MAIL: 'on' });
  people = new People(service);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

async function open(options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

const heading = (page, name) => page.getByRole('heading', { name }).waitFor();

describe('every state of every page', () => {
  let axe;

  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });

  for (const { name, reach } of [...STATES, ...LOCAL]) {
    it(`has no finding of axe: ${name}`, async () => {
      const page = await open({ bypassCSP: true });
      await reach(people, page);
      await page.waitForLoadState('load');
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark']) {
        for (const [size, viewport] of Object.entries(SIZES)) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          const { violations } = await page.evaluate(() => window.axe.run());
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
          assert.deepEqual(found, [], `${name}, ${colorScheme}, ${size}`);
          const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
          assert.equal(isWide, false, `${name} is wider than the ${size}`);
        }
      }
      await page.context().close();
    });
  }
});

// Policies, and what they forbid, are as in production.
describe('a browser that runs no script', () => {
  const open_ = () => open({ javaScriptEnabled: false });

  it('confirms an address', async () => {
    const email = people.newEmail();
    const token = await people.signUp(email);
    const page = await open_();
    await page.goto(await people.link(email, 'verify-email'));
    await press(page, 'Confirm');
    await heading(page, 'Your address is confirmed');
    assert.equal((await people.session(token)).user.emailVerified, true);
    await page.getByRole('link', { name: 'Continue to Ostiary' }).waitFor();
  });

  it('resets a password, and asks for a new link with one that was used', async () => {
    const email = people.newEmail();
    await people.signUp(email);
    const link = await people.resetLink(email);
    const page = await open_();
    for (const done of ['Your password is changed', 'Your password was not changed']) {
      await page.goto(link);
      assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0);
      await page.getByLabel('New password').fill(OTHER_PASSWORD);
      await press(page, 'Save the password');
      await heading(page, done);
    }
    await page.getByLabel('Email address').fill(email);
    await press(page, 'Send a new link');
    await heading(page, 'Check your mailbox');
    await people.post('sign-in/email', { email, password: OTHER_PASSWORD });
  });

  it('accepts an invitation, and declines another', async () => {
    for (const [button, done, isMember] of [
      ['Accept', 'You have joined', true],
      ['Decline', 'You have declined', false],
    ]) {
      const page = await open_();
      const { session } = await invitation(people, page, { hasAccount: true });
      await signIn(page, PASSWORD, button);
      await heading(page, done);
      assert.equal(await people.isMember(session), isMember);
    }
  });

  it('deletes an account', async () => {
    const email = people.newEmail();
    const token = await people.verified(email);
    const page = await open_();
    await page.goto(await people.deletionLink(email, token));
    await press(page, 'Delete my account');
    await signIn(page, PASSWORD, 'Delete my account');
    await heading(page, 'Your account is deleted');
    assert.equal(await people.session(token), null);
  });
});

describe('a page with a password', () => {
  it('shows it on request, under its own policy', async () => {
    const page = await open();
    const blocked = [];
    page.on('console', (message) => message.type() === 'error' && blocked.push(message.text()));
    await page.goto(`${service.url}/link/reset-password?token=x`);
    const field = page.getByLabel('New password');
    await field.fill(PASSWORD);
    for (const type of ['text', 'password']) {
      await press(page, 'Show');
      assert.equal(await field.getAttribute('type'), type);
    }
    assert.deepEqual(blocked, []);
  });
});

describe('an invitation', () => {
  it('makes an account for a new person', async () => {
    const page = await open();
    const { email, link } = await invitation(people, page);
    await page.getByText('Ada Lovelace invites you to join Northwind Trading.').waitFor();
    await page.getByText(email).waitFor();
    await join(page);
    await heading(page, 'You have joined');
    assert.equal(await page.getByRole('link', { name: 'Continue to Ostiary' }).getAttribute('href'), APPLICATION);
    const { token } = await people.post('sign-in/email', { email, password: PASSWORD });
    assert.equal(await people.isMember(token), true);
    await page.goto(link);
    await heading(page, 'This invitation is accepted');
  });

  it('asks a person with a second factor for it', async () => {
    const page = await open();
    const code = await invitationWithCode(people, page);
    await page.getByLabel('Code').fill('000000');
    await press(page, 'Accept');
    await page.getByText('The code is wrong').waitFor();
    await page.getByLabel('Code').fill(code());
    await press(page, 'Accept');
    await heading(page, 'You have joined');
    assert.deepEqual(await page.context().cookies(), [], 'the page signs no browser in');
  });

  // The application is a page with the id: it signs its user up or in, and accepts over the API.
  it('leads to the page of the application', async () => {
    const other = await startService({ INVITATION_URL: JOIN, TRUSTED_ORIGINS: new URL(JOIN).origin });
    const theirs = new People(other);
    try {
      for (const hasAccount of [false, true]) {
        const page = await open();
        await page.route(`${JOIN}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>The application</h1>' }));
        const { email, id, session } = await invitation(theirs, page, { hasAccount });
        await page.getByRole('link', { name: 'Continue to Ostiary' }).click();
        await heading(page, 'The application');
        assert.equal(new URL(page.url()).searchParams.get('id'), id);
        const token = session || (await theirs.verified(email));
        await theirs.post('organization/accept-invitation', { invitationId: id }, token);
        assert.equal(await theirs.isMember(token), true);
      }
    } finally {
      await other.stop();
    }
  });
});
