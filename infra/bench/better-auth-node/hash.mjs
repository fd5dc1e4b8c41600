// What one password costs the framework: `node hash.mjs COUNT` verifies a password so often, one after the other, and prints
// the milliseconds of each, by the clock and on a processor.

import { hashPassword, verifyPassword } from 'better-auth/crypto';

const count = Number(process.argv[2]);
const password = 'nine lanterns over Pskov';
const hash = await hashPassword(password);
await verifyPassword({ hash, password });

const cpu = process.cpuUsage();
const started = performance.now();
for (let i = 0; i < count; i += 1) {
  if (!(await verifyPassword({ hash, password }))) throw new Error('the password does not match');
}
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ wall_ms: wall / count, cpu_ms: (user + system) / 1000 / count }));
