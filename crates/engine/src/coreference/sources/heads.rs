//! A source's words taken apart: its parts if it is several, of each the name, title or noun that says who it is.
//!
//! "Governor of Washington Chris Gregoire" is a name with a title, "the Afghan team's coach, Alireza Mehraban" too;
//! "supporters of Donald Trump" are supporters.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::coreference::names::entities::Entities;
use crate::coreference::names::name_mentions::NameMention;
use crate::lexicon::{NounKind, WordClasses, WordList};
use crate::text::TokenKind;

/// No source is read beyond so many tokens.
const LONGEST_SOURCE: usize = 80;

/// Prepositions that belong to a noun phrase that describes somebody.
const DESCRIBING: [&str; 10] = ["of", "for", "in", "at", "from", "with", "on", "to", "among", "within"];

/// Who a source, or a part of one, is by its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// "He", "who", "we".
    Pronoun(usize),
    /// A name: the entity, and the words that are its title here.
    Name {
        entity: usize,
        tokens: Range<usize>,
        title: Option<Range<usize>>,
        /// What the noun before it says it is: "the security firm Secunia.com".
        kind: Option<EntityKind>,
    },
    /// A noun phrase from its determiner on, with its noun.
    Nominal {
        tokens: Range<usize>,
        noun: usize,
        /// A name directly before the noun makes it a name: "the New Zealand government".
        is_named: bool,
    },
}

/// The parts of the source at `tokens`: one, but for "the minister and her party".
pub(crate) fn heads_of(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    tokens: &Range<usize>,
) -> Vec<Head> {
    let mut tokens = tokens.start..tokens.end.min(tokens.start + LONGEST_SOURCE);
    // A name that the source cuts is meant whole.
    if let Some(cut) = entities.around(tokens.end - 1) {
        tokens.end = tokens.end.max(cut.end);
    }
    let parts = parts_of(annotated, entities, &tokens);
    parts.into_iter().map(|part| head_of(annotated, entities, part)).collect()
}

/// A source cut at the "and" between two names.
fn parts_of(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    tokens: &Range<usize>,
) -> Vec<Range<usize>> {
    let whole = vec![tokens.clone()];
    let has_comma = tokens.clone().any(|token| annotated.is_kind(token, TokenKind::Comma));
    let names = entities.within(tokens);
    let is_inside = |token: usize| {
        names.iter().any(|(name, _)| {
            let start = name.title.as_ref().map_or(name.tokens.start, |title| title.start);
            start < token && token < name.tokens.end
        })
    };
    let Some(and) = tokens.clone().find(|&token| annotated.is_one_of(token, &["and"]) && !is_inside(token))
    else {
        return whole;
    };
    let (left, right) = (tokens.start..and, and + 1..tokens.end);
    let is_name = |part: &Range<usize>| {
        !part.is_empty()
            && entities.within(part).iter().any(|(name, _)| {
                let start = name.title.as_ref().map_or(name.tokens.start, |title| title.start);
                start <= part.start + 2 || name.tokens.end == part.end
            })
    };
    let opens_phrase = |part: &Range<usize>| {
        !part.is_empty() && annotated.is(part.start, WordClasses::DETERMINER.or(WordClasses::POSSESSIVE))
    };
    // "American academic and professor Marc Lamont Hill" is one, so is "Director of X, and Chairman of Y".
    // "He and Judiciary Chairman Joe Palmer".
    let is_pronoun = left.len() == 1 && annotated.is(left.start, WordClasses::PERSONAL);
    if has_comma || !(is_name(&left) || is_pronoun) || !(is_name(&right) || opens_phrase(&right)) {
        return whole;
    }
    if is_pronoun {
        return vec![left, right];
    }
    let adjective = |part: &Range<usize>| {
        entities.within(part).iter().all(|(name, _)| {
            annotated.tokens[name.tokens.start].place.is_some_and(|place| place.is_adjective)
        })
    };
    if adjective(&left) { whole } else { vec![left, right] }
}

