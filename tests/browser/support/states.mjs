// Every state of every page, and the way to it. Each way begins with nothing, and ends on the page.

import { OTHER_PASSWORD, PASSWORD } from './people.mjs';

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function verification(people, page) {
  const email = people.newEmail();
  await people.signUp(email);
  await page.goto(await people.link(email, 'verify-email'));
  return email;
}

async function reset(people, page, password) {
  const email = people.newEmail();
  await people.signUp(email);
  await page.goto(await people.resetLink(email));
  if (password) {
    await page.getByLabel('New password').fill(password);
    await press(page, 'Save the password');
  }
}

async function invitation(people, page, { hasAccount = false } = {}) {
  const email = people.newEmail();
  const session = hasAccount && (await people.verified(email));
  const { id, link } = await people.invite(await people.organization(), email);
  await page.goto(link);
  return { email, session, id, link };
}

async function signIn(page, password = PASSWORD, button = 'Accept') {
  await page.getByLabel('Your password').fill(password);
  await press(page, button);
}

async function invitationWithCode(people, page) {
  const email = people.newEmail();
  const session = await people.verified(email);
  const code = await people.secondFactor(session);
  const { link } = await people.invite(await people.organization(), email);
  await page.goto(link);
  await signIn(page);
  return code;
}

async function join(page) {
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('Last name').fill('Hopper');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Join');
}

async function deletion(people, page) {
  const email = people.newEmail();
  const session = await people.verified(email);
  await page.goto(await people.deletionLink(email, session));
  await press(page, 'Delete my account');
}

const at = (path) => (people, page) => page.goto(`${people.service.url}${path}`);

// `main` are the ones whose pictures are in the documentation.
export const STATES = [
  { name: 'verify-email', main: true, reach: verification },
  {
    name: 'verify-email-confirmed',
    main: true,
    async reach(people, page) {
      await verification(people, page);
      await press(page, 'Confirm');
    },
  },
  {
    name: 'verify-email-rejected',
    async reach(people, page) {
      await verification(people, page);
      await press(page, 'I did not sign up');
    },
  },
  {
    name: 'verify-email-dead',
    async reach(people, page) {
      await page.goto(`${people.service.url}/link/verify-email?token=x`);
      await press(page, 'Confirm');
    },
  },
  {
    name: 'new-link-sent',
    async reach(people, page) {
      await page.goto(`${people.service.url}/link/verify-email?token=x`);
      await press(page, 'Confirm');
      await page.getByLabel('Email address').fill(people.newEmail());
      await press(page, 'Send a new link');
    },
  },
  { name: 'change-email', reach: at('/link/change-email?token=x') },
  { name: 'approve-email-change', reach: at('/link/approve-email-change?token=x') },
  { name: 'reset-password', reach: (people, page) => reset(people, page) },
  { name: 'reset-password-refused', main: true, reach: (people, page) => reset(people, page, 'password1') },
  { name: 'reset-password-done', reach: (people, page) => reset(people, page, OTHER_PASSWORD) },
  {
    name: 'reset-password-dead',
    async reach(people, page) {
      await page.goto(`${people.service.url}/link/reset-password?token=x`);
      await page.getByLabel('New password').fill(PASSWORD);
      await press(page, 'Save the password');
    },
  },
  { name: 'reset-password-hand-over', reach: at('/link/reset-password?token=x&callbackURL=/reset') },
  { name: 'set-password', reach: at('/link/set-password?token=x') },
  { name: 'reset-admin-password', reach: at('/link/reset-admin-password?token=x') },
  { name: 'registration', reach: at('/link/registration?token=x') },
  { name: 'invitation-new', main: true, reach: (people, page) => invitation(people, page) },
  {
    name: 'invitation-joined',
    async reach(people, page) {
      await invitation(people, page);
      await join(page);
    },
  },
  { name: 'invitation-account', reach: (people, page) => invitation(people, page, { hasAccount: true }) },
  {
    name: 'invitation-wrong-password',
    async reach(people, page) {
      await invitation(people, page, { hasAccount: true });
      await signIn(page, OTHER_PASSWORD);
    },
  },
  { name: 'invitation-code', reach: invitationWithCode },
  {
    name: 'invitation-accepted',
    async reach(people, page) {
      await invitation(people, page, { hasAccount: true });
      await signIn(page);
    },
  },
  {
    name: 'invitation-declined',
    async reach(people, page) {
      await invitation(people, page, { hasAccount: true });
      await signIn(page, PASSWORD, 'Decline');
    },
  },
  {
    name: 'invitation-used',
    async reach(people, page) {
      const { link } = await invitation(people, page, { hasAccount: true });
      await signIn(page);
      await page.getByRole('heading', { name: 'You have joined' }).waitFor();
      await page.goto(link);
    },
  },
  { name: 'invitation-unknown', reach: at('/link/invitation?token=x') },
  { name: 'delete-user', reach: at('/link/delete-user?token=x') },
  { name: 'delete-user-password', reach: deletion },
  {
    name: 'delete-user-done',
    async reach(people, page) {
      await deletion(people, page);
      await signIn(page, PASSWORD, 'Delete my account');
    },
  },
  { name: 'incomplete-link', reach: at('/link/verify-email') },
  { name: 'error', reach: at('/api/auth/error?error=state_mismatch') },
];

// The pages of the local service, of which the first picture is taken while its mailbox has few mails.
export const LOCAL = [
  {
    name: 'local-mailbox',
    main: true,
    async reach(people, page) {
      const email = people.newEmail();
      await people.verified(email);
      await people.invite(await people.organization(), email);
      await people.resetLink(email);
      await at('/_local/mail')(people, page);
    },
  },
  {
    name: 'local-mail',
    async reach(people, page) {
      await people.resetLink(await verification(people, page));
      await at('/_local/mail')(people, page);
      await page.locator('.mail > summary').first().click();
      await page.frameLocator('.mail[open] iframe').getByText('Hello').waitFor();
      await page.locator('.source > summary').first().click();
      await page.getByText('MIME-Version').first().waitFor();
    },
  },
  { name: 'local-home', main: true, reach: at('/') },
  { name: 'local-calls', reach: at('/_local/calls') },
];

// States that are reached without a word of a page, so in every language.
export const WORDLESS = [
  { name: 'verify-email', reach: verification },
  { name: 'reset-password', reach: (people, page) => reset(people, page) },
  {
    name: 'reset-password-refused',
    async reach(people, page) {
      await reset(people, page);
      await submit(page);
    },
  },
  {
    name: 'reset-password-dead',
    async reach(people, page) {
      await page.goto(`${people.service.url}/link/reset-password?token=x`);
      await submit(page, PASSWORD);
    },
  },
  { name: 'invitation-new', reach: (people, page) => invitation(people, page) },
  { name: 'invitation-account', reach: (people, page) => invitation(people, page, { hasAccount: true }) },
  {
    name: 'delete-user-password',
    async reach(people, page) {
      const email = people.newEmail();
      await page.goto(await people.deletionLink(email, await people.verified(email)));
      await page.locator('form button').first().click();
    },
  },
  { name: 'registration', reach: at('/link/registration?token=x') },
  { name: 'error', reach: at('/api/auth/error?error=state_mismatch') },
];

async function submit(page, password = 'password1') {
  await page.locator('input[type=password]').fill(password);
  await page.locator('input[type=password]').press('Enter');
  await page.locator('.danger, [role=alert], h1').first().waitFor();
}

export { invitation, invitationWithCode, join, press, signIn };
