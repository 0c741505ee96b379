// A text -> paragraphs on the page, whatever marks stand in them.

import { element } from './dom.js';

/** The longest headline, in UTF-16 units: a first line beyond that is a paragraph like any other. */
const LONGEST_HEADLINE = 180;

/**
 * The paragraphs of `text` as nodes, its segments (see segments.js) drawn by `draw(words, segment)`, which returns a
 * node or the words alone. A short first line without a full stop is the headline.
 */
export function paragraphsOf(text, segments, draw) {
  const lines = [...text.matchAll(/[^\r\n]+/g)].filter(([line]) => line.trim() !== '');
  const nodes = [];
  let next = 0;
  lines.forEach((match, number) => {
    const [start, end] = [match.index, match.index + match[0].length];
    const parts = [];
    while (next < segments.length && segments[next].end <= start) next += 1;
    for (let at = next; at < segments.length && segments[at].start < end; at += 1) {
      const segment = segments[at];
      const words = text.slice(Math.max(start, segment.start), Math.min(end, segment.end));
      parts.push(draw(words, segment));
    }
    const isHeadline = number === 0 && lines.length > 1 && end - start <= LONGEST_HEADLINE && !/[.!?]["”’]?\s*$/.test(match[0]);
    nodes.push(element(isHeadline ? 'h2' : 'p', {}, parts));
  });
  return nodes;
}
