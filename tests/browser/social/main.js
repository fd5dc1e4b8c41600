// Sign-in at another provider with the official Better Auth client: nothing here knows more of the service than where it answers, and
// that it calls the provider `acme`.

import { createAuthClient } from 'better-auth/client';

// Put in by the build.
const client = createAuthClient({ baseURL: OSTIARY_URL });
// For the console, and for the tests.
window.auth = client;

const part = (id) => document.getElementById(id);
const here = location.origin + location.pathname;
const acme = { provider: 'acme', callbackURL: here, errorCallbackURL: here };

// Shows what a call was refused for; gives what it brought otherwise.
function told({ data, error }) {
  part('problem').textContent = error ? (error.message ?? error.statusText) : '';
  return error ? null : data;
}

async function show() {
  const { data: session } = await client.getSession();
  part('in').hidden = !session;
  part('out').hidden = Boolean(session);
  if (session) await showAccounts();
  part('who').textContent = session ? `Signed in as ${session.user.email}` : 'Nobody is signed in';
}

async function showAccounts() {
  const accounts = told(await client.listAccounts()) ?? [];
  part('accounts').replaceChildren(...accounts.map(line));
}

function line(account) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  const provider = account.providerId ?? account.provider;
  name.textContent = provider === 'credential' ? 'Password' : provider;
  const unlink = document.createElement('button');
  unlink.textContent = 'Unlink';
  unlink.addEventListener('click', async () => {
    // Clients of different versions name an account by its record or by its provider: both names may be sent.
    if (told(await client.unlinkAccount({ accountId: account.id, providerId: provider }))) await showAccounts();
  });
  item.append(name, unlink);
  return item;
}

// Both take the browser to the provider.
part('continue').addEventListener('click', async () => {
  told(await client.signIn.social({ ...acme, newUserCallbackURL: `${here}?new` }));
});
part('link').addEventListener('click', async () => told(await client.linkSocial(acme)));

part('account').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  const call =
    event.submitter.value === 'sign-up'
      ? client.signUp.email({ name: email.split('@')[0], email, password })
      : client.signIn.email({ email, password });
  if (told(await call)) await show();
});

part('sign-out').addEventListener('click', async () => {
  told(await client.signOut());
  await show();
});

const query = new URLSearchParams(location.search);
part('welcome').hidden = !query.has('new');
history.replaceState(null, '', here);
await show();
// What the provider, or the service, sent the browser back with.
part('problem').textContent = query.get('error') ?? '';
