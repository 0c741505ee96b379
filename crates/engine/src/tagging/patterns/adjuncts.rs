//! What may stand between a cue and its content, as far as it says where the content begins.

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::WordClasses;
use crate::text::TokenKind;

/// The adjuncts after a cue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Adjuncts {
    /// The token after the last of them.
    pub(crate) end: usize,
    /// Somebody is spoken to: "told REPORTERS", "said to REPORTERS".
    pub(crate) has_addressee: bool,
    /// "Said in A STATEMENT", which may be a part of the cue.
    pub(crate) medium: Option<Range<usize>>,
}

impl AnnotatedDocument<'_> {
    /// Reads the adjuncts from `start` on. `object_addressee`: the cue takes its addressee as an object
    /// ("told reporters").
    pub(crate) fn adjuncts_after(&self, start: usize, object_addressee: bool) -> Adjuncts {
        let ceiling = self.ceiling(start);
        let mut adjuncts = Adjuncts { end: start, ..Adjuncts::default() };
        if object_addressee {
            self.read_addressee(&mut adjuncts, start, ceiling);
        }
        for _ in 0..4 {
            let before = adjuncts.end;
            self.read_adverb(&mut adjuncts, ceiling);
            self.read_time(&mut adjuncts, ceiling);
            self.read_prepositional(&mut adjuncts, ceiling);
            if adjuncts.end == before {
                break;
            }
        }
        adjuncts
    }

    fn read_addressee(&self, adjuncts: &mut Adjuncts, start: usize, ceiling: usize) {
        if let Some(phrase) = self.noun_phrase_after(start, ceiling) {
            adjuncts.end = phrase.end;
            adjuncts.has_addressee = true;
        }
    }

    fn read_adverb(&self, adjuncts: &mut Adjuncts, ceiling: usize) {
        while adjuncts.end < ceiling
            && self.is_adverb(adjuncts.end)
            && !self.is_capitalized(adjuncts.end)
            && !self.opens_time(adjuncts.end)
        {
            adjuncts.end += 1;
        }
    }

    fn read_time(&self, adjuncts: &mut Adjuncts, ceiling: usize) {
        if adjuncts.end >= ceiling || !self.opens_time(adjuncts.end) {
            return;
        }
        let start = adjuncts.end;
        let is_time =
            |token: usize| self.is(token, WordClasses::TIME) || self.is_kind(token, TokenKind::Number);
        let Some(last) = (start..ceiling.min(start + 4)).rfind(|&token| is_time(token)) else {
            return;
        };
        let end = (last + 1..ceiling).find(|&token| !is_time(token)).unwrap_or(ceiling);
        adjuncts.end = end;
    }

    /// "In a statement", "to reporters", "during a visit to Madrid".
    fn read_prepositional(&self, adjuncts: &mut Adjuncts, ceiling: usize) {
        let preposition = adjuncts.end;
        if preposition + 1 >= ceiling || !self.is_kind(preposition, TokenKind::Word) {
            return;
        }
        let opens = [
            "in", "on", "at", "to", "during", "through", "via", "by", "from", "after", "before", "with",
            "of", "about",
        ];
        if !self.is_one_of(preposition, &opens) {
            return;
        }
        let Some(phrase) = self.noun_phrase_after(preposition + 1, ceiling) else { return };
        if self.is_word(preposition, "to") {
            // "Said to reporters", but not "decided to leave".
            if self.is(phrase.start, WordClasses::DETERMINER.or(WordClasses::OBJECT_PRONOUN))
                || self.is_capitalized(phrase.start)
                || self.has(phrase.end - 1, WordForms::S)
            {
                adjuncts.has_addressee = true;
                adjuncts.end = phrase.end;
            }
            return;
        }
        if phrase.clone().any(|token| self.is(token, WordClasses::MEDIUM)) {
            adjuncts.medium.get_or_insert(phrase.clone());
        }
        adjuncts.end = phrase.end;
    }
}
