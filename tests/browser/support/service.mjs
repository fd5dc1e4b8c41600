// The local service, with settings of a suite's own, on a free port. It listens on 127.0.0.1; pages reach it as `localhost`, which is
// the same site as their own, so that cookies go along.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// It may have to be built first.
const PATIENCE = 15 * 60_000;

// `settings` may be a function of where the service will be, for those that others must know first.
export async function startService(settings = {}) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const chosen = typeof settings === 'function' ? await settings(url) : settings;
  const overrides = Object.entries(chosen).flatMap(([name, value]) => ['--config', `${name}=${value}`]);
  const options = ['--port', String(port), '--rate-limits', 'off', ...overrides];
  // `cargo run` becomes the service, so its process is the one to stop. `OSTIARY` is a program that was built before.
  const [program, ...first] = process.env.OSTIARY ? [process.env.OSTIARY] : ['cargo', 'run', '--quiet', '--'];
  const child = spawn(program, [...first, ...options], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => (log = (log + text).slice(-20_000)));
  const ended = new Promise((end) => child.once('exit', end));
  for (const deadline = Date.now() + PATIENCE; ; await wait(100)) {
    if (await answers(url)) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the service did not start:\n${log}`);
  }
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(url) {
  try {
    return (await fetch(`${url}/api/auth/ok`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
