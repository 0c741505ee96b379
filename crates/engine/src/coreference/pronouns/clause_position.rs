//! What a mention is in its clause, as far as the words around it tell: subject, object, after a preposition, owner.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::WordClasses;
use crate::text::TokenKind;

/// Where a mention stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other, and read by name")]
pub(crate) struct ClausePosition {
    pub(crate) sentence: usize,
    /// The verb that it is the subject of.
    pub(crate) verb: Option<usize>,
    /// It stands directly after a verb.
    pub(crate) is_object: bool,
    /// It stands after a preposition.
    pub(crate) is_governed: bool,
    /// "Ana Ruiz's".
    pub(crate) is_owner: bool,
    /// No other phrase stands before it in its sentence.
    pub(crate) opens: bool,
    pub(crate) quotation: Option<u32>,
}

pub(crate) fn clause_position_of(facts: &AnnotatedDocument<'_>, mention: &Range<usize>) -> ClausePosition {
    let sentence = facts.sentence_index(mention.start);
    let bounds = facts.sentence(mention.start);
    let governor = governor_of(facts, mention.start, bounds.start);
    let is_governed =
        governor.is_some_and(|token| facts.is(token, WordClasses::PREPOSITION.or(WordClasses::TO)));
    let owns = facts.is_genitive(mention.end)
        || facts.is(mention.start, WordClasses::POSSESSIVE) && mention.len() == 1;
    ClausePosition {
        sentence,
        verb: if is_governed || owns { None } else { verb_of(facts, mention.end, bounds.end) },
        is_object: governor.is_some_and(|token| facts.is_verbal(token)),
        is_governed,
        is_owner: owns,
        opens: opens(facts, mention.start, bounds.start),
        quotation: facts.tokens[mention.start].quotation,
    }
}

/// The word before a mention and its title.
fn governor_of(facts: &AnnotatedDocument<'_>, start: usize, bound: usize) -> Option<usize> {
    let mut token = start;
    while token > bound {
        token -= 1;
        let belongs = facts.is(token, WordClasses::DETERMINER.or(WordClasses::TITLE))
            || (facts.is_role(token) && start - token <= LONGEST_TITLE);
        if !belongs {
            return Some(token);
        }
    }
    None
}

/// Whether nothing but small words and titles stand before a mention.
fn opens(facts: &AnnotatedDocument<'_>, start: usize, bound: usize) -> bool {
    let small = WordClasses::DETERMINER.or(WordClasses::SUBORDINATOR).or(WordClasses::COORDINATOR);
    start - bound <= LONGEST_TITLE * 2
        && (bound..start).all(|token| {
            !facts.is_wordlike(token)
                || facts.is(token, small)
                || facts.is_role(token)
                || facts.tokens[token].place.is_some()
        })
}

/// The verb after a mention, past adverbs and what is between commas.
fn verb_of(facts: &AnnotatedDocument<'_>, end: usize, bound: usize) -> Option<usize> {
    let mut token = end;
    if facts.is_kind(token, TokenKind::Comma) || facts.is_kind(token, TokenKind::OpeningBracket) {
        let closing = (token + 1..bound.min(token + LONGEST_INSERTION)).find(|&token| {
            facts.is_kind(token, TokenKind::Comma) || facts.is_kind(token, TokenKind::ClosingBracket)
        })?;
        token = closing + 1;
    }
    let mut adverbs = 0;
    while adverbs < 2
        && (facts.is(token, WordClasses::ADVERB)
            || facts.is_one_of(token, &["who", "never", "himself", "herself", "themselves", "itself"]))
    {
        token += 1;
        adverbs += 1;
    }
    (token < bound && facts.is_verbal(token)).then_some(token)
}

/// A title before a name is no longer, in tokens.
const LONGEST_TITLE: usize = 6;

/// What stands between a subject and its verb, within commas, is no longer.
const LONGEST_INSERTION: usize = 12;
