// The article at a glance: where each source speaks, and how much of it nobody stands behind by name.

import { counted, drawn, element, percent } from './dom.js';
import { countWords } from './words.js';
import { keyOf } from './sources.js';
import { segmentsOf } from './segments.js';

/** Draws a block for each content over the article's length; a content within a content is half as high. */
export function drawStrip(place, text, claims, looks) {
  const blocks = claims.flatMap((claim) => claim.spans.map(({ start, end }) => block(claim, start, end, looks)));
  const drawing = drawn('svg', { viewBox: `0 0 ${Math.max(1, text.length)} 10`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, blocks);
  place.replaceChildren(drawing);
}

function block(claim, start, end, looks) {
  const y = Math.min(8, claim.depth * 5);
  return drawn('rect', {
    x: start, width: Math.max(0, end - start), y, height: 10 - y,
    class: `block ${looks.get(keyOf(claim))}`, 'data-claim': claim.id,
  }, drawn('title', {}, claim.source?.name ?? 'No source given'));
}

/**
 * Draws which colour is whose: the named sources of `sources`, then how many have no name. `onChoose(source)` goes to a
 * source's card.
 */
export function drawKey(place, sources, onChoose) {
  const [named, others] = [sources.filter((source) => source.isNamed), sources.filter((source) => !source.isNamed)];
  const unnamed = others.filter((source) => source.key !== '');
  const nobody = others.find((source) => source.key === '');
  place.replaceChildren(
    ...named.map((source) => keyItem(source, source.name, onChoose)),
    ...unnamed.slice(0, 1).map((source) => keyItem(source, `${unnamed.length} not named`, onChoose)),
    ...(nobody ? [keyItem(nobody, 'no source given', onChoose)] : []),
  );
}

function keyItem(source, name, onChoose) {
  return element('li', {}, element('button', { type: 'button', class: source.look, onclick: () => onChoose(source) },
    element('span', { class: 'swatch', 'aria-hidden': 'true' }), name));
}

/** Draws what the shares are: of the words, how many are somebody's, and of those, how many a named source's. */
export function drawFigures(place, text, claims, sources) {
  const all = countWords(text);
  const shares = sharesOf(text, claims);
  const attributed = shares.named + shares.unnamed + shares.nobody;
  const share = (words) => (attributed === 0 ? 0 : words / attributed);
  const unnamed = share(shares.unnamed + shares.nobody);
  place.replaceChildren(
    figure(percent(all === 0 ? 0 : attributed / all), `of ${counted(all, 'word')} are attributed`),
    figure(percent(unnamed), 'of those to no named source', ratio(share, shares)),
    figure(String(sources.length), `${sources.length === 1 ? 'source' : 'sources'}, ${sources.filter((source) => source.isNamed).length} of them named`),
    figure(String(claims.length), claims.length === 1 ? 'claim' : 'claims'),
  );
}

function figure(number, words, ...more) {
  return element('div', { class: 'figure' }, element('b', {}, number), element('span', {}, words), ...more);
}

/** A bar of the three shares. */
function ratio(share, shares) {
  const kinds = ['named', 'unnamed', 'nobody'];
  let x = 0;
  const parts = kinds.map((kind) => {
    const part = drawn('rect', { class: `ratio-${kind}`, x, width: 100 * share(shares[kind]), height: 4 });
    x += 100 * share(shares[kind]);
    return part;
  });
  return drawn('svg', { class: 'ratio', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, parts);
}

/** Words by what their outermost content's source is; each word is counted once. */
function sharesOf(text, claims) {
  const shares = { named: 0, unnamed: 0, nobody: 0 };
  const spans = claims.flatMap((claim) => claim.spans.map((span) => ({ ...span, claim })));
  for (const { start, end, covers } of segmentsOf(text, spans)) {
    if (covers.length === 0) continue;
    const { claim } = covers.reduce((outer, span) => (span.claim.depth < outer.claim.depth ? span : outer));
    const kind = claim.source === null ? 'nobody' : claim.source.isNamed ? 'named' : 'unnamed';
    shares[kind] += countWords(text.slice(start, end));
  }
  return shares;
}
