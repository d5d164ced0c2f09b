// The list of accounts, worst first: selects the accounts to show, updates them and announces changes.

import { el, glyph, setText, arrange } from './dom.js';
import { now } from './clock.js';
import { AccountView } from './account.js';
import { legend } from './legend.js';
import { t } from './texts.js';

const FEW = 4;
const MOST_DETAILS = 4;

const at = (id) => document.getElementById(id);

export class Board {
  #ask;
  #poll;
  #views = new Map();
  #details = new Map();
  #opened = new Set();
  #visible = new Set();
  #document;
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => {
    this.#visible[entry.isIntersecting ? 'add' : 'delete'](entry.target.dataset.account);
  }), { rootMargin: '200px' });

  constructor(ask, poll) {
    this.#ask = ask;
    this.#poll = poll;
    at('legend').append(legend());
    at('find').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#open(at('name').value.trim());
    });
    at('name').addEventListener('input', () => this.#filter());
  }

  /** Shows the server's document, and requests the events of the visible accounts. */
  async show(document, read) {
    this.#document = document;
    const byAccount = grouped(document.tokens);
    for (const name of this.#due(byAccount)) {
      try {
        const { answer } = await read(name);
        this.#details.set(name, { tokens: answer.tokens, at: now() });
      } catch (failure) {
        if (failure.kind !== 'absent') {
          throw failure;
        }
        this.#opened.delete(name);
        this.#details.delete(name);
        setText(at('find-note'), t.noAccount(name));
      }
    }
    const opened = [...this.#opened].filter((name) => !byAccount.has(name) && this.#details.has(name));
    this.#showAccounts(new Map([...opened.map((name) => [name, this.#details.get(name).tokens]), ...byAccount]));
    this.#showCounts(document);
    at('find').hidden = byAccount.size <= FEW && !document.notShown;
    this.#filter();
  }

  tick(time) {
    this.#views.forEach((view) => view.tick(time));
  }

  clear() {
    this.#views.clear();
    this.#details.clear();
    this.#opened.clear();
    this.#visible.clear();
    at('accounts').replaceChildren();
  }

  /** Returns the visible or opened accounts whose events were requested longest ago. */
  #due(byAccount) {
    const seen = [...this.#visible].filter((name) => byAccount.get(name)?.some((token) => !token.events));
    const hidden = [...this.#opened].filter((name) => !byAccount.has(name));
    const fresh = this.#views.size === 0
      ? [...byAccount.keys()].filter((name) => byAccount.get(name).some((token) => !token.events)) : [];
    return [...new Set([...hidden, ...seen, ...fresh])]
      .sort((a, b) => (this.#details.get(a)?.at ?? 0) - (this.#details.get(b)?.at ?? 0))
      .slice(0, MOST_DETAILS);
  }

  #showAccounts(byAccount) {
    const first = this.#views.size === 0;
    const few = byAccount.size <= FEW;
    const views = [...byAccount].map(([name, tokens]) => {
      let view = this.#views.get(name);
      const before = view && { state: view.state, versions: view.versions };
      if (!view) {
        const bad = tokens.some((token) => token.state !== 'UP');
        view = new AccountView(name, bad || few || this.#opened.has(name), this.#ask);
        this.#views.set(name, view);
        this.#observer.observe(view.element);
      }
      view.update(this.#withEvents(name, tokens), now());
      if (!first && before) {
        this.#tell(view, before);
      }
      return view;
    });
    arrange(at('accounts'), views.map((view) => view.element));
    // A view is drawn only after it has a width.
    views.forEach((view) => view.tick(now()));
    [...this.#views.keys()].filter((name) => !byAccount.has(name)).forEach((name) => this.#views.delete(name));
  }

  #withEvents(name, tokens) {
    const known = this.#details.get(name)?.tokens ?? [];
    return tokens.map((token) =>
      ({ events: known.find((other) => other.kind === token.kind)?.events, ...token }));
  }

  /** Announces a change to screen readers. */
  #tell(view, before) {
    if (view.state !== before.state) {
      setText(at('news'), t.newsState(view.name, t[view.state]));
    } else if (view.versions !== before.versions) {
      setText(at('news'), t.newsToken(view.name));
    }
  }

  #showCounts({ down, degraded, up }) {
    const all = down + degraded + up;
    setText(at('headline'), t.headline(down, degraded, all));
    at('headline').className = down ? 'DOWN' : degraded ? 'DEGRADED' : 'UP';
    document.title = `${t.title(down, degraded)}wxtoken`;
    const counts = { DOWN: down, DEGRADED: degraded, UP: up };
    const signature = JSON.stringify(counts);
    if (at('counts').dataset.counts !== signature) {
      at('counts').dataset.counts = signature;
      at('counts').replaceChildren(...Object.entries(counts).map(([state, count]) =>
        el('li', { class: count > 0 ? state : 'none' }, glyph(state), ` ${count} `, el('span', null, t[state]))));
    }
  }

  #filter() {
    const text = at('name').value.trim();
    const shown = [...this.#views.values()].filter((view) => {
      view.element.hidden = text !== '' && !view.matches(text);
      return !view.element.hidden;
    });
    const rest = this.#document?.notShown ? t.notShown(this.#document.notShown) : '';
    if (text === '' || shown.length > 0 || rest) {
      if (at('find').dataset.typed !== text) {
        setText(at('find-note'), rest);
      }
    } else {
      setText(at('find-note'), t.noMatch);
    }
    if (!at('find-note').textContent && rest) {
      setText(at('find-note'), rest);
    }
    at('find').dataset.typed = text;
  }

  /** Opens an account by its name, even if it is not shown. */
  async #open(name) {
    if (name === '') {
      return;
    }
    at('name').value = '';
    this.#filter();
    this.#opened.add(name);
    this.#details.delete(name);
    await this.#poll();
    const view = this.#views.get(name);
    if (view) {
      view.open();
      view.focus();
      setText(at('find-note'), t.opened(name));
    }
  }
}

function grouped(tokens) {
  const byAccount = new Map();
  tokens.forEach((token) => byAccount.set(token.account, [...(byAccount.get(token.account) ?? []), token]));
  return byAccount;
}
