// Takes a picture of every state of every page and of every mail on the way, into docs/pictures. Those that the documentation shows are
// in the folder itself, and the others, which Git ignores, in `all`.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launchChromium } from './support/chromium.mjs';
import { People } from './support/people.mjs';
import { startService } from './support/service.mjs';
import { STATES } from './support/states.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const LOOKS = {
  '': { viewport: { width: 720, height: 540 }, colorScheme: 'light' },
  '-dark': { viewport: { width: 720, height: 540 }, colorScheme: 'dark' },
  '-phone': { viewport: { width: 360, height: 640 }, colorScheme: 'light' },
  '-phone-dark': { viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
};

await mkdir(`${FOLDER}all`, { recursive: true });
const service = await startService({ APPLICATION_URL: 'https://app.example.com/', CONFIRM_DELETION_BY_MAIL: 'on' });
const browser = await launchChromium();
try {
  const people = new People(service);
  for (const { name, main, reach } of STATES) {
    const page = await (await browser.newContext({ locale: 'en-GB', viewport: LOOKS[''].viewport })).newPage();
    await reach(people, page);
    await page.waitForLoadState('load');
    for (const [look, { viewport, colorScheme }] of Object.entries(LOOKS)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const folder = main && look === '' ? FOLDER : `${FOLDER}all/`;
      await page.screenshot({ path: `${folder}${name}${look}.png`, fullPage: true });
    }
    await page.context().close();
  }
  await takeMails();
} finally {
  await browser.close();
  await service.stop();
}

// The newest mail of each kind.
async function takeMails() {
  const mails = await (await fetch(`${service.url}/_local/mail.json`)).json();
  const newest = new Map(mails.filter((mail) => mail.html).map((mail) => [mail.kind ?? mail.subject, mail]));
  const page = await (await browser.newContext({ viewport: { width: 640, height: 480 } })).newPage();
  for (const [kind, mail] of newest) {
    await page.setContent(mail.html);
    const name = kind.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    await page.screenshot({ path: `${FOLDER}all/mail-${name}.png`, fullPage: true });
  }
}
