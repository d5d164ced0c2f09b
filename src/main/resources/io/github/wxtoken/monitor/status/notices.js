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
    const { state, lastError, contested, store, doubt, waiting, budget, fetching, nextRefresh } = token;
    const spent = budget?.spent >= budget?.limit;
    const due = !lastError && doubt === 'DEAD' && !fetching ? nextRefresh : undefined;
    const signature = JSON.stringify([state, lastError, contested, store, doubt, waiting, spent, due]);
    if (signature === this.#signature) {
      return;
    }
    this.#signature = signature;
    this.#retry = undefined;
    const notices = [];
    if (state !== 'UP' || lastError) {
      notices.push(this.#trouble(token, now, due));
    }
    if (store) {
      notices.push(notice('DEGRADED', t.storeTitle, store, []));
    }
    if (contested) {
      notices.push(notice('DEGRADED', t.contested, contested.hint,
        [t.happened(time(instant(contested.at), now)), t.shownUntil(time(instant(contested.until), now))]));
    }
    this.element.replaceChildren(...notices.filter(Boolean));
  }

  tick(now) {
    if (this.#retry) {
      this.#retry.node.textContent = countdown(this.#retry.at - now);
    }
  }

  /** Returns the notice of a token that is not well; undefined if another notice says it all. */
  #trouble(token, now, due) {
    const { state, lastError, waiting, budget } = token;
    const title = state === 'DOWN' ? t.downTitle : lastError ? t.degradedTitle : t.troubleTitle;
    const spent = budget && budget.spent >= budget.limit;
    const advice = lastError
      ? lastError.hint ?? lastError.errmsg
      : this.#reasons(token, spent, now);
    const facts = [];
    if (lastError) {
      facts.push(t.attempts(lastError.attempts, time(instant(lastError.since), now)));
      if (lastError.retryAt) {
        this.#retry = { node: el('span', { class: 'count' }), at: instant(lastError.retryAt) };
        facts.push(el('span', null, `${t.nextAttempt} `, this.#retry.node));
      }
    }
    if (due && instant(due) > now) {
      facts.push(`${t.nextAttempt} ${t.at(time(instant(due), now))}`);
    }
    if (waiting > 0) {
      facts.push(t.waiting(waiting));
    }
    const said = lastError && (lastError.errcode !== undefined || lastError.hint) ? lastError : undefined;
    return state !== 'DOWN' && !advice && facts.length === 0 ? undefined : notice(state, title, advice, facts, said);
  }

  /** Returns why a token without a failure is not well; undefined if another notice says it. */
  #reasons({ state, doubt, store, contested, budget }, spent, now) {
    const budgetGone = spent && (state === 'DOWN' ? t.budgetOver(time(instant(budget.resetsAt), now)) : t.budgetGone);
    const reasons = [doubt && t.doubt[doubt], budgetGone].filter(Boolean).join(' ');
    return reasons || (store || contested ? undefined : t.noReason);
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
