// One account: a line with its state, which expands to show all of its tokens.

import { el, glyph, setText, arrange } from './dom.js';
import { Timeline } from './timeline.js';
import { TokenView, kindName, next } from './token.js';
import { t } from './texts.js';

const ORDER = ['DOWN', 'DEGRADED', 'UP'];

export class AccountView {
  #name;
  #state;
  #glyph = el('span', { class: 'sign' });
  #word = el('span', { class: 'word' });
  #appid = el('span', { class: 'appid' });
  #slim = new Timeline(true);
  #digits = el('span', { class: 'digits' });
  #label = el('span', { class: 'label' });
  #result = el('p', { class: 'result', role: 'status' });
  #tokens = el('div', { class: 'tokens' });
  #details;
  #views = new Map();
  #shown = [];

  constructor(name, open, ask) {
    this.#name = name;
    const button = (action, label) =>
      el('button', { type: 'button', class: action, 'aria-label': label, onclick: () => ask(this, action) }, t[action]);
    const actions = el(
      'div', { class: 'actions' }, button('refresh', t.refreshOf(name)), button('revoke', t.revokeOf(name)));
    this.#details = el(
      'details', { open, ontoggle: () => this.tick(this.now) },
      el('summary', null,
        this.#glyph,
        el('span', { class: 'who' }, el('h2', null, name), this.#word, this.#appid),
        el('span', { class: 'glance', 'aria-hidden': 'true' }, this.#slim.element),
        el('span', { class: 'soon' }, this.#label, this.#digits)),
      el('div', { class: 'body' }, this.#result, this.#tokens, actions),
    );
    this.element = el('article', { 'aria-label': name, 'data-account': name }, this.#details);
  }

  get name() {
    return this.#name;
  }

  get state() {
    return this.#state;
  }

  /** The access_token, which orders apply to. */
  get main() {
    return this.#shown.find((token) => token.kind === 'access_token') ?? this.#shown[0];
  }

  get versions() {
    return this.#shown.map((token) => token.version).join();
  }

  matches(text) {
    return `${this.#name} ${this.main.appid}`.toLowerCase().includes(text.toLowerCase());
  }

  open() {
    this.#details.open = true;
  }

  /** Shows the result of an order. */
  say(text) {
    setText(this.#result, text);
  }

  focus() {
    this.#details.querySelector('summary').focus();
  }

  update(tokens, now) {
    this.now = now;
    this.#shown = tokens;
    const state = ORDER.find((each) => tokens.some((token) => token.state === each)) ?? 'UP';
    if (state !== this.#state) {
      this.element.className = `account ${state}`;
      this.#glyph.replaceChildren(glyph(state));
      setText(this.#word, t[state]);
      if (state !== 'UP' && this.#state !== undefined) {
        this.open();
      }
      this.#state = state;
    }
    setText(this.#appid, this.main.appid);
    tokens.forEach((token) => {
      const view = this.#views.get(token.kind) ?? new TokenView();
      this.#views.set(token.kind, view);
    });
    const kinds = tokens.map((token) => token.kind);
    arrange(this.#tokens, kinds.map((kind) => this.#views.get(kind).element));
    tokens.forEach((token) => this.#views.get(token.kind).update(token, `${this.#name}, ${kindName(token)}`, now));
    this.#slim.update(this.main, this.#name, now);
    this.tick(now);
  }

  tick(now) {
    this.now = now;
    const { label, digits } = next(this.main, now);
    setText(this.#label, label);
    setText(this.#digits, digits);
    if (this.#details.open) {
      this.#shown.forEach((token) => this.#views.get(token.kind).tick(now));
    } else {
      this.#slim.tick(now);
    }
  }
}
