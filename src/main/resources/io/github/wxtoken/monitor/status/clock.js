// The server's clock, as far as its answers tell. The browser's own may be wrong; only its seconds are used.

const SLACK = 150;

let offset;

/**
 * Takes an answer's "now". The server read its clock somewhere between question and answer, so what is known stands
 * while it fits that, and nothing on the page jumps because one answer took longer than another.
 */
export function synchronize(serverNow, askedAt, answeredAt) {
  const latest = serverNow - askedAt;
  const earliest = serverNow - answeredAt;
  if (offset === undefined || offset < earliest - SLACK || offset > latest + SLACK) {
    offset = (earliest + latest) / 2;
  }
}

/** The server's time, in milliseconds. */
export const now = () => performance.now() + (offset ?? 0);

/** The milliseconds of one of the server's instants; undefined for none. */
export const instant = (text) => (text === undefined ? undefined : Date.parse(text));
