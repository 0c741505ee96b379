//! Where the content of a cue stands, slot by slot.

use std::ops::Range;

use super::adjuncts::Adjuncts;
use super::classes::ClassedDocument;
use super::clauses::Extent;
use super::patterns::ContentSlot;
use crate::lexicon::WordClasses;
use crate::text::TokenKind;

/// What a content slot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FoundContent {
    /// The pieces in order.
    pub(super) pieces: Vec<Range<usize>>,
    /// What stands between cue and content.
    pub(super) adjuncts: Adjuncts,
}

impl FoundContent {
    fn one(piece: Range<usize>, adjuncts: Adjuncts) -> Self {
        Self { pieces: vec![piece], adjuncts }
    }
}

/// The places that a content slot looks from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchors {
    /// The first token of cue and source together, where the source stands before the cue.
    pub(super) start: usize,
    /// The token after the cue, or after the source where that follows the cue.
    pub(super) end: usize,
}

/// How far "that" or "to" may stand from a cue whose object comes first, in tokens.
const LONGEST_OBJECT: usize = 14;

impl ClassedDocument<'_> {
    /// The content in that slot, if there is one.
    pub(super) fn content(&self, slot: ContentSlot, anchors: Anchors) -> Option<FoundContent> {
        let end = anchors.end;
        match slot {
            ContentSlot::That => self.that_clause(self.adjuncts_after(end, false)),
            ContentSlot::ObjectThat => self.object_that(end),
            ContentSlot::Clause => self.bare_clause(self.adjuncts_after(end, false)),
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
                .noun_phrase_after(end, self.ceiling_after(end))
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
                || self.classes.get(next).is_some_and(|class| class.ends_in_ing || class.ends_in_ly)
                || matches!(self.kind(next), Some(TokenKind::OpeningMark | TokenKind::Comma)));
        if !opens_clause {
            return None;
        }
        Some(FoundContent::one(self.content_from(that, Extent::ThatClause)?, adjuncts))
    }

    fn object_that(&self, end: usize) -> Option<FoundContent> {
        let adjuncts = self.adjuncts_after(end, true);
        adjuncts.addressee.as_ref()?;
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
        let has_verb = content.clone().skip(1).any(|token| self.is_verbal(token) && !determined(token));
        (has_verb || self.is_headline(start) || self.lacks_terminator(start))
            .then(|| FoundContent::one(content, adjuncts))
    }

    /// A name, a number, or a noun phrase without a determiner that is plural or has an auxiliary after it:
    /// "wages fell", "expanding the port would help", but not "allow for".
    fn is_bare_subject(&self, start: usize) -> bool {
        let plural = |token: usize| self.is_nominal(token) && self.classes[token].ends_in_s;
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
        if separated {
            if let Some(first) = self.broken_quotation_before(anchors.start) {
                found.pieces.insert(0, first);
            }
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
    fn with_rest_of_clause(&self, quotation: usize) -> Range<usize> {
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

    /// '"THE DAM," said Ruiz, …': the quotation that ends before `start`.
    fn broken_quotation_before(&self, start: usize) -> Option<Range<usize>> {
        let last =
            start.checked_sub(1).filter(|&last| self.sentence_index(last) == self.sentence_index(start))?;
        let mark = if self.is_kind(last, TokenKind::Comma) { last.checked_sub(1)? } else { last };
        self.quotation_to(mark)?;
        self.content_before(start)
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
            && !self.classes[token].ends_in_s
    }

    fn object_infinitive(&self, end: usize) -> Option<FoundContent> {
        let object = self.noun_phrase_after(end, self.ceiling_after(end))?;
        let to = (object.end..object.end + LONGEST_OBJECT)
            .take_while(|&token| {
                self.is_wordlike(token) && !self.is(token, WordClasses::FINITE.or(WordClasses::THAT))
            })
            .find(|&token| self.is(token, WordClasses::TO) && self.is_bare_verb(token + 1))?;
        let start = if self.is(to - 1, WordClasses::NEGATION) { to - 1 } else { to };
        let adjuncts = Adjuncts { end: to, addressee: Some(object), ..Adjuncts::default() };
        Some(FoundContent::one(self.content_from(start, Extent::Clause)?, adjuncts))
    }

    fn ceiling_after(&self, end: usize) -> usize {
        if end < self.len() { self.ceiling(end) } else { end }
    }

    fn object(&self, end: usize) -> Option<FoundContent> {
        let opens = self.opens_noun_phrase(end)
            || self.is(end, WordClasses::OBJECT_PRONOUN)
            || self.is_kind(end, TokenKind::OpeningMark)
            || self.classes.get(end).is_some_and(|class| class.ends_in_ing);
        // "Agreed to SELL": not the object of "agree to".
        let infinitive = end > 0
            && self.is(end - 1, WordClasses::TO)
            && self.is_bare_verb(end)
            && !self.classes[end].ends_in_ing;
        if end >= self.len() || !opens || infinitive || self.opens_time(end) {
            return None;
        }
        let adjuncts = Adjuncts { end, ..Adjuncts::default() };
        Some(FoundContent::one(self.content_from(end, Extent::NounPhrase)?, adjuncts))
    }

    /// "The treaty, WHICH critics call A SURRENDER, expires": the content's subject or object is a relative
    /// pronoun before the source.
    fn relative(&self, anchors: Anchors) -> Option<FoundContent> {
        let pronoun =
            anchors.start.checked_sub(1).filter(|&pronoun| pronoun > self.sentence(anchors.start).start)?;
        let relates = self.is_word(pronoun, "which")
            || self.is_word(pronoun, "whom")
            || (self.is(pronoun, WordClasses::RELATIVE)
                && self.is_nominal(pronoun - 1)
                && !self.is(pronoun, WordClasses::THAT));
        if !relates {
            return None;
        }
        let end = anchors.end;
        let limit = (end..self.ceiling_after(end))
            .find(|&token| self.is_kind(token, TokenKind::Comma))
            .unwrap_or_else(|| self.ceiling_after(end));
        let rest = if end < self.len() && end < limit && self.is_wordlike(end) {
            self.content_from(end, Extent::Clause)
        } else {
            None
        };
        let rest = rest.map(|rest| rest.start..rest.end.min(limit));
        let pieces = std::iter::once(pronoun..pronoun + 1).chain(rest).collect();
        Some(FoundContent { pieces, adjuncts: Adjuncts { end, ..Adjuncts::default() } })
    }

    fn object_as(&self, end: usize) -> Option<FoundContent> {
        let limit = self.ceiling_after(end).min(end + LONGEST_OBJECT);
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
        if !self.classes.get(verb).is_some_and(|class| class.ends_in_ing) {
            return None;
        }
        Some(FoundContent::one(
            self.content_from(end, Extent::Clause)?,
            Adjuncts { end, ..Adjuncts::default() },
        ))
    }

    /// A quotation before source and cue, or a clause that ends with one, and the rest of it where source
    /// and cue break it.
    fn quotation_before(&self, anchors: Anchors) -> Option<FoundContent> {
        let adjuncts = self.adjuncts_after(anchors.end, false);
        let before = self.broken_quotation_before(anchors.start)?;
        let next = adjuncts.end;
        let rest = if self.is_kind(next, TokenKind::Comma) { self.quotation_from(next + 1) } else { None };
        let rest = rest.map(|quotation| self.with_rest_of_clause(quotation));
        Some(FoundContent { pieces: std::iter::once(before).chain(rest).collect(), adjuncts })
    }

    /// The clause before a parenthetical attribution, and what follows where it stands in the middle:
    /// "THE DAM, officials say, WILL FAIL."
    fn clause_before(&self, anchors: Anchors) -> Option<FoundContent> {
        let sentence = self.sentence(anchors.start);
        let last = anchors.start.checked_sub(1).filter(|&last| last >= sentence.start)?;
        let start = if self.is_word(last, "as") { last } else { anchors.start };
        let parted = start == sentence.start
            || matches!(self.kind(start - 1), Some(TokenKind::Comma | TokenKind::Dash))
            || (start == last && self.is_wordlike(start - 1));
        let adjuncts = self.adjuncts_after(anchors.end, false);
        let next = adjuncts.end;
        let ends =
            next >= sentence.end || !(self.is_wordlike(next) || self.is_kind(next, TokenKind::OpeningMark));
        if !parted || !ends || self.broken_quotation_before(start).is_some() {
            return None;
        }
        let before = if start > sentence.start { self.content_before(start) } else { None };
        let goes_on =
            next < sentence.end && self.is_kind(next, TokenKind::Comma) && self.continues_content(next + 1);
        let after = if goes_on { self.content_from(next + 1, Extent::Clause) } else { None };
        let pieces: Vec<_> = before.into_iter().chain(after).collect();
        let has_verb = pieces.iter().flat_map(Clone::clone).any(|token| self.is_verbal(token));
        has_verb.then_some(FoundContent { pieces, adjuncts })
    }

    /// Whether a sentence goes on with its content after a parenthesis: not with ", adding" or ", but".
    fn continues_content(&self, token: usize) -> bool {
        self.is_wordlike(token)
            && !self.classes[token].gerund_cue
            && !self.is(token, WordClasses::CONTRAST.or(WordClasses::RELATIVE))
            && !(self.is(token, WordClasses::COORDINATOR)
                && self.classes.get(token + 1).is_some_and(|class| class.finite_cue))
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
        let preposition = prepositions.iter().any(|word| self.is_word(end, word));
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
        if !preposition.iter().any(|word| self.is_word(end, word)) {
            return None;
        }
        self.object(end + 1)
    }

    /// "According to Ruiz, THE DAM IS SAFE", "THE DAM IS SAFE, according to Ruiz".
    fn around_source(&self, anchors: Anchors) -> Option<FoundContent> {
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
    fn around(&self, anchors: Anchors) -> Option<FoundContent> {
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
}
