// One account: a line with its state, which expands to show all of its tokens.

import { el, glyph, setText, arrange } from './dom.js';
import { Timeline } from './timeline.js';
import { TokenView, kindName, next } from './token.js';
import { t } from './texts.js';

const ORDER = ['DOWN', 'DEGRADED', 'UP'];

export class AccountView {
  #name;
  #ask;
  #opened;
  #state;
  #glyph = el('span', { class: 'sign' });
  #word = el('span', { class: 'word' });
  #appid = el('span', { class: 'appid' });
  #slim;
  #glance = el('span', { class: 'glance', 'aria-hidden': 'true' });
  #digits = el('span', { class: 'digits' });
  #label = el('span', { class: 'label' });
  #loading = el('p', { class: 'note' }, t.loading);
  #result = el('p', { class: 'result', role: 'status' });
  #tokens = el('div', { class: 'tokens' });
  #body = el('div', { class: 'body' });
  #details;
  #views = new Map();
  #shown = [];

  /** Creates the view. "ask" places an order; "opened" is called when a person opens the account. */
  constructor(name, ask, opened) {
    this.#name = name;
    this.#ask = ask;
    this.#opened = opened;
    this.#details = el(
      'details', { ontoggle: () => this.#toggled() },
      el('summary', null,
        this.#glyph,
        el('span', { class: 'who' }, el('h2', null, name), this.#word, this.#appid),
        this.#glance,
        el('span', { class: 'soon' }, this.#label, this.#digits)),
      this.#body,
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

  /** Whether the account is open, but its details are not known. */
  get lacksDetails() {
    return this.#details.open && this.#shown.some((token) => !token.events);
  }

  get isOpen() {
    return this.#details.open;
  }

  set isOpen(open) {
    this.#details.open = open;
  }

  /** Shows the result of an order. */
  say(text) {
    setText(this.#result, text);
  }

  focus() {
    this.#details.querySelector('summary').focus();
  }

  /** Shows the tokens; "glance" tells whether the line has a small timeline. */
  update(tokens, now, glance) {
    this.now = now;
    this.#shown = tokens;
    const state = ORDER.find((each) => tokens.some((token) => token.state === each)) ?? 'UP';
    if (state !== this.#state) {
      this.element.className = `account ${state}`;
      this.#glyph.replaceChildren(glyph(state));
      this.#state = state;
    }
    setText(this.#word, state === 'UP' && tokens.some((token) => token.cause) ? t.attention : t[state]);
    setText(this.#appid, this.main.appid);
    if (glance) {
      this.#updateGlance(now);
    }
    this.#updateBody(now);
    this.tick(now);
  }

  /** Updates the small timeline, which needs the details of the token. */
  #updateGlance(now) {
    if (this.main.budget) {
      if (!this.#slim) {
        this.#slim = new Timeline(true);
        this.#glance.append(this.#slim.element);
      }
      this.#slim.update(this.main, this.#name, now);
    }
  }

  /** Updates the content of an open account. That of a closed one is not created until somebody opens it. */
  #updateBody(now) {
    if (!this.#details.open) {
      return;
    }
    if (this.#body.childElementCount === 0) {
      const button = (action, label) =>
        el('button', { type: 'button', class: action, 'aria-label': label, onclick: () => this.#ask(this, action) },
          t[action]);
      const actions = el('div', { class: 'actions' },
        button('refresh', t.refreshOf(this.#name)), button('revoke', t.revokeOf(this.#name)));
      this.#body.append(this.#result, this.#loading, this.#tokens, actions);
    }
    const known = this.#shown.filter((token) => token.budget);
    this.#loading.hidden = known.length > 0;
    known.forEach((token) => this.#views.set(token.kind, this.#views.get(token.kind) ?? new TokenView()));
    arrange(this.#tokens, known.map((token) => this.#views.get(token.kind).element));
    known.forEach((token) => this.#views.get(token.kind).update(token, `${this.#name}, ${kindName(token)}`, now));
  }

  #toggled() {
    if (this.#shown.length > 0) {
      this.#updateBody(this.now);
      this.tick(this.now);
      if (this.lacksDetails) {
        this.#opened();
      }
    }
  }

  tick(now) {
    this.now = now;
    const { label, digits } = next(this.main, now);
    setText(this.#label, label);
    setText(this.#digits, digits);
    if (this.#details.open) {
      this.#views.forEach((view) => view.tick(now));
    } else {
      this.#slim?.tick(now);
    }
  }
}
