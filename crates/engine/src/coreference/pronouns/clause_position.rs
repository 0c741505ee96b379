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

pub(crate) fn clause_position_of(
    annotated: &AnnotatedDocument<'_>,
    mention: &Range<usize>,
) -> ClausePosition {
    let sentence = annotated.sentence_index(mention.start);
    let bounds = annotated.sentence(mention.start);
    let governor = governor_of(annotated, mention.start, bounds.start);
    let is_governed =
        governor.is_some_and(|token| annotated.is(token, WordClasses::PREPOSITION.or(WordClasses::TO)));
    let owns = annotated.is_genitive(mention.end)
        || annotated.is(mention.start, WordClasses::POSSESSIVE) && mention.len() == 1;
    ClausePosition {
        sentence,
        verb: if is_governed || owns { None } else { verb_of(annotated, mention.end, bounds.end) },
        is_object: governor.is_some_and(|token| annotated.is_verbal(token)),
        is_governed,
        is_owner: owns,
        opens: opens(annotated, mention.start, bounds.start),
        quotation: annotated.tokens[mention.start].quotation,
    }
}

/// The word before a mention and its title.
fn governor_of(annotated: &AnnotatedDocument<'_>, start: usize, bound: usize) -> Option<usize> {
    let mut token = start;
    while token > bound {
        token -= 1;
        let belongs = annotated.is(token, WordClasses::DETERMINER.or(WordClasses::TITLE))
            || (annotated.is_role(token) && start - token <= LONGEST_TITLE);
        if !belongs {
            return Some(token);
        }
    }
    None
}

/// Whether nothing but small words and titles stand before a mention.
fn opens(annotated: &AnnotatedDocument<'_>, start: usize, bound: usize) -> bool {
    let small = WordClasses::DETERMINER.or(WordClasses::SUBORDINATOR).or(WordClasses::COORDINATOR);
    start - bound <= LONGEST_TITLE * 2
        && (bound..start).all(|token| {
            !annotated.is_wordlike(token)
                || annotated.is(token, small)
                || annotated.is_role(token)
                || annotated.tokens[token].place.is_some()
        })
}

/// The verb after a mention, past adverbs and what is between commas.
fn verb_of(annotated: &AnnotatedDocument<'_>, end: usize, bound: usize) -> Option<usize> {
    let mut token = end;
    if annotated.is_kind(token, TokenKind::Comma) || annotated.is_kind(token, TokenKind::OpeningBracket) {
        let closing = (token + 1..bound.min(token + LONGEST_INSERTION)).find(|&token| {
            annotated.is_kind(token, TokenKind::Comma) || annotated.is_kind(token, TokenKind::ClosingBracket)
        })?;
        token = closing + 1;
    }
    let mut adverbs = 0;
    while adverbs < 2
        && (annotated.is(token, WordClasses::ADVERB)
            || annotated.is_one_of(token, &["who", "never", "himself", "herself", "themselves", "itself"]))
    {
        token += 1;
        adverbs += 1;
    }
    (token < bound && annotated.is_verbal(token)).then_some(token)
}

/// A title before a name is no longer, in tokens.
const LONGEST_TITLE: usize = 6;

/// What stands between a subject and its verb, within commas, is no longer.
const LONGEST_INSERTION: usize = 12;
