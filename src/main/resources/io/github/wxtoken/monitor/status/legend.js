// The legend of the timelines.

import { el, svg } from './dom.js';
import { shape, hatch } from './timeline.js';
import { t } from './texts.js';

const bar = (...attributes) => attributes.map((each) => svg('rect', { y: 1, height: 10, rx: 3, ...each }));

const SWATCHES = {
  bar: () => bar({ class: 'bar current', width: 14 }, { class: 'bar rest', x: 12, width: 14 }),
  grace: () => [hatch('hatch-legend'), ...bar({ class: 'bar grace', width: 26, fill: 'url(#hatch-legend)' })],
  plan: () => bar({ class: 'plan', x: 0.5, width: 25 }),
  gap: () => bar({ class: 'gap', width: 26 }),
};

/** Creates the legend as a list. */
export function legend() {
  const entries = Object.entries(t.marks).map(([kind, words]) => {
    const swatch = SWATCHES[kind];
    const picture = swatch
      ? svg('svg', { width: 26, height: 12, 'aria-hidden': 'true' }, ...swatch())
      : svg('svg', { width: 14, height: 12, viewBox: '-7 -6 14 12', 'aria-hidden': 'true' }, shape(kind));
    return el('li', null, picture, el('span', null, words));
  });
  return el('section', { class: 'legend', 'aria-labelledby': 'legend-title' },
    el('h2', { id: 'legend-title' }, t.legend), el('ul', null, ...entries));
}
