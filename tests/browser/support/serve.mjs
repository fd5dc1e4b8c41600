// `npm start`: the example pages on http://localhost:5173, for the service at OSTIARY_URL.

import { openPage } from './page.mjs';

const service = process.env.OSTIARY_URL ?? 'http://localhost:3000';
const page = await openPage({ port: Number(process.env.PORT ?? 5173) });
await page.serve(service);
await page.serve(service, { page: 'social', path: '/social/' });
console.log(`${page.origin} and ${page.origin}/social/ are ready, for the service at ${service}. It must trust them:`);
console.log(`  cargo run -- --config TRUSTED_ORIGINS=${page.origin}`);
