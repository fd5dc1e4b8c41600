// The life of a passkey in a real browser: the official client in the example page, in its current version and in the one that the
// contract documents, Chromium's own authenticator, and the service.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { addAuthenticator, launchChromium } from './support/chromium.mjs';
import { openPage } from './support/page.mjs';
import { startService } from './support/service.mjs';

const PASSWORD = 'a keeper of the door';
const versions = [
  { name: 'better-auth 1.7', path: '/', alias: {} },
  {
    name: 'better-auth 1.2',
    path: '/documented/',
    alias: {
      'better-auth/client': 'better-auth-1-2/client',
      '@better-auth/passkey/client': 'better-auth-1-2/client/plugins',
    },
  },
];
let people = 0;
const someone = () => `browser-${(people += 1)}@example.test`;

let site;
let service;
let browser;

before(async () => {
  site = await openPage();
  service = await startService({ TRUSTED_ORIGINS: site.origin });
  for (const version of versions) await site.serve(service.url, version);
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  await service?.stop();
  await site?.close();
});

// What a user sees and does.
class Visitor {
  constructor(page) {
    this.page = page;
  }

  // Chromium picks an offered passkey by itself as soon as it may, so a test in which somebody else is to pick has none offered.
  static async open({ isOffered = false } = {}) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    if (!isOffered) {
      await page.addInitScript(() => (PublicKeyCredential.isConditionalMediationAvailable = async () => false));
    }
    return new Visitor(page);
  }

  visit = (path) => this.page.goto(`${site.origin}${path}`);
  press = (name) => this.page.getByRole('button', { name, exact: true }).click();
  sees = (text) => this.page.getByRole('status').filter({ hasText: text }).waitFor();
  isTold = (text) => this.page.getByRole('alert').filter({ hasText: text }).waitFor();
  item = (name) => this.page.getByRole('listitem').filter({ hasText: name });

  async signUp(email) {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password').fill(PASSWORD);
    await this.press('Sign up');
    await this.sees(`Signed in as ${email}`);
  }

  async addPasskey(name) {
    await this.page.getByLabel('Name').fill(name);
    await this.press('Add a passkey');
  }

  async signOut() {
    await this.press('Sign out');
    await this.sees('Nobody is signed in');
  }

  close = () => this.page.context().close();
}

for (const { name, path } of versions) {
  describe(`${name}: a passkey`, () => {
    let visitor;
    let authenticator;
    let email;

    async function begin(options) {
      visitor = await Visitor.open(options);
      authenticator = await addAuthenticator(visitor.page);
      email = someone();
      await visitor.visit(path);
      await visitor.signUp(email);
      await visitor.addPasskey('Laptop');
      await visitor.item('Laptop').waitFor();
    }

    beforeEach(() => begin());

    afterEach(() => visitor.close());

    it('is kept by the authenticator, under a handle that names nobody', async () => {
      const [credential] = await authenticator.credentials();
      assert.equal(credential.rpId, 'localhost');
      assert.equal(credential.isResidentCredential, true);
      assert.equal(Buffer.from(credential.userHandle, 'base64').length, 16);
    });

    it('signs its user in again, as often as wanted', async () => {
      for (const _ of [1, 2]) {
        await visitor.signOut();
        await visitor.press('Sign in with a passkey');
        await visitor.sees(`Signed in as ${email}`);
      }
    });

    it('is offered where the address is typed', async () => {
      await visitor.close();
      await begin({ isOffered: true });
      // The page still says who was signed in until it has heard of the sign-out.
      const answered = visitor.page.waitForResponse((answer) => answer.url().endsWith('/passkey/verify-authentication'));
      await visitor.press('Sign out');
      assert.equal((await answered).status(), 200);
      await visitor.sees(`Signed in as ${email}`);
      const { data } = await visitor.page.evaluate(async (url) => {
        const response = await fetch(`${url}/api/auth/get-session`, { credentials: 'include' });
        return { data: await response.json() };
      }, service.url);
      assert.equal(data.user.email, email);
    });

    it('gets another name', async () => {
      visitor.page.once('dialog', (dialog) => dialog.accept('Kitchen'));
      await visitor.press('Rename');
      await visitor.item('Kitchen').waitFor();
      await visitor.page.reload();
      await visitor.item('Kitchen').waitFor();
    });

    it('is not made twice by one authenticator', async () => {
      await visitor.addPasskey('Again');
      await visitor.isTold('Previously registered');
      assert.equal(await visitor.page.getByRole('listitem').count(), 1);
    });

    it('opens nothing once it is deleted', async () => {
      await visitor.press('Delete');
      await visitor.item('Laptop').waitFor({ state: 'detached' });
      await visitor.signOut();
      await visitor.press('Sign in with a passkey');
      await visitor.isTold('Passkey not found');
    });
  });

  // Chromium signs in with its passkeys only where the page names them, and takes none from a key that could have a PIN and has not.
  // What such an authenticator is worth at a sign-in, functions/passkey/tests says.
  describe(`${name}: an authenticator that is only touched`, () => {
    it('registers', async () => {
      const visitor = await Visitor.open();
      await addAuthenticator(visitor.page, { hasUserVerification: false, isUserVerified: false });
      await visitor.visit(path);
      await visitor.signUp(someone());
      await visitor.addPasskey('Key');
      await visitor.item('Key').waitFor();
      await visitor.close();
    });
  });
}
