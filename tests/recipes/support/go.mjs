// The environment in which the Go of a recipe runs: its module cache is in a temporary folder, and libraries that Debian has installed come from
// there and not from the internet.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('go_modules.py', import.meta.url));

export async function withGo(use) {
  const folder = await mkdtemp(join(tmpdir(), 'go-'));
  try {
    const proxy = join(folder, 'proxy');
    execFileSync('python3', [MODULES, proxy]);
    const debian = existsSync(proxy) && { GOPROXY: `file://${proxy}`, GOSUMDB: 'off' };
    return await use({ GOPATH: join(folder, 'path'), GOFLAGS: '-modcacherw', ...debian });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
