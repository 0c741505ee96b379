// Why a claim was found: a note beside the words that the reader points at or has moved the focus to.

import { element, percent } from './dom.js';
import { keyOf } from './sources.js';

/** Claims told at one place: more would hide the article. */
const MOST = 3;
/** Between the words and the note, in CSS pixels. */
const GAP = 8;

/** What the kinds of a quotation say of the content. */
const KINDS = { direct: 'in quotation marks', mixed: 'partly in quotation marks', indirect: 'in other words' };

/** Shows the note beside `anchor`: about the first of `claims`, with those that it stands in. */
export function showWhy(note, anchor, claims, looks) {
  const [inner, ...outer] = claims.slice(0, MOST);
  note.replaceChildren(reasons(inner, looks), ...outer.map((claim) => alsoHere(claim, looks)));
  note.hidden = false;
  // The words may run over lines: the note stands at the first of them.
  const words = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
  const room = note.getBoundingClientRect();
  const page = document.documentElement;
  const left = Math.min(words.left, page.clientWidth - room.width - GAP);
  const isRoomBelow = words.bottom + GAP + room.height <= page.clientHeight || words.top < room.height + GAP;
  const top = isRoomBelow ? words.bottom + GAP : words.top - GAP - room.height;
  note.style.setProperty('left', `${Math.max(GAP, left) + scrollX}px`);
  note.style.setProperty('top', `${top + scrollY}px`);
}

function reasons(claim, looks) {
  const { source, cue, why } = claim;
  return element('div', { class: `reason ${looks.get(keyOf(claim))}` },
    title(claim),
    element('dl', {},
      row('Source', source ? `“${source.text}”` : 'none in the text', why?.source),
      row('Cue', cue ? `“${cue.text}”` : 'none: by its place alone', why?.cue),
      cue ? row('Lexicon', why?.entry ? why.entry.replaceAll('/', ' · ') : 'has no entry for it') : null,
      row('Content', `${KINDS[claim.kind] ?? ''}${claim.parent === '' ? '' : ', within another claim'}`, why?.content),
      why?.pattern ? row('Pattern', pattern(why.pattern)) : null,
      row('Claim', 'all in all', claim.confidence)));
}

/** A claim that these words belong to as well. */
function alsoHere(claim, looks) {
  return element('div', { class: `reason ${looks.get(keyOf(claim))}` }, title(claim, 'also in: '));
}

function title(claim, before = '') {
  const cue = claim.cue && before !== '' ? `, “${claim.cue.text}”` : '';
  return element('p', { class: 'reason-title' },
    element('span', { class: 'swatch', 'aria-hidden': 'true' }), before,
    element('b', {}, claim.source ? claim.source.name : 'No source given'), cue,
    claim.act === '' ? '' : ` · ${claim.act}`);
}

function pattern(name) {
  return name === 'network' ? 'none: by the network alone' : name.replaceAll('-', ' · ');
}

/** A row of the note, with how sure that part is. */
function row(name, words, confidence) {
  const sure = confidence === undefined ? null : element('span', { class: 'sure' }, percent(confidence));
  if (sure) sure.style.setProperty('--share', String(confidence));
  return [element('dt', {}, name), element('dd', {}, element('span', {}, words), sure)];
}
