// The relayed calls of this replica: one line, and below it a table by outcome. Hidden if no caller may use the relay.

import { el, glyph, setText } from './dom.js';
import { t, locale } from './texts.js';

/** The outcomes of calls that WeChat has answered without an error first, then the errors in the order of the table. */
const OUTCOMES = [
  'ok', 'error', 'token_refused', 'busy', 'quota', 'operator', 'unreachable', 'limited', 'refused', 'aborted',
];
/** Outcomes that an operator should look at. The others may be the caller's own affair. */
const TROUBLE = ['quota', 'operator', 'unreachable', 'limited'];

const number = new Intl.NumberFormat(locale);
const sum = (outcomes) => Object.values(outcomes).reduce((all, count) => all + count, 0);

export class RelayView {
  #element;
  #line = el('span');
  #sign = el('span', { class: 'sign' });
  #rows = el('tbody');
  #heads = el('tr');
  #signature;

  constructor(element) {
    this.#element = element;
    element.replaceChildren(
      el('summary', null, this.#sign, el('h2', null, t.relay.title), this.#line),
      el('div', { class: 'scroll' }, el('table', { 'aria-label': t.relay.title }, el('thead', null, this.#heads), this.#rows)),
      el('p', { class: 'note' }, t.relay.note),
    );
  }

  update(relay) {
    this.#element.hidden = !relay;
    const signature = JSON.stringify(relay);
    if (!relay || signature === this.#signature) {
      return;
    }
    this.#signature = signature;
    const { recent, sinceStart, minutes, inFlight, limit } = relay;
    const calls = sum(recent.outcomes);
    const full = inFlight >= limit;
    const trouble = full || TROUBLE.some((outcome) => recent.outcomes[outcome] > 0);
    this.#element.className = trouble ? 'relay DEGRADED' : 'relay';
    this.#sign.replaceChildren(glyph(trouble ? 'DEGRADED' : 'UP'));
    setText(this.#line, t.relay.line({
      calls: number.format(calls),
      errors: number.format(calls - (recent.outcomes.ok ?? 0)),
      healed: number.format(recent.healed),
      minutes,
      inFlight,
      limit,
    }));
    this.#heads.replaceChildren(
      ...[t.relay.outcome, t.relay.recent(minutes), t.relay.sinceStart].map((text) => el('th', { scope: 'col' }, text)));
    // Others may come from a newer version of the server.
    const known = [...OUTCOMES, ...Object.keys(sinceStart.outcomes).filter((outcome) => !OUTCOMES.includes(outcome))];
    this.#rows.replaceChildren(
      row('all', t.relay.all, calls, sum(sinceStart.outcomes)),
      ...known.filter((outcome) => outcome === 'ok' || sinceStart.outcomes[outcome] > 0).map((outcome) =>
        row(outcome, t.relay.outcomes[outcome] ?? outcome, recent.outcomes[outcome], sinceStart.outcomes[outcome])),
      row('healed', t.relay.healed, recent.healed, sinceStart.healed),
    );
  }
}

function row(kind, text, recent = 0, sinceStart = 0) {
  const trouble = TROUBLE.includes(kind) && recent > 0;
  return el('tr', { class: trouble ? 'trouble' : false, 'data-outcome': kind },
    el('th', { scope: 'row' }, text), el('td', null, number.format(recent)), el('td', null, number.format(sinceStart)));
}
