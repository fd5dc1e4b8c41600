// Social sign-in when somebody lies: the provider, another provider, another browser, a link in a mail. Over HTTP, as a browser would
// speak; the service must refuse each, and keep nothing of it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { HttpBrowser, ORIGIN, PASSWORD } from './support/http-browser.mjs';
import {
  forged,
  now,
  signedWithAnotherKey,
  signedWithPublicKey,
  signedWithSecret,
  startLiar,
  unsigned,
} from './support/liar.mjs';
import { startService } from './support/service.mjs';
import { scan } from '../clients/support/phone.mjs';

let people = 0;
const someone = () => `victim-${(people += 1)}@example.test`;

let service;
let liar;
let honest;
let impostor;

before(async () => {
  [liar, honest] = await Promise.all([startLiar(), startLiar()]);
  impostor = await startLiar({ discovery: { issuer: liar.issuer } });
  const providers = { liar: liar.settings, honest: honest.settings, impostor: impostor.settings };
  service = await startService((url) => ({
    PUBLIC_URL: url,
    TRUSTED_ORIGINS: ORIGIN,
    SOCIAL_PROVIDERS: JSON.stringify(providers),
  }));
});

after(async () => {
  await service?.stop();
  await Promise.all([liar, honest, impostor].map((provider) => provider?.stop()));
});

class Browser extends HttpBrowser {
  constructor() {
    super(service.url);
  }
}

// Nobody is signed in, nobody has taken the address, and the identity opens nobody.
async function nothingIsLeft(browser, email, sub) {
  assert.equal(await browser.isSignedIn(), false);
  const owner = new Browser();
  await owner.signUp(email);
  assert.deepEqual(await owner.accounts(), ['credential']);
  const later = new Browser();
  const back = liar.consent(await later.leave(), { claims: { sub, email } });
  assert.equal(await later.come(back), '/sorry?error=account_not_linked');
}

describe('an ID token', () => {
  const day = 24 * 3600;
  const lies = {
    'of another issuer': { claims: { iss: 'https://login.example' } },
    'for another application': { claims: { aud: 'another application' } },
    'for another application too': { claims: { aud: ['ostiary', 'another application'] } },
    'of another sign-in': { claims: { nonce: 'of another sign-in' } },
    'of no sign-in': { claims: { nonce: undefined } },
    'that has expired': { claims: { iat: now() - day, exp: now() - 1 } },
    'that never expires': { claims: { exp: undefined } },
    'of nobody': { claims: { sub: '' } },
    'signed with another key': { sign: signedWithAnotherKey },
    'signed by nobody (alg: none)': { sign: unsigned },
    'signed with the secret of the client': { sign: signedWithSecret },
    'signed with the public key as if it were a secret': { sign: signedWithPublicKey },
    'that was changed': { sign: forged },
    'that is none': { sign: () => 'none.at.all' },
  };
  for (const [name, { claims, sign }] of Object.entries(lies)) {
    it(`${name} opens nothing`, async () => {
      const [browser, email] = [new Browser(), someone()];
      const sub = claims && 'sub' in claims ? claims.sub : email;
      const back = liar.consent(await browser.leave(), { claims: { sub, email, ...claims }, sign });
      const end = await browser.come(back);
      assert.match(end, /^\/sorry\?error=(unable_to_get_user_info|temporarily_unavailable)$/);
      await nothingIsLeft(browser, email, email);
    });
    if (claims && 'nonce' in claims) continue;
    it(`${name} opens nothing when an app brings it either`, async () => {
      const [browser, email] = [new Browser(), someone()];
      const token = await liar.idToken({ sub: email, email, ...claims }, sign);
      const answer = await browser.post('sign-in/social', { provider: 'liar', idToken: { token } });
      assert.deepEqual([answer.status, answer.code], [401, 'INVALID_TOKEN']);
      await nothingIsLeft(browser, email, email);
    });
  }

  it('is missed', async () => {
    const [browser, email] = [new Browser(), someone()];
    const answer = { body: { access_token: 'access', token_type: 'Bearer' } };
    assert.equal(
      await browser.come(liar.consent(await browser.leave(), { answer })),
      '/sorry?error=unable_to_get_user_info',
    );
    await nothingIsLeft(browser, email, email);
  });
});

