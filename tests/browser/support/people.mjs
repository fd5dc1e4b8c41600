// Users, organizations and mails of a service, made over its API.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

export const PASSWORD = 'seven lanterns by the harbour';
export const OTHER_PASSWORD = 'nine bridges over the river';

// Counts the addresses and names that were made, for any service.
let number = 0;

export class People {

  // With a language, their requests prefer it, as a browser's do.
  constructor(service, language) {
    this.service = service;
    this.language = language;
  }

  newEmail(name = 'eve') {
    return `${name}-${(number += 1)}@example.test`;
  }

  async post(path, body, token) {
    const headers = { 'content-type': 'application/json' };
    if (this.language) headers['accept-language'] = this.language;
    if (token) headers.authorization = `Bearer ${token}`;
    const response = await fetch(`${this.service.url}/api/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = await response.json();
    assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  // The token of the session.
  async signUp(email, name = 'Grace Hopper') {
    return (await this.post('sign-up/email', { email, password: PASSWORD, name })).token;
  }

  async verified(email, name) {
    const token = await this.signUp(email, name);
    const link = await this.link(email, 'verify-email');
    const verification = new URL(link).searchParams.get('token');
    const verified = await fetch(`${this.service.url}/api/auth/verify-email?token=${verification}`);
    assert.equal(verified.status, 200);
    return token;
  }

  async session(token) {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${this.service.url}/api/auth/get-session`, { headers })).json();
  }

  // The link to that page in the newest mail to the address.
  async link(email, page) {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const mails = await (await fetch(`${this.service.url}/_local/mail.json`)).json();
      const mail = mails.findLast((sent) => sent.to.includes(email) && sent.url?.includes(`/link/${page}`));
      if (mail) return mail.url;
      await wait(100);
    }
    throw new Error(`no mail with ${page} to ${email}`);
  }

  // The session of an owner, and the id of the organization.
  async organization(name = 'Northwind Trading') {
    const email = this.newEmail('owner');
    const owner = await this.verified(email, 'Ada Lovelace');
    const slug = `northwind-${(number += 1)}`;
    const { id } = await this.post('organization/create', { name, slug }, owner);
    return { owner, id };
  }

  async invite({ owner, id }, email) {
    const invitation = await this.post('organization/invite-member', { email, role: 'member', organizationId: id }, owner);
    return { id: invitation.id, link: await this.link(email, 'invitation') };
  }

  // Whether the user is a member of an organization.
  async isMember(token) {
    const headers = { authorization: `Bearer ${token}` };
    const list = await fetch(`${this.service.url}/api/auth/organization/list`, { headers });
    return (await list.json()).length > 0;
  }

  // Turns the second factor on; the function returns a code that was not used yet.
  async secondFactor(token) {
    const { totpURI } = await this.post('two-factor/enable', { password: PASSWORD }, token);
    const secret = base32(new URL(totpURI).searchParams.get('secret'));
    await this.post('two-factor/verify-totp', { code: code(secret, 0) }, token);
    return () => code(secret, 1);
  }

  async resetLink(email) {
    await this.post('request-password-reset', { email });
    return this.link(email, 'reset-password');
  }

  async deletionLink(email, token) {
    await this.post('delete-user', {}, token);
    return this.link(email, 'delete-user');
  }
}

// RFC 6238, `later` steps of thirty seconds from now.
function code(secret, later) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac('sha1', secret).update(step).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text) {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
