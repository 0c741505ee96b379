// What is shown is built here, node by node: strings become text nodes, so that no text is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes, listeners (names that begin with "on") and children: nodes or strings. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Scrolls to a node unless the reader asks for less motion, in which case it is simply there. */
export function bringIntoView(node, block = 'center') {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  node.scrollIntoView({ block, behavior: still ? 'auto' : 'smooth' });
}

/** "1 claim", "2 claims". */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share between 0 and 1 as whole percent; what is there is never told as nothing, nor a part as all. */
export function percent(share) {
  const rounded = Math.round(share * 100);
  const told = share > 0 && rounded === 0 ? '<1' : share < 1 && rounded === 100 ? '99' : String(rounded);
  return `${told}%`;
}
