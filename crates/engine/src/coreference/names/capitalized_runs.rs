//! Runs of capitalized words that belong together, whatever they name: what names are cut from.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::{NounKind, WordClasses, WordList};
use crate::text::TokenKind;

/// The longest run of capitalized words that is read as one, in tokens.
const LONGEST_RUN: usize = 24;

/// Words that may join an organization's name: "Department OF Health AND Human Services".
pub(crate) const CONNECTORS: [&str; 9] = ["of", "for", "on", "to", "the", "and", "&", "in", "against"];

/// Stretches of capitalized words that belong together, outside headlines.
pub(crate) fn runs_in(annotated: &AnnotatedDocument<'_>) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut token = 0;
    while token < annotated.len() {
        if !opens_name(annotated, token) {
            token += 1;
            continue;
        }
        let start = token;
        let mut end = token + 1;
        while end < annotated.len()
            && end - start < LONGEST_RUN
            && annotated.sentence_index(end) == annotated.sentence_index(start)
        {
            let is_own = annotated.is_genitive(end) && is_own_plural(annotated, end);
            if is_own || goes_on(annotated, end) {
                end += 1;
            } else if let Some(next) = after_connector(annotated, start..end) {
                end = next;
            } else {
                break;
            }
        }
        runs.push(start..end);
        token = end;
    }
    runs
}

/// Words whose capital says nothing but that a sentence begins.
const SMALL: WordClasses = WordClasses::DETERMINER
    .or(WordClasses::POSSESSIVE)
    .or(WordClasses::SUBJECT_PRONOUN)
    .or(WordClasses::OBJECT_PRONOUN)
    .or(WordClasses::PERSONAL)
    .or(WordClasses::RELATIVE)
    .or(WordClasses::QUESTION)
    .or(WordClasses::THAT)
    .or(WordClasses::TO)
    .or(WordClasses::NEGATION)
    .or(WordClasses::BE)
    .or(WordClasses::HAVE)
    .or(WordClasses::DO)
    .or(WordClasses::PREPOSITION)
    .or(WordClasses::COORDINATOR)
    .or(WordClasses::SUBORDINATOR)
    .or(WordClasses::CONTRAST)
    .or(WordClasses::ADVERB)
    .or(WordClasses::WEEKDAY)
    .or(WordClasses::ANTICIPATORY);

/// Whether a capitalized word may begin a name.
fn opens_name(annotated: &AnnotatedDocument<'_>, token: usize) -> bool {
    let here = &annotated.tokens[token];
    if !here.has_name_capital || annotated.hides_names(token) {
        return false;
    }
    let is_known = here.place.is_some() || here.name.is_given || here.is_acronym;
    if here.words.any(SMALL) {
        return here.is_acronym;
    }
    if here.words.any(WordClasses::MONTH) && !here.name.is_given {
        return false;
    }
    if !here.is_first || is_known {
        return true;
    }
    let word = annotated.word(token);
    if annotated.is_in(token, WordList::BeforeTitle) {
        return false;
    }
    let looks_like_verb =
        (word.ends_with("ing") || word.ends_with("ed") || word.ends_with("ly")) && !here.name.is_surname;
    let is_common = annotated.stands_in_lower_case(token) || here.noun.is_some() || looks_like_verb;
    if annotated.keeps_its_capital(token) || here.name.is_surname {
        return true;
    }
    // "Van Dijk", "De la Cruz", "Governor of Kerala Anil Nambiar".
    let particles = (token + 1..token + 3)
        .take_while(|&next| WordList::NameParticle.has_small(annotated.word_or(next)))
        .count();
    let opens_long_name = if particles > 0 {
        goes_on(annotated, token + 1 + particles)
    } else {
        annotated.is_role(token)
            && token + 1 < annotated.len()
            && after_connector(annotated, token..token + 1).is_some()
    };
    if opens_long_name {
        return true;
    }
    if goes_on(annotated, token + 1) && !annotated.is(token + 1, SMALL) {
        if is_describing(annotated, token) {
            return false;
        }
        return here.noun.is_some() || here.is_title() || !looks_like_verb;
    }
    let is_plural = word.ends_with('s') && !word.ends_with("ss");
    !is_common && !is_plural && here.words == WordClasses::NONE
}

