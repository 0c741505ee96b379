//! Whether a name that somebody gives may be that of a source.
//!
//! In: a document of two paragraphs, each of them a name. The same variants are united as within an article.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::names::name_mentions::names_in;
use crate::coreference::names::variants::{SHORTEST_MISSPELT, is_misspelt, same_body, same_person, words_of};
use crate::lexicon::WordClasses;
use crate::text::Watch;

/// Whether the names in the two paragraphs of `names` may be of the same source, which is of the kind `kind`.
pub(crate) fn are_same(annotated: &AnnotatedDocument<'_>, kind: EntityKind) -> bool {
    let names = &annotated.document;
    let [given, known] = &names.paragraphs[..] else { return false };
    let tokens = |sentences: &Range<usize>| {
        let first = names.sentences[sentences.start].tokens.start;
        first..names.sentences[sentences.end - 1].tokens.end
    };
    let (given, known) = (tokens(&given.sentences), tokens(&known.sentences));
    let all_words =
        |tokens: &Range<usize>| words_of(annotated, &annotated.without_determiner(tokens)).collect();
    let (given_words, known_words): (Vec<String>, Vec<String>) = (all_words(&given), all_words(&known));
    if given_words.is_empty() || known_words.is_empty() {
        return false;
    }
    given_words == known_words || are_variants(annotated, &given, &known, kind)
}

/// "Secretary Austin", "Llyod Austin" and "Lloyd J. Austin"; "WHO" and "the World Health Organisation".
fn are_variants(
    annotated: &AnnotatedDocument<'_>,
    given: &Range<usize>,
    known: &Range<usize>,
    kind: EntityKind,
) -> bool {
    let (Some(given), Some(known)) = (without_title(annotated, given), without_title(annotated, known))
    else {
        return false;
    };
    let words = |tokens: &Range<usize>| words_of(annotated, tokens).collect::<Vec<String>>();
    let (given_words, known_words) = (words(&given), words(&known));
    if given_words.is_empty() || known_words.is_empty() {
        return false;
    }
    let may_be_person = matches!(kind, EntityKind::Person | EntityKind::Unknown);
    let is_person = may_be_person
        && (same_person(&known_words, &given_words) || are_misspelt(&known_words, &given_words));
    let is_body = !matches!(kind, EntityKind::Person | EntityKind::Group)
        && same_body(annotated, &known, &known_words, &given, &given_words);
    given_words == known_words || is_person || is_body
}

/// Names of people that one spelling error makes different: "Llyod Austin", or the surname alone.
fn are_misspelt(known: &[String], given: &[String]) -> bool {
    let is_long = |word: &String| word.chars().count() >= SHORTEST_MISSPELT;
    if given.len() == 1 || known.len() == 1 {
        let last = known.last().zip(given.last());
        return last.is_some_and(|(known, given)| is_long(given) && is_misspelt(known, given));
    }
    known.len() == given.len()
        && known.iter().zip(given).filter(|(some, other)| some != other).count() == 1
        && known.iter().zip(given).all(|(some, other)| some == other || is_misspelt(some, other))
}

/// The name without what stands before it ("Defence Secretary", "the") or in apposition behind it.
/// Nothing where it is somebody else's: "a spokesman for Lloyd Austin", "Austin's wife".
fn without_title(annotated: &AnnotatedDocument<'_>, tokens: &Range<usize>) -> Option<Range<usize>> {
    let end = tokens.clone().find(|&token| !annotated.is_wordlike(token)).unwrap_or(tokens.end);
    let tokens = tokens.start..if end > tokens.start { end } else { tokens.end };
    let names = names_in(annotated, &Watch::never()).unwrap_or_default();
    let last =
        names.iter().rev().find(|name| name.tokens.end == tokens.end && name.tokens.start >= tokens.start);
    let tokens = annotated.without_determiner(&tokens);
    let Some(name) = last else { return Some(tokens) };
    let start = name.title.as_ref().map_or(name.tokens.start, |title| title.start);
    let is_of_other = (tokens.start..start).any(|token| {
        annotated.is(token, WordClasses::PREPOSITION.or(WordClasses::TO)) || annotated.is_genitive(token)
    });
    let is_titled = name.title.is_some() || name.kind == EntityKind::Person;
    match (is_titled, is_of_other) {
        (false, _) => Some(tokens),
        (true, true) => None,
        (true, false) => Some(name.tokens.clone()),
    }
}
