// One cause of trouble: what it is, what to do, and the accounts that share it.

import { el, glyph, setText, arrange } from './dom.js';
import { instant } from './clock.js';
import { countdown } from './times.js';
import { Fold } from './fold.js';
import { t } from './texts.js';

const ORDER = ['DOWN', 'DEGRADED', 'UP'];
/** Up to this number, the accounts of a cause are listed without a click. */
const FEW = 8;

export class CauseView {
  #glyph = el('span', { class: 'sign' });
  #title = el('h2');
  #advice = el('div', { class: 'cures' });
  #said = el('q');
  #saying = el('p', { class: 'said' });
  #counts = el('li');
  #firstEnds = el('li');
  #digits = el('span', { class: 'count' });
  #button;
  #names = el('span', { class: 'names' });
  #rows = el('div', { class: 'rows' });
  #members;
  #state;
  #views = [];
  #ends;
  #signature;

  /** Creates the view. "order" asks to refresh all accounts of this cause. */
  constructor(key, order) {
    this.#button = el('button', { type: 'button', class: 'all', onclick: () => order(this.#views) });
    this.#members = el(
      'details', { class: 'fold' },
      el('summary', null, el('span', { class: 'term' }, t.members), ' ', this.#names),
      this.#rows);
    this.fold = new Fold(this.#members);
    this.#saying.append(this.#said);
    this.#firstEnds.append(t.firstEnds, ' ', this.#digits);
    this.element = el(
      'section', { 'data-cause': key },
      el('div', { class: 'head' }, this.#glyph, this.#title),
      this.#advice,
      this.#saying,
      el('ul', { class: 'facts-line' }, this.#counts, this.#firstEnds),
      el('div', { class: 'actions' }, this.#button),
      this.#members);
  }

  get views() {
    return this.#views;
  }

  update(cause, views, now) {
    const first = this.#state === undefined;
    this.#views = views;
    const state = ORDER.find((each) => views.some((view) => view.state === each)) ?? 'UP';
    if (state !== this.#state) {
      const shown = state === 'UP' ? 'DEGRADED' : state;
      this.element.className = `cause ${shown}`;
      this.#glyph.replaceChildren(glyph(shown));
      this.#state = state;
    }
    const title = t.causeTitle(cause.accounts, what(cause));
    setText(this.#title, title);
    this.element.setAttribute('aria-label', title);
    const signature = cause.hints.join('\n');
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#advice.replaceChildren(...cause.hints.map((hint) => el('p', { class: 'advice' }, hint)));
    }
    this.#saying.hidden = !cause.errmsg;
    setText(this.#said, cause.errmsg ?? '');
    const count = (wanted) => views.filter((view) => view.state === wanted).length;
    setText(this.#counts, t.causeCounts(count('DOWN'), count('DEGRADED')));
    this.#counts.hidden = this.#counts.textContent === '';
    const ends = views.filter((view) => view.state === 'DEGRADED' && view.main.servedUntil)
      .map((view) => instant(view.main.servedUntil));
    this.#ends = ends.length > 0 ? Math.min(...ends) : undefined;
    this.#firstEnds.hidden = this.#ends === undefined;
    this.#button.hidden = !cause.orderHelps || views.length === 0;
    setText(this.#button, t.refreshAll(views.length));
    this.#button.setAttribute('aria-label', t.refreshAllOf(title));
    setText(this.#names, views.map((view) => view.name).join(t.comma));
    arrange(this.#rows, views.map((view) => view.element));
    if (first) {
      this.#members.open = views.length <= FEW;
    }
    this.tick(now);
  }

  tick(now) {
    if (this.#ends !== undefined) {
      setText(this.#digits, countdown(this.#ends - now));
    }
  }

  /** Forbids to order while another order is in progress. */
  set busy(busy) {
    this.#button.disabled = busy;
  }
}

/** Returns what a cause is: WeChat's code, or a description. */
const what = (cause) =>
  (cause.errcode === undefined ? t.cause[cause.cause] ?? t.cause.failed : t.weChatSays(cause.errcode));
