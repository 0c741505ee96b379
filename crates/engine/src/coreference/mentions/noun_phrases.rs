//! Noun phrases by their words alone: where they begin and end, and what their nouns name.

use std::ops::Range;

use crate::annotation::facts::Facts;
use crate::coreference::EntityKind;
use crate::coreference::names::capitalized_runs::is_partisan;
use crate::coreference::names::entities::Entities;
use crate::coreference::pronouns::pronoun::is_verb;
use crate::lexicon::{NounKind, WordClasses, WordList};

/// The longest noun phrase before its noun, in tokens.
const LONGEST_BEFORE: usize = 6;

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
pub(crate) fn with_complement(facts: &Facts<'_>, entities: &Entities, end: usize) -> usize {
    if !facts.is_one_of(end, &["of", "for", "at", "from"]) {
        return end;
    }
    let start = if facts.is(end + 1, WordClasses::DETERMINER) { end + 2 } else { end + 1 };
    entities.starting_at(start).map_or(end, |name| name.end)
}

pub(crate) fn key_of(facts: &Facts<'_>, words: &Range<usize>) -> String {
    let mut key = String::new();
    for token in words.clone().filter(|&token| !facts.is_one_of(token, &["the", "a", "an"])) {
        key.push_str(&facts.word(token).to_lowercase());
        key.push(' ');
    }
    key
}

/// The noun phrase, from its determiner on, whose noun stands at `noun`; none where no noun does.
pub(crate) fn phrase_ending_at(facts: &Facts<'_>, noun: usize) -> Option<Range<usize>> {
    let fact = &facts.tokens[noun];
    fact.noun.filter(|noun| !matches!(noun.kind, NounKind::Event | NounKind::Thing))?;
    let next = facts.tokens.get(noun + 1);
    // "The coach driver", "minister Smith": the noun is no head.
    let is_inner = next.is_some_and(|next| {
        next.noun.is_some() && next.sentence == fact.sentence && !next.classes.any(WordClasses::COMMON_VERB)
    });
    let is_name = fact.is_capitalized && !fact.is_first && !facts.is_role(noun) && !is_partisan(facts, noun);
    if is_name || is_inner {
        return None;
    }
    let mut start = noun;
    while start > 0 && noun - start < LONGEST_BEFORE && facts.sentence(start - 1) == facts.sentence(noun) {
        let before = start - 1;
        // "Said that reporters": no determiner of a plural.
        let is_conjunction =
            facts.is_one_of(before, &["that"]) && fact.noun.is_some_and(|noun| noun.is_plural);
        if facts.is(before, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE)) && !is_conjunction {
            start = before;
            break;
        }
        let is_inside = facts.is_wordlike(before)
            && !facts.is_genitive(before)
            && !facts.is(before, NOT_INSIDE)
            && (facts.tokens[before].noun.is_some()
                || !facts.is_capitalized(before)
                || facts.tokens[before].place.is_some());
        if !is_inside {
            break;
        }
        start = before;
    }
    if start > 0 && facts.is_genitive(start - 1) {
        let owner = (start - 1).checked_sub(1)?;
        let mut first = owner;
        while first > 0
            && owner - first < 4
            && (facts.is_capitalized(first - 1) || facts.is(first - 1, WordClasses::DETERMINER))
            && facts.sentence(first - 1) == facts.sentence(noun)
        {
            first -= 1;
        }
        start = first;
    }
    Some(start..noun + 1)
}

/// "The new pumps": a plural whose noun no list has, with what shows that it is no verb before it.
pub(crate) fn unlisted_plural_at(facts: &Facts<'_>, noun: usize) -> Option<Range<usize>> {
    let fact = &facts.tokens[noun];
    let word = facts.word(noun);
    let is_plural =
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|it| word.ends_with(it));
    if fact.is_capitalized || fact.noun.is_some() || fact.classes != WordClasses::NONE || !is_plural {
        return None;
    }
    let bound = facts.document.sentences[facts.sentence(noun)].tokens.start;
    let opening = WordClasses::DETERMINER.or(WordClasses::POSSESSIVE);
    let mut start = noun;
    while start > bound && noun - start < 3 {
        let before = start - 1;
        if facts.is(before, opening) {
            return Some(before..noun + 1);
        }
        if facts.is(before, WordClasses::PREPOSITION.or(WordClasses::COORDINATOR)) {
            return Some(start..noun + 1);
        }
        let is_inside = facts.is_wordlike(before) && !facts.is_capitalized(before) && !is_verb(facts, before);
        if !is_inside || facts.is(before, NOT_INSIDE) {
            return None;
        }
        start = before;
    }
    None
}

/// Words that no noun phrase has between determiner and noun.
const NOT_INSIDE: WordClasses = WordClasses::PREPOSITION
    .or(WordClasses::COORDINATOR)
    .or(WordClasses::SUBORDINATOR)
    .or(WordClasses::SUBJECT_PRONOUN)
    .or(WordClasses::OBJECT_PRONOUN)
    .or(WordClasses::PERSONAL)
    .or(WordClasses::THAT)
    .or(WordClasses::TO)
    .or(WordClasses::BE)
    .or(WordClasses::HAVE)
    .or(WordClasses::DO)
    .or(WordClasses::MODAL)
    .or(WordClasses::FINITE)
    .or(WordClasses::IRREGULAR_PAST)
    .or(WordClasses::COMMON_VERB);

/// "The", "these", "his", "the report's": somebody who is known already.
pub(crate) fn is_definite(facts: &Facts<'_>, phrase: &Range<usize>) -> bool {
    facts.is_one_of(phrase.start, &["the", "this", "these", "that", "those", "both"])
}

/// What a noun names.
pub(crate) fn kind_of(facts: &Facts<'_>, noun: usize) -> EntityKind {
    let Some(of_noun) = facts.noun(noun) else {
        let word = facts.word(noun);
        let is_plural = word.ends_with('s') && !word.ends_with("ss");
        return if facts.is(noun, WordClasses::DOCUMENT_NOUN) {
            EntityKind::Document
        } else if facts.is(noun, WordClasses::QUANTITY) || is_plural {
            EntityKind::Group
        } else if facts.tokens[noun].place.is_some_and(|place| !place.is_adjective) {
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
pub(crate) fn is_plural(facts: &Facts<'_>, noun: usize) -> bool {
    let word = facts.word(noun);
    facts.noun(noun).map_or_else(
        || word.ends_with('s') && !word.ends_with("ss"),
        |noun| noun.is_plural || noun.kind == NounKind::Group,
    )
}
