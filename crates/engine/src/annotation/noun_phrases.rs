//! Noun phrases without a parser: from word classes, capitals and punctuation.

use std::ops::Range;

use crate::annotation::classes::{ClassedDocument, Shape, Traits};
use crate::lexicon::{WordClasses, WordList};
use crate::text::TokenKind;

/// No noun phrase is looked for over more tokens than these: it keeps the work linear.
const LONGEST: usize = 40;

/// Classes whose words are no part of a noun phrase's own words.
const NOT_NOMINAL: WordClasses = WordClasses::PREPOSITION
    .or(WordClasses::COORDINATOR)
    .or(WordClasses::SUBORDINATOR)
    .or(WordClasses::FINITE)
    .or(WordClasses::NEGATION)
    .or(WordClasses::PERSONAL)
    .or(WordClasses::RELATIVE)
    .or(WordClasses::QUESTION)
    .or(WordClasses::TO);

impl ClassedDocument<'_> {
    /// A noun, a name, an adjective or a number, as far as can be told.
    pub(crate) fn is_nominal(&self, token: usize) -> bool {
        let Some(class) = self.classes.get(token) else { return false };
        match self.kind(token) {
            Some(TokenKind::Word) => {
                let name = matches!(class.shape, Shape::Title | Shape::Upper);
                // "May" and "Will" are names too; "The" and "In" are not.
                let function_word = class.words.any(NOT_NOMINAL)
                    && !(name && class.words.any(WordClasses::TIME.or(WordClasses::MODAL)));
                let determiner = class.words.any(WordClasses::DETERMINER.or(WordClasses::POSSESSIVE));
                !function_word && !determiner && (name || !self.is_adverb(token))
            }
            Some(TokenKind::Number) => true,
            Some(TokenKind::Symbol) => matches!(self.word(token), "$" | "%" | "&" | "£" | "€" | "#" | "/"),
            _ => false,
        }
    }

    /// A verb form that ends a noun phrase before it, as far as can be told.
    pub(crate) fn is_verbal(&self, token: usize) -> bool {
        let Some(class) = self.classes.get(token) else { return false };
        class.shape == Shape::Lower
            && (class
                .words
                .any(WordClasses::FINITE.or(WordClasses::IRREGULAR_PAST).or(WordClasses::COMMON_VERB))
                || self.has(token, Traits::PAST_CUE)
                || (self.has(token, Traits::ED) && !self.is(token.wrapping_sub(1), WordClasses::DETERMINER)))
    }

    /// Whether a noun phrase can begin at `token`.
    pub(crate) fn opens_noun_phrase(&self, token: usize) -> bool {
        self.is(
            token,
            WordClasses::DETERMINER
                .or(WordClasses::POSSESSIVE)
                .or(WordClasses::SUBJECT_PRONOUN)
                .or(WordClasses::ANTICIPATORY),
        ) || self.is_nominal(token)
    }

    /// The noun phrase whose last token is before `end`, not reaching before `floor`.
    pub(crate) fn noun_phrase_before(&self, floor: usize, end: usize) -> Option<Range<usize>> {
        let floor = floor.max(end.saturating_sub(LONGEST));
        let last = end.checked_sub(1).filter(|&last| last >= floor)?;
        if self.is(last, WordClasses::PERSONAL.or(WordClasses::RELATIVE)) && !self.is(last, WordClasses::THAT)
        {
            return Some(last..end);
        }
        if self.is_kind(last, TokenKind::ClosingBracket) {
            let open = self.opening_bracket(floor, last)?;
            let phrase = self.noun_phrase_before(floor, open)?;
            return Some(phrase.start..end);
        }
        if self.is_pronoun_head(last) && !self.is_nominal(last.wrapping_sub(1)) {
            return Some(last..end);
        }
        if !self.is_nominal(last) || self.is_genitive(last) {
            return None;
        }
        let mut start = last;
        while let Some(next) = self.extended_left(floor, start) {
            start = next;
        }
        Some(start..end)
    }

    /// "This", "many", "one", "everyone": a pronoun that stands for a whole noun phrase.
    fn is_pronoun_head(&self, token: usize) -> bool {
        self.is(token, WordClasses::SUBJECT_PRONOUN)
    }

    /// A start further left of the noun phrase that begins at `start`, if it goes on there.
    fn extended_left(&self, floor: usize, start: usize) -> Option<usize> {
        let previous = start.checked_sub(1).filter(|&previous| previous >= floor)?;
        let determined = self.is(start, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE));
        if self.is_genitive(previous) {
            return previous.checked_sub(1).filter(|&owner| owner >= floor && self.is_nominal(owner));
        }
        if !determined {
            if self.is(previous, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
                && !self.is_conjunction_that(previous)
            {
                return Some(previous);
            }
            if self.is_nominal(previous)
                && !self.is_verbal(previous)
                && !self.is_time_before_name(previous, start)
            {
                return Some(previous);
            }
        }
        // "All the", "some of the".
        if determined && self.is(previous, WordClasses::DETERMINER) && !self.is(previous, WordClasses::THAT) {
            return Some(previous);
        }
        let before = previous.checked_sub(1).filter(|&before| before >= floor)?;
        let names_author = self.is_word(previous, "by")
            && self.is(before, WordClasses::DOCUMENT_NOUN.or(WordClasses::MEDIUM));
        let hangs_on =
            names_author || self.is(previous, WordClasses::NOUN_PREPOSITION) || self.is_directed_to(previous);
        if hangs_on && !self.is(start, WordClasses::TIME) {
            let heads = self.is_nominal(before) && !self.is_verbal(before)
                || self.is(before, WordClasses::SUBJECT_PRONOUN) && !self.is(before, WordClasses::PERSONAL);
            return heads.then_some(before);
        }
        // "Republican Trump and Democrat Clinton": both sides alike.
        if self.is_word(previous, "and") || self.is_word(previous, "&") {
            let named = |token: usize| {
                self.is_capitalized(token + usize::from(self.is(token, WordClasses::DETERMINER)))
            };
            let alike = self.is_capitalized(before) == named(start);
            let infinitive = self.is(before.wrapping_sub(1), WordClasses::TO);
            return (self.is_nominal(before) && !self.is_verbal(before) && alike && !infinitive)
                .then_some(before);
        }
        None
    }

    /// "The report says THAT farmers fear": no determiner but a conjunction.
    fn is_conjunction_that(&self, token: usize) -> bool {
        self.is(token, WordClasses::THAT)
            && (self.has(token + 1, Traits::S) || self.is_capitalized(token + 1))
    }

    /// "The ambassador TO the United States": "to" before a noun phrase, not before a verb.
    fn is_directed_to(&self, token: usize) -> bool {
        self.is(token, WordClasses::TO)
            && (self.is(token + 1, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
                || self.is_capitalized(token + 1))
    }

    /// "On Monday Ruiz said": the weekday is no part of the name.
    fn is_time_before_name(&self, previous: usize, start: usize) -> bool {
        self.is(previous, WordClasses::TIME)
            && self.is_capitalized(start)
            && !self.is(start, WordClasses::TIME)
    }

    fn opening_bracket(&self, floor: usize, close: usize) -> Option<usize> {
        (floor..close).rev().take(12).find(|&token| self.is_kind(token, TokenKind::OpeningBracket))
    }

    /// The noun phrase that begins at `start`, not reaching `ceiling`.
    pub(crate) fn noun_phrase_after(&self, start: usize, ceiling: usize) -> Option<Range<usize>> {
        let ceiling = ceiling.min(start + LONGEST);
        if start >= ceiling {
            return None;
        }
        if self.is(start, WordClasses::PERSONAL)
            || (self.is(start, WordClasses::OBJECT_PRONOUN) && !self.is(start, WordClasses::POSSESSIVE))
        {
            return Some(start..start + 1);
        }
        let mut end = start;
        while end < ceiling && self.is(end, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE)) {
            end += 1;
        }
        let determined = end > start;
        let words = end;
        while end < ceiling
            && (self.is_nominal(end) || self.is_adjectival_adverb(end))
            && (end == words || !self.is_verbal(end))
        {
            end += 1;
        }
        if end == words && !(determined && self.is_pronoun_head(words - 1)) {
            return None;
        }
        end = self.extended_right(end, ceiling);
        Some(start..end)
    }

    /// "A highly critical report".
    fn is_adjectival_adverb(&self, token: usize) -> bool {
        self.is_adverb(token)
            && self.is_nominal(token + 1)
            && self.is(token.wrapping_sub(1), WordClasses::DETERMINER)
    }

    /// The end of a noun phrase with the phrases that hang on it: "the head OF THE UNION".
    fn extended_right(&self, mut end: usize, ceiling: usize) -> usize {
        while end < ceiling {
            let next = end + 1;
            let names_author = self.is_word(end, "by")
                && self.is(end - 1, WordClasses::DOCUMENT_NOUN.or(WordClasses::MEDIUM));
            let hangs_on = (self.is(end, WordClasses::NOUN_PREPOSITION) && !self.opens_time(end))
                || self.is_directed_to(end)
                || names_author
                || self.is_genitive(end)
                || (self.is_word(end, "and") && self.is_capitalized(end - 1) && self.is_capitalized(next));
            let grown = if hangs_on { self.plain_noun_phrase_end(next, ceiling) } else { None };
            match grown {
                Some(grown) => end = grown,
                None if self.is_genitive(end) => return next,
                None => return end,
            }
        }
        end
    }

    fn plain_noun_phrase_end(&self, start: usize, ceiling: usize) -> Option<usize> {
        let mut end = start;
        while end < ceiling && self.is(end, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE)) {
            end += 1;
        }
        let words = end;
        // "A former aide of TAKING bribes": what the aide says, not what he is of.
        if self.has(words, Traits::ING) && !self.is_capitalized(words) {
            return None;
        }
        while end < ceiling && self.is_nominal(end) && !self.is_verbal(end) {
            end += 1;
        }
        (end > words).then_some(end)
    }

    /// "On Monday", "last week", "in March": a time expression begins here.
    pub(crate) fn opens_time(&self, token: usize) -> bool {
        if self.is(token, WordClasses::WEEKDAY) && self.is_capitalized(token) {
            return true;
        }
        if self.is_word(token, "yesterday") || self.is_word(token, "today") || self.is_word(token, "tomorrow")
        {
            return true;
        }
        self.is(token, WordClasses::TIME_OPENER)
            && (token + 1..token + 4)
                .any(|next| self.is(next, WordClasses::TIME) || (next == token + 1 && self.is_year(next)))
    }

    fn is_year(&self, token: usize) -> bool {
        self.is_kind(token, TokenKind::Number) && self.word(token).len() == 4
    }

    /// Whether a noun phrase names somebody or something in particular: it has a determiner, a name, a
    /// plural, a pronoun, a number.
    pub(crate) fn is_referring(&self, phrase: &Range<usize>) -> bool {
        phrase.clone().any(|token| {
            self.is_capitalized(token)
                || self.has(token, Traits::S)
                || self.is(
                    token,
                    WordClasses::DETERMINER
                        .or(WordClasses::POSSESSIVE)
                        .or(WordClasses::SUBJECT_PRONOUN)
                        .or(WordClasses::OBJECT_PRONOUN)
                        .or(WordClasses::REPORTING_GROUP),
                )
                || self.is_kind(token, TokenKind::Number)
        })
    }

    /// Whether a noun phrase can be somebody with a voice: a name, a pronoun, a plural, a noun for people, a
    /// body or a document. "The lake" can't.
    pub(crate) fn can_speak(&self, phrase: &Range<usize>) -> bool {
        let head_end = phrase
            .clone()
            .skip(1)
            .find(|&token| self.is(token, WordClasses::PREPOSITION) || !self.is_wordlike(token))
            .unwrap_or(phrase.end);
        let head = head_end - 1;
        let floor = self.sentence(head).start;
        let name = phrase.clone().any(|token| self.is_capitalized(token) && token != floor);
        name || self.has(head, Traits::S)
            || self.is_capitalized(head)
            || self.is(
                head,
                WordClasses::SUBJECT_PRONOUN
                    .or(WordClasses::PERSONAL)
                    .or(WordClasses::RELATIVE)
                    .or(WordClasses::REPORTING_GROUP),
            )
            || self.is(
                head,
                WordClasses::ORGANIZATION_NOUN
                    .or(WordClasses::DOCUMENT_NOUN)
                    .or(WordClasses::PERSON_NOUN)
                    .or(WordClasses::TITLE),
            )
            || WordList::PersonEnding.has_ending(self.word(head))
    }
}