fn head_of(annotated: &AnnotatedDocument<'_>, entities: &Entities, part: Range<usize>) -> Head {
    let part = trimmed(annotated, part);
    if let Some(pronoun) = pronoun_of(annotated, &part) {
        return Head::Pronoun(pronoun);
    }
    let segments = segments_of(annotated, &part);
    let first = &segments[0];
    if let Some(name) = name_of(annotated, entities, first) {
        return name;
    }
    let nominal = nominal_of(annotated, entities, first);
    // "The Afghan team's coach, Alireza Mehraban", also where the source ends before the comma.
    let beyond = entities.starting_at(part.end + 1).filter(|_| annotated.is_kind(part.end, TokenKind::Comma));
    let beyond = beyond.filter(|_| segments.len() == 1);
    if let Some(second) = segments.get(1).or(beyond.as_ref())
        && let Head::Nominal { tokens, noun, .. } = &nominal
        && (annotated.is_role(*noun) || annotated.noun(*noun).is_some())
        && let Some((name, entity)) = entities.within(second).first()
        && is_titled_from(annotated, name, second.start)
    {
        let person = name.kind == EntityKind::Person && annotated.is_role(*noun);
        let body = name.kind == EntityKind::Organization && annotated.is_noun(*noun, NounKind::Organization);
        if person || body {
            let title = person.then(|| annotated.without_determiner(tokens));
            return Head::Name { entity: *entity, tokens: name.tokens.clone(), title, kind: None };
        }
    }
    nominal
}

/// Whether nothing but titles stand between `start` and a name: "former Secretary of State Ana Ruiz", "radio host
/// Joe Palmer".
fn is_titled_from(annotated: &AnnotatedDocument<'_>, name: &NameMention, start: usize) -> bool {
    let first = name.title.as_ref().map_or(name.tokens.start, |title| title.start);
    let small = WordClasses::PREPOSITION.or(WordClasses::RELATIVE).or(WordClasses::COORDINATOR);
    first == start
        || (name.kind == EntityKind::Person
            && first < start + LONGEST_TITLE
            && (start..first).all(|token| annotated.is_wordlike(token) && !annotated.is(token, small))
            && (annotated.is_role(first - 1) || annotated.is_in(first - 1, WordList::BeforeTitle)))
}

/// Titles before a name in an apposition are no longer, in tokens.
const LONGEST_TITLE: usize = 5;

/// Without punctuation at its edges, "'s" at its end, and words that are no part of the noun phrase.
fn trimmed(annotated: &AnnotatedDocument<'_>, part: Range<usize>) -> Range<usize> {
    let mut part = part;
    // "Both Ruiz and Palmer", but "both of them".
    let is_before_phrase = |token: usize| {
        annotated.is_in(token, WordList::FocusWord) && !annotated.is_one_of(token + 1, &["of"])
    };
    let bracket = part.clone().skip(1).find(|&token| annotated.is_kind(token, TokenKind::OpeningBracket));
    part.end = bracket.unwrap_or(part.end);
    while part.len() > 1 && !annotated.is_wordlike(part.end - 1) {
        part.end -= 1;
    }
    while part.len() > 1 && (!annotated.is_wordlike(part.start) || is_before_phrase(part.start)) {
        part.start += 1;
    }
    if part.len() > 1 && annotated.is_one_of(part.end - 1, &["himself", "herself", "itself", "themselves"]) {
        part.end -= 1;
    }
    if part.len() > 1 && annotated.is_genitive(part.end - 1) {
        part.end -= 1;
    }
    part
}

/// "He", "we all", "her" alone.
fn pronoun_of(annotated: &AnnotatedDocument<'_>, part: &Range<usize>) -> Option<usize> {
    let pronoun = WordClasses::PERSONAL
        .or(WordClasses::RELATIVE)
        .or(WordClasses::OBJECT_PRONOUN)
        .or(WordClasses::POSSESSIVE)
        .or(WordClasses::SUBJECT_PRONOUN)
        .or(WordClasses::THAT);
    let follows =
        |token: usize| annotated.is_one_of(token, &["all", "both", "themselves", "himself", "herself"]);
    let is_first = annotated.is(part.start, pronoun) && !annotated.tokens[part.start].is_acronym;
    let is_whole = part.len() == 1 || (part.len() == 2 && follows(part.start + 1));
    (is_first && is_whole).then_some(part.start)
}

/// The pieces between commas and dashes.
fn segments_of(annotated: &AnnotatedDocument<'_>, part: &Range<usize>) -> Vec<Range<usize>> {
    let mut segments = Vec::new();
    let mut start = part.start;
    for token in part.clone() {
        let cuts = annotated.is_kind(token, TokenKind::Comma) || annotated.is_kind(token, TokenKind::Dash);
        if cuts {
            if start < token {
                segments.push(start..token);
            }
            start = token + 1;
        }
    }
    if start < part.end {
        segments.push(start..part.end);
    }
    if segments.is_empty() {
        segments.push(part.clone());
    }
    segments
}

