//! Noun phrases that the text itself gives to somebody: beside a name, under a headline, before its name is told.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::mentions::mention::Referent;
use crate::coreference::mentions::noun_phrases::{last_word, same_noun};
use crate::coreference::names::entities::{Entities, Entity};
use crate::lexicon::{NounKind, WordClasses, WordList};
use crate::text::TokenKind;

/// The named person beside or before a role: "the council's chairwoman, ROBIN MARSH", "ROBIN MARSH, a doctor,", "ROBIN
/// MARSH is a doctor".
pub(crate) fn described_by(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    phrase: &Range<usize>,
    noun: usize,
) -> Option<Referent> {
    let is_role =
        annotated.noun(noun).is_some_and(|of_noun| of_noun.kind == NounKind::Person && !of_noun.is_plural);
    let joins = |token: usize| {
        annotated.is_kind(token, TokenKind::Comma) || annotated.is_in(token, WordList::IdentityVerb)
    };
    let before = phrase.start.checked_sub(1).filter(|&before| joins(before));
    let previous = || before.and_then(|before| entities.ending_at(before));
    let is_comma = annotated.is_kind(phrase.end, TokenKind::Comma);
    let following = || is_comma.then(|| entities.beginning_at(phrase.end + 1)).flatten();
    let entity = is_role.then(|| previous().or_else(following)).flatten()?;
    let of_gender = annotated.noun(noun).and_then(|of_noun| of_noun.gender);
    let known = &entities.all[entity];
    let agrees = of_gender.is_none() || known.gender.is_none() || of_gender == known.gender;
    (known.kind == EntityKind::Person && agrees).then_some(Referent::Entity(entity))
}

/// "Dam is safe, says mayor": the first whom the text gives that title.
pub(crate) fn in_headline(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    phrase: &Range<usize>,
    noun: usize,
) -> Option<Referent> {
    let of_noun =
        annotated.noun(noun).filter(|of_noun| of_noun.kind == NounKind::Person && !of_noun.is_plural)?;
    if phrase.len() > 1 || annotated.sentence_index(noun) > LAST_HEADLINE {
        return None;
    }
    let fits = |entity: &Entity| has_title(annotated, entity, of_noun.lemma);
    entities.all.iter().position(fits).map(Referent::Entity)
}

/// Whether somebody has a title with that noun at its head: "chairman" in "Republican committee chairman", "coach" in
/// "coach of the Afghan team".
pub(crate) fn has_title(annotated: &AnnotatedDocument<'_>, entity: &Entity, lemma: &str) -> bool {
    let after = WordClasses::PREPOSITION.or(WordClasses::COORDINATOR).or(WordClasses::TO);
    entity.titles.iter().any(|title| {
        title.clone().any(|token| {
            let is_head = token + 1 == title.end || annotated.is(token + 1, after);
            is_head && annotated.noun(token).is_some_and(|of_title| same_noun(of_title.lemma, lemma))
        })
    })
}

/// The last sentence that may be a headline or the line below it.
const LAST_HEADLINE: usize = 1;

/// "A new study" whose name is told later: the only document in the text that is named by that noun.
pub(crate) fn announced(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    phrase: &Range<usize>,
    noun: usize,
) -> Option<Referent> {
    let of_noun =
        annotated.noun(noun).filter(|of_noun| of_noun.kind == NounKind::Document && !of_noun.is_plural)?;
    let is_new = noun == phrase.start + 1
        || (noun == phrase.start + 2 && annotated.is_in(phrase.start + 1, WordList::New));
    if !is_new || !annotated.is_one_of(phrase.start, &["a", "an"]) {
        return None;
    }
    let mut named = entities.all.iter().enumerate().filter(|(_, entity)| {
        entity.kind == EntityKind::Document
            && annotated
                .noun(entity.name.end - 1)
                .is_some_and(|last| last_word(last.lemma) == last_word(of_noun.lemma))
    });
    let (index, _) = named.next()?;
    named.next().is_none().then_some(Referent::Entity(index))
}
