// Words, and what of a text stands in quotation marks.

const WORD = /[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu;

/** How many words a text has: "don't" and "4.5" are one. */
export function countWords(text) {
  return text.match(WORD)?.length ?? 0;
}

/** Opening marks with those that close them. */
const PAIRS = { '“': '”', '"': '"', '«': '»', '„': '“”', '‘': '’', "'": "'" };
/** Marks that are also apostrophes. */
const SINGLE = "‘'";

/**
 * What stands in quotation marks, as [{start, end, mark}] in UTF-16 units, marks not included; what stands in marks
 * within marks belongs to the outer ones. A quotation that is reopened at the next paragraph may lack its closing mark:
 * “One paragraph.
 * “Another one.”
 */
export function quotedRanges(text) {
  const ranges = [];
  for (let at = 0; at < text.length; at += 1) {
    if (!opens(text, at)) continue;
    const end = closing(text, at);
    if (end > at + 1) {
      ranges.push({ start: at + 1, end, mark: text[at] });
      at = end;
    }
  }
  return ranges;
}

function opens(text, at) {
  if (PAIRS[text[at]] === undefined) return false;
  const isFree = at === 0 || /[\s([{<—–\-:“"‘'«„]/.test(text[at - 1]);
  // “, «, „ open wherever they stand.
  return ('“«„'.includes(text[at]) || isFree) && at + 1 < text.length && !/\s/.test(text[at + 1]);
}

/** Where the quotation that opens at `at` ends, or -1. */
function closing(text, at) {
  const marks = PAIRS[text[at]];
  let end = at + 1;
  for (; end < text.length && text[end] !== '\n'; end += 1) {
    // The ’ of "the Chief’s" closes nothing.
    const isApostrophe = SINGLE.includes(text[at]) && /[\p{L}\p{N}]/u.test(text[end + 1] ?? '');
    if (marks.includes(text[end]) && !isApostrophe) return end;
  }
  const isReopened = new RegExp(`^\\s+${text[at]}`).test(text.slice(end, end + 8));
  return isReopened ? end : -1;
}
