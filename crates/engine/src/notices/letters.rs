//! A text's letters and words, counted: what its language is told by.

use std::ops::{Add, Range};

use crate::lexicon::{LONGEST_TELLING_WORD, TellingWords};

/// How many letters and words a stretch of text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    /// Words of Latin letters.
    pub(super) words: usize,
    /// Of these, words that tell of English.
    pub(super) english: usize,
    /// Latin letters.
    pub(super) latin: usize,
    /// Letters of other scripts.
    pub(super) other: usize,
}

impl Letters {
    /// The letters of `text`.
    pub(super) fn of(text: &str, telling: &TellingWords) -> Self {
        let mut letters = Self::default();
        let mut word: Option<usize> = None;
        for (at, character) in text.char_indices() {
            match script(character) {
                Script::Latin => {
                    letters.latin += 1;
                    word.get_or_insert(at);
                }
                Script::Other => {
                    letters.other += 1;
                    word = None;
                }
                Script::None => {
                    if let Some(start) = word.take() {
                        letters.add_word(&text[start..at], telling);
                    }
                }
            }
        }
        if let Some(start) = word {
            letters.add_word(&text[start..], telling);
        }
        letters
    }

    fn add_word(&mut self, word: &str, telling: &TellingWords) {
        self.words += 1;
        let mut small = [0; LONGEST_TELLING_WORD];
        // Words of English have plain letters.
        if let Some(small) = small.get_mut(..word.len()) {
            small.copy_from_slice(word.as_bytes());
            small.make_ascii_lowercase();
            let is_english = std::str::from_utf8(small).is_ok_and(|word| telling.is_english(word));
            self.english += usize::from(is_english);
        }
    }

    /// All letters.
    pub(super) const fn all(self) -> usize {
        self.latin + self.other
    }

    /// Whether its Latin words are English, as far as these tell: one of 25 does at least.
    pub(super) const fn are_english(self) -> bool {
        self.english * 25 >= self.words
    }

    /// Whether other scripts have so many letters that it is in one of them.
    pub(super) const fn are_of_another_script(self) -> bool {
        let tenths = self.other * 10;
        tenths >= self.all() * 7 || (tenths >= self.all() * 5 && !self.are_english())
    }
}

impl Add for Letters {
    type Output = Self;

    /// Both.
    fn add(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            english: self.english + other.english,
            latin: self.latin + other.latin,
            other: self.other + other.other,
        }
    }
}

/// What a character tells of the script.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Other,
    /// It is no letter, or one that every script may use.
    None,
}

/// The blocks of Latin letters beyond ASCII.
const LATIN: [Range<u32>; 7] = [
    0xaa..0x2b0,
    0x1e00..0x1f00,
    0x2c60..0x2c80,
    0xa720..0xa800,
    0xab30..0xab70,
    0xff21..0xff3b,
    0xff41..0xff5b,
];

/// The blocks of letters that are of no script: modifiers, symbols, the bold and slanted letters of posts.
const COMMON: [Range<u32>; 4] = [0x2b0..0x370, 0x2100..0x2190, 0x2460..0x2500, 0x1d400..0x1d800];

pub(super) fn script(character: char) -> Script {
    if character.is_ascii() {
        return if character.is_ascii_alphabetic() { Script::Latin } else { Script::None };
    }
    let is_in = |blocks: &[Range<u32>]| blocks.iter().any(|block| block.contains(&u32::from(character)));
    if !character.is_alphabetic() || is_in(&COMMON) {
        Script::None
    } else if is_in(&LATIN) {
        Script::Latin
    } else {
        Script::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_words_are_counted() {
        let letters = Letters::of("The DAM, “que’st” что? 水 1st 𝐛old", &TellingWords::embedded());
        let expected = Letters { words: 6, english: 1, latin: 18, other: 4 };
        assert_eq!(letters, expected);
        assert_eq!(letters.all(), 22);
        assert!(letters.are_english() && !letters.are_of_another_script());
    }
}
