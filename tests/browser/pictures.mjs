// Takes a picture of every state of every page and of every mail on the way, of the main states in every language, and of the pages of the
// local service, into docs/pictures. Those that the documentation shows are in the folder itself, and the others, which Git ignores, in `all`.

import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launchChromium } from './support/chromium.mjs';
import { People } from './support/people.mjs';
import { startService } from './support/service.mjs';
import { LOCAL, STATES, WORDLESS } from './support/states.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const LOOKS = {
  '': { viewport: { width: 720, height: 540 }, colorScheme: 'light' },
  '-dark': { viewport: { width: 720, height: 540 }, colorScheme: 'dark' },
  '-phone': { viewport: { width: 360, height: 640 }, colorScheme: 'light' },
  '-phone-dark': { viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
};
// The mail whose picture is in the documentation.
const MAIN_MAIL = 'mail-verify-email';
const LANGUAGES = ['de', 'fr', 'es', 'ja', 'zh', 'ko'];

await mkdir(`${FOLDER}all`, { recursive: true });
const service = await startService({ APPLICATION_URL: 'https://app.example.com/', CONFIRM_DELETION_BY_MAIL: 'on' });
const browser = await launchChromium();
try {
  const people = new People(service);
  for (const { name, main, reach } of [...LOCAL, ...STATES]) await take({ name, main }, (page) => reach(people, page));
  await takeMails('', 0);
  for (const language of LANGUAGES) {
    const theirs = new People(service, language);
    const earlier = (await mails()).length;
    for (const { name, reach } of WORDLESS) {
      await take({ name: `${name}-${language}`, language }, (page) => reach(theirs, page));
    }
    await takeMails(`-${language}`, earlier);
  }
} finally {
  await browser.close();
  await service.stop();
}

// In every look, once the page is reached.
async function take({ name, main, language = 'en-GB' }, reach) {
  const page = await (await browser.newContext({ locale: language, viewport: LOOKS[''].viewport })).newPage();
  await reach(page);
  await page.waitForLoadState('networkidle');
  for (const [look, { viewport, colorScheme }] of Object.entries(LOOKS)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await save(page, `${name}${look}`, main && look === '');
  }
  await page.context().close();
}

// Pictures of the documentation are reduced to 32 colours, a quarter of the size, if `pngquant` is installed.
async function save(page, name, isMain) {
  const path = `${isMain ? FOLDER : `${FOLDER}all/`}${name}.png`;
  await page.screenshot({ path, fullPage: true });
  if (isMain) spawnSync('pngquant', ['--force', '--output', path, '32', '--', path]);
}

async function mails() {
  return (await fetch(`${service.url}/_local/mail.json`)).json();
}

// The newest mail of each kind that came after the first `earlier` ones.
async function takeMails(suffix, earlier) {
  const later = (await mails()).slice(earlier).filter((mail) => mail.html);
  const newest = new Map(later.map((mail) => [mail.kind ?? mail.subject, mail]));
  const page = await (await browser.newContext()).newPage();
  for (const [kind, mail] of newest) {
    await page.setContent(mail.html);
    const name = `mail-${kind.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}${suffix}`;
    for (const [look, { viewport, colorScheme }] of Object.entries(LOOKS)) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await save(page, `${name}${look}`, name === MAIN_MAIL && look === '');
    }
  }
  await page.context().close();
}
