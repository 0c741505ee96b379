// The article with its marks: contents in the tint of their source, what is quoted on a solid line, what is told in
// other words on a dotted one, a content within a content on a second line; cues underlined, sources bold.

import { element } from './dom.js';
import { quotedRanges } from './words.js';
import { keyOf } from './sources.js';
import { segmentsOf } from './segments.js';
import { paragraphsOf } from './prose.js';

/** More contents within contents than this share the last line. */
const DEEPEST = 3;

/**
 * Draws into `place`. `looks` gives a source's classes by its key. The answer: {marks, stops}: the nodes of each claim,
 * and of each claim the node that the keyboard stops at, in the order of the text.
 */
export function drawArticle(place, text, claims, looks) {
  const marks = new Map(claims.map((claim) => [claim, []]));
  const stops = new Map();
  const places = new Map(claims.map((claim, place) => [claim, place]));
  const heights = heightsOf(claims);
  const segments = segmentsOf(text, claims.flatMap((claim) => roleSpans(text, claim)));
  const draw = (words, segment) => {
    if (segment.covers.length === 0) return words;
    const node = marked(words, segment.covers, looks, heights);
    const touched = claimsAt(segment.covers);
    node.dataset.claims = touched.map((claim) => places.get(claim)).join(' ');
    for (const claim of touched) marks.get(claim).push(node);
    const inner = touched[0];
    const isContent = segment.covers.some((span) => span.role === 'content' && span.claim === inner);
    if (isContent && !stops.has(inner)) stops.set(inner, node);
    return node;
  };
  place.replaceChildren(...paragraphsOf(text, segments, draw));
  for (const claim of claims) {
    // All of it stands in others that stand in it: it shares a stop.
    if (!stops.has(claim) && marks.get(claim).length > 0) stops.set(claim, marks.get(claim)[0]);
  }
  return { marks, stops: [...stops].sort(([, some], [, other]) => precedes(some, other)) };
}

function precedes(some, other) {
  if (some === other) return 0;
  return some.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

/** The spans of one claim with their roles: content (quoted or not), cue, source. */
function roleSpans(text, claim) {
  const spans = claim.spans.flatMap((span) => contentSpans(text, claim, span));
  for (const span of claim.cue?.spans ?? []) spans.push({ ...span, role: 'cue', claim });
  for (const span of claim.source?.spans ?? []) spans.push({ ...span, role: 'source', claim });
  return spans;
}

/** A content's span; a mixed one is cut where quotation marks open and close. */
function contentSpans(text, claim, { start, end }) {
  const span = { start, end, role: 'content', claim };
  if (claim.kind === 'direct') return [{ ...span, isQuoted: true }];
  if (claim.kind !== 'mixed') return [span];
  const quoted = quotedRanges(text.slice(start, end)).map((range) => ({
    ...span, start: start + range.start - 1, end: Math.min(end, start + range.end + 1), role: 'quoted',
  }));
  return [span, ...quoted];
}

/** How many claims stand one in the other in each claim: its line goes below theirs, all along. */
function heightsOf(claims) {
  const heights = new Map(claims.map((claim) => [claim, 0]));
  const byName = new Map(claims.map((claim) => [claim.id, claim]));
  for (const claim of claims) {
    let height = 1;
    for (let at = byName.get(claim.parent); at && height < DEEPEST; at = byName.get(at.parent)) {
      heights.set(at, Math.max(heights.get(at), height));
      height += 1;
    }
  }
  return heights;
}

/** The claims of some spans, the innermost content first, then those that only have their cue or source here. */
function claimsAt(covers) {
  const contents = covers.filter((span) => span.role === 'content').map((span) => span.claim);
  contents.sort((some, other) => other.depth - some.depth);
  const others = covers.filter((span) => span.role === 'cue' || span.role === 'source').map((span) => span.claim);
  others.sort((some, other) => other.depth - some.depth);
  // A cue within a content tells of its own claim first.
  return [...new Set([...others, ...contents])];
}

function marked(words, covers, looks, heights) {
  let node = words;
  const source = covers.find((span) => span.role === 'source');
  const cue = covers.find((span) => span.role === 'cue');
  if (source) node = element('b', { class: `source ${looks.get(keyOf(source.claim))}` }, node);
  if (cue) node = element('u', { class: `cue ${looks.get(keyOf(cue.claim))}` }, node);
  const contents = covers.filter((span) => span.role === 'content');
  contents.sort((some, other) => some.claim.depth - other.claim.depth);
  const lines = contents.slice(0, DEEPEST);
  for (let level = lines.length - 1; level >= 0; level -= 1) {
    const { claim, isQuoted } = lines[level];
    const isHere = isQuoted || covers.some((span) => span.role === 'quoted' && span.claim === claim);
    const look = looks.get(keyOf(claim));
    node = element('mark', { class: `content ${isHere ? 'quoted' : 'told'} holds${heights.get(claim)} ${look}` }, node);
  }
  return node;
}
