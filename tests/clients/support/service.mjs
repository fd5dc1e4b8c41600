// Where the service under test answers. Everything else in this folder asks here.

export const origin = new URL(process.env.OSTIARY_URL ?? 'http://localhost:3000').origin;

let people = 0;

// An address that nobody has used: the suites run any number of times against one service.
export const someone = () => `client-${Date.now().toString(36)}-${process.pid}-${(people += 1)}@example.test`;

// Whom the service was started with (`--admin`).
export const ADMIN = { email: 'root@example.com', password: 'the keeper of all doors' };
