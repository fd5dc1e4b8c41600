// What the official client has around it in a web page: a cookie jar, and an Origin header that scripts cannot change.

import { origin } from './service.mjs';

class Jar {
  #cookies = new Map();

  get header() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  // Only what the service uses of RFC 6265: one host, and an end by Max-Age or Expires.
  keep(line) {
    const [pair, ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const over = attributes.some((attribute) => {
      const [key, argument] = attribute.split('=');
      return (
        (key.toLowerCase() === 'max-age' && Number(argument) <= 0) ||
        (key.toLowerCase() === 'expires' && Date.parse(argument) <= Date.now())
      );
    });
    if (over) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

// A client of the given version in a browser of its own, nobody signed in.
export function openBrowser(createAuthClient) {
  const jar = new Jar();
  const fetchAsPage = async (input, init) => {
    const headers = new Headers(init.headers);
    headers.set('origin', origin);
    if (jar.header) headers.set('cookie', jar.header);
    const response = await fetch(input, { ...init, headers, redirect: 'manual' });
    response.headers.getSetCookie().forEach((line) => jar.keep(line));
    return response;
  };
  return createAuthClient({ baseURL: origin, fetchOptions: { customFetchImpl: fetchAsPage } });
}

// A client of a program without cookies, which shows a token instead.
export function openProgram(createAuthClient, token) {
  return createAuthClient({
    baseURL: origin,
    fetchOptions: { customFetchImpl: fetch, credentials: 'omit', auth: { type: 'Bearer', token } },
  });
}

// What the client hands out as `data`, where the call must succeed.
export async function done(call) {
  const { data, error } = await call;
  if (error) throw new Error(`refused: ${JSON.stringify(error)}`);
  return data;
}

// What the client hands out as `error`, where the call must be refused.
export async function refused(call) {
  const { data, error } = await call;
  if (!error) throw new Error(`not refused: ${JSON.stringify(data)}`);
  return error;
}
