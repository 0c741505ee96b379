//! Whom "who" stands for: the mention before it.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::mentions::mention::{Mention, Referent};
use crate::coreference::mentions::nominals::Mentions;
use crate::coreference::names::entities::Entities;

/// The antecedent of "who" at `token`: the mention that ends before it.
pub(crate) fn relative(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    mentions: &Mentions,
    token: usize,
) -> Option<Referent> {
    let mut end = token;
    while end > 0 && !annotated.is_wordlike(end - 1) && token - end < 3 {
        end -= 1;
    }
    let after = mentions.all.partition_point(|mention| mention.tokens.end <= end);
    let nearest = mentions.all[..after].iter().rev().take(3);
    let same =
        |tokens: &Range<usize>| annotated.sentence_index(tokens.start) == annotated.sentence_index(token);
    // "Those who", "anyone who": nobody who was mentioned.
    if end > 0 && annotated.is_one_of(end - 1, &["those", "anyone", "everyone", "someone", "others", "one"]) {
        return None;
    }
    let is_who = annotated.is_one_of(token, &["who", "whom"]);
    let fits = |referent: Referent| {
        let kind = mentions.kind_of(entities, referent);
        !is_who || !matches!(kind, EntityKind::Country | EntityKind::Document | EntityKind::Unknown)
    };
    let mut nearest = nearest
        .filter(|mention| same(&mention.tokens) && end - mention.tokens.end <= 8 && fits(mention.referent));
    let first = nearest.next()?;
    // "A swimmer in that race who".
    let is_person = |mention: &Mention| mentions.kind_of(entities, mention.referent) == EntityKind::Person;
    let is_several = annotated.noun(first.tokens.end - 1).is_some_and(|noun| noun.is_plural);
    let is_body = is_who && !is_several && !is_person(first);
    let person = if is_body { nearest.find(|mention| is_person(mention)) } else { None };
    Some(person.unwrap_or(first).referent)
}
