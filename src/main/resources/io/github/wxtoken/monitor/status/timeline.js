// The timeline of a token: the lives of its versions against time, with a mark for now.

import { svg } from './dom.js';
import { lives, gaps, marks } from './lives.js';
import { shortTime, time } from './times.js';
import { t } from './texts.js';

const MINUTE = 60_000;
/** The longest life of a WeChat token. A ticket that is returned again may be known for longer. */
const LONGEST_LIFE = 120 * MINUTE;
const SPANS = [1, 2, 5, 10, 30, 60, 120, 240, 720, 1440].map((count) => count * MINUTE);
const STEPS = [1 / 6, 1 / 2, 1, 2, 5, 10, 15, 30, 60, 120, 240, 720].map((count) => count * MINUTE);

const FULL = { height: 94, marks: 11, lanes: [26, 46], bar: 16, axis: 70 };
const SLIM = { height: 20, marks: null, lanes: [2, 11], bar: 7, axis: null };

let ids = 0;

/** The shapes of the marks, centred on 0,0. Each kind has its own. */
const SHAPES = {
  refreshed: 'M0-5.5 5.5 0 0 5.5-5.5 0Z',
  reported: 'M0-4.5A4.5 4.5 0 1 1 0 4.5 4.5 4.5 0 1 1 0-4.5Z',
  failed: 'M-4.5-4.5 4.5 4.5M4.5-4.5-4.5 4.5',
  dead: 'M-5-5H5V5H-5ZM-5-5 5 5M5-5-5 5',
  ordered: 'M-5-5 5 0-5 5Z',
};

/** Creates the shape of a mark, also for the legend. */
export const shape = (type) => svg('path', { class: `mark ${type}`, d: SHAPES[type] });

