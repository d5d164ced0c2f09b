// Formats times and durations.

import { t, locale } from './texts.js';

const DAY = 86_400_000;
const HOURS = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const minutes = new Intl.DateTimeFormat(locale, HOURS);
const seconds = new Intl.DateTimeFormat(locale, { ...HOURS, second: '2-digit' });
const withDay = new Intl.DateTimeFormat(locale, { ...HOURS, day: 'numeric', month: 'short' });

/** Formats a time as 14:05. */
export const shortTime = (millis) => minutes.format(millis);

/** Formats a time as 14:05:09, or with its day if it is more than half a day away. */
export const time = (millis, now) => (Math.abs(millis - now) > DAY / 2 ? withDay : seconds).format(millis);

/** Formats a countdown as 1:49:12 or 4:07; a negative one is zero. */
export function countdown(millis) {
  const left = Math.max(0, Math.ceil(millis / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(left / 3600);
  const rest = `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** Formats a duration as 12 s, 3 min, 5 h or 2 d. */
export function span(millis) {
  const whole = Math.max(0, Math.floor(millis / 1000));
  if (whole < 100) {
    return whole + t.units.s;
  }
  if (whole < 6000) {
    return Math.floor(whole / 60) + t.units.min;
  }
  return whole < 172_800 ? Math.floor(whole / 3600) + t.units.h : Math.floor(whole / 86_400) + t.units.d;
}
