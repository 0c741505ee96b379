//! Words -> word pieces: the greedy longest-match cut that BERT's networks were trained with (Wu et al. 2016).
//!
//! In: a token's text. Out: numbers of the vocabulary's pieces, at least one.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is one unknown piece, as in BERT: in characters.
const LONGEST_WORD: usize = 100;

/// The pieces that words are cut into.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// The number of each piece; one that continues a word begins with "##".
    pieces: FxHashMap<Box<str>, u32>,
    unknown: u32,
    keeps_case: bool,
}

impl Vocabulary {
    /// A vocabulary of one piece a line, numbered from 0. Nothing where no line is "\[UNK\]".
    #[must_use]
    pub fn new(lines: &str) -> Option<Self> {
        let pieces: FxHashMap<Box<str>, u32> =
            (0..).zip(lines.lines()).map(|(id, it)| (it.into(), id)).collect();
        let unknown = *pieces.get("[UNK]")?;
        // A vocabulary with capitals was made for texts with them.
        let keeps_case = pieces.contains_key("The");
        Some(Self { pieces, unknown, keeps_case })
    }

    /// Adds the pieces of `word` to `numbers`.
    pub fn cut(&self, word: &str, numbers: &mut Vec<u32>) {
        let before = numbers.len();
        if self.keeps_case {
            self.cut_normal(word, numbers);
        } else if word.is_ascii() {
            self.cut_normal(&word.to_ascii_lowercase(), numbers);
        } else {
            let normal: String =
                word.nfd().filter(|&it| !is_combining_mark(it)).flat_map(char::to_lowercase).collect();
            self.cut_normal(&normal, numbers);
        }
        if numbers.len() == before {
            numbers.push(self.unknown);
        }
    }

    /// Cuts at punctuation, then each part into pieces.
    fn cut_normal(&self, word: &str, numbers: &mut Vec<u32>) {
        if let Some(&number) = self.pieces.get(word) {
            numbers.push(number);
            return;
        }
        let mut start = 0;
        for (at, character) in word.char_indices() {
            if !character.is_alphanumeric() {
                let end = at + character.len_utf8();
                self.cut_part(&word[start..at], numbers);
                self.cut_part(&word[at..end], numbers);
                start = end;
            }
        }
        self.cut_part(&word[start..], numbers);
    }

    fn cut_part(&self, part: &str, numbers: &mut Vec<u32>) {
        let before = numbers.len();
        let mut rest = part;
        if part.chars().nth(LONGEST_WORD).is_some() {
            numbers.push(self.unknown);
            return;
        }
        let mut key = String::new();
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
            let found = ends.into_iter().find_map(|end| {
                key.clear();
                if rest.len() < part.len() {
                    key.push_str("##");
                }
                key.push_str(&rest[..end]);
                self.pieces.get(key.as_str()).map(|&number| (number, end))
            });
            let Some((number, end)) = found else {
                numbers.truncate(before);
                numbers.push(self.unknown);
                return;
            };
            numbers.push(number);
            rest = &rest[end..];
        }
    }
}
