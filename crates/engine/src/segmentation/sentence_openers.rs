//! How a sentence goes on or another begins, in words.

use crate::lexicon::WordList;

/// Whether a word that is capitalized in the middle of a line begins a sentence rather than goes on with a name: "It left
/// the U.S. The vote was close." has another sentence, "The U.S. Senate" hasn't.
pub(crate) fn begins_sentence(word: &str) -> bool {
    WordList::SentenceOpener.has_capitalized(word)
}

/// Words that begin a content of its own after a verb of reporting: “Is it true?” | Mr. Smith said he didn't know.
#[rustfmt::skip]
pub(crate) const CONTENT_BEGINNINGS: &[&str] = &[
    "a", "an", "he", "her", "his", "if", "it", "its", "no", "she", "that", "the",
    "their", "there", "they", "this", "we", "whether", "you", "“", "\"",
];

/// Whether a word can follow a clock time in its sentence: "3:55 p.m. Tuesday", "9 a.m. EST".
pub(crate) fn follows_clock(word: &str) -> bool {
    let is_zone = matches!(word.len(), 2..=4) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_zone || WordList::AfterClock.has_capitalized(word)
}
