// A card for each source: who it is, how much of it is quoted, and what it says, to whom, through what and when.

import { counted, element } from './dom.js';
import { wordsOf } from './sources.js';

/** Longer contents are cut in a card: the article beside it has them whole. In UTF-16 units. */
const LONGEST_EXCERPT = 170;

/** Draws the cards of sources ([{…, claims}], the claims being those shown). `onChoose(claim)` goes to the article. */
export function drawCards(place, sources, onChoose) {
  place.replaceChildren(...sources.map((source) => card(source, onChoose)));
}

function card(source, onChoose) {
  const words = wordsOf(source.claims);
  const details = [source.title, source.kind === 'unknown' ? '' : source.kind, source.isNamed || source.key === '' ? '' : 'not named'];
  return element('section', { class: `card ${source.look}` },
    element('h3', { tabindex: '-1' }, element('span', { class: 'swatch', 'aria-hidden': 'true' }), source.name),
    element('p', { class: 'who' }, details.filter(Boolean).join(' · ')),
    share(words),
    element('ul', {}, source.claims.map((claim) => element('li', { 'data-claim': claim.id }, excerpt(claim, onChoose), chips(claim)))));
}

/** Words quoted against words told, as a sentence and as a bar. */
function share({ quoted, told }) {
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', String(quoted + told === 0 ? 0 : quoted / (quoted + told)));
  return element('p', { class: 'share' }, bar, inWords(quoted, told));
}

function inWords(quoted, told) {
  const words = counted(quoted + told, 'word');
  if (told === 0) return `${words}, all quoted`;
  return quoted === 0 ? `${words}, all paraphrased` : `${counted(quoted, 'word')} quoted, ${told} paraphrased`;
}

function excerpt(claim, onChoose) {
  const isCut = claim.text.length > LONGEST_EXCERPT;
  const words = isCut ? `${claim.text.slice(0, LONGEST_EXCERPT).replace(/\s+\S*$/, '')} …` : claim.text;
  // A cue may end with a colon of its own, or be nothing else.
  const said = claim.cue?.text.replace(/[:,\s–—-]+$/, '') ?? '';
  const cue = said === '' ? null : element('span', { class: 'said' }, `${said}: `);
  return element('button', { type: 'button', class: 'excerpt', onclick: () => onChoose(claim) }, cue, words);
}

/** What the sentence adds to who and what. What goes without saying (an assertion, a plain "said") has no chip. */
function chips(claim) {
  const found = [
    chip(claim.act === 'assertion' ? '' : claim.act, 'act', 'What is done by saying it'),
    chip(claim.negated && 'negated', 'warn', 'The cue is negated: “did not say”'),
    chip(claim.hedged && 'hedged', 'warn', 'The attribution itself is uncertain: “reportedly said”'),
    chip(claim.stance === 'distancing' && 'distancing cue', 'warn', 'The reporter’s word keeps its distance: “claimed”'),
    chip(claim.stance === 'endorsing' && 'endorsing cue', 'warn', 'The reporter’s word takes it as so: “revealed”'),
    chip(claim.addressee && `to ${claim.addressee}`, '', 'To whom'),
    chip(claim.medium && `in ${claim.medium.replace(/^(A|An|The) /, (article) => article.toLowerCase())}`, '', 'Through what'),
    chip(claim.time && when(claim.time), '', 'When'),
    chip(claim.depth > 0 && (claim.teller ? `as told by ${claim.teller.name}` : 'within another claim'), '', 'Stands in what somebody else says'),
  ].filter(Boolean);
  return found.length === 0 ? null : element('p', { class: 'chips' }, found);
}

function when({ text, resolved }) {
  return resolved === '' ? text : `${text} (${resolved})`;
}

function chip(words, look, title) {
  return words ? element('span', { class: `chip ${look}`, title }, words) : null;
}
