// A quotation beside its passage -> what was left out of it and what was put in, in reading order.

import { spansOf } from './answer.js';

/**
 * [{kind, words}], kind being "same", "left out" (only the article has it) or "put in" (only the quotation has it), from
 * the service's WordDifferences.
 */
export function changesOf(quotation, differences) {
  const changes = [];
  let from = 0;
  for (const { quotationSpan, documentText, quotationText } of differences) {
    const [span] = spansOf([quotationSpan ?? {}]);
    changes.push({ kind: 'same', words: quotation.slice(from, span.start) });
    changes.push({ kind: 'left out', words: documentText ?? '' });
    changes.push({ kind: 'put in', words: quotationText ?? '' });
    from = span.end;
  }
  changes.push({ kind: 'same', words: quotation.slice(from) });
  return changes.filter(({ words }) => words !== '');
}
