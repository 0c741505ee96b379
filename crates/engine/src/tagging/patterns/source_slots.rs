//! Where the source of a cue stands, slot by slot.

use std::ops::Range;

use crate::annotation::verb_groups::{VerbGroup, Voice};
use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::WordClasses;
use crate::tagging::patterns::slots::SourceSlot;
use crate::text::TokenKind;

/// What a source slot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FoundSource {
    /// These tokens.
    Tokens(Range<usize>),
    /// The source of the cue before it in the sentence, else these tokens.
    Inherited(Option<Range<usize>>),
    /// The text gives nobody.
    Nobody,
}

/// No apposition is followed over more tokens than these.
const LONGEST_APPOSITION: usize = 35;

/// What stands between a subject and a phrase: "is", "has long been", "remains".
const LINKING: WordClasses = WordClasses::BE
    .or(WordClasses::HAVE)
    .or(WordClasses::MODAL)
    .or(WordClasses::NEGATION)
    .or(WordClasses::COPULA);

impl AnnotatedDocument<'_> {
    /// The source of a verb in that slot. None where the slot wants one and there is none.
    pub(crate) fn source_of_verb(&self, slot: SourceSlot, group: &VerbGroup) -> Option<FoundSource> {
        match slot {
            SourceSlot::Subject => self.subject(group),
            SourceSlot::Inverted => self.inverted_subject(group.end).map(FoundSource::Tokens),
            SourceSlot::Agent => Some(self.agent(group.end).map_or(FoundSource::Nobody, FoundSource::Tokens)),
            SourceSlot::Nobody => Some(FoundSource::Nobody),
            SourceSlot::After | SourceSlot::Possessor | SourceSlot::Introduced => None,
        }
    }

    /// The first token that a source may have which stands before `token`: that of its sentence, or the one
    /// after the mark of the quotation around it.
    pub(crate) fn floor(&self, token: usize) -> usize {
        let sentence = self.sentence(token).start;
        self.quotation_around(token).map_or(sentence, |quotation| {
            let quotation = &self.document.quotations[quotation].tokens;
            let inner = quotation.start + usize::from(self.is_kind(quotation.start, TokenKind::OpeningMark));
            inner.max(sentence)
        })
    }

    fn subject(&self, group: &VerbGroup) -> Option<FoundSource> {
        let floor = self.floor(group.start);
        let previous = group.start.checked_sub(1).filter(|&previous| previous >= floor);
        match (group.voice, previous) {
            (Voice::Gerund, None) => self.following_subject(group.end).map(FoundSource::Tokens),
            (_, None) => None,
            (Voice::Infinitive, _) => Some(FoundSource::Inherited(self.clause_subject(floor, group.start))),
            (Voice::Gerund, Some(previous)) if !self.is_nominal(previous) => {
                Some(FoundSource::Inherited(self.clause_subject(floor, group.start)))
            }
            (_, Some(previous)) if self.is(previous, WordClasses::COORDINATOR) => {
                Some(FoundSource::Inherited(self.clause_subject(floor, group.start)))
            }
            _ => self.subject_before(floor, group.start).map(FoundSource::Tokens),
        }
    }

    /// "Hugh Hill", "Hugh Hill, a doctor,", "Hugh Hill (D-Ohio)", "the ministry on Monday" before its verb.
    pub(crate) fn subject_before(&self, floor: usize, verb: usize) -> Option<Range<usize>> {
        let last = verb.checked_sub(1).filter(|&last| last >= floor)?;
        match self.kind(last)? {
            TokenKind::Comma | TokenKind::Dash => self.subject_with_apposition(floor, last),
            _ => {
                let end = self.without_trailing_time(floor, verb);
                let phrase = self.noun_phrase_before(floor, end)?;
                Some(self.without_medium(phrase))
            }
        }
    }

    /// "The minister on Monday said": the day belongs to the verb.
    fn without_trailing_time(&self, floor: usize, verb: usize) -> usize {
        (verb.saturating_sub(4).max(floor + 1)..verb)
            .find(|&start| {
                self.opens_time(start)
                    && (start + 1..verb).all(|token| {
                        self.is(token, WordClasses::TIME.or(WordClasses::DETERMINER))
                            || self.is_kind(token, TokenKind::Number)
                    })
            })
            .unwrap_or(verb)
    }

    /// "The ministry in a statement said": the statement is its medium.
    fn without_medium(&self, phrase: Range<usize>) -> Range<usize> {
        let preposition =
            phrase.clone().skip(1).find(|&token| self.is_word(token, "in") || self.is_word(token, "on"));
        match preposition {
            Some(preposition)
                if (preposition..phrase.end).any(|token| self.is(token, WordClasses::MEDIUM)) =>
            {
                phrase.start..preposition
            }
            _ => phrase,
        }
    }

    /// A subject that an apposition, a relative clause or an insertion parts from its verb; `close` is the
    /// comma or dash before the verb.
    fn subject_with_apposition(&self, floor: usize, close: usize) -> Option<Range<usize>> {
        let kind = self.kind(close)?;
        let lowest = floor.max(close.saturating_sub(LONGEST_APPOSITION));
        let mut open = None;
        let mut token = close;
        while token > lowest {
            token -= 1;
            if let Some(quotation) = self.quotation_to(token) {
                token = self.document.quotations[quotation].tokens.start;
                continue;
            }
            if self.kind(token) == Some(kind) {
                open = Some(token);
                // "Ruiz, 43, of Madrid, said": further commas belong to it.
                if !self.is_insertion(token) {
                    continue;
                }
                break;
            }
            if matches!(self.kind(token), Some(TokenKind::Semicolon | TokenKind::Colon)) {
                break;
            }
        }
        // "Ruiz, during a meeting in Columbus, Ohio, said": what opens the clause is the subject.
        let opening = self.clause_opening(floor, close);
        let opening = opening.filter(|phrase| phrase.end < close && self.kind(phrase.end) == Some(kind));
        let (open, phrase) = match opening {
            Some(phrase) => (phrase.end, phrase),
            None => (open?, self.noun_phrase_before(floor, open?)?),
        };
        let first = open + 1;
        let describes = self.describes(first);
        Some(phrase.start..if describes { close } else { open })
    }

    /// Whether the comma before an apposition is the outermost one: a noun phrase with capitals or a
    /// determiner ends before it.
    fn is_insertion(&self, comma: usize) -> bool {
        comma > 0
            && (self.describes(comma + 1)
                || self.is(comma + 1, WordClasses::PREPOSITION)
                || self.is_adverb(comma + 1))
    }

    /// Whether an apposition or a relative clause begins at `token`: "a doctor", "43", "who leads the union".
    fn describes(&self, token: usize) -> bool {
        self.is(token, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE).or(WordClasses::TITLE))
            || self.is_one_of(token, &["of", "who", "whose", "which"])
            || self.is_word(token, "including")
            || self.is_kind(token, TokenKind::Number)
            || (self.is_nominal(token)
                && !self.is(token, WordClasses::TIME)
                && !self.has(token, WordForms::ING))
    }

    /// The subject of the clause that goes on at `before`: the noun phrase with which the sentence begins,
    /// behind an opening adverbial ("In 1999, …").
    pub(crate) fn clause_subject(&self, floor: usize, before: usize) -> Option<Range<usize>> {
        let phrase = self.clause_opening(floor, before)?;
        Some(self.with_apposition(phrase, before))
    }

    fn clause_opening(&self, floor: usize, before: usize) -> Option<Range<usize>> {
        let floor = floor.max(before.saturating_sub(120));
        let mut start = floor;
        if self.is(start, WordClasses::COORDINATOR) {
            start += 1;
        }
        for _ in 0..2 {
            let adverbial = self.is(start, WordClasses::PREPOSITION.or(WordClasses::SUBORDINATOR))
                && !self.is(start, WordClasses::THAT)
                || self.is_adverb(start)
                || self.has(start, WordForms::ING);
            if !adverbial {
                break;
            }
            start = (start..before).find(|&token| self.is_kind(token, TokenKind::Comma))? + 1;
        }
        if self.is_kind(start, TokenKind::OpeningMark) {
            return None;
        }
        self.noun_phrase_after(start, before)
    }

    /// A noun phrase with the apposition that follows it between commas.
    fn with_apposition(&self, phrase: Range<usize>, ceiling: usize) -> Range<usize> {
        if !self.is_kind(phrase.end, TokenKind::Comma) || !self.describes(phrase.end + 1) {
            return phrase;
        }
        let limit = ceiling.min(phrase.end + LONGEST_APPOSITION);
        let close = (phrase.end + 1..limit).find(|&token| self.is_kind(token, TokenKind::Comma));
        close.map_or(phrase.clone(), |close| phrase.start..close)
    }

    /// "CITING the report, RUIZ urged": the subject of the clause that follows the gerund's.
    fn following_subject(&self, start: usize) -> Option<Range<usize>> {
        let ceiling = self.ceiling(start.min(self.len().checked_sub(1)?));
        let comma = (start..ceiling).take(120).find(|&token| self.is_kind(token, TokenKind::Comma))?;
        self.noun_phrase_after(comma + 1, ceiling)
    }

    /// "Said RUIZ", "said Hugh Hill, a doctor at the clinic".
    pub(crate) fn inverted_subject(&self, start: usize) -> Option<Range<usize>> {
        if start >= self.len() {
            return None;
        }
        let ceiling = self.ceiling(start);
        let phrase = self.noun_phrase_after(start, ceiling)?;
        let object = self.is(start, WordClasses::OBJECT_PRONOUN)
            && !self.is(start, WordClasses::PERSONAL.or(WordClasses::POSSESSIVE));
        if object || self.opens_time(start) || self.is_verbal(phrase.end) || self.is_genitive(phrase.end) {
            return None;
        }
        Some(self.with_final_apposition(phrase, ceiling))
    }

    /// A source after its verb with its apposition, which a comma or the sentence's end closes.
    fn with_final_apposition(&self, phrase: Range<usize>, ceiling: usize) -> Range<usize> {
        if self.is_kind(phrase.end, TokenKind::OpeningBracket) {
            let close = (phrase.end..ceiling.min(phrase.end + 8))
                .find(|&token| self.is_kind(token, TokenKind::ClosingBracket));
            return close.map_or(phrase.clone(), |close| phrase.start..close + 1);
        }
        if !self.is_kind(phrase.end, TokenKind::Comma) || !self.describes(phrase.end + 1) {
            return phrase;
        }
        let limit = ceiling.min(phrase.end + LONGEST_APPOSITION);
        let mut end = phrase.end;
        // "Misha Shah, 32, of Chicago, an accountant": one after the other.
        while end < limit && self.is_kind(end, TokenKind::Comma) && self.describes(end + 1) {
            let closes = |&token: &usize| {
                matches!(
                    self.kind(token),
                    Some(TokenKind::Comma | TokenKind::Terminator | TokenKind::Semicolon | TokenKind::Dash)
                )
            };
            end = (end + 1..limit).find(closes).unwrap_or(limit);
        }
        phrase.start..end
    }

    /// "It was alleged BY THE PROSECUTOR": after the verb and perhaps a time.
    fn agent(&self, start: usize) -> Option<Range<usize>> {
        let adjunct_end = (start..start + 4).find(|&token| self.is_word(token, "by"))?;
        let phrase = self.noun_phrase_after(adjunct_end + 1, self.ceiling(start))?;
        (!self.has(phrase.start, WordForms::ING)).then_some(phrase)
    }

    /// The subject of a phrase that follows a form of "be" or "remain": "RUIZ is adamant that".
    pub(crate) fn subject_of_phrase(&self, phrase: usize) -> Option<(FoundSource, usize)> {
        let floor = self.floor(phrase);
        let mut start = phrase;
        while start > floor {
            let token = start - 1;
            let links = self.is(token, LINKING) || self.is_adverb(token);
            if !links || self.is_capitalized(token) {
                break;
            }
            start = token;
        }
        let subject = self.subject_before(floor, start)?;
        Some((FoundSource::Tokens(subject), start))
    }

    /// The source after "according to".
    pub(crate) fn source_after(&self, cue: usize, start: usize) -> Option<Range<usize>> {
        if start >= self.len() {
            return None;
        }
        let ceiling = self.ceiling(start);
        let mut phrase = self.noun_phrase_after(start, ceiling)?;
        // "Data released Friday by the regulators", "sources who asked not to be named": all to the comma.
        phrase.end = (phrase.end..ceiling.min(phrase.end + LONGEST_APPOSITION))
            .find(|&token| !self.is_wordlike(token) && !self.is_kind(token, TokenKind::Symbol))
            .unwrap_or(phrase.end);
        let opens_sentence = self.floor(cue) + 1 >= cue;
        // At a sentence's head the comma ends the source, unless a second one closes an apposition.
        let whole = if opens_sentence {
            self.with_apposition(phrase.clone(), ceiling)
        } else {
            self.with_final_apposition(phrase.clone(), ceiling)
        };
        let closed = self.is_kind(whole.end, TokenKind::Comma) && self.opens_noun_phrase(whole.end + 1);
        let has_verb = (phrase.end..whole.end).any(|token| self.is_verbal(token));
        let relative = self.is_word(phrase.end + 1, "who");
        let is_apposition = (closed || !opens_sentence) && (relative || !has_verb);
        Some(if is_apposition { whole } else { phrase })
    }

    /// Whose message it is that a verb in -ing tells of: the subject of the light verb whose object it is.
    /// With it, where that verb group begins.
    pub(crate) fn author(&self, message: &Range<usize>, cue: usize) -> Option<(Range<usize>, usize)> {
        let is_message = message.end == cue
            && self.is(message.end - 1, WordClasses::MEDIUM.or(WordClasses::DOCUMENT_NOUN));
        let verb = message.start.checked_sub(1)?;
        let floor = self.floor(cue);
        if !is_message || verb <= floor || !self.is(verb, WordClasses::LIGHT_VERB) {
            return None;
        }
        let start = self.start_of_light_verb(floor, verb);
        Some((self.subject_before(floor, start)?, start))
    }

    pub(crate) fn start_of_light_verb(&self, floor: usize, verb: usize) -> usize {
        (floor + 1..=verb)
            .rev()
            .take_while(|&token| {
                token == verb
                    || self.is(
                        token,
                        WordClasses::HAVE
                            .or(WordClasses::MODAL)
                            .or(WordClasses::BE)
                            .or(WordClasses::NEGATION),
                    )
                    || self.is_adverb(token)
            })
            .last()
            .unwrap_or(verb)
    }
}
