// The page: polls the server, shows its data, and says when there is none.

import { key, read, Failure } from './client.js';
import { synchronize, now } from './clock.js';
import { setText } from './dom.js';
import { Board } from './board.js';
import { confirm, confirmAll } from './confirm.js';
import { Bulk, AT_ONCE } from './bulk.js';
import { span } from './times.js';
import { t, locale } from './texts.js';

const PERIOD = 2000;
const LONGEST_PERIOD = 30_000;
const STALE = 7000;

const at = (id) => document.getElementById(id);
const failed = (failure) => (failure.kind === 'unreachable' ? t.orderUnknown : failure.detail ?? words(failure));
const bulk = new Bulk(failed, () => {
  board.busy = bulk.running;
  poll();
});
const board = new Board(ask, askAll, poll);
let timer;
let asking;
let failures = 0;
let trouble;
let answeredAt;
/** Counts the keys used. Responses to requests with an earlier key are dropped. */
let keys = 0;

document.documentElement.lang = locale;
document.querySelectorAll('[data-text]').forEach((node) => setText(node, t[node.dataset.text]));
document.querySelectorAll('[data-label]').forEach((node) => node.setAttribute('aria-label', t[node.dataset.label]));

/** Polls now, and repeatedly while the page is visible. */
async function poll() {
  await asking;
  clearTimeout(timer);
  if (document.hidden || !at('gate').hidden) {
    return;
  }
  asking = askOnce();
  const wait = await asking;
  tick();
  clearTimeout(timer);
  if (at('gate').hidden) {
    timer = setTimeout(poll, wait);
  }
}

/** Polls once. Returns how long to wait before the next poll. */
async function askOnce() {
  const asked = keys;
  try {
    const got = await read();
    if (asked !== keys) {
      return PERIOD;
    }
    synchronize(Date.parse(got.answer.now), got.askedAt, got.answeredAt);
    await board.show(got.answer, read);
    if (asked !== keys) {
      board.clear();
      return PERIOD;
    }
    answeredAt = got.answeredAt;
    failures = 0;
    trouble = undefined;
    at('board').hidden = false;
    at('legend').hidden = false;
    at('forget').hidden = key.get() === null;
    setText(at('replica'), [got.answer.replica, got.answer.version].filter(Boolean).join(' · '));
    return PERIOD;
  } catch (failure) {
    return asked === keys ? afterFailure(failure) : PERIOD;
  }
}

/** Handles a failure. Returns how long to wait before the next poll. */
function afterFailure(failure) {
  if (!(failure instanceof Failure)) {
    console.error(failure);
  } else if (failure.kind === 'key' || failure.kind === 'operator' || (failure.kind === 'busy' && key.get() === null)) {
    showGate(failure);
    return 0;
  }
  failures++;
  trouble = words(failure);
  const backOff = Math.min(LONGEST_PERIOD, PERIOD * 2 ** Math.min(failures - 1, 4));
  return Math.max(failure.retryAfter ?? 0, backOff);
}

function words(failure) {
  const text = { key: t.wrongKey, operator: t.noOperator, absent: t.absent, busy: t.busy, unreachable: t.unreachable };
  const problem = failure.status === 200 ? t.strange : failure.detail ?? t.problem(failure.status ?? '–');
  return text[failure.kind] ?? problem;
}

/** Asks for a key and shows the reason. */
function showGate(failure) {
  const wrong = failure?.kind === 'key' ? key.get() !== null : failure !== undefined;
  const text = failure?.kind === 'busy' ? t.busyKey(span(failure.retryAfter ?? 60_000)) : failure && words(failure);
  if (failure?.kind !== 'busy') {
    key.forget();
  }
  keys++;
  board.clear();
  bulk.clear();
  answeredAt = undefined;
  trouble = undefined;
  at('gate').hidden = false;
  at('board').hidden = true;
  at('legend').hidden = true;
  at('forget').hidden = true;
  at('dialog').close();
  setText(at('replica'), '');
  at('gate-refused').hidden = !wrong;
  setText(at('gate-refused'), wrong ? text : '');
  at('key').value = '';
  at('key').setAttribute('aria-invalid', String(wrong));
  at('key').focus();
  document.title = 'wxtoken';
}

/** Updates the countdowns and the age of the data, once a second. */
function tick() {
  const shown = !at('board').hidden;
  const age = answeredAt === undefined ? undefined : performance.now() - answeredAt;
  // A hidden page does not poll.
  const stale = !document.hidden && (trouble !== undefined || (shown && age > STALE));
  at('lost').hidden = !stale;
  document.body.classList.toggle('stale', stale && shown);
  setText(at('lost-text'), stale ? trouble ?? t.unreachable : '');
  setText(at('lost-age'), !stale ? '' : shown ? t.age(span(age)) : t.noData);
  at('link').hidden = !shown;
  at('link').className = stale ? 'link stale' : 'link';
  setText(at('link'), stale ? t.stale : t.live);
  if (shown) {
    board.tick(now());
  }
}

function ask(account, action) {
  const finished = (text) => {
    account.say(text);
    poll();
  };
  confirm(account, action, finished, failed);
}

function askAll(accounts) {
  const names = accounts.map((account) => account.name);
  confirmAll(names.length, AT_ONCE, () => bulk.refresh(names));
}

at('gate').addEventListener('submit', (event) => {
  event.preventDefault();
  const value = at('key').value.trim();
  if (/^[\x21-\x7e]+$/.test(value)) {
    key.set(value);
    keys++;
    at('gate').hidden = true;
    at('main').focus();
    poll();
  } else {
    at('gate-refused').hidden = false;
    setText(at('gate-refused'), t.noKey);
    at('key').focus();
  }
});
at('forget').addEventListener('click', () => {
  key.forget();
  showGate();
});
at('retry').addEventListener('click', poll);
document.addEventListener('visibilitychange', poll);
addEventListener('online', poll);
addEventListener('resize', tick);
setInterval(tick, 1000);
poll();
