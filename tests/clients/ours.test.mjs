// Where the service is stricter than the framework's own server on purpose, seen through the official client.

import assert from 'node:assert/strict';
import { it } from 'node:test';

import { createAuthClient } from 'better-auth/client';

import { done, openBrowser, openProgram } from './support/browser.mjs';
import { mailTo } from './support/mailbox.mjs';
import { origin, someone } from './support/service.mjs';

const signUp = async () => {
  const [client, email] = [openBrowser(createAuthClient), someone()];
  const { token } = await done(client.signUp.email({ name: 'Ada', email, password: 'a keeper of the door' }));
  return { client, email, token };
};

it('lists other sessions by a handle, which signs nobody in', async () => {
  const { email, token } = await signUp();
  const client = openBrowser(createAuthClient);
  await done(client.signIn.email({ email, password: 'a keeper of the door' }));
  const own = (await done(client.getSession())).session.token;
  const others = (await done(client.listSessions())).filter(({ token }) => token !== own);
  assert.equal(others.length, 1);
  const [{ token: handle }] = others;
  assert.notEqual(handle, token);
  assert.ok(await done(openProgram(createAuthClient, token).getSession()));
  assert.equal(await done(openProgram(createAuthClient, handle).getSession()), null);
});

it('uses up no token when a mail scanner opens the link', async () => {
  const { client, email } = await signUp();
  const { url, token } = await mailTo(email, 'verify-email');
  assert.ok(url.startsWith(`${origin}/link/`), url);
  for (const method of ['HEAD', 'GET', 'GET']) {
    const response = await fetch(url, { method, redirect: 'manual' });
    assert.equal(response.status, 200);
  }
  assert.equal((await done(client.getSession())).user.emailVerified, false);
  await done(client.verifyEmail({ query: { token } }));
  assert.equal((await done(client.getSession())).user.emailVerified, true);
});
