// A real OpenID provider on a loopback port: `oidc-provider` with its own pages for login and consent. Whoever logs in as NAME, with any
// password, is NAME@example.test there.

import { createServer } from 'node:http';

import Provider from 'oidc-provider';

export const CLIENT_ID = 'ostiary';
const CLIENT_SECRET = 'a secret of the client: 100% of it';

export const emailOf = (name) => `${name}@example.test`;

// `redirectUris` are those that the client may be sent back to.
export async function startProvider({ redirectUris }) {
  const server = createServer();
  await new Promise((ready, failed) => server.once('error', failed).listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration(redirectUris));
  server.on('request', provider.callback());
  return {
    issuer,
    // What the service is told of it. Some providers hand out refresh tokens only to those who ask in this way.
    settings: {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      issuer,
      scopes: ['email', 'profile', 'offline_access'],
      parameters: { prompt: 'consent' },
    },
    // A native app's part: the code that it was sent back with, for tokens.
    async exchange({ code, redirectUri, codeVerifier }) {
      const basic = [CLIENT_ID, CLIENT_SECRET].map((text) => new URLSearchParams({ '': text }).toString().slice(1)).join(':');
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(basic)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
        }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    // Whom it takes an access token for.
    async userOf(accessToken) {
      const answer = await fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    stop() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

const configuration = (redirectUris) => ({
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: redirectUris,
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  cookies: { keys: ['of these tests alone'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // As many providers have it, what else is known of the user is not in the ID token: it is asked for with the access token.
  conformIdTokenClaims: true,
  pkce: { required: () => true },
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({ sub: name, email: emailOf(name), email_verified: true, name: `${name} of Acme` }),
  }),
});
