// An order to refresh several accounts: places one order after the other and shows the progress and the results.

import { el, setText } from './dom.js';
import { order } from './client.js';
import { t } from './texts.js';

/** The number of concurrent orders: half of those that the server carries out at a time. */
export const AT_ONCE = 4;
const MOST_RETRIES = 20;
const RETRY_AFTER = 2000;
/** How many accounts are named for each reason. */
const MOST_NAMES = 20;

const at = (id) => document.getElementById(id);
const pause = (millis) => new Promise((resume) => setTimeout(resume, millis));

/** The order that is in progress or was finished last. A page has one at a time. */
export class Bulk {
  #failed;
  #changed;
  #left = [];
  #all = 0;
  #finished = 0;
  #done = 0;
  #reasons = new Map();
  #stopped = false;
  /** Counts the orders and their ends by clear(). Workers of an earlier one stop and report nothing. */
  #run = 0;
  #bar = el('progress');
  #count = el('p', { class: 'note' });
  #title = el('h2', { id: 'bulk-title', tabindex: -1 });
  #list = el('dl', { class: 'reasons' });
  #button = el('button', { type: 'button' });

  /** "failed" converts a failure to a message; "changed" is called when an order begins and ends. */
  constructor(failed, changed) {
    this.#failed = failed;
    this.#changed = changed;
    this.#button.addEventListener('click', () => (this.running ? this.#stop() : this.clear()));
  }

  running = false;

  /** Refreshes the accounts. Those of a failed order are listed with the reason. */
  async refresh(names) {
    if (this.running) {
      return;
    }
    this.running = true;
    const run = ++this.#run;
    this.#left = [...names];
    this.#all = names.length;
    this.#finished = 0;
    this.#done = 0;
    this.#stopped = false;
    this.#reasons = new Map();
    this.#bar.max = names.length;
    at('bulk').replaceChildren(
      this.#title, this.#bar, this.#count, this.#list, el('div', { class: 'actions' }, this.#button));
    at('bulk').hidden = false;
    setText(this.#title, t.bulkTitle(this.#all));
    setText(this.#button, t.stop);
    this.#button.disabled = false;
    this.#show();
    this.#title.focus();
    this.#changed();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work(run)));
    if (run !== this.#run) {
      return;
    }
    this.running = false;
    setText(this.#title, this.#stopped ? t.stopped : t.bulkEnd(this.#done));
    setText(this.#button, t.close);
    this.#button.disabled = false;
    this.#show();
    setText(at('news'), this.#count.textContent);
    this.#changed();
  }

  /** Forgets the order. One that is in progress places no more orders and reports nothing. */
  clear() {
    this.#run++;
    at('bulk').hidden = true;
    at('bulk').replaceChildren();
    if (this.running) {
      this.running = false;
      this.#changed();
    }
  }

  #stop() {
    this.#stopped = true;
    this.#button.disabled = true;
  }

  #continues(run) {
    return run === this.#run && !this.#stopped;
  }

  async #work(run) {
    while (this.#continues(run) && this.#left.length > 0) {
      const name = this.#left.shift();
      const reason = await this.#order(name, run);
      if (run !== this.#run) {
        return;
      }
      this.#finished++;
      if (reason === undefined) {
        this.#done++;
      } else {
        this.#reasons.set(reason, [...(this.#reasons.get(reason) ?? []), name]);
      }
      this.#show();
    }
  }

  /** Places an order, again if the server is busy. Returns why there is no new token; undefined if there is one. */
  async #order(name, run) {
    for (let retries = 0; ; retries++) {
      try {
        const { answer } = await order(name, 'refresh');
        return answer.outcome === 'done' ? undefined : t.bulkPending;
      } catch (failure) {
        const again = failure.kind === 'busy' && retries < MOST_RETRIES && this.#continues(run);
        if (again) {
          await pause(failure.retryAfter ?? RETRY_AFTER);
        }
        if (!again || !this.#continues(run)) {
          return this.#failed(failure);
        }
      }
    }
  }

  #show() {
    this.#bar.value = this.#finished;
    this.#bar.hidden = !this.running;
    const left = this.#all - this.#finished;
    setText(this.#count, this.running
      ? t.bulkProgress(this.#finished, this.#all, this.#done) : t.bulkResult(this.#done, this.#all, left));
    this.#list.replaceChildren(...[...this.#reasons].flatMap(([reason, names]) => [
      el('dt', null, reason),
      el('dd', null, named(names)),
    ]));
  }
}

function named(names) {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(t.comma) + (more > 0 ? t.andMore(more) : '');
}