/// "Drugmaker Novalis", "Retailer Lofton": what a body is, before its name, with the capital of the sentence.
fn is_describing(annotated: &AnnotatedDocument<'_>, token: usize) -> bool {
    let Some(noun) = annotated.noun(token).filter(|noun| noun.kind == NounKind::Organization) else {
        return false;
    };
    noun.lemma.ends_with("maker") || WordList::DescribingNoun.has_small(noun.lemma)
}

/// Whether a capitalized word continues a name directly.
fn goes_on(annotated: &AnnotatedDocument<'_>, token: usize) -> bool {
    let Some(here) = annotated.tokens.get(token) else { return false };
    let small = SMALL.or(WordClasses::MONTH);
    here.has_name_capital
        && !annotated.is_in(token, WordList::HeadlineVerb)
        && (!here.words.any(small) || here.name.is_given || here.is_acronym)
        && !(here.words.any(WordClasses::PERSONAL))
}

/// The token after what a connector joins to a run: for "Department" in "Department of Health", that after "Health".
fn after_connector(annotated: &AnnotatedDocument<'_>, run: Range<usize>) -> Option<usize> {
    let at = run.end;
    let last = run.end - 1;
    if WordList::NameParticle.has_small(annotated.word(at)) && !annotated.is(last, WordClasses::TITLE) {
        let next =
            (at + 1..at + 3).find(|&next| !WordList::NameParticle.has_small(annotated.word_or(next)))?;
        return (goes_on(annotated, next)
            && annotated.sentence_index(next) == annotated.sentence_index(last))
        .then_some(next + 1);
    }
    if annotated.is_kind(at, TokenKind::Number) {
        return goes_on(annotated, at + 1).then_some(at + 2);
    }
    if !CONNECTORS.contains(&annotated.word(at)) {
        return None;
    }
    let next = if annotated.is_one_of(at + 1, &["the", "&"]) { at + 2 } else { at + 1 };
    if !goes_on(annotated, next) || annotated.sentence_index(next) != annotated.sentence_index(last) {
        return None;
    }
    let is_body = |token: usize| {
        let noun = annotated.noun(token);
        noun.is_some_and(|noun| {
            noun.kind != NounKind::Group && !(noun.kind == NounKind::Person && noun.is_plural)
        })
    };
    // "Ines Bush of Florida" is of no body; "Republican of Utah" is no title.
    let is_somebody = (run.start..last).any(|token| {
        let is_title = annotated.is(token, WordClasses::TITLE) && annotated.word(token).ends_with('.');
        is_title || (annotated.tokens[token].name.is_given && !annotated.is_role(token))
    });
    let joins = match annotated.word(at) {
        "of" | "for" | "on" | "against" => {
            (is_body(last) || annotated.is_role(last)) && !is_somebody && !annotated.is_partisan(last)
        }
        // "Ambassador to the United States Hamdullah Mohib".
        "to" => annotated.is_role(last) && next > at + 1,
        "&" => true,
        "and" => {
            // "Department of Health and Human Services", but "the Ministry of Defence and Pentagon officials".
            let governed = run.clone().any(|token| annotated.is_one_of(token, &["of", "for", "on"]));
            let other = &annotated.tokens[next];
            governed
                && run.clone().any(is_body)
                && !run.clone().any(|token| annotated.word(token) == "and")
                && !other.is_acronym
                && !other.name.is_given
                && other.place.is_none()
                && !annotated.is_role(next)
        }
        _ => false,
    };
    joins.then_some(next + 1)
}

/// "Workers' Union": a plural that belongs to the name of a body, not its owner.
fn is_own_plural(annotated: &AnnotatedDocument<'_>, genitive: usize) -> bool {
    let noun = annotated.noun(genitive - 1);
    noun.is_some_and(|noun| noun.is_plural) && goes_on(annotated, genitive + 1)
}
