// Social sign-in in a real browser: a page with the official client, in its current version and in the one that the contract documents,
// the service, and a real OpenID provider with pages of its own.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { launchChromium } from './support/chromium.mjs';
import { openPage } from './support/page.mjs';
import { CLIENT_ID, emailOf, startProvider } from './support/provider.mjs';
import { startService } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
// Where a native app would listen. Nobody does: the code is taken from the address.
const NATIVE = 'http://127.0.0.1:9/native';
const versions = [
  // How the client of each version names an account.
  { name: 'better-auth 1.7', path: '/', alias: {}, named: (account) => ({ accountId: account.id }) },
  {
    name: 'better-auth 1.2',
    path: '/documented/',
    alias: { 'better-auth/client': 'better-auth-1-2/client' },
    named: (account) => ({ providerId: account.provider }),
  },
];
let people = 0;
const someone = () => `ada-${(people += 1)}`;

let site;
let provider;
let service;
let browser;

before(async () => {
  site = await openPage();
  service = await startService(async (url) => {
    provider = await startProvider({ redirectUris: [`${url}/api/auth/callback/acme`, NATIVE] });
    return {
      PUBLIC_URL: url,
      TRUSTED_ORIGINS: site.origin,
      SOCIAL_PROVIDERS: JSON.stringify({ acme: provider.settings }),
    };
  });
  for (const { path, alias } of versions) await site.serve(service.url, { page: 'social', path, alias });
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await service?.stop();
  await provider?.stop();
  await site?.close();
});

// What a user sees and does, here and at the provider.
class Visitor {
  constructor(page) {
    this.page = page;
  }

  static async open() {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return new Visitor(page);
  }

  visit = (path) => this.page.goto(`${site.origin}${path}`);
  press = (name) => this.page.getByRole('button', { name, exact: true }).click();
  sees = (text) => this.page.getByRole('status').filter({ hasText: text }).waitFor();
  isTold = (text) => this.page.getByRole('alert').filter({ hasText: text }).waitFor();
  item = (name) => this.page.getByRole('listitem').filter({ hasText: name });
  unlink = (name) => this.item(name).getByRole('button', { name: 'Unlink' }).click();

  async signUp(email) {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(PASSWORD);
    await this.press('Sign up');
    await this.sees(`Signed in as ${email}`);
  }

  async signOut() {
    await this.press('Sign out');
    await this.sees('Nobody is signed in');
  }

  async logInThere(name) {
    await this.page.getByPlaceholder('Enter any login').fill(name);
    await this.page.getByPlaceholder('and password').fill('whatever');
    await this.press('Sign-in');
  }

  async agreeThere() {
    await this.press('Continue');
  }

  async signInAs(name) {
    await this.press('Continue with Acme');
    await this.logInThere(name);
    await this.agreeThere();
  }

  // Calls the client in the page; what it hands out as `data`.
  async done(operation, ...args) {
    const { data, error } = await this.call(operation, ...args);
    if (error) throw new Error(`refused: ${JSON.stringify(error)}`);
    return data;
  }

  call(operation, ...args) {
    return this.page.evaluate(
      ([operation, args]) => operation.split('.').reduce((client, name) => client[name], window.auth)(...args),
      [operation, args],
    );
  }

  async cookie(name) {
    const cookies = await this.page.context().cookies(service.url);
    const full = `better-auth.${name}`;
    // Each authorization that waits has a state cookie of its own, whose name ends in the authorization's id.
    return cookies.find((cookie) => cookie.name === full || cookie.name.startsWith(`${full}.`));
  }

  close = () => this.page.context().close();
}