/// The name that says who a piece of a source is.
fn name_of(annotated: &AnnotatedDocument<'_>, entities: &Entities, piece: &Range<usize>) -> Option<Head> {
    let names = entities.within(piece);
    let core = annotated.without_determiner(piece);
    let start_of = |name: &NameMention| {
        name.title.as_ref().map_or(name.tokens.start, |title| title.start.min(name.tokens.start))
    };
    let head = |(name, entity): &(NameMention, usize), kind| {
        let title = (core.start < name.tokens.start && name.kind == EntityKind::Person)
            .then(|| without_owner(annotated, core.start..name.tokens.start));
        Head::Name {
            entity: *entity,
            tokens: name.tokens.clone(),
            title: title.filter(|title| !title.is_empty()),
            kind,
        }
    };
    // At its beginning: "Lydia Buchtmann for Food Standards", "the Guardian", "NASA Administrator Charles Bolden".
    // "Former Governor Ines Bush of Florida": what comes before it are titles.
    let is_before = |token: usize| annotated.is_role(token) || annotated.is_in(token, WordList::BeforeTitle);
    let opens = |(name, _): &&(NameMention, usize)| {
        let is_titled = name.kind == EntityKind::Person && (core.start..start_of(name)).all(is_before);
        (start_of(name) <= core.start || is_titled) && name.tokens.end > core.start
    };
    for found in names.iter().filter(opens) {
        let end = found.0.tokens.end;
        let is_adjective =
            annotated.tokens[found.0.tokens.start].place.is_some_and(|place| place.is_adjective)
                && found.0.tokens.len() == 1;
        let ends = end >= piece.end
            || annotated.is(end, WordClasses::PREPOSITION.or(WordClasses::RELATIVE).or(WordClasses::TO))
            || !annotated.is_wordlike(end)
            || (found.0.kind == EntityKind::Person && is_participle(annotated, end));
        if ends && !is_adjective {
            let more = found.0.title.is_none() && names.len() > 1 && annotated.is_role(found.0.tokens.start);
            if !more {
                return Some(head(found, None));
            }
        }
    }
    // At its end: "team member Rodaba Noori", "the security firm Secunia.com".
    let found = names.last().filter(|(name, _)| name.tokens.end == piece.end)?;
    // "Psychology major at University of Texas Arlington Amneh Jafari": what is before the name is no title of hers.
    let is_title =
        found.0.title.clone().is_some_and(|title| title.clone().any(|token| annotated.is_role(token)));
    let start = if is_title { start_of(&found.0) } else { found.0.tokens.start };
    let before = start.checked_sub(1).filter(|&before| before >= core.start)?;
    // "Chairman of the Joint Chiefs of Staff Gen. Roy Tillman", but "a spokesman for President Ruiz".
    let is_office = core.start == piece.start && annotated.is_role(core.start) && found.0.is_sure;
    if annotated.is(before, WordClasses::PREPOSITION.or(WordClasses::TO).or(WordClasses::DETERMINER))
        && !is_office
    {
        return None;
    }
    // "A spokesman for candidate Ana Ruiz": what is nearest to the name is no title of the whole.
    let preposition = (core.start..start).rev().find(|&token| annotated.is(token, WordClasses::PREPOSITION));
    let is_inner = preposition.is_some_and(|at| {
        at > core.start && annotated.is_role(at - 1) && (at + 1..start).any(|token| annotated.is_role(token))
    });
    if is_inner && !is_office {
        return None;
    }
    let is_body =
        annotated.is_noun(before, NounKind::Organization) || annotated.is_noun(before, NounKind::Group);
    if is_body && annotated.noun(before).is_some_and(|noun| !noun.is_plural) {
        return Some(head(found, Some(EntityKind::Organization)));
    }
    let is_described = found.0.is_sure && (core.start..start).any(|token| annotated.is_role(token));
    let is_person =
        found.0.kind == EntityKind::Person && (is_title || annotated.is_genitive(before) || is_described);
    // "Rigger Joe Palmer": whatever stands before a person's name.
    let is_plain = found.0.is_sure
        && found.0.kind == EntityKind::Person
        && start - core.start <= 3
        && (core.start..start).all(|token| {
            annotated.is_kind(token, TokenKind::Word)
                && !annotated.is(token, WordClasses::PREPOSITION.or(WordClasses::TO))
        });
    (is_person || is_plain || annotated.is_role(before)).then(|| head(found, Some(EntityKind::Person)))
}

