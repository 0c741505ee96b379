//! A text cut into the tokens that the figures count: a run of word characters, or one other character
//! that isn't white space. In: a text and spans of code points. Out: ranges of token numbers.
//!
//! These are not the tokens of `text`: the figures have a definition of their own (Python's `\w+|[^\w\s]`),
//! so that no change to the engine moves them.

use std::ops::Range;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::article::CodePoints;

/// The tokens of one text, found by code point.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The token that each code point belongs to; white space belongs to the token after it.
    token_at: Vec<usize>,
    /// Which code points are white space.
    space_at: Vec<bool>,
    /// Which tokens are words, not punctuation.
    is_word: Vec<bool>,
}

impl Tokens {
    /// Cuts a text.
    pub(super) fn new(text: &str) -> Self {
        let mut tokens = Self { token_at: Vec::new(), space_at: Vec::new(), is_word: Vec::new() };
        let mut in_word = false;
        for character in text.chars() {
            let space = is_space(character);
            let word = is_word_character(character);
            let continues = word && in_word;
            if !space && !continues {
                tokens.is_word.push(word);
            }
            in_word = word;
            tokens.space_at.push(space);
            tokens.token_at.push(if space { tokens.is_word.len() } else { tokens.is_word.len() - 1 });
        }
        tokens
    }

    /// The tokens that a span touches; an empty range where it covers white space alone, nothing where it
    /// is empty or reaches past the text.
    pub(super) fn range(&self, span: CodePoints) -> Option<Range<usize>> {
        let covered = self.space_at.get(span.start..span.end).filter(|covered| !covered.is_empty())?;
        let Some(first) = covered.iter().position(|space| !space) else { return Some(0..0) };
        let last = covered.iter().rposition(|space| !space).unwrap_or(first);
        Some(self.token_at[span.start + first]..self.token_at[span.start + last] + 1)
    }

    /// How many code points the text has.
    pub(super) fn code_points(&self) -> usize {
        self.token_at.len()
    }

    /// Whether a token is a word, not punctuation.
    pub(super) fn is_word(&self, token: usize) -> bool {
        self.is_word[token]
    }

    /// A range without the punctuation at its ends.
    pub(super) fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let words = &self.is_word[range.clone()];
        match (words.iter().position(|&word| word), words.iter().rposition(|&word| word)) {
            (Some(first), Some(last)) => range.start + first..range.start + last + 1,
            _ => range.end..range.end,
        }
    }

    /// Ranges in order, those joined that overlap or have only punctuation between them.
    pub(super) fn merged(&self, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if !self.has_word_between(last.end, range.start) => {
                    last.end = last.end.max(range.end);
                }
                _ => merged.push(range),
            }
        }
        merged
    }

    fn has_word_between(&self, start: usize, end: usize) -> bool {
        start < end && self.is_word[start..end].contains(&true)
    }
}

/// What Python's `\w` matches: letters and numbers by general category, and the underscore. Unlike
/// [`char::is_alphanumeric`] that leaves out vowel signs and other marks, and encircled letters.
pub(super) fn is_word_character(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    matches!(character.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number)
}

/// What Python's `\s` matches: Unicode's white space, and the four separators of ASCII.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let tokens = Tokens::new(text);
        let mut found = vec![String::new(); tokens.is_word.len()];
        for (index, character) in text.chars().enumerate().filter(|&(_, character)| !is_space(character)) {
            found[tokens.token_at[index]].push(character);
        }
        assert_eq!(found, expected, "of {text:?}");
    }

    #[test]
    fn tokens_are_runs_of_word_characters_or_single_others() {
        check("", &[]);
        check(" \n ", &[]);
        check("He said: \"No.\"", &["He", "said", ":", "\"", "No", ".", "\""]);
        check("U.S. isn't", &["U", ".", "S", ".", "isn", "'", "t"]);
        check("snake_case 3.5", &["snake_case", "3", ".", "5"]);
    }

    #[test]
    fn word_characters_are_those_of_python() {
        check("½ x² 東京 Ⅷ", &["½", "x²", "東京", "Ⅷ"]);
        // A combining accent is a mark: it stands alone.
        check("cafe\u{301}s", &["cafe", "\u{301}", "s"]);
        // So are the vowel signs of Devanagari and encircled letters, which Rust calls alphabetic.
        check("हिन्दी", &["ह", "ि", "न", "्", "द", "ी"]);
        check("aⓐb", &["a", "ⓐ", "b"]);
        check("a\u{1f}b\u{a0}c\u{200b}d", &["a", "b", "c", "\u{200b}", "d"]);
    }

    #[test]
    fn spans_touch_tokens_and_outside_is_nothing() {
        let tokens = Tokens::new(" one, two ");
        assert_eq!(tokens.range(CodePoints { start: 0, end: 3 }), Some(0..1));
        assert_eq!(tokens.range(CodePoints { start: 4, end: 10 }), Some(1..3));
        assert_eq!(tokens.range(CodePoints { start: 9, end: 10 }), Some(0..0));
        assert_eq!(tokens.range(CodePoints { start: 9, end: 11 }), None);
        assert_eq!(tokens.range(CodePoints { start: 3, end: 3 }), None);
    }

    #[test]
    fn ranges_with_only_punctuation_between_them_are_one() {
        let tokens = Tokens::new("a , b c \" d");
        assert_eq!(tokens.merged(vec![3..4, 0..1, 2..3, 5..6]), vec![Range { start: 0, end: 6 }]);
        assert_eq!(tokens.merged(vec![0..1, 3..4]), [0..1, 3..4]);
        assert_eq!(tokens.trimmed(&(1..5)), 2..4);
        assert_eq!(tokens.trimmed(&(1..2)), 2..2);
    }
}
