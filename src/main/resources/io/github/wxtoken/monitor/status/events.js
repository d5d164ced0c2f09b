// The events of a token as a table: the content of the timeline as text.

import { el, setText } from './dom.js';
import { instant } from './clock.js';
import { time } from './times.js';
import { t } from './texts.js';

/** The collapsible table of one token's events, newest first. */
export class Events {
  #rows = el('tbody');
  #none = el('p', { class: 'note' }, t.noEvents);
  #caption = el('caption', { class: 'unseen' });
  #table = el(
    'table', null, this.#caption,
    el('thead', null, el('tr', null, ...[t.time, t.event, t.more].map((head) => el('th', { scope: 'col' }, head)))),
    this.#rows,
  );
  #count = el('span', { class: 'count' });
  #signature;

  constructor() {
    this.element = el(
      'details', { class: 'events' },
      el('summary', null, t.events, ' ', this.#count),
      el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': t.events }, this.#table, this.#none),
    );
  }

  update(events, name, now) {
    const signature = JSON.stringify(events);
    if (signature === this.#signature) {
      return;
    }
    this.#signature = signature;
    setText(this.#caption, t.eventsOf(name));
    setText(this.#count, String(events.length));
    this.#none.hidden = events.length > 0;
    this.#table.hidden = events.length === 0;
    this.#rows.replaceChildren(...[...events].reverse().map((event) => row(event, now)));
  }
}

function row(event, now) {
  return el(
    'tr', null,
    el('td', { class: 'when' }, el('time', { datetime: event.at }, time(instant(event.at), now))),
    el('td', { class: `what ${event.type}` }, t.type[event.type] ?? event.type),
    el('td', null, details(event, now)),
  );
}

function details(event, now) {
  return [
    event.errcode && t.weChatSays(event.errcode),
    event.errmsg,
    t.action[event.action] ?? event.action,
    t.outcome[event.outcome] ?? event.outcome,
    event.fingerprint,
    t.trigger[event.trigger] ?? event.trigger,
    event.contested && t.contestedEvent,
    event.times > 1 && t.times(event.times, time(instant(event.lastAt ?? event.at), now)),
    event.by && t.by(event.by),
  ].filter(Boolean).join(' · ');
}
