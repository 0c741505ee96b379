// What the service noticed of a text -> lines above the article, in plain words.

import { byId, element } from './dom.js';
import { camelized } from './answer.js';

/** What each reason says to a reader; what it is about follows in the service's own words. */
const WORDS = {
  NOTICE_REASON_OTHER_LANGUAGE: 'Not in English',
  NOTICE_REASON_LOOKS_LIKE_HTML: 'Markup in the text',
  NOTICE_REASON_LOOKS_LIKE_JSON: 'Data, not prose',
  NOTICE_REASON_MOJIBAKE: 'Broken characters',
  NOTICE_REASON_LOOKS_LIKE_TRANSCRIPT: 'A transcript',
  NOTICE_REASON_AMBIGUOUS_ALIAS: 'One name for two people',
  NOTICE_REASON_DATE_NOT_READ: 'No date',
};

/** The notices of an answer: [{title, message}], in its order. */
export function noticesOf(result) {
  const notices = camelized(result ?? {}).notices ?? [];
  return notices.map(({ reason, message }) => ({ title: WORDS[reason] ?? 'Doubtful', message: message ?? '' }));
}

/** Shows the notices of an answer, or nothing where there are none. */
export function showNotices(result) {
  const notices = noticesOf(result);
  const lines = notices.map(({ title, message }) => element('li', {}, element('strong', {}, title), `: ${message}.`));
  byId('notices').replaceChildren(...lines);
  byId('notices').hidden = lines.length === 0;
}
