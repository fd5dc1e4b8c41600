// API keys, told through the official client's plugin in its current version and in the one that the contract documents. The
// verification, and a key in place of a session, are for programs: these are plain requests, or a client that shows a header.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { apiKeyClient as currentPlugin } from '@better-auth/api-key/client';
import { createAuthClient as current } from 'better-auth/client';
import { createAuthClient as documented } from 'better-auth-1-2/client';
import { apiKeyClient as documentedPlugin } from 'better-auth-1-2/client/plugins';

import { done, openBrowser, refused } from './support/browser.mjs';
import { origin, someone } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
const DAY = 86_400;

const withPlugin = (create, plugin) => (options) => create({ ...options, plugins: [plugin()] });

const versions = [
  { name: 'better-auth 1.7', create: withPlugin(current, currentPlugin) },
  { name: 'better-auth 1.2', create: withPlugin(documented, documentedPlugin) },
];

// A deployment answers in the form of one version or of the other.
const listed = async (client) => {
  const list = await done(client.apiKey.list());
  if (Array.isArray(list)) return list;
  assert.equal(list.total, list.apiKeys.length);
  return list.apiKeys;
};

const verify = async (key, permissions) => {
  const response = await fetch(`${origin}/api/auth/api-key/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, permissions }),
  });
  assert.equal(response.status, 200);
  return response.json();
};

// Whether the service that runs here lets a key stand for a session.
const standsForSessions = async () => {
  const response = await fetch(`${origin}/api/auth/get-session`, { headers: { 'x-api-key': 'too short' } });
  return response.status === 403;
};

for (const { name, create } of versions) {
  const signUp = async () => {
    const [client, email] = [openBrowser(create), someone()];
    const { user } = await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
    return { client, user };
  };

  describe(`${name}: keys of one's own`, () => {
    let client, user, made;
    before(async () => ({ client, user } = await signUp()));

    it('makes a key and shows it once', async () => {
      made = await done(client.apiKey.create({ name: 'deploy', prefix: 'live_', expiresIn: 7 * DAY, metadata: { a: [1] } }));
      assert.match(made.key, /^live_[A-Za-z]{64}$/);
      assert.equal(made.start, made.key.slice(0, 6));
      assert.deepEqual([made.name, made.prefix, made.enabled, made.metadata], ['deploy', 'live_', true, { a: [1] }]);
      assert.deepEqual([made.userId, made.referenceId, made.configId], [user.id, user.id, 'default']);
      assert.deepEqual([made.rateLimitEnabled, made.rateLimitMax, made.rateLimitTimeWindow], [true, 10, DAY * 1000]);
      assert.deepEqual([made.remaining, made.refillAmount, made.permissions, made.lastRequest], [null, null, null, null]);
      for (const date of [made.createdAt, made.updatedAt, made.expiresAt]) assert.ok(date instanceof Date, `${date}`);
      assert.equal(made.expiresAt - made.createdAt, 7 * DAY * 1000);
    });

    it('gets it and lists it without the secret', async () => {
      const { key, ...shown } = made;
      assert.deepEqual(await done(client.apiKey.get({ query: { id: made.id } })), shown);
      assert.deepEqual(await listed(client), [shown]);
    });

    it('updates it', async () => {
      const changed = await done(client.apiKey.update({ keyId: made.id, name: 'renamed', enabled: false }));
      assert.deepEqual([changed.id, changed.name, changed.enabled, changed.key], [made.id, 'renamed', false, undefined]);
      assert.equal((await verify(made.key)).error.code, 'KEY_DISABLED');
      await done(client.apiKey.update({ keyId: made.id, enabled: true }));
    });

    it('verifies it, ten times a day', async () => {
      for (let uses = 1; uses <= 10; uses += 1) {
        const { valid, error, key } = await verify(made.key);
        assert.deepEqual([valid, error, key.id, key.userId, key.requestCount], [true, null, made.id, user.id, uses]);
      }
      const { valid, error, key } = await verify(made.key);
      assert.deepEqual([valid, key, error.code], [false, null, 'RATE_LIMITED']);
      assert.ok(error.details.tryAgainIn > 0 && error.details.tryAgainIn <= DAY * 1000);
    });

    it('refuses what only programs set', async () => {
      for (const property of [
        { remaining: 5 },
        { refillAmount: 5, refillInterval: 1000 },
        { rateLimitEnabled: false },
        { rateLimitMax: 1000 },
        { permissions: { files: ['read'] } },
      ]) {
        const error = await refused(client.apiKey.create(property));
        assert.deepEqual([error.status, error.code], [400, 'SERVER_ONLY_PROPERTY']);
      }
      const error = await refused(client.apiKey.update({ keyId: made.id, remaining: 5 }));
      assert.deepEqual([error.status, error.code], [400, 'SERVER_ONLY_PROPERTY']);
    });

    it('tells what breaks a rule', async () => {
      for (const [body, code] of [
        [{ expiresIn: 60 }, 'EXPIRES_IN_IS_TOO_SMALL'],
        [{ expiresIn: 366 * DAY }, 'EXPIRES_IN_IS_TOO_LARGE'],
        [{ expiresIn: 0 }, 'VALIDATION_ERROR'],
        [{ prefix: 'no spaces' }, 'VALIDATION_ERROR'],
        [{ prefix: 'p'.repeat(33) }, 'INVALID_PREFIX_LENGTH'],
        [{ name: 'n'.repeat(33) }, 'INVALID_NAME_LENGTH'],
        [{ metadata: 'text' }, 'INVALID_METADATA_TYPE'],
      ]) {
        const error = await refused(client.apiKey.create(body));
        assert.deepEqual([error.status, error.code], [400, code]);
      }
      const error = await refused(client.apiKey.update({ keyId: made.id }));
      assert.deepEqual([error.status, error.code], [400, 'NO_VALUES_TO_UPDATE']);
    });

    it('shows it to nobody else', async () => {
      const { client: other } = await signUp();
      for (const call of [
        () => other.apiKey.get({ query: { id: made.id } }),
        () => other.apiKey.update({ keyId: made.id, name: 'stolen' }),
        () => other.apiKey.delete({ keyId: made.id }),
      ]) {
        const error = await refused(call());
        assert.deepEqual([error.status, error.code], [404, 'KEY_NOT_FOUND']);
      }
      assert.deepEqual(await listed(other), []);
      const nobody = openBrowser(create);
      const error = await refused(nobody.apiKey.create({ name: 'x' }));
      assert.deepEqual([error.status, error.code], [401, 'UNAUTHORIZED_SESSION']);
      assert.equal((await refused(nobody.apiKey.list())).status, 401);
    });

    it('deletes it', async () => {
      assert.deepEqual(await done(client.apiKey.delete({ keyId: made.id })), { success: true });
      assert.deepEqual(await listed(client), []);
      assert.deepEqual(await verify(made.key), {
        valid: false,
        error: { code: 'INVALID_API_KEY', message: 'Invalid API key.' },
        key: null,
      });
      const error = await refused(client.apiKey.delete({ keyId: made.id }));
      assert.deepEqual([error.status, error.code], [404, 'KEY_NOT_FOUND']);
    });

    it('cannot do what is for the server alone', async () => {
      const error = await refused(client.apiKey.deleteAllExpiredApiKeys());
      assert.equal(error.status, 404);
    });
  });

  describe(`${name}: a key in place of a session`, () => {
    const openWith = (key) =>
      create({
        baseURL: origin,
        fetchOptions: { customFetchImpl: fetch, credentials: 'omit', headers: { 'x-api-key': key } },
      });
    let client, user, key, id, keyed;

    before(async () => {
      ({ client, user } = await signUp());
      ({ key, id } = await done(client.apiKey.create({ name: 'program' })));
      keyed = await standsForSessions();
    });

    it('is the owner where the deployment lets it be', async () => {
      const session = await done(openWith(key).getSession());
      if (!keyed) return assert.equal(session, null);
      assert.equal(session.user.id, user.id);
      assert.deepEqual([session.session.id, session.session.userId, session.session.ipAddress], [id, user.id, null]);
      assert.ok(session.session.expiresAt instanceof Date);
      const [counted] = await listed(client);
      assert.equal(counted.requestCount, 1);
    });

    it('makes no further keys, and changes no password', async () => {
      const program = openWith(key);
      for (const call of [
        () => program.apiKey.create({ name: 'another' }),
        () => program.apiKey.delete({ keyId: id }),
        () => program.changePassword({ currentPassword: PASSWORD, newPassword: 'nobody enters unseen' }),
        () => program.revokeSessions(),
      ]) {
        const error = await refused(call());
        if (keyed) assert.deepEqual([error.status, error.code], [403, 'API_KEY_NOT_ALLOWED']);
        else assert.equal(error.status, 401);
      }
      assert.equal((await listed(client)).length, 1);
    });

    it('opens nothing when it is switched off', async () => {
      await done(client.apiKey.update({ keyId: id, enabled: false }));
      const { data, error } = await openWith(key).getSession();
      if (keyed) assert.deepEqual([error.status, error.code], [401, 'KEY_DISABLED']);
      else assert.deepEqual([data, error], [null, null]);
    });
  });
}
