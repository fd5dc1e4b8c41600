// The life of an account, told through the official client in its current version and in the one that the contract
// documents. Whatever passes here passes with the framework's own server too; what is ours alone is in ours.test.mjs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createAuthClient as current } from 'better-auth/client';
import { createAuthClient as documented } from 'better-auth-1-2/client';

import { done, openBrowser, openProgram, refused } from './support/browser.mjs';
import { mailTo } from './support/mailbox.mjs';
import { origin, someone } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
const SECOND = 'the door is kept well';
const THIRD = 'nobody enters unseen';

const versions = [
  // The newer client has renamed one operation.
  { name: 'better-auth 1.7', create: current, askForReset: (client, ask) => client.requestPasswordReset(ask) },
  { name: 'better-auth 1.2', create: documented, askForReset: (client, ask) => client.forgetPassword(ask) },
];

const wrongPassword = (error) => {
  assert.equal(error.status, 401);
  assert.equal(error.code, 'INVALID_EMAIL_OR_PASSWORD');
};

const isSignedOut = async (client) => assert.equal(await done(client.getSession()), null);

for (const { name, create, askForReset } of versions) {
  const open = () => openBrowser(create);

  // Each suite has an account of its own, its browser signed in.
  const signUp = async () => {
    const [client, email] = [open(), someone()];
    await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
    return { client, email };
  };

  // Not the bare client: the older one answers to any name, `then` too, so an async function that returned it would
  // call it and wait for ever.
  const signIn = async (email, password = PASSWORD) => {
    const client = open();
    await done(client.signIn.email({ email, password }));
    return { client };
  };

  describe(`${name}: signing up and in`, () => {
    const [client, email] = [open(), someone()];

    it('signs up and is signed in', async () => {
      const { token, user } = await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
      assert.ok(token);
      assert.deepEqual([user.email, user.name, user.emailVerified], [email, 'Ada', false]);
      assert.ok(user.createdAt instanceof Date);
    });

    it('refuses the same address again', async () => {
      const error = await refused(open().signUp.email({ name: 'Eve', email, password: PASSWORD }));
      assert.equal(error.status, 422);
      assert.match(error.code, /^USER_ALREADY_EXISTS/);
    });

    it('verifies the address with the token of the mail', async () => {
      const { token } = await mailTo(email, 'verify-email');
      const { status } = await done(client.verifyEmail({ query: { token } }));
      assert.equal(status, true);
      const { user } = await done(client.getSession());
      assert.equal(user.emailVerified, true);
    });

    it('does not verify with another token', async () => {
      const error = await refused(client.verifyEmail({ query: { token: 'a token that nobody was sent' } }));
      assert.deepEqual([error.status, error.code], [401, 'INVALID_TOKEN']);
    });

    it('signs out', async () => {
      const { success } = await done(client.signOut());
      assert.equal(success, true);
      await isSignedOut(client);
    });

    it('refuses a wrong password and an unknown address alike', async () => {
      const wrong = await refused(client.signIn.email({ email, password: SECOND }));
      const unknown = await refused(client.signIn.email({ email: someone(), password: PASSWORD }));
      wrongPassword(wrong);
      assert.deepEqual(unknown, wrong);
      await isSignedOut(client);
    });

    it('signs in', async () => {
      const { user, token, redirect } = await done(client.signIn.email({ email, password: PASSWORD }));
      assert.ok(token);
      assert.deepEqual([user.email, redirect], [email, false]);
    });

    it('has a session whose dates are dates', async () => {
      const { session, user } = await done(client.getSession());
      assert.equal(user.email, email);
      assert.equal(session.userId, user.id);
      for (const date of [session.createdAt, session.updatedAt, session.expiresAt, user.createdAt, user.updatedAt]) {
        assert.ok(date instanceof Date, `${date} is a date`);
      }
      const days = (session.expiresAt - Date.now()) / 86_400_000;
      assert.ok(days > 6.9 && days <= 7, `the session lasts ${days} days`);
    });

    it('takes the token of the header as a bearer token', async () => {
      let token;
      const onSuccess = ({ response }) => (token = response.headers.get('set-auth-token'));
      await done(open().signIn.email({ email, password: PASSWORD, fetchOptions: { onSuccess } }));
      assert.ok(token);

      const program = openProgram(create, token);
      const { user } = await done(program.getSession());
      assert.equal(user.email, email);
      assert.ok((await done(program.listSessions())).length > 0);
      await isSignedOut(openProgram(create, `${token.slice(0, 10)}${'x'.repeat(token.length - 10)}`));
    });
  });

  describe(`${name}: sessions`, () => {
    it('lists both, and ends the other one by what the list shows', async () => {
      const { client, email } = await signUp();
      const { client: other } = await signIn(email);
      const { session } = await done(client.getSession());
      const listed = await done(client.listSessions());
      assert.equal(listed.length, 2);
      assert.ok(listed.every(({ createdAt }) => createdAt instanceof Date));

      const { token } = listed.find(({ id }) => id !== session.id);
      const { status } = await done(client.revokeSession({ token }));
      assert.equal(status, true);
      await isSignedOut(other);
      assert.equal((await done(client.getSession())).session.id, session.id);
      assert.equal((await done(client.listSessions())).length, 1);
    });

    it('does not end a session of somebody else', async () => {
      const [mine, theirs] = [await signUp(), await signUp()];
      const [{ token }] = await done(theirs.client.listSessions());
      await mine.client.revokeSession({ token });
      assert.ok(await done(theirs.client.getSession()));
    });

    it('ends all other sessions', async () => {
      const { client, email } = await signUp();
      const others = [await signIn(email), await signIn(email)];
      await done(client.revokeOtherSessions());
      await Promise.all(others.map((other) => isSignedOut(other.client)));
      assert.equal((await done(client.getSession())).user.email, email);
    });

    it('ends all sessions, its own too', async () => {
      const { client, email } = await signUp();
      const { client: other } = await signIn(email);
      await done(client.revokeSessions());
      await isSignedOut(other);
      await isSignedOut(client);
    });

    it('lists none without a session', async () => {
      const error = await refused(open().listSessions());
      assert.equal(error.status, 401);
    });
  });

  describe(`${name}: passwords`, () => {
    it('resets a forgotten one with the token of the mail, once', async () => {
      const { client, email } = await signUp();
      const visitor = open();
      const { status } = await done(askForReset(visitor, { email, redirectTo: `${origin}/reset` }));
      assert.equal(status, true);

      const { token } = await mailTo(email, 'reset-password');
      const short = await refused(visitor.resetPassword({ newPassword: 'short', token }));
      assert.equal(short.code, 'PASSWORD_TOO_SHORT');
      assert.equal((await done(visitor.resetPassword({ newPassword: SECOND, token }))).status, true);
      const again = await refused(visitor.resetPassword({ newPassword: THIRD, token }));
      assert.deepEqual([again.status, again.code], [400, 'INVALID_TOKEN']);

      wrongPassword(await refused(visitor.signIn.email({ email, password: PASSWORD })));
      await signIn(email, SECOND);
      await isSignedOut(client);
    });

    it('does not tell whether an address has an account', async () => {
      const { email } = await signUp();
      const ask = (address) => done(askForReset(open(), { email: address, redirectTo: '/reset' }));
      assert.deepEqual(await ask(someone()), await ask(email));
    });

    it('does not redirect to a stranger', async () => {
      const { email } = await signUp();
      const error = await refused(askForReset(open(), { email, redirectTo: 'https://stranger.test/reset' }));
      assert.equal(error.status, 403);
    });

    it('changes it and ends the other sessions', async () => {
      const { client, email } = await signUp();
      const { client: other } = await signIn(email);
      const change = { newPassword: SECOND, revokeOtherSessions: true };
      const error = await refused(client.changePassword({ ...change, currentPassword: THIRD }));
      assert.deepEqual([error.status, error.code], [400, 'INVALID_PASSWORD']);

      const { token, user } = await done(client.changePassword({ ...change, currentPassword: PASSWORD }));
      assert.ok(token);
      assert.equal(user.email, email);
      await isSignedOut(other);
      assert.equal((await done(client.getSession())).user.email, email);
      wrongPassword(await refused(open().signIn.email({ email, password: PASSWORD })));
      await signIn(email, SECOND);
    });
  });

  describe(`${name}: the own profile`, () => {
    it('changes name and picture', async () => {
      const { client } = await signUp();
      const image = 'https://example.test/ada.png';
      const { status } = await done(client.updateUser({ name: 'Ada Lovelace', image }));
      assert.equal(status, true);
      const { user } = await done(client.getSession());
      assert.deepEqual([user.name, user.image], ['Ada Lovelace', image]);
    });

    // The older client knows no such operation by itself, and asks for any.
    it('keeps nothing of an application in the session', async () => {
      const { client } = await signUp();
      const error = await refused(client.updateSession({ theme: 'dark' }));
      assert.deepEqual([error.status, error.code], [400, 'NO_FIELDS_TO_UPDATE']);
    });

    it('changes the address once the new one is confirmed', async () => {
      const { client, email } = await signUp();
      const { token: first } = await mailTo(email, 'verify-email');
      await done(client.verifyEmail({ query: { token: first } }));

      const newEmail = someone();
      const { status } = await done(client.changeEmail({ newEmail }));
      assert.equal(status, true);
      assert.equal((await done(client.getSession())).user.email, email);

      const { token } = await mailTo(newEmail, 'change-email');
      await done(client.verifyEmail({ query: { token } }));
      const { user } = await done(client.getSession());
      assert.deepEqual([user.email, user.emailVerified], [newEmail, true]);
      await signIn(newEmail);
      wrongPassword(await refused(open().signIn.email({ email, password: PASSWORD })));
    });

    it('deletes the account, and lets the address sign up again', async () => {
      const { client, email } = await signUp();
      const error = await refused(client.deleteUser({ password: SECOND }));
      assert.deepEqual([error.status, error.code], [400, 'INVALID_PASSWORD']);

      const { success } = await done(client.deleteUser({ password: PASSWORD }));
      assert.equal(success, true);
      await isSignedOut(client);
      wrongPassword(await refused(open().signIn.email({ email, password: PASSWORD })));
      await done(open().signUp.email({ name: 'Ada', email, password: SECOND }));
      await signIn(email, SECOND);
    });
  });
}
