// An OpenID provider that lies as a test wants it to. It has no pages: the test says what its user consented to, and gets the address with
// which a browser would come back.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

import { SignJWT, exportJWK, generateKeyPair } from 'jose';

const CLIENT = { clientId: 'ostiary', clientSecret: 'a secret of the client' };

export const now = () => Math.floor(Date.now() / 1000);

// `discovery` goes over what it says of itself.
export async function startLiar({ discovery = {} } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key', use: 'sig', alg: 'ES256' };
  const grants = new Map();
  let asked = 0;

  const server = createServer(async (request, response) => {
    const answer = await answers(request).catch((error) => ({ status: 500, body: { error: String(error) } }));
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise((ready, failed) => server.once('error', failed).listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;

  async function answers(request) {
    const { pathname } = new URL(request.url, issuer);
    if (pathname === '/.well-known/openid-configuration') return { body: { ...metadata(), ...discovery } };
    if (pathname === '/jwks') return { body: { keys: [jwk] } };
    if (pathname === '/me') return { body: grants.get(request.headers.authorization?.slice('Bearer '.length)).userInfo };
    if (pathname === '/token') return token(new URLSearchParams(await text(request)));
    return { status: 404, body: {} };
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'HS256', 'none'],
  });

  async function token(form) {
    asked += 1;
    const grant = grants.get(form.get('code'));
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!grant || challenge !== grant.challenge) return { status: 400, body: { error: 'invalid_grant' } };
    if (grant.answer) return grant.answer;
    return {
      body: { access_token: form.get('code'), token_type: 'Bearer', expires_in: 3600, id_token: await grant.idToken() },
    };
  }

  return {
    issuer,
    settings: { ...CLIENT, issuer },
    jwk,
    // How often it was asked for tokens.
    asked: () => asked,
    // The user agreed to what `page` asks. `claims` go over those of the ID token, `sign` makes it, `answer` is the token endpoint's
    // whole answer in its place.
    consent(page, { claims = {}, sign = signed, answer, userInfo } = {}) {
      const parameters = new URL(page).searchParams;
      const code = `code-${grants.size}`;
      const all = { ...claimsOf('subject'), nonce: parameters.get('nonce'), ...claims };
      grants.set(code, {
        challenge: parameters.get('code_challenge'),
        answer,
        userInfo,
        idToken: () => sign(all, { privateKey, jwk }),
      });
      const back = new URL(parameters.get('redirect_uri'));
      back.search = new URLSearchParams({ code, state: parameters.get('state') });
      return back;
    },
    // An ID token that an app has got by itself.
    idToken: (claims, sign = signed) => sign({ ...claimsOf('subject'), ...claims }, { privateKey, jwk }),
    stop() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };

  function claimsOf(sub) {
    return { iss: issuer, aud: CLIENT.clientId, sub, iat: now(), exp: now() + 600, email_verified: true, name: 'Ada' };
  }
}

export const signed = (claims, { privateKey }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'key' }).sign(privateKey);

// The same name, another key.
export async function signedWithAnotherKey(claims) {
  return signed(claims, await generateKeyPair('ES256'));
}

export const unsigned = (claims) => `${part({ alg: 'none' })}.${part(claims)}.`;

// What both know is no proof: the client's secret, and the provider's public key.
export const signedWithSecret = (claims) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(CLIENT.clientSecret));
export const signedWithPublicKey = (claims, { jwk }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key' }).sign(Buffer.from(JSON.stringify(jwk)));

// Signed, and then changed.
export async function forged(claims, keys) {
  const [header, , signature] = (await signed({ ...claims, sub: 'somebody else' }, keys)).split('.');
  return [header, part(claims), signature].join('.');
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function text(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}
