//! Noun phrases by their words alone: what their nouns name, and what belongs to them.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::names::entities::Entities;
use crate::lexicon::{NounKind, WordClasses, WordList};

/// "Minister" is said of a "transport minister".
pub(crate) fn same_noun(known: &str, noun: &str) -> bool {
    let (known, noun) = (in_full(known), in_full(noun));
    known == noun || known.strip_suffix(noun).is_some_and(|rest| rest.ends_with(' '))
}

/// "Sen. Ruiz" is a senator.
fn in_full(lemma: &str) -> &str {
    WordList::Title.head(lemma.trim_end_matches('.')).unwrap_or(lemma)
}

pub(crate) fn last_word(lemma: &str) -> &str {
    lemma.rsplit(' ').next().unwrap_or(lemma)
}

/// The end of a phrase with what is said of it: "researchers at Makerere University".
pub(crate) fn with_complement(annotated: &AnnotatedDocument<'_>, entities: &Entities, end: usize) -> usize {
    if !annotated.is_one_of(end, &["of", "for", "at", "from"]) {
        return end;
    }
    let start = if annotated.is(end + 1, WordClasses::DETERMINER) { end + 2 } else { end + 1 };
    entities.starting_at(start).map_or(end, |name| name.end)
}

pub(crate) fn key_of(annotated: &AnnotatedDocument<'_>, words: &Range<usize>) -> String {
    let mut key = String::new();
    for token in words.clone().filter(|&token| !annotated.is_one_of(token, &["the", "a", "an"])) {
        key.push_str(&annotated.word(token).to_lowercase());
        key.push(' ');
    }
    key
}

/// "The", "these", "his", "the report's": somebody who is known already.
pub(crate) fn is_definite(annotated: &AnnotatedDocument<'_>, phrase: &Range<usize>) -> bool {
    annotated.is_one_of(phrase.start, &["the", "this", "these", "that", "those", "both"])
}

/// What a noun names.
pub(crate) fn kind_of(annotated: &AnnotatedDocument<'_>, noun: usize) -> EntityKind {
    let Some(of_noun) = annotated.noun(noun) else {
        let word = annotated.word(noun);
        let is_plural = word.ends_with('s') && !word.ends_with("ss");
        return if annotated.is(noun, WordClasses::DOCUMENT_NOUN) {
            EntityKind::Document
        } else if annotated.is(noun, WordClasses::QUANTITY) || is_plural {
            EntityKind::Group
        } else if annotated.tokens[noun].place.is_some_and(|place| !place.is_adjective) {
            EntityKind::Country
        } else {
            EntityKind::Unknown
        };
    };
    match of_noun.kind {
        NounKind::Document => EntityKind::Document,
        NounKind::Group => EntityKind::Group,
        NounKind::Person | NounKind::Organization | NounKind::Place if of_noun.is_plural => EntityKind::Group,
        NounKind::Person => EntityKind::Person,
        NounKind::Organization => EntityKind::Organization,
        NounKind::Place => EntityKind::Country,
        NounKind::Event | NounKind::Thing => EntityKind::Unknown,
    }
}

/// Whether "they" may stand for what a noun names.
pub(crate) fn is_plural(annotated: &AnnotatedDocument<'_>, noun: usize) -> bool {
    let word = annotated.word(noun);
    annotated.noun(noun).map_or_else(
        || word.ends_with('s') && !word.ends_with("ss"),
        |noun| noun.is_plural || noun.kind == NounKind::Group,
    )
}
