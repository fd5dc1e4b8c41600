// The page behind the link of a verification mail, in a browser that runs scripts, as mail scanners have it: only a person who presses
// a button changes anything.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

import { launchChromium } from './support/chromium.mjs';
import { startService } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
let people = 0;

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

// A user who signs up without this browser, and the link of the mail.
async function signUp() {
  const email = `links-${(people += 1)}@example.test`;
  const response = await fetch(`${service.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD, name: 'Ada' }),
  });
  const { token } = await response.json();
  for (;;) {
    const mails = await (await fetch(`${service.url}/_local/mail.json`)).json();
    const mail = mails.find((sent) => sent.to.includes(email));
    if (mail) return { token, url: mail.url };
    await wait(100);
  }
}

async function sessionOf(token) {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${service.url}/api/auth/get-session`, { headers })).json();
}

async function open(url) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

describe('the link of a verification mail', () => {
  it('confirms nothing before a person presses', async () => {
    const { token, url } = await signUp();
    const page = await open(url);
    await page.waitForLoadState('networkidle');
    await wait(1000);
    assert.equal((await sessionOf(token)).user.emailVerified, false);
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
    assert.equal((await sessionOf(token)).user.emailVerified, true);
  });

  it('gives the account to an owner who did not sign up', async () => {
    const { token, url } = await signUp();
    const page = await open(url);
    await page.getByRole('button', { name: 'I did not sign up', exact: true }).click();
    await page.getByRole('heading', { name: 'The account is yours alone' }).waitFor();
    assert.equal(await sessionOf(token), null);
  });
});
