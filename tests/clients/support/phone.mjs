// An authenticator app, written from RFC 4226 and RFC 6238 with nothing of the service's own.

import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const STEP = 30;

// RFC 4648, without padding.
const decodeBase32 = (text) => {
  const bits = [...text].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
};

const hotp = (secret, counter) => {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', secret).update(message).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
};

// The app that has scanned the URI. A code is good once, and so are those before it: the app shows one after the other, beginning with
// that of the step before the current one, and makes its owner wait for a step that nobody takes yet.
export function scan(totpURI) {
  const uri = new URL(totpURI);
  const secret = decodeBase32(uri.searchParams.get('secret'));
  const current = () => Math.floor(Date.now() / 1000 / STEP);
  let next = 0;
  return {
    issuer: uri.searchParams.get('issuer'),
    label: decodeURIComponent(uri.pathname.replace(/^\/+/, '').replace(/^totp\//, '')),
    async code() {
      const step = Math.max(next, current() - 1);
      while (step > current() + 1) await wait(250);
      next = step + 1;
      return hotp(secret, step);
    },
    wrongCode() {
      const good = new Set([-2, -1, 0, 1, 2].map((step) => hotp(secret, current() + step)));
      return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !good.has(code));
    },
  };
}
