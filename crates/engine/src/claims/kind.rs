//! How much of a content stands in quotation marks, and what of it.

use std::ops::Range;

use super::QuotationKind;
use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::lexicon::WordList;
use crate::text::{Quotation, Span, TokenKind};

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

    /// The kind of an attribution's content, and the spans of it that are quoted: what is set apart as somebody's words is
    /// as direct as what stands in quotation marks.
    pub(super) fn of(&self, attribution: &Attribution) -> (QuotationKind, Vec<Span>) {
        let contents = &attribution.parts.contents;
        let is_set_apart = SET_APART.contains(&attribution.origin.pattern)
            || contents.iter().all(|piece| self.is_block(piece));
        let (kind, mut quoted) = self.of_pieces(attribution);
        if is_set_apart && kind != QuotationKind::Direct {
            quoted.clone_from(contents);
        }
        let kind = if is_set_apart { QuotationKind::Direct } else { kind };
        if kind == QuotationKind::Indirect {
            quoted.clear();
        }
        (kind, quoted.iter().map(|tokens| self.annotated.document.span_of(tokens)).collect())
    }

    /// A paragraph that begins with ">".
    fn is_block(&self, piece: &Range<usize>) -> bool {
        piece.start.checked_sub(1).is_some_and(|before| self.annotated.word(before) == ">")
    }

    /// The kind of a content from its pieces, and what of them is quoted: only quotations that open within it count, so
    /// that what somebody quoted says indirectly is indirect.
    ///
    /// A piece that ends with its quotation but begins within it is quoted all the same, where no other one holds it:
    /// "… is a mistake," Ruiz added.
    fn of_pieces(&self, attribution: &Attribution) -> (QuotationKind, Vec<Range<usize>>) {
        let contents = &attribution.parts.contents;
        let all: usize = contents.iter().map(|piece| self.words_in(piece)).sum();
        let mut quoted = Vec::new();
        let words_quoted_in = |piece: &Range<usize>| {
            if attribution.parent.is_none() && self.closes_quotation(piece) {
                quoted.extend(non_empty(piece.start..piece.end - 1));
                self.words_in(piece)
            } else {
                self.quoted_words_in(piece, &mut quoted)
            }
        };
        let words: usize = contents.iter().map(words_quoted_in).sum();
        let kind = match words {
            0 => QuotationKind::Indirect,
            _ if words == all => QuotationKind::Direct,
            _ => QuotationKind::Mixed,
        };
        (kind, quoted)
    }

    fn closes_quotation(&self, piece: &Range<usize>) -> bool {
        let quotations = &self.annotated.document.quotations;
        let next = quotations.partition_point(|quotation| quotation.tokens.start < piece.start);
        let mut before = quotations[..next].iter().rev().take(NEAR);
        before.any(|quotation| quotation.closed && quotation.tokens.end == piece.end)
    }

    /// How many words of a piece stand in quotations that open within it; adds what stands between their marks to `quoted`.
    fn quoted_words_in(&self, piece: &Range<usize>, quoted: &mut Vec<Range<usize>>) -> usize {
        let quotations = &self.annotated.document.quotations;
        let mut words = 0;
        let mut covered = piece.start;
        let mut next = 0;
        for _ in 0..MOST_QUOTATIONS {
            // The quotations that begin within the one before are passed over at once.
            next += quotations[next..].partition_point(|quotation| quotation.tokens.start < covered);
            let Some(quotation) = quotations.get(next).filter(|it| it.tokens.start < piece.end) else {
                return words;
            };
            covered = quotation.tokens.end.min(piece.end);
            if !self.is_name(quotation.tokens.start) {
                words += self.words_in(&(quotation.tokens.start..covered));
                quoted.extend(self.between_marks(quotation, covered));
            }
        }
        words
    }

    /// The tokens between a quotation's marks, up to `end`; none where nothing stands there.
    fn between_marks(&self, quotation: &Quotation, end: usize) -> Option<Range<usize>> {
        let tokens = &self.annotated.document.tokens;
        // One that continues another may have no mark of its own.
        let opens = tokens[quotation.tokens.start].kind == TokenKind::OpeningMark;
        let closes = quotation.closed && end == quotation.tokens.end;
        non_empty(quotation.tokens.start + usize::from(opens)..end - usize::from(closes))
    }

    /// A robot named "Better Idea": these are nobody's words.
    fn is_name(&self, mark: usize) -> bool {
        mark.checked_sub(1).is_some_and(|before| self.annotated.is_in(before, WordList::Naming))
    }

    fn words_in(&self, tokens: &Range<usize>) -> usize {
        self.words_before[tokens.end] - self.words_before[tokens.start]
    }
}

fn non_empty(tokens: Range<usize>) -> Option<Range<usize>> {
    (!tokens.is_empty()).then_some(tokens)
}
