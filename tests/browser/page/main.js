// Passkeys with the official Better Auth client: nothing here knows more of the service than where it answers.

import { passkeyClient } from '@better-auth/passkey/client';
import { createAuthClient } from 'better-auth/client';

// Put in by the build.
const client = createAuthClient({ baseURL: OSTIARY_URL, plugins: [passkeyClient()] });

const part = (id) => document.getElementById(id);

// Shows what a call was refused for; gives what it brought otherwise.
function told({ data, error }) {
  part('problem').textContent = error ? (error.message ?? error.statusText) : '';
  return error ? null : data;
}

async function show() {
  const { data: session } = await client.getSession();
  part('in').hidden = !session;
  part('out').hidden = Boolean(session);
  if (session) await showPasskeys();
  part('who').textContent = session ? `Signed in as ${session.user.email}` : 'Nobody is signed in';
  if (!session) offerPasskeys();
}

async function showPasskeys() {
  const passkeys = told(await client.$fetch('/passkey/list-user-passkeys')) ?? [];
  part('passkeys').replaceChildren(...passkeys.map(line));
}

function line(passkey) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = passkey.name ?? 'A passkey without a name';
  const rename = button('Rename', async () => {
    const wanted = prompt('What to call it', passkey.name ?? '');
    if (!wanted) return;
    told(await client.$fetch('/passkey/update-passkey', { method: 'POST', body: { id: passkey.id, name: wanted } }));
    await showPasskeys();
  });
  const remove = button('Delete', async () => {
    told(await client.$fetch('/passkey/delete-passkey', { method: 'POST', body: { id: passkey.id } }));
    await showPasskeys();
  });
  item.append(name, rename, remove);
  return item;
}

function button(text, press) {
  const made = document.createElement('button');
  made.textContent = text;
  made.addEventListener('click', press);
  return made;
}

// Passkeys among what the browser fills in. It waits until the user picks one, or another ceremony takes its place.
async function offerPasskeys() {
  if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
  const { error } = await signInWithPasskey({ autoFill: true });
  if (!error) await show();
}

// Older clients bring nothing when all is well.
async function signInWithPasskey(options) {
  return (await client.signIn.passkey(options)) ?? { data: {} };
}

part('account').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  const call =
    event.submitter.value === 'sign-up'
      ? client.signUp.email({ name: email.split('@')[0], email, password })
      : client.signIn.email({ email, password });
  if (told(await call)) await show();
});

part('with-passkey').addEventListener('click', async () => {
  if (told(await signInWithPasskey())) await show();
});

part('add').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { name } = Object.fromEntries(new FormData(event.target));
  const added = (await client.passkey.addPasskey({ name: name || undefined })) ?? { data: {} };
  if (told(added)) {
    event.target.reset();
    await showPasskeys();
  }
});

part('sign-out').addEventListener('click', async () => {
  told(await client.signOut());
  await show();
});

show();
