// A fresh folder in which the steps of one recipe are carried out, and the processes that they start.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { root } from './recipes.mjs';

// For one command, and for a server until it responds. An installation takes longest.
const PATIENCE = 180_000;

// npm asks for updates and advisories, and Next.js sends telemetry; a test needs neither. All recipes share the cache of
// npm.
const QUIET = {
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_prefer_offline: 'true',
  NEXT_TELEMETRY_DISABLED: '1',
  CI: '1',
};

// Where `cargo build` puts the command `operator`.
const BINARIES = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');
const PATH = `${BINARIES}${delimiter}${process.env.PATH}`;

export class Kitchen {
  servers = [];

  constructor(folder, environment) {
    this.folder = folder;
    this.environment = environment;
  }

  static async open(environment) {
    return new Kitchen(await mkdtemp(join(tmpdir(), 'recipe-')), environment);
  }

  async write(name, text) {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  // The standard output of a block, which must succeed.
  async run(script) {
    const child = this.#start(script);
    const timer = setTimeout(() => stop(child), PATIENCE);
    const status = await child.ended;
    clearTimeout(timer);
    if (status !== 0) throw new Error(`status ${status} of\n${script}\n${child.output}${child.errors}`);
    return child.output;
  }

  async serve(script, url) {
    if (await responds(url)) throw new Error(`another program is at ${url}`);
    const child = this.#start(script);
    this.servers.push(child);
    for (const deadline = Date.now() + PATIENCE; !(await responds(url)); await wait(100)) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${url} does not respond:\n${script}\n${child.output}${child.errors}`);
      }
    }
  }

  async close() {
    for (const server of this.servers) {
      stop(server);
      await server.ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  // A process group of its own, so that stopping it stops what it has started, too. A block of README.md that begins in
  // the repository (`cd tests/...`) runs there.
  #start(script) {
    const cwd = script.startsWith('cd ') ? root : this.folder;
    const env = { ...process.env, ...QUIET, PATH, ...this.environment };
    const options = { cwd, detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] };
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], options);
    child.output = '';
    child.errors = '';
    child.stdout.on('data', (text) => (child.output += text));
    child.stderr.on('data', (text) => (child.errors += text));
    child.ended = new Promise((end) => child.once('close', end));
    return child;
  }
}

function stop(child) {
  try {
    process.kill(-child.pid);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function responds(url) {
  try {
    return (await fetch(url, { redirect: 'manual' })).status < 500;
  } catch {
    return false;
  }
}
