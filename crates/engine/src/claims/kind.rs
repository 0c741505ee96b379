//! How much of a content stands in quotation marks.

use std::ops::Range;

use super::QuotationKind;
use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::lexicon::WordList;

/// The patterns whose contents the layout sets apart: turns of an interview, pull quotes.
const SET_APART: [&str; 2] = ["transcript-turn", "quotation-caption"];

/// How many quotations before a piece are asked whether they end with it.
const NEAR: usize = 4;

/// At most this many quotations of a piece are counted, what they hold aside (invariant 8). A piece with more is mixed.
const MOST_QUOTATIONS: usize = 64;

/// Tells the kinds of a document's contents. Contents may be as long as the document and as many as its
/// cues, so that each is judged without reading it.
pub(super) struct Kinds<'a> {
    annotated: &'a AnnotatedDocument<'a>,
    /// For each token, and for the end, how many words stand before it.
    words_before: Vec<usize>,
}

impl<'a> Kinds<'a> {
    pub(super) fn new(annotated: &'a AnnotatedDocument<'a>) -> Self {
        let counts = (0..annotated.len()).scan(0, |words, token| {
            *words += usize::from(annotated.is_wordlike(token));
            Some(*words)
        });
        Self { annotated, words_before: std::iter::once(0).chain(counts).collect() }
    }

    /// The kind of an attribution's content: what is set apart as somebody's words is as direct as what stands in
    /// quotation marks.
    pub(super) fn of(&self, attribution: &Attribution) -> QuotationKind {
        let is_set_apart = SET_APART.contains(&attribution.origin.pattern)
            || attribution.parts.contents.iter().all(|piece| self.is_block(piece));
        if is_set_apart { QuotationKind::Direct } else { self.of_pieces(attribution) }
    }

    /// A paragraph that begins with ">".
    fn is_block(&self, piece: &Range<usize>) -> bool {
        piece.start.checked_sub(1).is_some_and(|before| self.annotated.word(before) == ">")
    }

    /// The kind of a content from its pieces: only quotations that open within it count, so that what
    /// somebody quoted says indirectly is indirect.
    ///
    /// A piece that ends with its quotation but begins within it is quoted all the same, where no other one holds it:
    /// "… is a mistake," Ruiz added.
    fn of_pieces(&self, attribution: &Attribution) -> QuotationKind {
        let contents = &attribution.parts.contents;
        let is_quoted = |piece: &Range<usize>| attribution.parent.is_none() && self.closes_quotation(piece);
        let all: usize = contents.iter().map(|piece| self.words_in(piece)).sum();
        let quoted_in = |piece: &Range<usize>| {
            if is_quoted(piece) { self.words_in(piece) } else { self.quoted_words_in(piece) }
        };
        let quoted: usize = contents.iter().map(quoted_in).sum();
        match quoted {
            0 => QuotationKind::Indirect,
            _ if quoted == all => QuotationKind::Direct,
            _ => QuotationKind::Mixed,
        }
    }

    fn closes_quotation(&self, piece: &Range<usize>) -> bool {
        let quotations = &self.annotated.document.quotations;
        let next = quotations.partition_point(|quotation| quotation.tokens.start < piece.start);
        let mut before = quotations[..next].iter().rev().take(NEAR);
        before.any(|quotation| quotation.closed && quotation.tokens.end == piece.end)
    }

    fn quoted_words_in(&self, piece: &Range<usize>) -> usize {
        let quotations = &self.annotated.document.quotations;
        let mut quoted = 0;
        let mut covered = piece.start;
        let mut next = 0;
        for _ in 0..MOST_QUOTATIONS {
            // The quotations that begin within the one before are passed over at once.
            next += quotations[next..].partition_point(|quotation| quotation.tokens.start < covered);
            let Some(quotation) = quotations.get(next).filter(|it| it.tokens.start < piece.end) else {
                return quoted;
            };
            covered = quotation.tokens.end.min(piece.end);
            if !self.is_name(quotation.tokens.start) {
                quoted += self.words_in(&(quotation.tokens.start..covered));
            }
        }
        quoted
    }

    /// A robot named "Better Idea": these are nobody's words.
    fn is_name(&self, mark: usize) -> bool {
        mark.checked_sub(1).is_some_and(|before| self.annotated.is_in(before, WordList::Naming))
    }

    fn words_in(&self, tokens: &Range<usize>) -> usize {
        self.words_before[tokens.end] - self.words_before[tokens.start]
    }
}
