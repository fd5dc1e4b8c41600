// Usernames and the administration of users, told through the official client's plugins in its current version and in the one that the
// contract documents. The service must have been started with `--admin` and the credentials of ADMIN, and with ADMIN_ROLES as in README.md.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { createAuthClient as current } from 'better-auth/client';
import { adminClient as currentAdmin, usernameClient as currentUsername } from 'better-auth/client/plugins';
import { createAuthClient as documented } from 'better-auth-1-2/client';
import { adminClient as documentedAdmin, usernameClient as documentedUsername } from 'better-auth-1-2/client/plugins';

import { done, openBrowser, refused } from './support/browser.mjs';
import { ADMIN, someone } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';

const withPlugins = (create, ...plugins) => (options) => create({ ...options, plugins: plugins.map((plugin) => plugin()) });

const versions = [
  { name: 'better-auth 1.7', create: withPlugins(current, currentAdmin, currentUsername) },
  { name: 'better-auth 1.2', create: withPlugins(documented, documentedAdmin, documentedUsername) },
];

let people = Date.now();
const username = () => `User_${(people++).toString(36)}`;

for (const { name, create } of versions) {
  const signUp = async (more = {}) => {
    const [client, email] = [openBrowser(create), someone()];
    const { user } = await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD, ...more }));
    return { client, user, email };
  };

  describe(`${name}: usernames`, () => {
    it('signs in with the name that was chosen, however it is written', async () => {
      const chosen = username();
      await signUp({ username: chosen });
      const client = openBrowser(create);
      await done(client.signIn.username({ username: chosen.toUpperCase(), password: PASSWORD }));
      const session = await done(client.getSession());
      assert.equal(session.user.username, chosen.toLowerCase());
      assert.equal(session.user.displayUsername, chosen);
      const error = await refused(openBrowser(create).signIn.username({ username: chosen, password: 'not it at all' }));
      assert.equal(error.status, 401);
      assert.equal(error.code, 'INVALID_USERNAME_OR_PASSWORD');
    });

    it('gives a name to one user, and frees one that is given up', async () => {
      const chosen = username();
      const { client } = await signUp({ username: chosen });
      const other = await signUp();
      const error = await refused(other.client.updateUser({ username: chosen }));
      assert.equal(error.code, 'USERNAME_IS_ALREADY_TAKEN');
      await done(client.updateUser({ username: username() }));
      await done(other.client.updateUser({ username: chosen }));
    });
  });

  describe(`${name}: administration`, () => {
    let admin;
    before(async () => {
      admin = openBrowser(create);
      await done(admin.signIn.email(ADMIN));
    });

    it('is for administrators', async () => {
      const { client, user } = await signUp();
      const error = await refused(client.admin.listUsers({ query: { limit: 10 } }));
      assert.deepEqual([error.status, error.code], [403, 'YOU_ARE_NOT_ALLOWED_TO_LIST_USERS']);
      assert.equal((await refused(client.admin.setRole({ userId: user.id, role: 'admin' }))).status, 403);
      assert.equal((await refused(openBrowser(create).admin.listUsers({ query: {} }))).status, 401);
    });

    it('makes, finds, changes and removes users', async () => {
      const email = someone();
      const { user } = await done(admin.admin.createUser({ email, password: PASSWORD, name: 'Made', role: 'user' }));
      const query = { searchField: 'email', searchOperator: 'contains', searchValue: email, limit: 5, sortBy: 'email' };
      const found = await done(admin.admin.listUsers({ query }));
      assert.deepEqual([found.total, found.users[0].id], [1, user.id]);
      assert.ok(found.users[0].createdAt instanceof Date);
      const promoted = await done(admin.admin.setRole({ userId: user.id, role: 'admin' }));
      assert.equal(promoted.user.role, 'admin');
      await done(admin.admin.setRole({ userId: user.id, role: 'user' }));
      await done(admin.admin.setUserPassword({ userId: user.id, newPassword: 'another keeper of doors' }));
      await done(openBrowser(create).signIn.email({ email, password: 'another keeper of doors' }));
      await done(admin.admin.removeUser({ userId: user.id }));
      assert.equal((await refused(admin.admin.removeUser({ userId: user.id }))).code, 'USER_NOT_FOUND');
    });

    it('keeps somebody out, everywhere at once, and lets them in again', async () => {
      const { client, user, email } = await signUp();
      const banned = await done(admin.admin.banUser({ userId: user.id, banReason: 'spam', banExpiresIn: 3600 }));
      assert.equal(banned.user.banned, true);
      assert.equal((await client.getSession()).data, null);
      const error = await refused(openBrowser(create).signIn.email({ email, password: PASSWORD }));
      assert.equal(error.code, 'BANNED_USER');
      await done(admin.admin.unbanUser({ userId: user.id }));
      await done(openBrowser(create).signIn.email({ email, password: PASSWORD }));
    });

    it('sees and ends the sessions of a user', async () => {
      const { client, user, email } = await signUp();
      await done(openBrowser(create).signIn.email({ email, password: PASSWORD }));
      const { sessions } = await done(admin.admin.listUserSessions({ userId: user.id }));
      assert.equal(sessions.length, 2);
      await done(admin.admin.revokeUserSession({ sessionToken: sessions[0].token }));
      assert.equal((await done(admin.admin.listUserSessions({ userId: user.id }))).sessions.length, 1);
      await done(admin.admin.revokeUserSessions({ userId: user.id }));
      assert.equal((await client.getSession()).data, null);
    });

    it('acts as a user, and as themselves again', async () => {
      const { user } = await signUp();
      const browser = openBrowser(create);
      await done(browser.signIn.email(ADMIN));
      await done(browser.admin.impersonateUser({ userId: user.id }));
      const session = await done(browser.getSession());
      assert.equal(session.user.id, user.id);
      assert.notEqual(session.session.impersonatedBy, null);
      assert.equal((await refused(browser.admin.listUsers({ query: {} }))).status, 403);
      await done(browser.admin.stopImpersonating());
      assert.equal((await done(browser.getSession())).user.email, ADMIN.email);
      const error = await refused(browser.admin.impersonateUser({ userId: (await done(browser.getSession())).user.id }));
      assert.equal(error.code, 'YOU_CANNOT_IMPERSONATE_ADMINS');
    });

    it('has the roles that the service was started with', async () => {
      const { client, user, email } = await signUp();
      const { user: promoted } = await done(admin.admin.setRole({ userId: user.id, role: ['support', 'editor'] }));
      assert.equal(promoted.role, 'support,editor');
      // A role that permits something over other users ends the sessions of its holder.
      assert.equal((await client.getSession()).data, null);
      await done(client.signIn.email({ email, password: PASSWORD }));
      assert.equal((await done(client.getSession())).user.role, 'support,editor');
      const has = async (permissions) => (await done(client.admin.hasPermission({ permissions }))).success;
      assert.deepEqual(
        [await has({ user: ['list', 'ban'] }), await has({ project: ['create'] }), await has({ user: ['delete'] })],
        [true, true, false],
      );
      await done(client.admin.listUsers({ query: { limit: 1 } }));
      const victim = await signUp();
      assert.equal((await refused(client.admin.removeUser({ userId: victim.user.id }))).status, 403);
      await done(client.admin.banUser({ userId: victim.user.id }));
      const code = async (call) => (await refused(call)).code;
      assert.equal(
        await code(client.admin.setRole({ userId: user.id, role: 'admin' })),
        'YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE',
      );
      assert.equal(
        await code(admin.admin.setRole({ userId: user.id, role: 'emperor' })),
        'YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE',
      );
      assert.equal(await code(admin.admin.impersonateUser({ userId: user.id })), 'YOU_CANNOT_IMPERSONATE_ADMINS');
    });

    it('tells what a role permits', async () => {
      const permissions = { user: ['list', 'ban'] };
      assert.equal((await done(admin.admin.hasPermission({ permissions }))).success, true);
      const { client } = await signUp();
      assert.equal((await done(client.admin.hasPermission({ permissions }))).success, false);
    });
  });
}
