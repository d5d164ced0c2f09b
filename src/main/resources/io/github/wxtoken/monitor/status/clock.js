// The server's clock, estimated from its responses. The browser's clock may be wrong, so only its rate is used.

const SLACK = 150;

let offset;

/**
 * Adjusts the offset to a response's "now". The server read its clock between the request and the response, so an offset
 * within these limits is kept. Otherwise the page would jump when responses take different times.
 */
export function synchronize(serverNow, askedAt, answeredAt) {
  const latest = serverNow - askedAt;
  const earliest = serverNow - answeredAt;
  if (offset === undefined || offset < earliest - SLACK || offset > latest + SLACK) {
    offset = (earliest + latest) / 2;
  }
}

/** Returns the server's time in milliseconds. */
export const now = () => performance.now() + (offset ?? 0);

/** Converts an instant of the server to milliseconds; undefined if there is none. */
export const instant = (text) => (text === undefined ? undefined : Date.parse(text));
