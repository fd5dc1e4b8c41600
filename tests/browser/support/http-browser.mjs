// A browser without pages, as far as that matters to the way through a provider: it keeps cookies, and follows nothing.

import assert from 'node:assert/strict';

export const ORIGIN = 'http://localhost:5999';
export const PASSWORD = 'a keeper of the door';

export class HttpBrowser {
  cookies = new Map();

  constructor(service) {
    this.service = service;
  }

  async send(method, target, body) {
    const url = new URL(target, this.service);
    const headers = { origin: ORIGIN, cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') };
    if (body) headers['content-type'] = 'application/json';
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body), redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (/max-age=0(;|$)/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async post(operation, body) {
    const response = await this.send('POST', `/api/auth/${operation}`, body);
    return { ...(await response.json()), status: response.status };
  }

  async get(operation) {
    return (await this.send('GET', `/api/auth/${operation}`)).json();
  }

  // The provider's page that the service sends to.
  async leave(operation = 'sign-in/social', provider = 'liar') {
    const ends = { callbackURL: `${ORIGIN}/in`, errorCallbackURL: `${ORIGIN}/sorry` };
    const answer = await this.post(operation, { provider, ...ends });
    assert.equal(answer.status, 200, JSON.stringify(answer));
    return answer.url;
  }

  // Where the browser ends, without what always stands before it.
  async come(back) {
    const response = await this.send('GET', back);
    assert.equal(response.status, 302);
    return response.headers.get('location').replace(ORIGIN, '').replace(this.service, '');
  }

  isSignedIn = async () => (await this.get('get-session')) !== null;

  async signUp(email) {
    const answer = await this.post('sign-up/email', { name: 'Victim', email, password: PASSWORD });
    assert.equal(answer.status, 200, JSON.stringify(answer));
  }

  async verify(email) {
    await this.post('send-verification-email', { email });
    const mails = await (await fetch(`${this.service}/_local/mail.json`)).json();
    const { token } = mails.findLast((mail) => mail.to === email || mail.to.includes(email));
    assert.equal((await this.send('GET', `/api/auth/verify-email?token=${token}`)).status, 200);
  }

  async accounts() {
    return (await this.get('list-accounts')).map((account) => account.providerId).sort();
  }
}
