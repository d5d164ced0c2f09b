// The accounts: those that share a cause of trouble below it, then the others. Updates them and announces changes.

import { el, glyph, setText, arrange, keepingFocus } from './dom.js';
import { now } from './clock.js';
import { AccountView } from './account.js';
import { CauseView } from './cause.js';
import { Find } from './find.js';
import { Fold } from './fold.js';
import { legend } from './legend.js';
import { RelayView } from './relay.js';
import { t, locale } from './texts.js';

/** Up to this number of accounts, all are open. */
const ALL_OPEN = 2;
/** Up to this number of accounts, none is searched for. */
const FEW = 4;
/** More healthy accounts are folded while others need attention. */
const MANY_WELL = 20;
const MOST_DETAILS = 4;

const at = (id) => document.getElementById(id);

export class Board {
  #ask;
  #askAll;
  #poll;
  #views = new Map();
  #causes = new Map();
  #details = new Map();
  #opened = new Set();
  #visible = new Set();
  #document;
  #rest = new Fold(at('rest'));
  #relay = new RelayView(at('relay'));
  #folds;
  #find = new Find(() => this.#filter(), (text) => this.#open(text));
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => {
    this.#visible[entry.isIntersecting ? 'add' : 'delete'](entry.target.dataset.account);
  }), { rootMargin: '200px' });

  constructor(ask, askAll, poll) {
    this.#ask = ask;
    this.#askAll = askAll;
    this.#poll = poll;
    at('legend').append(legend());
  }

  /** Shows the server's document, and requests the details of the accounts that need them. */
  async show(document, read) {
    this.#document = document;
    const lines = [...document.tokens, ...document.others];
    const byAccount = grouped(lines);
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
    keepingFocus(() => {
      this.#showAccounts(new Map([...opened.map((name) => [name, this.#details.get(name).tokens]), ...byAccount]));
      this.#showCounts(document);
      this.#relay.update(document.relay);
      at('find').hidden = byAccount.size <= FEW && !document.notShown;
      this.#filter();
    });
  }

  /** Advances what is in sight. */
  tick(time) {
    this.#visible.forEach((name) => this.#views.get(name)?.tick(time));
    this.#causes.forEach((cause) => cause.tick(time));
  }

  /** Forbids to order for several accounts while such an order is in progress. */
  set busy(busy) {
    this.#causes.forEach((cause) => (cause.busy = busy));
  }

  clear() {
    [this.#views, this.#causes, this.#details, this.#opened, this.#visible].forEach((each) => each.clear());
    this.#folds = undefined;
    this.#find.clear();
    this.#relay.update(undefined);
    at('causes').replaceChildren();
    at('accounts').replaceChildren();
  }

  /** Returns the accounts whose details were requested longest ago: the open ones and, among few, the visible ones. */
  #due(byAccount) {
    const lacks = (name) => byAccount.get(name)?.some((token) => !token.events);
    const hidden = [...this.#opened].filter((name) => !byAccount.has(name));
    const open = [...this.#views.values()].filter((view) => view.isOpen && lacks(view.name)).map((view) => view.name);
    const glances = this.#document.others.length > 0 ? []
      : this.#views.size > 0 ? [...this.#visible].filter(lacks) : [...byAccount.keys()].filter(lacks);
    return [...new Set([...hidden, ...open, ...glances])]
      .sort((a, b) => (this.#details.get(a)?.at ?? 0) - (this.#details.get(b)?.at ?? 0))
      .slice(0, MOST_DETAILS);
  }

  #showAccounts(byAccount) {
    const first = this.#views.size === 0;
    const causeOf = new Map([...byAccount].map(([name, tokens]) => [name, tokens.find((token) => token.cause)?.cause]));
    const ailing = [...causeOf.values()].filter(Boolean).length;
    // Many lines are dense and without timelines, whose drawing would take too long.
    const dense = this.#document.others.length > 0;
    at('accounts').classList.toggle('dense', dense);
    at('causes').classList.toggle('dense', dense);
    byAccount.forEach((tokens, name) => {
      let view = this.#views.get(name);
      const before = view && { state: view.state, versions: view.versions };
      if (!view) {
        view = new AccountView(name, this.#ask, this.#poll);
        view.isOpen = byAccount.size <= ALL_OPEN && ailing <= 1;
        this.#views.set(name, view);
        this.#observer.observe(view.element);
      }
      const fell = causeOf.get(name) !== undefined && view.cause === undefined;
      if (fell && ailing === 1) {
        view.isOpen = true;
      }
      view.cause = causeOf.get(name);
      view.update(this.#withDetails(view, tokens), now(), !dense);
      if (!first && before) {
        this.#tell(view, before);
      }
    });
    [...this.#views.keys()].filter((name) => !byAccount.has(name)).forEach((name) => this.#views.delete(name));
    this.#arrange([...byAccount.keys()].map((name) => this.#views.get(name)), ailing);
    // A view is drawn only after it has a width.
    this.#views.forEach((view) => dense || view.tick(now()));
  }

  /** Puts accounts with a common cause below it. A single account that needs attention explains itself. */
  #arrange(views, ailing) {
    const causes = ailing > 1 ? this.#document.causes : [];
    const keys = new Set(causes.map((cause) => cause.cause));
    const rest = views.filter((view) => !keys.has(view.cause));
    [...this.#causes.keys()].filter((key) => !keys.has(key)).forEach((key) => this.#causes.delete(key));
    causes.forEach((cause) => {
      if (!this.#causes.has(cause.cause)) {
        this.#causes.set(cause.cause, new CauseView(cause.cause, (members) => this.#askAll(members)));
      }
    });
    arrange(at('causes'), causes.map((cause) => this.#causes.get(cause.cause).element));
    causes.forEach((cause) =>
      this.#causes.get(cause.cause).update(cause, sorted(views.filter((view) => view.cause === cause.cause)), now()));
    arrange(at('accounts'), sorted(rest).map((view) => view.element));
    const folds = causes.length > 0 && rest.length > MANY_WELL;
    setText(at('rest-title'), t.restTitle(rest.length));
    at('rest-title').parentElement.hidden = !folds;
    if (folds !== this.#folds) {
      this.#folds = folds;
      at('rest').open = !folds;
    }
  }

  /** Adds the details that were requested, to an account that shows them. */
  #withDetails(view, tokens) {
    const known = this.#details.get(view.name)?.tokens ?? [];
    const of = (token) => known.find((other) => other.kind === token.kind);
    return tokens.map((token) =>
      (token.budget ? { events: of(token)?.events, ...token } : view.isOpen ? { ...of(token), ...token } : token));
  }

  /** Announces a change to screen readers. */
  #tell(view, before) {
    if (view.state !== before.state) {
      setText(at('news'), t.newsState(view.name, t[view.state]));
    } else if (view.versions !== before.versions && view.isOpen) {
      setText(at('news'), t.newsToken(view.name));
    }
  }

  #showCounts({ down, degraded, up, attention }) {
    const all = down + degraded + up;
    setText(at('headline'), t.headline(down, degraded, all, attention));
    at('headline').className = down ? 'DOWN' : degraded ? 'DEGRADED' : 'UP';
    document.title = `${t.title(down, degraded, attention)}wxtoken`;
    const counts = { DOWN: down, DEGRADED: degraded, UP: up };
    const signature = JSON.stringify(counts);
    if (at('counts').dataset.counts !== signature) {
      at('counts').dataset.counts = signature;
      at('counts').replaceChildren(...Object.entries(counts).map(([state, count]) =>
        el('li', { class: count > 0 ? state : 'none' }, glyph(state), ` ${count} `, el('span', null, t[state]))));
    }
  }

  /** Hides the accounts that the search does not find, and opens the folds around those that it finds. */
  #filter() {
    const { active } = this.#find;
    // The accounts found are near the field: what to do about their causes is not asked for.
    at('board').classList.toggle('searching', active);
    let found = 0;
    this.#views.forEach((view) => {
      view.element.hidden = active && !this.#find.matches(view);
      found += view.element.hidden ? 0 : 1;
    });
    this.#causes.forEach((cause) => {
      const any = cause.views.some((view) => !view.element.hidden);
      cause.element.hidden = active && !any;
      cause.fold.search(active && any);
    });
    this.#rest.search(active);
    this.#find.say(found, this.#views.size, this.#document?.notShown - this.#document?.others.length);
  }

  /** Opens the account that a person means, even if it is not listed. */
  async #open(text) {
    if (text === '') {
      return;
    }
    let view = this.#find.meant(text, [...this.#views.values()]);
    if (!view) {
      this.#opened.add(text);
      this.#details.delete(text);
      await this.#poll();
      view = this.#views.get(text);
    }
    if (view) {
      this.#find.clear();
      this.#filter();
      for (let fold = view.element.closest('details'); fold; fold = fold.parentElement.closest('details')) {
        fold.open = true;
      }
      view.isOpen = true;
      view.focus();
      setText(at('find-note'), t.opened(view.name));
    }
  }
}

/** Sorts accounts: the worst first, equal ones by name, with the numbers in names as numbers. */
const sorted = (views) => views.sort((a, b) =>
  rank(a) - rank(b) || collator.compare(a.name, b.name));
const rank = (view) => (view.state === 'DOWN' ? 0 : view.state === 'DEGRADED' ? 1 : view.cause ? 2 : 3);
const collator = new Intl.Collator(locale, { numeric: true });

function grouped(tokens) {
  const byAccount = new Map();
  tokens.forEach((token) => byAccount.set(token.account, [...(byAccount.get(token.account) ?? []), token]));
  return byAccount;
}
