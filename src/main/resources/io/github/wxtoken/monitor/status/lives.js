// The lives of a token's versions, computed from the current state and the events.

import { instant } from './clock.js';

/** How long WeChat accepts the old token after a refresh. */
const GRACE = 5 * 60_000;

/**
 * Returns the lives of the tokens, oldest first. Each has its "start", its "end" (the expiry or earlier), "graceFrom" if
 * a newer token replaced it, and "current" for the current token. A token that is no longer served has ended.
 */
export function lives(token, now) {
  const known = new Map();
  const add = (fingerprint, life) => {
    const before = known.get(fingerprint);
    // A token that WeChat returned again began when it was first issued.
    const start = Math.min(before?.start ?? Infinity, life.start ?? Infinity);
    known.set(fingerprint, { fingerprint, ...before, ...defined(life), start });
  };
  for (const event of token.events ?? []) {
    if (event.type === 'refreshed') {
      add(event.fingerprint, { start: instant(event.issuedAt ?? event.at), expires: instant(event.expiresAt) });
    } else if (event.type === 'dead' && known.has(event.fingerprint)) {
      add(event.fingerprint, { died: instant(event.at) });
    }
  }
  if (token.previous) {
    const { fingerprint, issuedAt, endsAt } = token.previous;
    add(fingerprint, { start: instant(issuedAt), ends: instant(endsAt) });
  }
  if (token.fingerprint && token.issuedAt) {
    const { fingerprint, issuedAt, expiresAt } = token;
    add(fingerprint, { start: instant(issuedAt), expires: instant(expiresAt), current: true });
    if (!token.servedUntil) {
      const unserved = (token.events ?? []).filter((event) => event.type === 'unserved').pop();
      add(fingerprint, { ends: instant(unserved?.at) ?? now });
    }
  }
  const all = [...known.values()].filter((life) => Number.isFinite(life.start)).sort((a, b) => a.start - b.start);
  return all.map((life, i) => ended(life, all[i + 1], all[i + 2])).filter((life) => life.end > life.start);
}

/** Computes the end of a life. WeChat keeps two tokens: the second newer token ends this one at the latest. */
function ended(life, next, second) {
  const grace = next && next.start + GRACE;
  const end = Math.min(life.died ?? Infinity, life.ends ?? grace ?? Infinity, second?.start ?? Infinity, life.expires ?? Infinity);
  return {
    ...life,
    end: Number.isFinite(end) ? end : life.start,
    graceFrom: next && next.start < end ? next.start : undefined,
  };
}

/** Returns the periods up to now without a live token, although there was one before or should have been. */
export function gaps(token, all, now) {
  const found = [];
  const wanted = instant(token.lastError?.since ?? token.events?.[0]?.at) ?? now;
  let covered = all[0]?.end ?? (token.servedUntil ? now : wanted);
  for (const life of all.slice(1)) {
    if (life.start > covered) {
      found.push({ start: covered, end: life.start });
    }
    covered = Math.max(covered, life.end);
  }
  if (covered < now) {
    found.push({ start: covered, end: now, last: true });
  }
  return found;
}

/** Returns the marks of the events. Merged events have a first and a last instant. */
export function marks(token) {
  return (token.events ?? [])
    .filter((event) => event.type !== 'reissued' && event.type !== 'unserved')
    .map((event) => ({ type: event.type, at: instant(event.at), lastAt: instant(event.lastAt) }));
}

const defined = (life) => Object.fromEntries(Object.entries(life).filter(([, value]) => value !== undefined));