for (const { name, path, named } of versions) {
  describe(`${name}: with an identity at a provider`, () => {
    let visitor;
    let person;

    beforeEach(async () => {
      visitor = await Visitor.open();
      person = someone();
      await visitor.visit(path);
    });

    afterEach(() => visitor.close());

    it('somebody new comes in, and comes back', async () => {
      await visitor.press('Continue with Acme');
      await visitor.page.getByPlaceholder('Enter any login').waitFor();
      assert.equal(new URL(visitor.page.url()).origin, provider.issuer);
      assert.ok((await visitor.cookie('state')).httpOnly);
      await visitor.logInThere(person);
      await visitor.agreeThere();
      await visitor.sees(`Signed in as ${emailOf(person)}`);
      await visitor.page.getByText('you are new here').waitFor();

      const { user } = await visitor.done('getSession');
      assert.deepEqual(
        { email: user.email, emailVerified: user.emailVerified, name: user.name },
        { email: emailOf(person), emailVerified: true, name: `${person} of Acme` },
      );
      const session = await visitor.cookie('session_token');
      assert.ok(session.httpOnly && session.sameSite === 'Lax');
      assert.equal(await visitor.cookie('state'), undefined, 'what the browser was sent away with is used up');

      await visitor.signOut();
      // The provider knows the browser by now.
      await visitor.press('Continue with Acme');
      await visitor.agreeThere();
      await visitor.sees(`Signed in as ${emailOf(person)}`);
      assert.equal(await visitor.page.getByText('you are new here').isVisible(), false);
      assert.equal((await visitor.done('getSession')).user.id, user.id);
    });

    it('whoever says no there is told so here', async () => {
      await visitor.press('Continue with Acme');
      await visitor.page.getByRole('link', { name: 'Cancel' }).click();
      await visitor.isTold('access_denied');
      await visitor.sees('Nobody is signed in');
      assert.equal(await visitor.cookie('session_token'), undefined);
    });

    it('whoever has a password links it and takes it away, but not the last account', async () => {
      await visitor.signUp(emailOf(person));
      await visitor.press('Link Acme');
      await visitor.logInThere(person);
      await visitor.agreeThere();
      await visitor.item('acme').waitFor();
      await visitor.sees(`Signed in as ${emailOf(person)}`);

      // It opens the user now, whose address was never verified here.
      const { user } = await visitor.done('getSession');
      await visitor.signOut();
      await visitor.press('Continue with Acme');
      await visitor.agreeThere();
      await visitor.sees(`Signed in as ${emailOf(person)}`);
      assert.equal((await visitor.done('getSession')).user.id, user.id);

      await visitor.unlink('acme');
      await visitor.item('acme').waitFor({ state: 'detached' });
      await visitor.unlink('Password');
      await visitor.isTold("You can't unlink your last account");
      await visitor.item('Password').waitFor();
    });

    it('an address alone opens no account that somebody else may have made', async () => {
      await visitor.signUp(emailOf(person));
      await visitor.signOut();
      await visitor.signInAs(person);
      await visitor.isTold('account_not_linked');
      await visitor.sees('Nobody is signed in');
    });

    it('somebody else’s identity is not linked', async () => {
      await visitor.signUp(emailOf(person));
      await visitor.press('Link Acme');
      await visitor.logInThere(someone());
      await visitor.agreeThere();
      await visitor.isTold('email_does_not_match');
      assert.equal((await visitor.done('listAccounts')).length, 1);
    });

    it('the application gets at the provider’s tokens, and renews them', async () => {
      await visitor.signInAs(person);
      await visitor.item('acme').waitFor();
      const [account] = await visitor.done('listAccounts');
      assert.deepEqual(
        { provider: account.provider, accountId: account.accountId, scopes: account.scopes.toSorted() },
        { provider: 'acme', accountId: person, scopes: ['email', 'offline_access', 'openid', 'profile'] },
      );
      const got = await visitor.done('getAccessToken', named(account));
      assert.equal((await provider.userOf(got.accessToken)).email, emailOf(person));
      assert.ok(Date.parse(got.accessTokenExpiresAt) > Date.now());
      assert.equal(got.refreshToken, undefined);
      const renewed = await visitor.done('refreshToken', named(account));
      assert.notEqual(renewed.accessToken, got.accessToken);
      assert.equal((await provider.userOf(renewed.accessToken)).sub, person);
      assert.ok(renewed.refreshToken);
      assert.equal((await visitor.done('getAccessToken', named(account))).accessToken, renewed.accessToken);
    });

    it('an app that has an ID token of its own brings it', async () => {
      const token = await tokenOfApp(person);
      const other = { ...token, nonce: 'of another sign-in' };
      const { error } = await visitor.call('signIn.social', { provider: 'acme', idToken: other });
      assert.deepEqual([error.status, error.code], [401, 'INVALID_TOKEN']);
      const signedIn = await visitor.done('signIn.social', { provider: 'acme', idToken: token });
      assert.equal(signedIn.user.email, emailOf(person));
      await visitor.page.reload();
      await visitor.sees(`Signed in as ${emailOf(person)}`);
    });
  });
}

describe('better-auth 1.7: only the current client', () => {
  it('asks who the user is at the provider', async () => {
    const visitor = await Visitor.open();
    const person = someone();
    await visitor.visit('/');
    await visitor.signInAs(person);
    await visitor.item('acme').waitFor();
    const [account] = await visitor.done('listAccounts');
    const info = await visitor.done('accountInfo', { query: { accountId: account.id } });
    const [email, name] = [emailOf(person), `${person} of Acme`];
    assert.deepEqual(info, {
      user: { name, email, emailVerified: true },
      data: { sub: person, email, email_verified: true, name },
      account: { id: account.id, providerId: 'acme', accountId: person },
    });
    await visitor.close();
  });
});

// What a native app does at the provider by itself, in a browser of its own.
async function tokenOfApp(person) {
  const visitor = await Visitor.open();
  const [nonce, codeVerifier] = [randomBytes(16).toString('hex'), randomBytes(32).toString('base64url')];
  const address = new URL(`${provider.issuer}/auth`);
  address.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: NATIVE,
    response_type: 'code',
    scope: 'openid email profile',
    nonce,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const back = visitor.page.waitForRequest((request) => request.url().startsWith(NATIVE));
  await visitor.page.goto(address.href);
  await visitor.logInThere(person);
  await visitor.agreeThere();
  const code = new URL((await back).url()).searchParams.get('code');
  await visitor.close();
  const tokens = await provider.exchange({ code, redirectUri: NATIVE, codeVerifier });
  return { token: tokens.id_token, accessToken: tokens.access_token, nonce };
}
