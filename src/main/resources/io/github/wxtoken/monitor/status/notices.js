// The problems of a token and how to fix them.

import { el } from './dom.js';
import { instant } from './clock.js';
import { time, countdown } from './times.js';
import { t } from './texts.js';

/** The notices of one token, the worst first. They are rebuilt only if the data changes. */
export class Notices {
  element = el('div', { class: 'notices' });
  #signature;
  #retry;

  update(token, now) {
    const { state, lastError, contested, store, doubt, waiting, budget } = token;
    const spent = budget?.spent >= budget?.limit;
    const signature = JSON.stringify([state, lastError, contested, store, doubt, waiting, spent]);
    if (signature === this.#signature) {
      return;
    }
    this.#signature = signature;
    this.#retry = undefined;
    const notices = [];
    if (state !== 'UP' || lastError) {
      notices.push(this.#trouble(token, now));
    }
    if (contested) {
      notices.push(notice('DEGRADED', t.contested, contested.hint, [time(instant(contested.at), now)]));
    }
    if (store) {
      notices.push(notice('DEGRADED', t.storeTitle, store, []));
    }
    this.element.replaceChildren(...notices);
  }

  tick(now) {
    if (this.#retry) {
      this.#retry.node.textContent = countdown(this.#retry.at - now);
    }
  }

  #trouble(token, now) {
    const { state, lastError, doubt, waiting, budget } = token;
    const title = state === 'DOWN' ? t.downTitle : lastError ? t.degradedTitle : t.troubleTitle;
    const spent = budget && budget.spent >= budget.limit;
    const advice = lastError
      ? lastError.hint ?? lastError.errmsg
      : (doubt && t.doubt[doubt]) ?? (spent ? t.budgetGone : token.store || token.contested ? undefined : t.noReason);
    const facts = [];
    if (lastError) {
      facts.push(t.attempts(lastError.attempts, time(instant(lastError.since), now)));
      if (lastError.retryAt) {
        this.#retry = { node: el('span', { class: 'count' }), at: instant(lastError.retryAt) };
        facts.push(el('span', null, `${t.nextAttempt} `, this.#retry.node));
      }
    }
    if (waiting > 0) {
      facts.push(t.waiting(waiting));
    }
    const said = lastError && (lastError.errcode !== undefined || lastError.hint) ? lastError : undefined;
    return notice(state, title, advice, facts, said);
  }
}

function notice(state, title, advice, facts, said) {
  return el(
    'div', { class: `notice ${state}` },
    el('h4', null, title),
    advice ? el('p', { class: 'advice' }, advice) : null,
    said ? el(
      'p', { class: 'said' },
      el('span', { class: 'who' }, said.errcode === undefined ? t.detail : t.weChatSays(said.errcode)), ' ',
      el('q', null, said.errmsg ?? ''),
    ) : null,
    facts.length > 0 ? el('ul', { class: 'facts-line' }, ...facts.map((fact) => el('li', null, fact))) : null,
  );
}