/** Creates the pattern for the overlap of two tokens. */
export const hatch = (id) => svg('defs', null, svg(
  'pattern',
  { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
  svg('rect', { class: 'hatch-ground', width: 5, height: 5 }),
  svg('rect', { class: 'hatch-line', width: 2, height: 5 }),
));

export class Timeline {
  #form;
  #hatch = `hatch-${++ids}`;
  #moving = [];
  #from = 0;
  #window = MINUTE;
  #drawn;
  #data = {};

  constructor(slim = false) {
    this.#form = slim ? SLIM : FULL;
    this.element = svg('svg', {
      class: slim ? 'timeline slim' : 'timeline',
      height: this.#form.height,
      role: slim ? null : 'img',
      'aria-hidden': slim ? 'true' : null,
    });
  }

  /** Updates the timeline with the token's current data. */
  update(token, name, now) {
    const signature = JSON.stringify([token.fingerprint, token.previous, token.nextRefresh, token.events, token.doubt]);
    if (this.#data.signature !== signature) {
      this.#data = { signature, token, name, lives: lives(token, now), marks: marks(token) };
      this.#drawn = undefined;
    }
    this.tick(now);
  }

  /** Advances the timeline to the current time. */
  tick(now) {
    const width = this.element.clientWidth;
    if (width === 0 || this.#data.token === undefined) {
      return;
    }
    const current = this.#data.lives.at(-1);
    const life = Math.min(LONGEST_LIFE, current ? (current.expires ?? current.end) - current.start : LONGEST_LIFE);
    const ahead = SPANS.find((span) => span >= life * 0.95) ?? SPANS.at(-1);
    this.#window = 3 * ahead;
    this.#from = now - 2 * ahead;
    const minute = Math.floor(now / (this.#window / 360));
    if (this.#drawn !== `${width} ${minute}`) {
      this.#drawn = `${width} ${minute}`;
      this.#draw(now, width);
    }
    this.#moving.forEach((move) => move(now));
  }

  #draw(now, width) {
    const { lives: all, marks: events, token, name } = this.#data;
    this.#moving = [];
    const failures = (token.events ?? []).filter((event) => event.type === 'failed')
      .reduce((sum, event) => sum + (event.times ?? 1), 0);
    this.element.setAttribute('aria-label', t.timeline(name, all.length, failures));
    const parts = [hatch(this.#hatch)];
    if (this.#form.axis !== null) {
      parts.push(...this.#ticks(now, width));
    }
    gaps(token, all, now).forEach((gap) => parts.push(this.#gap(gap)));
    all.forEach((life, i) => parts.push(...this.#bar(life, (all.length - 1 - i) % 2, now, width)));
    parts.push(...this.#plan(all.at(-1), token, now));
    if (this.#form.marks !== null) {
      events.forEach((event) => parts.push(...this.#mark(event)));
    }
    parts.push(this.#now());
    this.element.replaceChildren(...parts);
  }

  #x = (at) => Math.min(130, Math.max(-30, ((at - this.#from) / this.#window) * 100));

  #place(node, start, end) {
    this.#moving.push((now) => {
      const last = typeof end === 'function' ? end(now) : end;
      const first = typeof start === 'function' ? start(now) : start;
      node.setAttribute('x', `${this.#x(first).toFixed(3)}%`);
      node.setAttribute('width', `${Math.max(0, this.#x(last) - this.#x(first)).toFixed(3)}%`);
    });
    return node;
  }

  #at(node, at) {
    this.#moving.push(() => node.setAttribute('x', `${this.#x(at).toFixed(3)}%`));
    return node;
  }

  /** Draws the bar of a life. Lanes alternate, so that overlapping lives are distinguishable. */
  #bar(life, lane, now, width) {
    const y = this.#form.lanes[lane];
    const rect = (kind, start, end) =>
      this.#place(svg('rect', { class: kind, y, height: this.#form.bar, rx: this.#form.bar > 8 ? 3 : 2 }), start, end);
    const until = life.graceFrom ?? life.end;
    const parts = [rect(life.current ? 'bar current' : 'bar', life.start, until)];
    if (life.current) {
      parts.push(rect('bar rest', (time) => Math.min(until, Math.max(life.start, time)), until));
    }
    if (life.graceFrom !== undefined) {
      const grace = rect('bar grace', life.graceFrom, life.end);
      grace.setAttribute('fill', `url(#${this.#hatch})`);
      parts.push(grace);
    }
    if (this.#form.bar > 8) {
      parts.push(...this.#name(life, y, until, now, width));
    }
    return parts;
  }

  /** Draws the fingerprint in the part of the bar where it fits. */
  #name(life, y, until, now, width) {
    const from = Math.max(life.start, this.#from);
    const roomy = (start, end) => ((end - start) / this.#window) * width > 84;
    const name = (kind) => svg('text', { class: kind, y: y + 12, dx: 7 }, life.fingerprint);
    if (roomy(from, life.current ? Math.min(now, until) : until)) {
      return [this.#at(name(life.current ? 'name current' : 'name'), from)];
    }
    if (life.current && roomy(now, until)) {
      const label = name('name');
      this.#moving.push((time) => label.setAttribute('x', `${this.#x(time).toFixed(3)}%`));
      return [label];
    }
    return [];
  }

  #gap(gap) {
    const [top, bottom] = this.#form.lanes;
    return this.#place(
      svg('rect', { class: 'gap', y: top, height: bottom + this.#form.bar - top }),
      gap.start,
      (time) => (gap.last ? time : gap.end),
    );
  }

  /** Draws the planned next token. */
  #plan(current, token, now) {
    const next = Date.parse(token.nextRefresh);
    if (!current?.current || !(next > now) || token.lastError) {
      return [];
    }
    const life = current.expires - current.start;
    const plan = svg('rect', { class: 'plan', y: this.#form.lanes[1] + 0.5, height: this.#form.bar - 1, rx: 3 });
    return [this.#place(plan, next, next + life)];
  }

  #mark({ type, at, lastAt }) {
    const y = this.#form.marks;
    const mark = (when) => this.#at(svg('svg', { y, overflow: 'visible' }, shape(type)), when);
    if (!(lastAt > at)) {
      return [mark(at)];
    }
    const course = svg('line', { class: `course ${type}`, y1: y, y2: y });
    this.#moving.push(() => {
      course.setAttribute('x1', `${this.#x(at).toFixed(3)}%`);
      course.setAttribute('x2', `${this.#x(lastAt).toFixed(3)}%`);
    });
    return [course, mark(at), mark(lastAt)];
  }

  #ticks(now, width) {
    const step = STEPS.find((candidate) => (candidate / this.#window) * width >= 62) ?? STEPS.at(-1);
    const local = new Date(now).getTimezoneOffset() * MINUTE;
    const first = Math.ceil((this.#from - local) / step) * step + local;
    const parts = [svg('line', { class: 'axis', x1: 0, x2: '100%', y1: this.#form.axis, y2: this.#form.axis })];
    for (let at = first - step; at < this.#from + this.#window + step; at += step) {
      const x = ((at - this.#from) / this.#window) * width;
      const hidden = x < 20 || x > width - 20 || Math.abs(at - now) / this.#window * width < 44;
      const label = hidden ? '' : step < MINUTE ? time(at, at) : shortTime(at);
      parts.push(this.#at(
        svg('svg', { overflow: 'visible' },
          svg('line', { class: 'grid', y1: 22, y2: this.#form.axis }),
          svg('text', { class: 'tick', y: this.#form.axis + 17 }, label)),
        at));
    }
    return parts;
  }

  #now() {
    const bottom = this.#form.axis ?? this.#form.height;
    const node = svg('svg', { overflow: 'visible' }, svg('line', { class: 'now', y1: 0, y2: bottom }));
    if (this.#form.axis !== null) {
      node.append(
        svg('rect', { class: 'now-ground', x: -21, y: bottom + 4, width: 42, height: 18, rx: 9 }),
        svg('text', { class: 'tick now-word', y: bottom + 17 }, t.now));
    }
    this.#moving.push((now) => node.setAttribute('x', `${this.#x(now).toFixed(3)}%`));
    return node;
  }
}
