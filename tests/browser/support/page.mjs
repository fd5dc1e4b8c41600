// Serves a page with its script bundled, on an origin of its own: http://localhost and a port. Browsers take `localhost` for a relying
// party, and count it as secure; they take no address.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const folderOf = (page) => fileURLToPath(new URL(`../${page}/`, import.meta.url));

// A server that listens already, so that its origin is known before the service that must trust it starts. Its page is built when
// `serve` says where that service is.
export async function openPage({ port = 0 } = {}) {
  const files = new Map();
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url, 'http://localhost').pathname);
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-store' }).end(file.body);
  });
  await new Promise((ready, failed) => server.once('error', failed).listen(port, '127.0.0.1', ready));
  return {
    origin: `http://localhost:${server.address().port}`,
    // `alias` takes other packages in place of those that the page names, as another version of the client.
    async serve(serviceUrl, { page = 'page', path = '/', alias = {} } = {}) {
      const folder = folderOf(page);
      files.set(path, { type: 'text/html; charset=utf-8', body: await readFile(`${folder}index.html`) });
      files.set(`${path}main.js`, { type: 'text/javascript', body: await bundle(folder, serviceUrl, alias) });
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

async function bundle(folder, serviceUrl, alias) {
  const { outputFiles } = await build({
    entryPoints: [`${folder}main.js`],
    bundle: true,
    format: 'esm',
    write: false,
    alias,
    define: { OSTIARY_URL: JSON.stringify(serviceUrl) },
  });
  return outputFiles[0].contents;
}
