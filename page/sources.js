// Claims -> their sources: whose claims are whose, and in which colour. A named source has a colour of its own; who
// isn't named is grey, so that a glance tells how much of an article nobody stands behind by name.

import { countWords, quotedRanges } from './words.js';

/** Tints in page.css: s0, s1, …; further sources repeat them with a pattern. */
const TINTS = 12;
/** The last pattern, p2, is for all who come after it. */
const PATTERNS = 2;

/**
 * The sources of all claims, those with most words first, each {key, name, title, kind, isNamed, look, claims}; the one
 * whose key is "" stands for claims without any. `look` is its classes in page.css.
 */
export function sourcesOf(claims) {
  const byKey = new Map();
  for (const claim of claims) {
    const key = keyOf(claim);
    if (!byKey.has(key)) byKey.set(key, newSource(key, claim.source));
    const source = byKey.get(key);
    source.title ||= claim.source?.title ?? '';
    source.claims.push(claim);
  }
  const sources = [...byKey.values()];
  const words = new Map(sources.map((source) => [source, wordsOf(source.claims)]));
  sources.sort((some, other) => sum(words.get(other)) - sum(words.get(some)));
  sources.filter((source) => source.isNamed).forEach((source, place) => {
    source.look = `s${place % TINTS} p${Math.min(PATTERNS, Math.floor(place / TINTS))}`;
  });
  return sources;
}

/** What tells sources apart: the entity, or nothing where there is no source. */
export function keyOf(claim) {
  return claim.source ? `e:${claim.source.entity}` : '';
}

function newSource(key, source) {
  return {
    key,
    name: source?.name || 'No source given',
    title: '',
    kind: source?.kind ?? '',
    isNamed: source?.isNamed ?? false,
    look: source ? 'unnamed' : 'nobody',
    claims: [],
  };
}

/** How many words of these claims' contents are quoted and how many are told in other words. */
export function wordsOf(claims) {
  const words = { quoted: 0, told: 0 };
  for (const claim of claims) {
    const all = countWords(claim.text);
    const quoted = quotedWords(claim, all);
    words.quoted += quoted;
    words.told += all - quoted;
  }
  return words;
}

function quotedWords(claim, all) {
  if (claim.kind === 'direct') return all;
  if (claim.kind === 'indirect') return 0;
  const ranges = quotedRanges(claim.text);
  const inMarks = ranges.reduce((count, { start, end }) => count + countWords(claim.text.slice(start, end)), 0);
  return Math.min(all, inMarks);
}

function sum(words) {
  return words.quoted + words.told;
}
