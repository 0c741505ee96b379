//! Contents that their source and cue stand behind, or in the middle of: quotations, parentheses, "according
//! to", adverbs.

use std::ops::Range;

use crate::annotation::clauses::{Extent, LONGEST};
use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::WordClasses;
use crate::tagging::patterns::adjuncts::Adjuncts;
use crate::tagging::patterns::content_slots::{Anchors, FoundContent};
use crate::text::TokenKind;

impl AnnotatedDocument<'_> {
    /// A quotation before source and cue, or a clause that ends with one, and the rest of it where source
    /// and cue break it.
    pub(crate) fn quotation_before(&self, anchors: Anchors) -> Option<FoundContent> {
        let adjuncts = self.adjuncts_after(anchors.end, false);
        // "…," as the treasurer put it.
        let r#as = anchors.start > 0 && self.is_word(anchors.start - 1, "as");
        let before = self.broken_quotation_before(anchors.start - usize::from(r#as))?;
        let next = adjuncts.end;
        let rest = if self.is_kind(next, TokenKind::Comma) { self.quotation_from(next + 1) } else { None };
        let rest = rest.map(|quotation| self.with_rest_of_clause(quotation));
        Some(FoundContent { pieces: std::iter::once(before).chain(rest).collect(), adjuncts })
    }

    /// '"THE DAM," said Ruiz, …': the quotation that ends before `start`.
    pub(crate) fn broken_quotation_before(&self, start: usize) -> Option<Range<usize>> {
        let last =
            start.checked_sub(1).filter(|&last| self.sentence_index(last) == self.sentence_index(start))?;
        let mark = if self.is_kind(last, TokenKind::Comma) { last.checked_sub(1)? } else { last };
        self.quotation_to(mark)?;
        self.content_before(start)
    }

    /// The clause before a parenthetical attribution, and what follows where it stands in the middle:
    /// "THE DAM, officials say, WILL FAIL."
    pub(crate) fn clause_before(&self, anchors: Anchors) -> Option<FoundContent> {
        let sentence = self.sentence(anchors.start);
        let last = anchors.start.checked_sub(1).filter(|&last| last >= sentence.start)?;
        let start = if self.is_word(last, "as") { last } else { anchors.start };
        let parted = start == sentence.start
            || matches!(self.kind(start - 1), Some(TokenKind::Comma | TokenKind::Dash))
            || (start == last && self.is_wordlike(start - 1));
        let ends = |next: usize| {
            next >= sentence.end || !(self.is_wordlike(next) || self.is_kind(next, TokenKind::OpeningMark))
        };
        // "The dam is safe, Ruiz told reporters": with or without an addressee.
        let plain = self.adjuncts_after(anchors.end, false);
        let adjuncts = if ends(plain.end) { plain } else { self.adjuncts_after(anchors.end, true) };
        let next = adjuncts.end;
        if !parted || !ends(next) || self.broken_quotation_before(start).is_some() {
            return None;
        }
        let before = if start > sentence.start { self.content_before(start) } else { None };
        let goes_on =
            next < sentence.end && self.is_kind(next, TokenKind::Comma) && self.continues_content(next + 1);
        let after = if goes_on { self.content_from(next + 1, Extent::Clause) } else { None };
        let pieces: Vec<_> = before.into_iter().chain(after).collect();
        let near = |piece: &Range<usize>| piece.clone().take(LONGEST);
        let has_verb = pieces.iter().flat_map(near).any(|token| self.is_verbal(token));
        has_verb.then_some(FoundContent { pieces, adjuncts })
    }

    /// Whether a sentence goes on with its content after a parenthesis: not with ", adding" or ", but".
    pub(crate) fn continues_content(&self, token: usize) -> bool {
        let another_cue = self.has(token, WordForms::GERUND_CUE)
            || (self.is(token, WordClasses::COORDINATOR) && self.has(token + 1, WordForms::PAST_CUE));
        let contrast = self.is(token, WordClasses::CONTRAST.or(WordClasses::RELATIVE));
        self.is_wordlike(token) && !another_cue && !contrast
    }

    /// "According to Ruiz, THE DAM IS SAFE", "THE DAM IS SAFE, according to Ruiz".
    pub(crate) fn around_source(&self, anchors: Anchors) -> Option<FoundContent> {
        let floor = self.floor(anchors.start);
        let start = if anchors.start > floor && self.is(anchors.start - 1, WordClasses::COORDINATOR) {
            anchors.start - 1
        } else {
            anchors.start
        };
        let adjuncts = Adjuncts { end: anchors.end, ..Adjuncts::default() };
        let parted = self.is_kind(anchors.end, TokenKind::Comma);
        let first = anchors.end + usize::from(parted);
        let same_sentence =
            first < self.len() && self.sentence_index(first) == self.sentence_index(anchors.start);
        if start > floor && self.is_kind(start - 1, TokenKind::OpeningBracket) {
            // "The virus (according to the ministry) came from a farm."
            let before = self.content_before(start - 1)?;
            let after = if self.is_kind(anchors.end, TokenKind::ClosingBracket) {
                self.content_from(anchors.end + 1, Extent::Clause)
            } else {
                None
            };
            return Some(FoundContent { pieces: std::iter::once(before).chain(after).collect(), adjuncts });
        }
        if start > floor {
            let before = self.content_before(start)?;
            let quoted = self.broken_quotation_before(start).is_some();
            let goes_on = parted && same_sentence && !quoted && self.continues_content(first);
            let after = if goes_on { self.content_from(first, Extent::Clause) } else { None };
            let pieces = std::iter::once(before).chain(after).collect();
            return Some(FoundContent { pieces, adjuncts });
        }
        if !same_sentence {
            return None;
        }
        Some(FoundContent::one(self.content_from(first, Extent::ThatClause)?, adjuncts))
    }

    /// The clause around an adverb: "THE DAM HAS reportedly FAILED".
    pub(crate) fn around(&self, anchors: Anchors) -> Option<FoundContent> {
        let floor = self.floor(anchors.start).max(anchors.start.saturating_sub(60));
        let start = (floor..anchors.start)
            .rev()
            .find(|&token| {
                matches!(
                    self.kind(token),
                    Some(TokenKind::Comma | TokenKind::Semicolon | TokenKind::Colon | TokenKind::Dash)
                ) || self.is(token, WordClasses::SUBORDINATOR.or(WordClasses::RELATIVE))
            })
            .map_or(floor, |boundary| boundary + 1);
        let before = (start < anchors.start).then_some(start..anchors.start);
        let after = if anchors.end < self.len()
            && self.sentence_index(anchors.end) == self.sentence_index(anchors.start)
        {
            self.content_from(anchors.end, Extent::Clause)
        } else {
            None
        };
        let pieces: Vec<_> = before.into_iter().chain(after).collect();
        (!pieces.is_empty()).then_some(FoundContent {
            pieces,
            adjuncts: Adjuncts { end: anchors.end, ..Adjuncts::default() },
        })
    }

    /// "The treaty, WHICH critics call A SURRENDER, expires": the content's subject or object is a relative
    /// pronoun before the source.
    pub(crate) fn relative(&self, anchors: Anchors) -> Option<FoundContent> {
        let pronoun =
            anchors.start.checked_sub(1).filter(|&pronoun| pronoun > self.sentence(anchors.start).start)?;
        let relates = self.is_word(pronoun, "which")
            || self.is_word(pronoun, "whom")
            || (self.is(pronoun, WordClasses::RELATIVE)
                && self.is_nominal(pronoun - 1)
                && (!self.is(pronoun, WordClasses::THAT) || self.is(anchors.end, WordClasses::FINITE)));
        if !relates {
            return None;
        }
        let end = anchors.end;
        let limit = (end..self.ceiling(end))
            .find(|&token| self.is_kind(token, TokenKind::Comma))
            .unwrap_or_else(|| self.ceiling(end));
        let rest = if end < self.len() && end < limit && self.is_wordlike(end) {
            self.content_from(end, Extent::Clause)
        } else {
            None
        };
        let rest = rest.map(|rest| rest.start..rest.end.min(limit));
        let pieces = std::iter::once(pronoun..pronoun + 1).chain(rest).collect();
        Some(FoundContent { pieces, adjuncts: Adjuncts { end, ..Adjuncts::default() } })
    }
}
