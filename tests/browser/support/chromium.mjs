// Debian's Chromium without a window, driven over its debugging protocol, and the authenticators that it can pretend to have.

import { chromium } from 'playwright-core';

// As root it has no sandbox; and nothing in it is to look for hosts other than those of the test.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

// An authenticator in the page's tab. By default one as in a laptop: it keeps keys, and makes sure who uses them.
export async function addAuthenticator(page, options = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return {
    // What it has: `signCount`, `isResidentCredential`, `userHandle`, ...
    async credentials() {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    },
    // Whether its user touches it as soon as a page asks. A page that offers passkeys in the autofill of a field signs in
    // by itself otherwise, before a button is pressed.
    async setPresence(enabled) {
      await session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
  };
}