/// "NASA's administrator" is "administrator": who owns a title is not part of it.
fn without_owner(annotated: &AnnotatedDocument<'_>, title: Range<usize>) -> Range<usize> {
    let owner = title.clone().rev().find(|&token| annotated.is_genitive(token));
    owner.map_or(title.clone(), |owner| owner + 1..title.end)
}

/// A noun phrase without its relative clauses and participles: "a leaked internal letter | seen by Sky News".
fn nominal_of(annotated: &AnnotatedDocument<'_>, entities: &Entities, piece: &Range<usize>) -> Head {
    let mut end = piece.end;
    let mut noun = None;
    for token in piece.clone().skip(1) {
        // "The secretary of state's website" is a website.
        if annotated.is_genitive(token) {
            noun = None;
            continue;
        }
        let has_noun = annotated.noun(token - 1).is_some() || noun.is_some();
        let is_preposition =
            annotated.is(token, WordClasses::PREPOSITION.or(WordClasses::TO)) && annotated.is_wordlike(token);
        if is_preposition && noun.is_none() && !annotated.has_name_capital(token) {
            noun = Some(token - 1);
        }
        let describes = annotated.is_one_of(token, &DESCRIBING)
            && (!annotated.is_one_of(token, &["to"]) || annotated.is(token + 1, WordClasses::DETERMINER));
        let is_relative = annotated.is(token, WordClasses::RELATIVE.or(WordClasses::THAT));
        if is_relative
            || (has_noun
                && is_participle(annotated, token)
                && !annotated.is(token - 1, WordClasses::PREPOSITION))
            || (is_preposition && !describes)
        {
            end = token;
            break;
        }
    }
    let tokens = piece.start..end;
    let noun = noun.filter(|&noun| noun < end).unwrap_or(end - 1);
    // "Two senators present", "many people here".
    let is_plural =
        |token: usize| annotated.noun(token).is_some_and(|it| it.is_plural || it.kind == NounKind::Group);
    let is_trailing = annotated.noun(noun).is_none()
        && !annotated.has_name_capital(noun)
        && !annotated.word(noun).ends_with('s');
    let noun = if is_trailing && noun > tokens.start && is_plural(noun - 1) { noun - 1 } else { noun };
    let before = noun.checked_sub(1).filter(|&before| before >= tokens.start);
    // "The New Zealand government", "Irving police", but "U.S. officials" and "the Home Office letter".
    let is_named = annotated
        .noun(noun)
        .is_some_and(|of_noun| of_noun.kind == NounKind::Organization && !of_noun.is_plural)
        && before.is_some_and(|before| {
            !entities.within(&(tokens.start..before + 1)).is_empty()
                && annotated.has_name_capital(before)
                && before + 1 == noun
        });
    let is_named = is_named || is_of_place(annotated, entities, &tokens, noun);
    Head::Nominal { tokens, noun, is_named }
}

/// "The government of Sri Lanka".
fn is_of_place(
    annotated: &AnnotatedDocument<'_>,
    entities: &Entities,
    tokens: &Range<usize>,
    noun: usize,
) -> bool {
    let is_body = annotated.noun(noun).is_some_and(|it| it.kind == NounKind::Organization && !it.is_plural);
    let place = if annotated.is_one_of(noun + 2, &["the"]) { noun + 3 } else { noun + 2 };
    is_body
        && annotated.is_one_of(noun + 1, &["of"])
        && entities.starting_at(place).is_some_and(|name| name.end == tokens.end)
        && annotated.tokens[place].place.is_some_and(|place| !place.is_adjective)
}

/// "Seen", "documenting", "published" after a noun, in lower case.
fn is_participle(annotated: &AnnotatedDocument<'_>, token: usize) -> bool {
    if annotated.has_name_capital(token)
        || !annotated.is_kind(token, TokenKind::Word)
        || annotated.noun(token).is_some()
    {
        return false;
    }
    let word = annotated.word(token);
    let ends = (word.ends_with("ing") || word.ends_with("ed")) && word.len() > 4;
    ends || annotated.is(token, WordClasses::IRREGULAR_PAST) || annotated.is_one_of(token + 1, &["by"])
}
