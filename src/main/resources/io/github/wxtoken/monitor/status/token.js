// One token of an account: its notices, its timeline, its facts and its events.

import { el, svg, setText } from './dom.js';
import { instant } from './clock.js';
import { Timeline } from './timeline.js';
import { Notices } from './notices.js';
import { Events } from './events.js';
import { countdown, span, time } from './times.js';
import { t } from './texts.js';

/** Returns the display name of a token: access_token, or a ticket with its type. */
export const kindName = (token) => (token.kind === 'access_token' ? t.access_token : t.ticket(token.kind));

/** Returns the countdown to what comes first, a token's refresh or its end: the label and the digits. */
export function next(token, now) {
  const refresh = planned(token, now);
  const ends = endsFirst(token, now);
  return ends === undefined ? refresh : { label: t.endsIn, digits: countdown(ends - now) };
}

/** The causes of tokens whose last fetch did not fail. */
const NO_FAILURES = ['store', 'budget', 'dead', 'unknown', 'contested'];

function planned(token, now) {
  const left = instant(token.nextRefresh) - now;
  const digits = token.fetching ? t.fetching : left > 0 ? countdown(left) : t.due;
  // A line without details has no error, but a cause: WeChat's code or a name.
  const failing = token.budget ? token.lastError : token.cause && !NO_FAILURES.includes(token.cause);
  return { label: failing ? t.nextAttempt : t.nextRefresh, digits: token.nextRefresh ? digits : '–' };
}

/** Returns the end of a token that ends before its next refresh; undefined if it does not. */
function endsFirst(token, now) {
  const ends = instant(token.servedUntil);
  return ends > now && ends < instant(token.nextRefresh) && !token.fetching ? ends : undefined;
}

export class TokenView {
  #title = el('h3');
  #notices = new Notices();
  #timeline = new Timeline();
  #events = new Events();
  #next = fact('next');
  #keep = fact();
  #finger = fact();
  #spent = fact();
  #verified = fact();
  #level = svg('rect', { class: 'level', height: 6, rx: 3 });
  #token;

  constructor() {
    this.#spent.node.append(
      svg('svg', { class: 'quota', height: 6, 'aria-hidden': 'true' },
        svg('rect', { class: 'quota-ground', width: '100%', height: 6, rx: 3 }), this.#level));
    this.element = el(
      'section', { class: 'token' },
      this.#title,
      this.#notices.element,
      this.#timeline.element,
      el('dl', { class: 'facts' },
        ...[this.#next, this.#keep, this.#finger, this.#verified, this.#spent].map((each) => each.node)),
      this.#events.element,
    );
  }

  update(token, name, now) {
    this.#token = token;
    const api = token.api === 'stable' && token.kind === 'access_token' ? ` · ${t.stable}` : '';
    setText(this.#title, kindName(token) + api);
    this.#notices.update(token, now);
    this.#timeline.update(token, name, now);
    this.#events.update(token.events ?? [], name, now);
    this.tick(now);
  }

  tick(now) {
    const token = this.#token;
    this.#timeline.tick(now);
    this.#notices.tick(now);
    const refresh = planned(token, now);
    const refreshAt = instant(token.nextRefresh);
    const until = instant(token.servedUntil);
    const served = until > now;
    if (endsFirst(token, now) === undefined) {
      this.#next.set(refresh.label, refresh.digits, token.nextRefresh && t.at(time(refreshAt, now)));
      this.#keep.set(t.keepUntil, served ? time(until, now) : t.nothingServed, served ? countdown(until - now) : '');
    } else {
      this.#next.set(t.endsIn, countdown(until - now), t.at(time(until, now)));
      this.#keep.set(refresh.label, time(refreshAt, now), t.inTime(countdown(refreshAt - now)));
    }
    this.#finger.set(t.fingerprint, token.fingerprint ?? '–', token.refreshedBy && t.by(token.refreshedBy));
    const verified = instant(token.watchdog?.verifiedAt);
    const dead = token.doubt === 'DEAD';
    this.#verified.node.hidden = !dead && (verified === undefined || !served);
    if (dead) {
      this.#verified.set(t.verdict, t.rejected, '');
    } else if (verified !== undefined) {
      this.#verified.set(t.verified, t.ago(span(now - verified)), '');
    }
    this.#spent.node.hidden = token.budget === undefined;
    if (token.budget) {
      const { spent, limit, resetsAt } = token.budget;
      this.#spent.set(t.spent, t.of(spent, limit), resetsAt && t.resets(time(instant(resetsAt), now)));
      const share = Math.min(1, limit > 0 ? spent / limit : 1);
      this.#level.setAttribute('width', `${(share * 100).toFixed(2)}%`);
      this.#level.classList.toggle('high', share >= 0.8);
    }
  }
}

/** Creates an entry of the facts: a term, its current value and a remark. */
function fact(kind) {
  const term = el('dt');
  const value = el('dd', { class: 'value' });
  const remark = el('dd', { class: 'remark' });
  return {
    node: el('div', { class: kind ? `fact ${kind}` : 'fact' }, term, value, remark),
    set(label, text, more) {
      setText(term, label);
      setText(value, text);
      setText(remark, more || '\u00a0');
    },
  };
}
