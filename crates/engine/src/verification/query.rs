//! A quotation on its way to be found: its words, what the text knows of them, and where it says that it isn't whole.

use std::ops::Range;

use crate::lexicon::Words;
use crate::text::Span;
use crate::verification::index::Index;
use crate::verification::words::Wording;

/// An ellipsis stands for no more than so many words.
pub(crate) const LONGEST_ELLIPSIS: usize = 300;

/// Words in square brackets stand for no more than so many words.
pub(crate) const LONGEST_REPLACED: usize = 8;

/// A quotation's words, seen from a text.
pub(crate) struct Wanted<'q> {
    /// The quotation without white space around it and without the quotation marks that hold all of it.
    pub(crate) text: &'q str,
    /// Where `text` begins in what the caller gave, in bytes.
    pub(crate) start: usize,
    pub(crate) wording: Wording,
    /// The number of each word in the text's index.
    pub(crate) ids: Vec<u32>,
    /// How much each word says.
    pub(crate) weights: Vec<f32>,
}

/// Words that stand one after the other, and how many words of the text may come before them.
pub(crate) struct Piece {
    pub(crate) words: Range<usize>,
    pub(crate) reach: usize,
}

impl<'q> Wanted<'q> {
    pub(crate) fn new(given: &'q str, index: &Index<'_>, classes: &Words) -> Self {
        let text = unmarked(given);
        let start = text.as_ptr().addr() - given.as_ptr().addr();
        let wording = Wording::of(text);
        let keys = || (0..wording.words.len()).map(|word| wording.key(word));
        let ids: Vec<u32> = keys().map(|key| index.id(key)).collect();
        let weights = keys().zip(&ids).map(|(key, &id)| index.weight(id, key, classes)).collect();
        Self { text, start, wording, ids, weights }
    }

    /// How many words it has.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// How many of its words lie in a span of what the caller gave.
    pub(crate) fn count_in(&self, span: Span) -> usize {
        let words = &self.wording.words;
        let from = words.partition_point(|word| word.span.start + self.start < span.start);
        let to = words.partition_point(|word| word.span.end + self.start <= span.end);
        to.max(from) - from
    }

    /// Whether all of some words stand in brackets; there is at least one.
    pub(crate) fn are_bracketed(&self, words: &Range<usize>) -> bool {
        !words.is_empty() && self.wording.words[words.clone()].iter().all(|word| word.is_bracketed)
    }

    /// Whether an ellipsis stands among some words or right after them.
    pub(crate) fn has_ellipsis(&self, words: &Range<usize>) -> bool {
        let end = (words.end + 1).min(self.len());
        self.wording.words[words.start.min(end)..end].iter().any(|word| word.follows_ellipsis)
    }

    /// The words between what is left out and what stands in brackets; nothing where it claims to be whole.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut reach = Some(0);
        for (number, word) in self.wording.words.iter().enumerate() {
            let gap = if word.follows_ellipsis { LONGEST_ELLIPSIS } else { 0 };
            let gap = if word.is_bracketed { gap.max(LONGEST_REPLACED) } else { gap };
            if gap > 0 {
                reach = Some(reach.unwrap_or(0).max(gap));
            }
            if word.is_bracketed {
                continue;
            }
            match (reach.take(), pieces.last_mut()) {
                (None, Some(piece)) => piece.words.end = number + 1,
                (reach, _) => pieces.push(Piece { words: number..number + 1, reach: reach.unwrap_or(0) }),
            }
        }
        if pieces.iter().all(|piece| piece.words == (0..self.len())) { Vec::new() } else { pieces }
    }

    /// The words as [`Index::find`] looks for them.
    pub(crate) fn needle(&self, words: Range<usize>) -> String {
        Index::needle(words.map(|word| self.wording.key(word)))
    }
}

/// A quotation without white space around it and without the pair of quotation marks that holds all of it.
fn unmarked(given: &str) -> &str {
    let text = given.trim();
    let mut characters = text.chars();
    let (Some(first), Some(last)) = (characters.next(), characters.next_back()) else { return text };
    let inner = characters.as_str();
    let is_pair = matches!(
        (first, last),
        ('"', '"') | ('“' | '„' | '‟', '”' | '“') | ('‘' | '‚', '’' | '‘') | ('«', '»') | ('\'', '\'')
    );
    // "Yes" and "no": the outer marks are no pair.
    if is_pair && !inner.contains([first, last]) { inner.trim() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Watch;

    #[test]
    fn marks_that_hold_all_of_it_are_no_part_of_it() {
        for (given, expected) in [
            (" \u{201c}The dam is safe.\u{201d}\n", "The dam is safe."),
            ("\"Yes\" and \"no\"", "\"Yes\" and \"no\""),
            ("'It is'", "It is"),
            ("‘It’s’", "‘It’s’"),
            ("\"", "\""),
            ("", ""),
        ] {
            assert_eq!(unmarked(given), expected);
        }
    }

    #[test]
    fn pieces_stand_between_what_is_left_out() {
        let classes = Words::embedded();
        let index = Index::new("One two three.", &[], &classes, &Watch::never());
        let index = index.expect("nobody calls it off");
        let pieces = |text: &str| {
            let wanted = Wanted::new(text, &index, &classes);
            wanted.pieces().into_iter().map(|piece| (piece.words, piece.reach)).collect::<Vec<_>>()
        };
        assert_eq!(pieces("one two three"), []);
        assert_eq!(pieces("one … two three"), [(0..1, 0), (1..3, LONGEST_ELLIPSIS)]);
        assert_eq!(pieces("[It] one [sic] two"), [(1..2, LONGEST_REPLACED), (3..4, LONGEST_REPLACED)]);
    }
}
