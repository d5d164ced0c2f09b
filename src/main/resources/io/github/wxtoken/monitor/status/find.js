// The field that finds accounts by a part of their name or AppID as one types.

import { setText } from './dom.js';
import { t } from './texts.js';

const at = (id) => document.getElementById(id);

/** Full-width letters and digits, as Chinese keyboards type them, are the same as others. */
const plain = (text) => text.normalize('NFKC').trim().toLowerCase();

export class Find {
  #typed = '';

  /** "search" is called when the text changes; "enter" with the text when a person confirms it. */
  constructor(search, enter) {
    const changed = () => {
      this.#typed = plain(at('name').value);
      search();
    };
    at('find').addEventListener('submit', (event) => {
      event.preventDefault();
      enter(at('name').value.trim());
    });
    // While a Chinese keyboard composes characters, the field contains letters that are not meant.
    at('name').addEventListener('input', (event) => event.isComposing || changed());
    at('name').addEventListener('compositionend', changed);
  }

  get active() {
    return this.#typed !== '';
  }

  matches(view) {
    return plain(`${view.name} ${view.main.appid}`).includes(this.#typed);
  }

  /** Returns the account that a text means: the one of this name or AppID, or else the only one that matches. */
  meant(text, views) {
    const wanted = plain(text);
    const exact = views.find((view) => view.name === text)
      ?? views.find((view) => [view.name, view.main.appid].some((each) => plain(each) === wanted));
    const matching = views.filter((view) => plain(`${view.name} ${view.main.appid}`).includes(wanted));
    return exact ?? (matching.length === 1 ? matching[0] : undefined);
  }

  clear() {
    at('name').value = '';
    this.#typed = '';
  }

  /** Says how many accounts match. */
  say(found, all, notShown) {
    const rest = notShown > 0 ? ` ${t.notShown(notShown)}` : '';
    const text = !this.active ? t.findHint : found === 0 ? t.noMatch : t.matches(found, all);
    if (at('find').dataset.typed !== this.#typed || this.active || rest !== at('find').dataset.rest) {
      setText(at('find-note'), text + rest);
    }
    at('find').dataset.typed = this.#typed;
    at('find').dataset.rest = rest;
  }
}
