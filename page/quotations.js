// A draft -> the quotations in it, to be looked for in the article.

import { countWords, quotedRanges } from './words.js';

/**
 * What stands in quotation marks in a draft, in order, each {start, end, text} in UTF-16 units without the marks. A
 * comma before the closing mark is the draft's, not the quotation's: “We shall,” she said.
 */
export function quotationsIn(draft) {
  return quotedRanges(draft)
    .map(({ start, end }) => (draft[end - 1] === ',' ? { start, end: end - 1 } : { start, end }))
    .map(({ start, end }) => ({ start, end, text: draft.slice(start, end) }))
    .filter(({ text }) => countWords(text) > 0);
}
