// The Better Auth server as its documentation sets it up: `node server.mjs PORT`. Everything is the default, but for what
// the comparison needs: e-mail and password are on, rate limits are off, and the tables are in memory.

import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';

const port = Number(process.argv[2]);
if (!Number.isInteger(port)) {
  console.error('usage: node server.mjs PORT');
  process.exit(2);
}

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'a secret of this benchmark, and of nothing else',
  database: new Database(':memory:'),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
});

await (await getMigrations(auth.options)).runMigrations();
createServer(toNodeHandler(auth)).listen(port, '127.0.0.1');
