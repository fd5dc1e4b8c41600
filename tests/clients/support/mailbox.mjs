// The mailbox page of the local service, as JSON.

import { setTimeout as wait } from 'node:timers/promises';

import { origin } from './service.mjs';

const PATIENCE = 10_000;

const matching = async (to, kind) => {
  const response = await fetch(`${origin}/_local/mail.json`);
  if (!response.ok) throw new Error(`the mailbox answers ${response.status}`);
  return (await response.json()).filter((mail) => mail.to === to && mail.kind === kind);
};

// The newest mail of this kind to this address. Mail leaves after the answer, so it may be a moment late.
export async function mailTo(to, kind) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await wait(50)) {
    const mail = (await matching(to, kind)).at(-1);
    if (mail) return mail;
  }
  throw new Error(`no ${kind} mail to ${to} within ${PATIENCE / 1000} s`);
}
