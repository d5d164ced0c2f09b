// The page's requests to the server and their failures.

import { language } from './texts.js';

const KEY = 'wxtoken.key';
const TIMEOUT = 8000;
const LONG_TIMEOUT = 30000;

const endpoint = new URL(
  `${document.querySelector('meta[name="wxtoken-endpoints"]').content}tokens`,
  document.baseURI,
).href;

/** A failed request. Its kind is "key", "operator", "busy", "absent", "problem" or "unreachable". */
export class Failure extends Error {
  constructor(kind, { detail, status, retryAfter } = {}) {
    super(detail ?? kind);
    Object.assign(this, { kind, detail, status, retryAfter });
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Reads all tokens, or those of one account. */
export const read = (account) => call('GET', account);

/** Orders a refresh or a revocation of an account's token. */
export const order = (account, action) => call('POST', account, { action });

async function call(method, account, body) {
  const headers = { Accept: 'application/json', 'Accept-Language': language };
  if (key.get()) {
    headers.Authorization = `Bearer ${key.get()}`;
  }
  if (body) {
    headers['Content-Type'] = 'application/json';
  }
  const askedAt = performance.now();
  let response;
  let text;
  try {
    response = await fetch(account === undefined ? endpoint : `${endpoint}/${encodeURIComponent(account)}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      redirect: 'error',
      // Otherwise the browser would prompt for a name and a password after a 401.
      credentials: 'omit',
      signal: AbortSignal.timeout(body ? LONG_TIMEOUT : TIMEOUT),
    });
    text = await response.text();
  } catch {
    throw new Failure('unreachable');
  }
  const answer = parse(text);
  if (!response.ok) {
    throw failure(response, answer);
  }
  if (answer === undefined) {
    throw new Failure('problem', { status: response.status });
  }
  return { answer, askedAt, answeredAt: performance.now() };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(response, problem) {
  const kind = { 401: 'key', 403: 'operator', 404: 'absent', 429: 'busy' }[response.status] ?? 'problem';
  return new Failure(kind, {
    status: response.status,
    detail: problem?.detail ?? problem?.title,
    retryAfter: retryAfter(response.headers.get('Retry-After')),
  });
}

/** Converts a number of seconds or a date (RFC 9110, 10.2.3) to a delay in milliseconds. */
function retryAfter(value) {
  if (value === null) {
    return undefined;
  }
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
