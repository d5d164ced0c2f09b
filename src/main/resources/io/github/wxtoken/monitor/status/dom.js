// Creates and changes elements. Texts are inserted as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** Creates an HTML element with attributes ("on..." are listeners; null and false are omitted) and children. */
export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** Creates an SVG element in the same way. */
export const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Sets a text only if it differs, so that selections and screen readers are not disturbed. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Changes the page and keeps the focus, even if its element moves to another place. */
export function keepingFocus(change) {
  const focused = document.activeElement;
  change();
  if (focused !== document.activeElement && focused?.isConnected) {
    focused.focus({ preventScroll: true });
  }
}

/** Arranges children in the given order with few moves. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  [...parent.children].filter((child) => !wanted.has(child)).forEach((child) => child.remove());
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(child, next);
    }
  }
}

/** Creates the glyph of a state. Its shape shows the same as its colour. */
export function glyph(state) {
  const shape = {
    DOWN: 'M8 1 15.2 14.5H.8Z M8 6v4 M8 12v.6',
    DEGRADED: 'M8 .8 15.2 8 8 15.2 .8 8Z M8 5v4 M8 10.8v.6',
    UP: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z M4.8 8.2 7.2 10.5 11.4 5.8',
  }[state];
  const [outline, ...inner] = shape.split(/ (?=M)/);
  return svg(
    'svg',
    { class: `glyph ${state}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { class: 'outline', d: outline }),
    svg('path', { class: 'inner', d: inner.join(' ') }),
  );
}
