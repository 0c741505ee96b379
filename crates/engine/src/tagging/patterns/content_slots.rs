//! Where the content of a cue stands, slot by slot.

use std::ops::Range;

use crate::annotation::clauses::{Extent, LONGEST};
use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::WordClasses;
use crate::tagging::patterns::adjuncts::Adjuncts;
use crate::tagging::patterns::slots::ContentSlot;
use crate::text::TokenKind;

/// What a content slot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FoundContent {
    /// The pieces in order.
    pub(crate) pieces: Vec<Range<usize>>,
    /// What stands between cue and content.
    pub(crate) adjuncts: Adjuncts,
}

impl FoundContent {
    pub(crate) fn one(piece: Range<usize>, adjuncts: Adjuncts) -> Self {
        Self { pieces: vec![piece], adjuncts }
    }
}

/// The places that a content slot looks from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchors {
    /// The first token of cue and source together, where the source stands before the cue.
    pub(crate) start: usize,
    /// The token after the cue, or after the source where that follows the cue.
    pub(crate) end: usize,
}

/// How far "that" or "to" may stand from a cue whose object comes first, in tokens.
const LONGEST_OBJECT: usize = 14;

impl AnnotatedDocument<'_> {
    /// The content in that slot, if there is one.
    pub(crate) fn content(&self, slot: ContentSlot, anchors: Anchors) -> Option<FoundContent> {
        let end = anchors.end;
        match slot {
            ContentSlot::That => self.that_clause(self.adjuncts_after(end, false)),
            ContentSlot::ObjectThat => self.object_that(end),
            ContentSlot::Clause => self.bare_clause(self.adjuncts_after(end, false)),
            ContentSlot::AnyClause => self.any_clause(self.adjuncts_after(end, false)),
            ContentSlot::Quotation => self.quotation_after(self.adjuncts_after(end, false), anchors),
            ContentSlot::Colon => self.after_colon(self.adjuncts_after(end, false)),
            ContentSlot::Question => self.question(end),
            ContentSlot::Infinitive => self.infinitive(end),
            ContentSlot::ObjectInfinitive => self.object_infinitive(end),
            ContentSlot::Object => self.object(end),
            ContentSlot::Relative => self.relative(anchors),
            ContentSlot::ObjectAs => self.object_as(end),
            ContentSlot::Gerund => self.gerund(end),
            ContentSlot::QuotationBefore => self.quotation_before(anchors),
            ContentSlot::ClauseBefore => self.clause_before(anchors),
            ContentSlot::SubjectInfinitive => self.subject_infinitive(anchors),
            ContentSlot::AfterPreposition => self.after_preposition(end),
            ContentSlot::AfterSource => self.around_source(anchors),
            ContentSlot::AroundPhrase => self.around_source(Anchors { start: anchors.start - 1, end }),
            ContentSlot::SubjectAndRest => self.subject_and_rest(anchors, &["of", "for", "with"]),
            ContentSlot::SubjectAndAs => self.subject_and_rest(anchors, &["as"]),
            ContentSlot::NounPhrase => self
                .noun_phrase_after(end, self.ceiling(end))
                .map(|piece| FoundContent::one(piece, Adjuncts { end, ..Adjuncts::default() })),
            ContentSlot::LastWord => self
                .content_from(end - 1, Extent::Clause)
                .map(|piece| FoundContent::one(piece, Adjuncts { end, ..Adjuncts::default() })),
            ContentSlot::Around => self.around(anchors),
        }
    }

    fn that_clause(&self, adjuncts: Adjuncts) -> Option<FoundContent> {
        let mut that = adjuncts.end;
        if self.is_kind(that, TokenKind::Comma) && self.is(that + 1, WordClasses::THAT) {
            that += 1;
        }
        let next = that + 1;
        let opens_clause = self.is(that, WordClasses::THAT)
            && (self.opens_noun_phrase(next)
                || self.is(
                    next,
                    WordClasses::PREPOSITION
                        .or(WordClasses::SUBORDINATOR)
                        .or(WordClasses::QUESTION)
                        .or(WordClasses::ADVERB),
                )
                || self.has(next, WordForms::ING)
                || self.has(next, WordForms::LY)
                || matches!(self.kind(next), Some(TokenKind::OpeningMark | TokenKind::Comma)));
        if !opens_clause {
            return None;
        }
        Some(FoundContent::one(self.content_from(that, Extent::ThatClause)?, adjuncts))
    }

    fn object_that(&self, end: usize) -> Option<FoundContent> {
        let adjuncts = self.adjuncts_after(end, true);
        if !adjuncts.has_addressee {
            return None;
        }
        self.that_clause(adjuncts.clone())
            .or_else(|| self.quotation_at(adjuncts.clone()))
            .or_else(|| self.bare_clause(adjuncts))
    }

    /// A clause that begins with its subject and has a finite verb.
    fn bare_clause(&self, adjuncts: Adjuncts) -> Option<FoundContent> {
        let start = adjuncts.end;
        if start >= self.len() || self.opens_time(start) {
            return None;
        }
        let subject = self.is(
            start,
            WordClasses::DETERMINER
                .or(WordClasses::POSSESSIVE)
                .or(WordClasses::PERSONAL)
                .or(WordClasses::ANTICIPATORY)
                .or(WordClasses::SUBJECT_PRONOUN),
        ) || self.is_bare_subject(start)
            || self.is(start, WordClasses::SUBORDINATOR)
            || self.is_kind(start, TokenKind::OpeningMark);
        let object = self.is(start, WordClasses::OBJECT_PRONOUN)
            && !self.is(start, WordClasses::PERSONAL.or(WordClasses::POSSESSIVE));
        if !subject || object {
            return None;
        }
        let content = self.content_from(start, Extent::Clause)?;
        let determined =
            |token: usize| self.is(token - 1, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE));
        let pronoun = self.is(start, WordClasses::PERSONAL) && content.len() > 1;
        let is_clause = pronoun
            || self.is_headline(start)
            || self.lacks_terminator(start)
            || content.clone().skip(1).take(LONGEST).any(|token| self.is_verbal(token) && !determined(token));
        is_clause.then(|| FoundContent::one(content, adjuncts))
    }

    /// What follows the cue, whatever it is, as long as it begins like a noun phrase.
    fn any_clause(&self, adjuncts: Adjuncts) -> Option<FoundContent> {
        let start = adjuncts.end;
        let determined = self.is(start, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE));
        if start >= self.len() || !(determined || self.is_nominal(start)) || self.opens_time(start) {
            return None;
        }
        let content = self.content_from(start, Extent::Clause)?;
        (content.len() > 3).then(|| FoundContent::one(content, adjuncts))
    }

    /// A name, a number, or a noun phrase without a determiner that is plural or has an auxiliary after it:
    /// "wages fell", "expanding the port would help", but not "allow for".
    fn is_bare_subject(&self, start: usize) -> bool {
        let plural = |token: usize| self.is_nominal(token) && self.has(token, WordForms::S);
        let plain =
            self.is_capitalized(start) || self.is_headline(start) || !self.is_kind(start, TokenKind::Word);
        let reach = self.ceiling(start).min(start + 10);
        self.is_nominal(start)
            && (plain
                || (start..reach.min(start + 3)).any(plural)
                || (start..reach).any(|token| self.is(token, WordClasses::FINITE)))
    }

    /// A quotation after the cue, and the one before source and cue where the cue breaks it.
    fn quotation_after(&self, adjuncts: Adjuncts, anchors: Anchors) -> Option<FoundContent> {
        let after_cue = adjuncts.clone();
        let mut found = self.quotation_at(adjuncts)?;
        let separated = self.is_kind(after_cue.end, TokenKind::Comma);
        // "'The dam is safe,' Ruiz said on the programme 'Today.'": a title is no second half.
        let title =
            after_cue.end > anchors.end && !separated && !self.is_kind(after_cue.end, TokenKind::Colon);
        if title && self.broken_quotation_before(anchors.start).is_some() {
            return None;
        }
        if separated && let Some(first) = self.broken_quotation_before(anchors.start) {
            found.pieces.insert(0, first);
        }
        Some(found)
    }

    fn quotation_at(&self, adjuncts: Adjuncts) -> Option<FoundContent> {
        let mut mark = adjuncts.end;
        if matches!(self.kind(mark), Some(TokenKind::Comma | TokenKind::Colon | TokenKind::Dash)) {
            mark += 1;
        }
        let quotation = self.quotation_from(mark)?;
        let content = self.with_rest_of_clause(quotation);
        Some(FoundContent::one(content, adjuncts))
    }

    /// A quotation with the words of its clause that follow it: '"outraged" by the plan'.
    pub(crate) fn with_rest_of_clause(&self, quotation: usize) -> Range<usize> {
        let tokens = self.document.quotations[quotation].tokens.clone();
        let next = tokens.end;
        let inner_end = tokens.end.saturating_sub(2);
        let finished =
            !matches!(self.kind(next), Some(TokenKind::Word | TokenKind::Number | TokenKind::Clitic))
                || matches!(self.kind(inner_end), Some(TokenKind::Terminator | TokenKind::Comma))
                || self.sentence_index(next) != self.sentence_index(tokens.end - 1)
                || self.is(next, WordClasses::SUBORDINATOR.or(WordClasses::COORDINATOR));
        if finished {
            return tokens;
        }
        self.content_from(next, Extent::Clause).map_or(tokens.clone(), |rest| tokens.start..rest.end)
    }

    fn after_colon(&self, adjuncts: Adjuncts) -> Option<FoundContent> {
        if !self.is_kind(adjuncts.end, TokenKind::Colon) {
            return None;
        }
        let content = self.content_from(adjuncts.end + 1, Extent::ThatClause)?;
        (content.len() > 1).then(|| FoundContent::one(content, adjuncts))
    }

    fn question(&self, end: usize) -> Option<FoundContent> {
        let direct = self.adjuncts_after(end, false);
        let adjuncts =
            if self.is(direct.end, WordClasses::QUESTION) { direct } else { self.adjuncts_after(end, true) };
        let word = adjuncts.end;
        // "Establish control which …": behind a noun that is a relative clause.
        if adjuncts.has_addressee && !self.is_one_of(word, &["whether", "if", "why", "how", "what"]) {
            return None;
        }
        if !self.is(word, WordClasses::QUESTION) || self.is_kind(word + 1, TokenKind::Comma) {
            return None;
        }
        Some(FoundContent::one(self.content_from(word, Extent::Clause)?, adjuncts))
    }

    fn infinitive(&self, end: usize) -> Option<FoundContent> {
        let mut to = end;
        while self.is_adverb(to) && to < end + 2 {
            to += 1;
        }
        if self.is(to, WordClasses::NEGATION) {
            to += 1;
        }
        if !self.is(to, WordClasses::TO) {
            to = self.adjuncts_after(end, false).end;
        }
        if !self.is(to, WordClasses::TO) || !self.is_bare_verb(to + 1) {
            return None;
        }
        let start = if self.is(to.wrapping_sub(1), WordClasses::NEGATION) { to - 1 } else { to };
        let adjuncts = Adjuncts { end: to, ..Adjuncts::default() };
        Some(FoundContent::one(self.content_from(start, Extent::Infinitive)?, adjuncts))
    }

    /// A word that can be the verb of an infinitive: not a name, a determiner, a number.
    fn is_bare_verb(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Word)
            && !self.is(
                token,
                WordClasses::DETERMINER.or(WordClasses::POSSESSIVE).or(WordClasses::OBJECT_PRONOUN),
            )
            && (!self.is_capitalized(token) || self.is_headline(token))
            && !self.has(token, WordForms::S)
    }

    fn object_infinitive(&self, end: usize) -> Option<FoundContent> {
        let object = self.noun_phrase_after(end, self.ceiling(end))?;
        let to = (object.end..object.end + LONGEST_OBJECT)
            .take_while(|&token| {
                self.is_wordlike(token) && !self.is(token, WordClasses::FINITE.or(WordClasses::THAT))
            })
            .find(|&token| self.is(token, WordClasses::TO) && self.is_bare_verb(token + 1))?;
        let start = if self.is(to - 1, WordClasses::NEGATION) { to - 1 } else { to };
        let adjuncts = Adjuncts { end: to, has_addressee: true, ..Adjuncts::default() };
        Some(FoundContent::one(self.content_from(start, Extent::Clause)?, adjuncts))
    }

    fn object(&self, end: usize) -> Option<FoundContent> {
        let opens = self.opens_noun_phrase(end)
            || self.is(end, WordClasses::OBJECT_PRONOUN)
            || self.is_kind(end, TokenKind::OpeningMark)
            || self.has(end, WordForms::ING);
        // "Agreed to SELL": not the object of "agree to".
        let infinitive = end > 0
            && self.is(end - 1, WordClasses::TO)
            && self.is_bare_verb(end)
            && !self.has(end, WordForms::ING);
        if end >= self.len() || !opens || infinitive || self.opens_time(end) {
            return None;
        }
        let adjuncts = Adjuncts { end, ..Adjuncts::default() };
        Some(FoundContent::one(self.content_from(end, Extent::NounPhrase)?, adjuncts))
    }

    fn object_as(&self, end: usize) -> Option<FoundContent> {
        let limit = self.ceiling(end).min(end + LONGEST_OBJECT);
        let r#as =
            (end..limit).find(|&token| self.is_word(token, "as") || self.is_kind(token, TokenKind::Comma))?;
        if self.is_kind(r#as, TokenKind::Comma) || r#as == end {
            return None;
        }
        let rest = self.content_from(r#as, Extent::Clause)?;
        Some(FoundContent::one(end..rest.end, Adjuncts { end, ..Adjuncts::default() }))
    }

    fn gerund(&self, end: usize) -> Option<FoundContent> {
        let verb = if self.is_adverb(end) || self.is(end, WordClasses::NEGATION) { end + 1 } else { end };
        if !self.has(verb, WordForms::ING) {
            return None;
        }
        Some(FoundContent::one(
            self.content_from(end, Extent::Clause)?,
            Adjuncts { end, ..Adjuncts::default() },
        ))
    }

    fn subject_infinitive(&self, anchors: Anchors) -> Option<FoundContent> {
        let infinitive = self.infinitive(anchors.end)?;
        let subject = self.subject_before(self.floor(anchors.start), anchors.start)?;
        let mut pieces = vec![subject];
        pieces.extend(infinitive.pieces);
        Some(FoundContent { pieces, adjuncts: infinitive.adjuncts })
    }

    /// "RUIZ was accused (by Lee) OF FRAUD": the subject of a passive, and the object or one of the
    /// prepositions that follow. `anchors.end` stands behind the agent.
    fn subject_and_rest(&self, anchors: Anchors, prepositions: &[&str]) -> Option<FoundContent> {
        let subject = self.subject_before(self.floor(anchors.start), anchors.start)?;
        let end = anchors.end;
        let preposition = self.is_one_of(end, prepositions);
        let has_agent = (anchors.start..end).any(|token| self.is_word(token, "by"));
        let object = !has_agent && self.opens_noun_phrase(end) && !self.opens_time(end);
        let start = if preposition && !has_agent { end + 1 } else { end };
        let rest = if end < self.len() && (preposition || object) {
            self.content_from(start, Extent::NounPhrase)
        } else {
            None
        };
        if !has_agent && rest.is_none() {
            return None;
        }
        let pieces = std::iter::once(subject).chain(rest).collect();
        Some(FoundContent { pieces, adjuncts: Adjuncts { end: start, ..Adjuncts::default() } })
    }

    /// "Criticism OF the plan", "support FOR the bill".
    fn after_preposition(&self, end: usize) -> Option<FoundContent> {
        let preposition =
            ["of", "for", "about", "against", "to", "on", "over", "at", "with", "in", "toward", "towards"];
        if !self.is_one_of(end, &preposition) {
            return None;
        }
        self.object(end + 1)
    }
}