describe('a provider', () => {
  const answers = {
    'that falls over': { status: 500, body: 'oops' },
    'that sends elsewhere': { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' },
    'that says too much': { body: `"${'x'.repeat(1024 * 1024)}"` },
    'that refuses the code': { status: 400, body: { error: 'invalid_grant' } },
  };
  for (const [name, answer] of Object.entries(answers)) {
    it(`${name} ends in a redirect`, async () => {
      const browser = new Browser();
      const end = await browser.come(liar.consent(await browser.leave(), { answer }));
      assert.match(end, /^\/sorry\?error=(temporarily_unavailable|invalid_code)$/);
      assert.equal(await browser.isSignedIn(), false);
    });
  }

  it('whose user-info endpoint speaks of somebody else is not believed', async () => {
    const [browser, email] = [new Browser(), someone()];
    const userInfo = { sub: 'somebody else', email, email_verified: true };
    const back = liar.consent(await browser.leave(), { claims: { sub: email }, userInfo });
    assert.match(await browser.come(back), /^\/sorry\?error=/);
    await nothingIsLeft(browser, email, email);
  });

  it('whose document names another issuer is not spoken to', async () => {
    const answer = await new Browser().post('sign-in/social', { provider: 'impostor' });
    assert.equal(answer.status, 503);
    const token = await liar.idToken({ sub: 'a', email: someone() });
    const brought = await new Browser().post('sign-in/social', { provider: 'impostor', idToken: { token } });
    assert.equal(brought.status, 503);
  });

  it('that says too little of an address takes over nobody', async () => {
    const [victim, email] = [new Browser(), someone()];
    await victim.signUp(email);
    await victim.verify(email);
    for (const verified of [false, undefined, 'false', null]) {
      const browser = new Browser();
      const claims = { sub: `${email} ${verified}`, email, email_verified: verified };
      const back = liar.consent(await browser.leave(), { claims, userInfo: { sub: claims.sub } });
      assert.match(await browser.come(back), /^\/sorry\?error=(account_not_linked|unable_to_get_user_info)$/);
      assert.equal(await browser.isSignedIn(), false);
    }
    assert.deepEqual(await victim.accounts(), ['credential']);
    // Once it is said, it is the same user.
    const browser = new Browser();
    assert.equal(await browser.come(liar.consent(await browser.leave(), { claims: { sub: email, email } })), '/in');
    assert.deepEqual(await victim.accounts(), ['credential', 'liar']);
  });

  it('does not open its users at another one', async () => {
    const email = someone();
    const [first, second] = [new Browser(), new Browser()];
    const claims = { sub: 'the same', email };
    assert.equal(await first.come(honest.consent(await first.leave('sign-in/social', 'honest'), { claims })), '/in');
    const lie = { ...claims, email_verified: false };
    assert.equal(await second.come(liar.consent(await second.leave(), { claims: lie })), '/sorry?error=account_not_linked');
  });
});

describe('the way back', () => {
  it('is good once', async () => {
    const [browser, email] = [new Browser(), someone()];
    const back = liar.consent(await browser.leave(), { claims: { sub: email, email } });
    const cookies = new Map(browser.cookies);
    const copies = Array.from({ length: 8 }, () => Object.assign(new Browser(), { cookies: new Map(cookies) }));
    const ends = await Promise.all(copies.map((copy) => copy.come(back)));
    assert.equal(ends.filter((end) => end === '/in').length, 1, ends.join());
    const replay = Object.assign(new Browser(), { cookies });
    assert.equal(await replay.come(back), '/api/auth/error?error=state_mismatch');
    assert.equal(await replay.isSignedIn(), false);
  });

  it('leads into the browser that was sent away, and no other', async () => {
    const [attacker, victim, email] = [new Browser(), new Browser(), someone()];
    const back = liar.consent(await attacker.leave(), { claims: { sub: email, email } });
    // Without a cookie, and with that of a sign-in of one's own.
    assert.equal(await victim.come(back), '/sorry?error=state_mismatch');
    const own = liar.consent(await victim.leave(), { claims: { sub: 'victim', email: someone() } });
    assert.equal(await victim.come(back), '/sorry?error=state_mismatch');
    assert.equal(await victim.isSignedIn(), false);
    assert.equal(await victim.come(own), '/in', 'what is under way there goes on');
  });

  it('does not get around the second factor', async () => {
    const [browser, email] = [new Browser(), someone()];
    await browser.signUp(email);
    const identity = { claims: { sub: email, email } };
    assert.equal(await browser.come(liar.consent(await browser.leave('link-social'), identity)), '/in');
    const app = scan((await browser.post('two-factor/enable', { password: PASSWORD })).totpURI);
    assert.equal((await browser.post('two-factor/verify-totp', { code: await app.code() })).status, 200);

    const later = new Browser();
    assert.equal(await later.come(liar.consent(await later.leave(), identity)), '/in?twoFactorRedirect=true');
    assert.equal(await later.isSignedIn(), false);
    assert.equal((await later.post('two-factor/verify-totp', { code: app.wrongCode() })).status, 401);
    assert.equal(await later.isSignedIn(), false);
    assert.equal((await later.post('two-factor/verify-totp', { code: await app.code() })).status, 200);
    assert.equal(await later.isSignedIn(), true);
  });

  it('links nothing in another browser', async () => {
    const [attacker, victim] = [new Browser(), new Browser()];
    const [mine, theirs] = [someone(), someone()];
    await attacker.signUp(mine);
    await victim.signUp(theirs);
    const back = liar.consent(await attacker.leave('link-social'), { claims: { sub: theirs, email: mine } });
    assert.equal(await victim.come(back), '/sorry?error=state_mismatch');
    for (const browser of [attacker, victim]) assert.deepEqual(await browser.accounts(), ['credential']);
  });

  it('takes no code of another sign-in', async () => {
    const [attacker, victim, email] = [new Browser(), new Browser(), someone()];
    const stolen = liar.consent(await victim.leave(), { claims: { sub: email, email } });
    const own = liar.consent(await attacker.leave());
    own.searchParams.set('code', stolen.searchParams.get('code'));
    assert.equal(await attacker.come(own), '/sorry?error=invalid_code');
    await nothingIsLeft(attacker, email, email);
  });

  it('leads to the provider that was asked (mix-up)', async () => {
    const [browser, email] = [new Browser(), someone()];
    const asked = () => [liar.asked(), honest.asked()];
    const before = asked();
    const consent = async () => honest.consent(await browser.leave('sign-in/social', 'honest'), { claims: { sub: email, email } });

    const otherPath = await consent();
    otherPath.pathname = '/api/auth/callback/liar';
    assert.equal(await browser.come(otherPath), '/sorry?error=state_mismatch');
    const otherIssuer = await consent();
    otherIssuer.searchParams.set('iss', liar.issuer);
    assert.equal(await browser.come(otherIssuer), '/sorry?error=issuer_mismatch');
    assert.deepEqual(asked(), before, 'no code went anywhere');
    const named = await consent();
    named.searchParams.set('iss', honest.issuer);
    assert.equal(await browser.come(named), '/in');
  });

  it('repeats no words of others', async () => {
    const browser = new Browser();
    const back = liar.consent(await browser.leave());
    back.searchParams.delete('code');
    back.searchParams.set('error', '<script>alert(1)</script>');
    assert.equal(await browser.come(back), '/sorry?error=oauth_error');
    const page = await (await fetch(`${service.url}/api/auth/error?error=<script>alert(1)</script>`)).text();
    assert.ok(!page.includes('<script>alert'));
  });

  const targets = [
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test',
    '\\\\evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    `${ORIGIN}@evil.test/`,
    `${ORIGIN}.evil.test/`,
    'http://localhost:5998/',
    'https://localhost:5999/',
    '/\t/evil.test',
    '/\r\nset-cookie: x=y',
  ];
  for (const target of targets) {
    it(`does not lead to ${JSON.stringify(target)}`, async () => {
      const browser = new Browser();
      await browser.signUp(someone());
      for (const operation of ['sign-in/social', 'link-social']) {
        for (const name of ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL']) {
          const answer = await browser.post(operation, { provider: 'liar', [name]: target });
          assert.deepEqual([answer.status, answer.code], [403, 'INVALID_CALLBACK_URL'], `${operation} ${name}`);
        }
      }
    });
  }
});
