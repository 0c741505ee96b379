// The second tab: the quotations of a draft, each judged against the article.

import { bringIntoView, byId, counted, element, percent } from './dom.js';
import { camelized, spansOf } from './answer.js';
import { verify } from './door.js';
import { quotationsIn } from './quotations.js';
import { changesOf } from './differences.js';
import { segmentsOf } from './segments.js';
import { paragraphsOf } from './prose.js';

/** What the verdicts are called here; a sign and words, so that colour isn't all that tells them apart. */
const VERDICTS = {
  VERDICT_VERBATIM: { look: 'verbatim', sign: '✓', words: 'Exact' },
  VERDICT_TYPOGRAPHIC: { look: 'typographic', sign: '≈', words: 'Same words', note: 'Only punctuation, case or spaces differ, or it says itself what it leaves out or replaces.' },
  VERDICT_ALTERED: { look: 'altered', sign: '≠', words: 'Altered' },
  VERDICT_ABSENT: { look: 'absent', sign: '✗', words: 'Not in the article' },
};

/** What became of whom the draft names, as words behind what the article says; a check mark or a cross, but no colour alone. */
const SPEAKERS = {
  SPEAKER_VERDICT_SAME: { words: ' ✓ the same' },
  SPEAKER_VERDICT_OTHER: { words: ' ✗ somebody else', isAmiss: true },
  SPEAKER_VERDICT_NOBODY: { words: ' ✗ so nobody says it there', isAmiss: true },
  SPEAKER_VERDICT_UNKNOWN: { words: ' ? so this is not confirmed', isAmiss: true },
};

/** The tab over the page's elements. `article()` gives {text, key}; `report` takes the promise of a check. */
export class Checking {
  #article;
  #report;
  /** Who the draft says said it, by quotation: kept while the draft is edited. */
  #speakers = new Map();

  constructor(article, report) {
    this.#article = article;
    this.#report = report;
    byId('draft-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#report(this.check());
    });
  }

  /** Shows another article: what was found in the one before goes. */
  showArticle(text) {
    byId('passages').replaceChildren(...paragraphsOf(text, segmentsOf(text, []), (words) => words));
    byId('findings').replaceChildren();
    byId('verdicts').textContent = '';
  }

  /** Judges every quotation of the draft; returns what to tell the reader. */
  async check() {
    const { text, key } = this.#article();
    if (text === '') return 'There is no article yet to check against.';
    const quotations = quotationsIn(byId('draft').value)
      .map(({ text: words }) => ({ text: words, speaker: this.#speakers.get(words) ?? '' }));
    if (quotations.length === 0) {
      this.showArticle(text);
      return 'Nothing stands in quotation marks in the draft.';
    }
    const items = await verify(text, quotations, key);
    const findings = quotations.map((quotation, place) => findingOf(quotation, text, items[place] ?? {}));
    this.#draw(text, findings);
    return '';
  }

  #draw(text, findings) {
    const spans = findings.flatMap((finding) => finding.passage.map((span) => ({ ...span, finding })));
    const marks = new Map();
    const draw = (words, { covers }) => {
      if (covers.length === 0) return words;
      let node = words;
      for (const { finding } of [...covers].reverse()) {
        const isFirst = !marks.has(finding);
        node = element('mark', { class: `passage ${finding.verdict.look}`, tabindex: isFirst ? '-1' : undefined }, node);
        marks.set(finding, isFirst ? [node] : [...marks.get(finding), node]);
      }
      return node;
    };
    byId('passages').replaceChildren(...paragraphsOf(text, segmentsOf(text, spans), draw));
    byId('findings').replaceChildren(...findings.map((finding) => this.#item(finding, marks.get(finding) ?? [])));
    byId('verdicts').textContent = tally(findings);
  }

  #item(finding, marks) {
    const { verdict } = finding;
    return element('li', { class: `finding ${verdict.look}` },
      element('p', { class: 'verdict' },
        element('span', { class: 'sign', 'aria-hidden': 'true' }, verdict.sign), ` ${verdict.words}`,
        element('span', { class: 'similarity' }, similarity(finding))),
      element('blockquote', {}, changed(finding)),
      verdict.note ? element('p', { class: 'note' }, verdict.note) : null,
      this.#speaker(finding),
      marks.length === 0 ? null : element('button', { type: 'button', class: 'quiet', onclick: () => point(marks) }, 'Show in the article'));
  }

  /** Whose it is in the article, and the field for whose it is in the draft. */
  #speaker({ quotation, speaker, speakerVerdict, passage }) {
    const field = element('input', { type: 'text', value: quotation.speaker, placeholder: 'anybody', spellcheck: 'false' });
    field.addEventListener('change', () => {
      this.#speakers.set(quotation.text, field.value.trim());
      this.#report(this.check());
    });
    const { words = '', isAmiss = false } = SPEAKERS[speakerVerdict] ?? {};
    const isAsked = words !== '';
    const said = passage.length === 0 ? 'The article doesn’t hold it.'
      : speaker === '' ? 'The article doesn’t tell who said it.' : `The article gives it to ${speaker}.`;
    const told = passage.length === 0 && !isAsked ? null
      : element('span', { class: isAmiss ? 'mismatch' : '' }, said, words);
    return element('p', { class: 'whose' }, element('label', {}, 'Said in the draft by ', field), told);
  }
}

/** The service's item about a quotation. */
function findingOf(quotation, text, item) {
  const { verdict, span, spans, similarity: share, speaker, speakerVerdict, differences } = camelized(item);
  const isThere = verdict !== 'VERDICT_ABSENT';
  return {
    quotation,
    verdict: VERDICTS[verdict] ?? VERDICTS.VERDICT_ABSENT,
    passage: isThere ? spansOf(spans ?? (span ? [span] : [])) : [],
    similarity: share ?? 0,
    speaker: speaker ?? '',
    speakerVerdict,
    differences: differences ?? [],
  };
}

function similarity({ verdict, similarity: share }) {
  if (verdict === VERDICTS.VERDICT_ALTERED) return ` (${percent(share)} of its words stand there in order)`;
  return verdict === VERDICTS.VERDICT_ABSENT && share > 0 ? ` (the nearest passage has ${percent(share)} of its words)` : '';
}

/** The quotation with what was left out struck and what was put in marked. */
function changed({ quotation, differences }) {
  const changes = changesOf(quotation.text, differences);
  return changes.flatMap(({ kind, words }, place) => {
    if (kind === 'same') return [words];
    const name = kind === 'left out' ? 'del' : 'ins';
    const [before, after] = [`[${kind}: `, ']'].map((heard) => element('span', { class: 'unseen' }, heard));
    // What was left out brings no space along that would part it from what stands around it.
    const isApart = kind === 'put in' || /\s$/.test(changes[place - 1]?.words ?? ' ');
    const isFollowed = kind === 'left out' && /^[\p{L}\p{N}]/u.test(changes[place + 1]?.words ?? '');
    return [isApart ? '' : ' ', element(name, {}, before, words, after), isFollowed ? ' ' : ''];
  });
}

function point(marks) {
  for (const mark of byId('passages').querySelectorAll('.active')) mark.classList.remove('active');
  for (const mark of marks) mark.classList.add('active');
  bringIntoView(marks[0]);
  marks[0].focus({ preventScroll: true });
}

function tally(findings) {
  const parts = Object.values(VERDICTS)
    .map(({ look, words }) => [findings.filter(({ verdict }) => verdict.look === look).length, words.toLowerCase()])
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`);
  return `${counted(findings.length, 'quotation')}: ${parts.join(', ')}.`;
}
