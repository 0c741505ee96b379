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
pub(crate) fn runs_in(facts: &AnnotatedDocument<'_>) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut token = 0;
    while token < facts.len() {
        if !opens_name(facts, token) {
            token += 1;
            continue;
        }
        let start = token;
        let mut end = token + 1;
        while end < facts.len()
            && end - start < LONGEST_RUN
            && facts.sentence_index(end) == facts.sentence_index(start)
        {
            let is_own = facts.is_genitive(end) && is_own_plural(facts, end);
            if is_own || goes_on(facts, end) {
                end += 1;
            } else if let Some(next) = after_connector(facts, start..end) {
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
fn opens_name(facts: &AnnotatedDocument<'_>, token: usize) -> bool {
    let fact = &facts.tokens[token];
    if !fact.has_name_capital || facts.hides_names(token) {
        return false;
    }
    let is_known = fact.place.is_some() || fact.name.is_given || fact.is_acronym;
    if fact.words.any(SMALL) {
        return fact.is_acronym;
    }
    if fact.words.any(WordClasses::MONTH) && !fact.name.is_given {
        return false;
    }
    if !fact.is_first || is_known {
        return true;
    }
    let word = facts.word(token);
    if facts.is_in(token, WordList::BeforeTitle) {
        return false;
    }
    let looks_like_verb =
        (word.ends_with("ing") || word.ends_with("ed") || word.ends_with("ly")) && !fact.name.is_surname;
    let is_common = facts.stands_in_lower_case(token) || fact.noun.is_some() || looks_like_verb;
    if facts.keeps_its_capital(token) || fact.name.is_surname {
        return true;
    }
    // "Van Dijk", "De la Cruz", "Governor of Kerala Anil Nambiar".
    let particles = (token + 1..token + 3)
        .take_while(|&next| WordList::NameParticle.has_small(facts.word_or(next)))
        .count();
    let opens_long_name = if particles > 0 {
        goes_on(facts, token + 1 + particles)
    } else {
        facts.is_role(token) && token + 1 < facts.len() && after_connector(facts, token..token + 1).is_some()
    };
    if opens_long_name {
        return true;
    }
    if goes_on(facts, token + 1) && !facts.is(token + 1, SMALL) {
        if is_describing(facts, token) {
            return false;
        }
        return fact.noun.is_some() || fact.is_title() || !looks_like_verb;
    }
    let is_plural = word.ends_with('s') && !word.ends_with("ss");
    !is_common && !is_plural && fact.words == WordClasses::NONE
}

/// "Drugmaker Novalis", "Retailer Lofton": what a body is, before its name, with the capital of the sentence.
fn is_describing(facts: &AnnotatedDocument<'_>, token: usize) -> bool {
    let Some(noun) = facts.noun(token).filter(|noun| noun.kind == NounKind::Organization) else {
        return false;
    };
    noun.lemma.ends_with("maker") || WordList::DescribingNoun.has_small(noun.lemma)
}

/// Whether a capitalized word continues a name directly.
fn goes_on(facts: &AnnotatedDocument<'_>, token: usize) -> bool {
    let Some(fact) = facts.tokens.get(token) else { return false };
    let small = SMALL.or(WordClasses::MONTH);
    fact.has_name_capital
        && !facts.is_in(token, WordList::HeadlineVerb)
        && (!fact.words.any(small) || fact.name.is_given || fact.is_acronym)
        && !(fact.words.any(WordClasses::PERSONAL))
}

/// The token after what a connector joins to a run: for "Department" in "Department of Health", that after "Health".
fn after_connector(facts: &AnnotatedDocument<'_>, run: Range<usize>) -> Option<usize> {
    let at = run.end;
    let last = run.end - 1;
    if WordList::NameParticle.has_small(facts.word(at)) && !facts.is(last, WordClasses::TITLE) {
        let next = (at + 1..at + 3).find(|&next| !WordList::NameParticle.has_small(facts.word_or(next)))?;
        return (goes_on(facts, next) && facts.sentence_index(next) == facts.sentence_index(last))
            .then_some(next + 1);
    }
    if facts.is_kind(at, TokenKind::Number) {
        return goes_on(facts, at + 1).then_some(at + 2);
    }
    if !CONNECTORS.contains(&facts.word(at)) {
        return None;
    }
    let next = if facts.is_one_of(at + 1, &["the", "&"]) { at + 2 } else { at + 1 };
    if !goes_on(facts, next) || facts.sentence_index(next) != facts.sentence_index(last) {
        return None;
    }
    let is_body = |token: usize| {
        let noun = facts.noun(token);
        noun.is_some_and(|noun| {
            noun.kind != NounKind::Group && !(noun.kind == NounKind::Person && noun.is_plural)
        })
    };
    // "Ines Bush of Florida" is of no body; "Republican of Utah" is no title.
    let is_somebody = (run.start..last).any(|token| {
        let is_title = facts.is(token, WordClasses::TITLE) && facts.word(token).ends_with('.');
        is_title || (facts.tokens[token].name.is_given && !facts.is_role(token))
    });
    let joins = match facts.word(at) {
        "of" | "for" | "on" | "against" => {
            (is_body(last) || facts.is_role(last)) && !is_somebody && !facts.is_partisan(last)
        }
        // "Ambassador to the United States Hamdullah Mohib".
        "to" => facts.is_role(last) && next > at + 1,
        "&" => true,
        "and" => {
            // "Department of Health and Human Services", but "the Ministry of Defence and Pentagon officials".
            let governed = run.clone().any(|token| facts.is_one_of(token, &["of", "for", "on"]));
            let other = &facts.tokens[next];
            governed
                && run.clone().any(is_body)
                && !run.clone().any(|token| facts.word(token) == "and")
                && !other.is_acronym
                && !other.name.is_given
                && other.place.is_none()
                && !facts.is_role(next)
        }
        _ => false,
    };
    joins.then_some(next + 1)
}

/// "Workers' Union": a plural that belongs to the name of a body, not its owner.
fn is_own_plural(facts: &AnnotatedDocument<'_>, genitive: usize) -> bool {
    let noun = facts.noun(genitive - 1);
    noun.is_some_and(|noun| noun.is_plural) && goes_on(facts, genitive + 1)
}
