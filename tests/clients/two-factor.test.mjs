// Two-factor authentication, told through the official client's plugin in its current version and in the one that the contract
// documents.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createAuthClient as current } from 'better-auth/client';
import { twoFactorClient as currentTwoFactor } from 'better-auth/client/plugins';
import { createAuthClient as documented } from 'better-auth-1-2/client';
import { twoFactorClient as documentedTwoFactor } from 'better-auth-1-2/client/plugins';

import { done, openBrowser, refused } from './support/browser.mjs';
import { mailTo } from './support/mailbox.mjs';
import { scan } from './support/phone.mjs';
import { origin, someone } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
const WRONG = 'not the password';

const versions = [
  { name: 'better-auth 1.7', createAuthClient: current, twoFactorClient: currentTwoFactor },
  { name: 'better-auth 1.2', createAuthClient: documented, twoFactorClient: documentedTwoFactor },
];

for (const { name, createAuthClient, twoFactorClient } of versions) {
  // A browser whose page goes on to the second factor when it is asked for.
  const open = () => {
    const page = { asked: 0, methods: undefined };
    const onTwoFactorRedirect = (context) => {
      page.asked += 1;
      page.methods = context?.twoFactorMethods;
    };
    const create = (options) => createAuthClient({ ...options, plugins: [twoFactorClient({ onTwoFactorRedirect })] });
    return { client: openBrowser(create), page };
  };

  const signUp = async () => {
    const [{ client }, email] = [open(), someone()];
    await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
    return { client, email };
  };

  // Somebody whose second factor is on.
  const enroll = async () => {
    const { client, email } = await signUp();
    const { totpURI, backupCodes } = await done(client.twoFactor.enable({ password: PASSWORD }));
    const phone = scan(totpURI);
    await done(client.twoFactor.verifyTotp({ code: await phone.code() }));
    return { client, email, phone, backupCodes };
  };

  // A sign-in in a browser of its own, as far as the question for the second factor.
  const begin = async (email, password = PASSWORD, { client, page } = open()) => {
    const answer = await done(client.signIn.email({ email, password }));
    return { client, page, answer };
  };

  const asksForMore = ({ answer, page }) => {
    assert.equal(answer.twoFactorRedirect, true);
    assert.equal(answer.token, undefined);
    assert.equal(page.asked, 1);
  };

  const isSignedOut = async (client) => assert.equal(await done(client.getSession()), null);
  const isSignedIn = async (client, email) => assert.equal((await done(client.getSession())).user.email, email);

  describe(`${name}: turning the second factor on`, () => {
    it('hands out what an app scans, and ten backup codes', async () => {
      const { client, email } = await signUp();
      const { totpURI, backupCodes } = await done(client.twoFactor.enable({ password: PASSWORD, issuer: 'Fish & Chips' }));
      const { issuer, label } = scan(totpURI);
      assert.deepEqual([issuer, label], ['Fish & Chips', `Fish & Chips:${email}`]);
      assert.equal(new Set(backupCodes).size, 10);
      assert.ok(backupCodes.every((code) => /^[A-Za-z0-9]{5}-[A-Za-z0-9]{5}$/.test(code)));
    });

    it('changes nothing until the app has shown a code', async () => {
      const { client, email } = await signUp();
      const { totpURI } = await done(client.twoFactor.enable({ password: PASSWORD }));
      assert.equal((await done(client.getSession())).user.twoFactorEnabled, false);
      const { answer } = await begin(email);
      assert.ok(answer.token);

      const phone = scan(totpURI);
      const error = await refused(client.twoFactor.verifyTotp({ code: phone.wrongCode() }));
      assert.deepEqual([error.status, error.code], [401, 'INVALID_CODE']);
      const { token } = await done(client.twoFactor.verifyTotp({ code: await phone.code() }));
      assert.ok(token);
      assert.equal((await done(client.getSession())).user.twoFactorEnabled, true);
      asksForMore(await begin(email));
    });

    it('takes the password', async () => {
      const { client } = await signUp();
      const error = await refused(client.twoFactor.enable({ password: WRONG }));
      assert.deepEqual([error.status, error.code], [400, 'INVALID_PASSWORD']);
      const nobody = await refused(open().client.twoFactor.enable({ password: PASSWORD }));
      assert.equal(nobody.status, 401);
    });

    it('shows the secret again, and new backup codes, to whoever knows the password', async () => {
      const { client } = await signUp();
      const before = await refused(client.twoFactor.getTotpUri({ password: PASSWORD }));
      assert.equal(before.code, 'TOTP_NOT_ENABLED');
      const none = await refused(client.twoFactor.generateBackupCodes({ password: PASSWORD }));
      assert.equal(none.code, 'TWO_FACTOR_NOT_ENABLED');

      const { totpURI, backupCodes } = await done(client.twoFactor.enable({ password: PASSWORD }));
      await done(client.twoFactor.verifyTotp({ code: await scan(totpURI).code() }));
      assert.equal((await done(client.twoFactor.getTotpUri({ password: PASSWORD }))).totpURI, totpURI);
      assert.equal((await refused(client.twoFactor.getTotpUri({ password: WRONG }))).code, 'INVALID_PASSWORD');
      const { status, backupCodes: fresh } = await done(client.twoFactor.generateBackupCodes({ password: PASSWORD }));
      assert.equal(status, true);
      assert.ok(fresh.every((code) => !backupCodes.includes(code)));
    });
  });

  describe(`${name}: signing in with a second factor`, () => {
    it('takes a code of the app, once', async () => {
      const { email, phone } = await enroll();
      const { client, page, answer } = await begin(email);
      asksForMore({ answer, page });
      await isSignedOut(client);
      const code = await phone.code();
      const { token, user } = await done(client.twoFactor.verifyTotp({ code }));
      assert.ok(token);
      assert.equal(user.email, email);
      await isSignedIn(client, email);

      const { client: other } = await begin(email);
      assert.equal((await refused(other.twoFactor.verifyTotp({ code }))).code, 'INVALID_CODE');
      await done(other.twoFactor.verifyTotp({ code: await phone.code() }));
      await isSignedIn(other, email);
    });

    it('takes a code by mail, once', async () => {
      const { email } = await enroll();
      const { client } = await begin(email);
      assert.equal((await refused(client.twoFactor.verifyOtp({ code: '123456' }))).code, 'OTP_HAS_EXPIRED');
      const { status } = await done(client.twoFactor.sendOtp());
      assert.equal(status, true);
      const { otp } = await mailTo(email, 'two-factor-otp');
      const wrong = await refused(client.twoFactor.verifyOtp({ code: otp === '000000' ? '000001' : '000000' }));
      assert.deepEqual([wrong.status, wrong.code], [401, 'INVALID_CODE']);
      const { token, user } = await done(client.twoFactor.verifyOtp({ code: otp }));
      assert.ok(token);
      assert.equal(user.email, email);
      await isSignedIn(client, email);
    });

    it('takes a backup code, once', async () => {
      const { email, backupCodes: [code, another] } = await enroll();
      const { client } = await begin(email);
      await done(client.twoFactor.verifyBackupCode({ code }));
      await isSignedIn(client, email);

      const { client: other } = await begin(email);
      const again = await refused(other.twoFactor.verifyBackupCode({ code }));
      assert.deepEqual([again.status, again.code], [401, 'INVALID_BACKUP_CODE']);
      await done(other.twoFactor.verifyBackupCode({ code: another, disableSession: true }));
      await isSignedOut(other);
    });

    it('takes nothing without the first factor', async () => {
      const { email, phone } = await enroll();
      const { client } = open();
      const code = await phone.code();
      for (const call of [client.twoFactor.verifyTotp({ code }), client.twoFactor.sendOtp()]) {
        const error = await refused(call);
        assert.deepEqual([error.status, error.code], [401, 'INVALID_TWO_FACTOR_COOKIE']);
      }
      const wrong = await refused(client.signIn.email({ email, password: WRONG }));
      assert.equal(wrong.code, 'INVALID_EMAIL_OR_PASSWORD');
    });

    it('takes five attempts', async () => {
      const { email, phone } = await enroll();
      const { client } = await begin(email);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        assert.equal((await refused(client.twoFactor.verifyTotp({ code: phone.wrongCode() }))).code, 'INVALID_CODE');
      }
      const error = await refused(client.twoFactor.verifyTotp({ code: await phone.code() }));
      assert.deepEqual([error.status, error.code], [400, 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE']);
    });

    it('spares a browser that is trusted, and no other', async () => {
      const { client: owner, email, phone } = await enroll();
      const browser = open();
      asksForMore(await begin(email, PASSWORD, browser));
      await done(browser.client.twoFactor.verifyTotp({ code: await phone.code(), trustDevice: true }));
      for (let visit = 0; visit < 3; visit += 1) {
        await done(browser.client.signOut());
        const { answer } = await begin(email, PASSWORD, browser);
        assert.ok(answer.token);
        await isSignedIn(browser.client, email);
      }
      asksForMore(await begin(email));

      await done(owner.twoFactor.disable({ password: PASSWORD }));
      const { totpURI } = await done(owner.twoFactor.enable({ password: PASSWORD }));
      await done(owner.twoFactor.verifyTotp({ code: await scan(totpURI).code() }));
      await done(browser.client.signOut());
      assert.equal((await begin(email, PASSWORD, browser)).answer.twoFactorRedirect, true);
    });
  });

  describe(`${name}: turning the second factor off`, () => {
    it('takes the password, and then one factor is enough again', async () => {
      const { client, email } = await enroll();
      const error = await refused(client.twoFactor.disable({ password: WRONG }));
      assert.deepEqual([error.status, error.code], [400, 'INVALID_PASSWORD']);
      asksForMore(await begin(email));
      const { status } = await done(client.twoFactor.disable({ password: PASSWORD }));
      assert.equal(status, true);
      assert.equal((await done(client.getSession())).user.twoFactorEnabled, false);
      const { answer, client: other } = await begin(email);
      assert.ok(answer.token);
      await isSignedIn(other, email);
    });
  });

  if (createAuthClient === current) {
    describe(`${name}: what the documented version does not have`, () => {
      it('tells which second factors there are', async () => {
        const { email } = await enroll();
        const { answer, page } = await begin(email);
        assert.deepEqual(answer.twoFactorMethods, ['totp', 'otp']);
        assert.deepEqual(page.methods, ['totp', 'otp']);
      });

      it('turns codes by mail on at once', async () => {
        const { client, email } = await signUp();
        const { token } = await mailTo(email, 'verify-email');
        await done(client.verifyEmail({ query: { token } }));
        const { method } = await done(client.twoFactor.enable({ password: PASSWORD, method: 'otp' }));
        assert.equal(method, 'otp');
        const { client: other, answer } = await begin(email);
        assert.deepEqual(answer.twoFactorMethods, ['otp']);
        await done(other.twoFactor.sendOtp());
        const { otp } = await mailTo(email, 'two-factor-otp');
        await done(other.twoFactor.verifyOtp({ code: otp }));
        await isSignedIn(other, email);
      });
    });
  }
}

// A program of another contract asks for the second factor where it is asked for, and goes on with what it had.
describe('a sign-in of teams, completed with the operations of better_auth', () => {
  const post = (path, body, token) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });

  it('has a refresh token that works afterwards', async () => {
    const client = openBrowser((options) => current({ ...options, plugins: [currentTwoFactor()] }));
    const email = someone();
    await done(client.signUp.email({ name: 'Ada', email, password: PASSWORD }));
    const { totpURI } = await done(client.twoFactor.enable({ password: PASSWORD }));
    const phone = scan(totpURI);
    await done(client.twoFactor.verifyTotp({ code: await phone.code() }));

    const credentials = { email, password: PASSWORD };
    const begun = await (await post('/auth/sign-in', { credentials, captchaToken: 'none' })).json();
    assert.equal(begun.isTwoFactorEnable, true);
    const refresh = () => post('/auth/refresh-token', { refreshToken: begun.refreshToken });
    assert.equal((await refresh()).status, 401);
    const verified = await post('/api/auth/two-factor/verify-totp', { code: await phone.code() }, begun.accessToken);
    assert.equal(verified.status, 200);
    const { accessToken } = await (await refresh()).json();
    const me = await fetch(`${origin}/auth/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    assert.equal((await me.json()).email, email);
  });
});
