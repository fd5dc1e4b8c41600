// Access tokens of a session, with the plugin for JWTs of both clients.

import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { before, describe, it } from 'node:test';

import { createAuthClient as current } from 'better-auth/client';
import { jwtClient as currentPlugin } from 'better-auth/client/plugins';
import { createAuthClient as documented } from 'better-auth-1-2/client';
import { jwtClient as documentedPlugin } from 'better-auth-1-2/client/plugins';

import { done, openBrowser, refused } from './support/browser.mjs';
import { origin, someone } from './support/service.mjs';

const withPlugin = (create, plugin) => (options) => create({ ...options, plugins: [plugin()] });

const versions = [
  { name: 'better-auth 1.7', create: withPlugin(current, currentPlugin) },
  { name: 'better-auth 1.2', create: withPlugin(documented, documentedPlugin) },
];

const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));

for (const { name, create } of versions) {
  describe(`${name}: an access token`, () => {
    let client, user;

    before(async () => {
      client = openBrowser(create);
      const account = { name: 'Ada', email: someone(), password: 'a keeper of the door' };
      ({ user } = await done(client.signUp.email(account)));
    });

    it('is of the user of the session, and verifies with the key set', async () => {
      const { token } = await done(client.token());
      const [header, payload, signature] = token.split('.');
      const { keys } = await done(client.$fetch('/jwks'));
      const key = keys.find(({ kid }) => kid === decoded(header).kid);
      const signed = Buffer.from(`${header}.${payload}`);
      const publicKey = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
      assert.ok(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url')));
      assert.equal(decoded(payload).sub, user.id);
      const seen = await fetch(`${origin}/api/auth/get-session`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal((await seen.json()).user.id, user.id);
    });

    it('is for a session only', async () => {
      assert.equal((await refused(openBrowser(create).token())).status, 401);
    });
  });
}
