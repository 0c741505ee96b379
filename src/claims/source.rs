//! The source of a claim as a record: its head, form and kind, from its own words alone.

use std::collections::HashMap;
use std::ops::Range;

use super::{EntityKind, MentionForm, Source};
use crate::lexicon::{WordClasses, Words};
use crate::text::{Document, TokenKind};

/// The sources met so far in a document, by their heads in lower case.
#[derive(Debug, Default)]
pub(super) struct Entities(HashMap<String, usize>);

impl Entities {
    fn number(&mut self, head: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(head.to_lowercase()).or_insert(next)
    }
}

/// The record of the source that stands at `tokens`.
pub(super) fn source_of(
    document: &Document<'_>,
    tokens: &Range<usize>,
    words: &Words,
    entities: &mut Entities,
) -> Source {
    let head = head_of(document, tokens, words);
    let form = form_of(document, &head.tokens, words);
    let head_span = document.span_of(&head.tokens);
    let resolved_name = head_span.slice(document.text).to_owned();
    Source {
        spans: vec![document.span_of(tokens)],
        form,
        entity: entities.number(&resolved_name),
        resolved_span: Some(head_span),
        entity_kind: kind_of(document, &head.tokens, words, form),
        named: form == MentionForm::Name,
        title: head
            .title
            .map_or_else(String::new, |title| document.span_of(&title).slice(document.text).to_owned()),
        resolved_name,
    }
}

/// A noun phrase's core.
struct Head {
    tokens: Range<usize>,
    title: Option<Range<usize>>,
}

/// The words of a source that name it: "Charles Bolden" of "NASA Administrator Charles Bolden, a former
/// astronaut," and "senior official" of "a senior official of the ministry".
fn head_of(document: &Document<'_>, tokens: &Range<usize>, words: &Words) -> Head {
    let classes = |token: usize| words.classes(&document.word(token).to_lowercase());
    let ends_core = |&token: &usize| {
        !document.tokens[token].is_wordlike()
            || (classes(token).any(WordClasses::PREPOSITION) && !is_capitalized(document, token))
    };
    let end = tokens.clone().skip(1).find(ends_core).unwrap_or(tokens.end);
    let mut start = tokens.start;
    while start + 1 < end && classes(start).any(WordClasses::DETERMINER) {
        start += 1;
    }
    let core = start..end;
    let name_start = core.clone().rev().take_while(|&token| is_capitalized(document, token)).last();
    let Some(name_start) = name_start else { return Head { tokens: core, title: None } };
    let last_title =
        (name_start..end.saturating_sub(1)).rev().find(|&token| classes(token).any(WordClasses::TITLE));
    match last_title {
        Some(title) => Head { tokens: title + 1..end, title: Some(core.start..title + 1) },
        None if name_start > core.start => {
            Head { tokens: name_start..end, title: Some(core.start..name_start) }
        }
        None => Head { tokens: core, title: None },
    }
}

fn is_capitalized(document: &Document<'_>, token: usize) -> bool {
    document.word(token).starts_with(char::is_uppercase)
}

fn form_of(document: &Document<'_>, head: &Range<usize>, words: &Words) -> MentionForm {
    let first = words.classes(&document.word(head.start).to_lowercase());
    let pronoun = WordClasses::PERSONAL
        .or(WordClasses::RELATIVE)
        .or(WordClasses::OBJECT_PRONOUN)
        .or(WordClasses::POSSESSIVE)
        .or(WordClasses::SUBJECT_PRONOUN);
    if head.len() == 1 && first.any(pronoun) {
        MentionForm::Pronoun
    } else if is_capitalized(document, head.end - 1) && document.tokens[head.end - 1].kind == TokenKind::Word
    {
        MentionForm::Name
    } else {
        MentionForm::Nominal
    }
}

fn kind_of(document: &Document<'_>, head: &Range<usize>, words: &Words, form: MentionForm) -> EntityKind {
    let last = document.word(head.end - 1).to_lowercase();
    let classes = words.classes(&last);
    if form == MentionForm::Pronoun {
        return match last.as_str() {
            "he" | "she" | "i" | "his" | "her" | "my" | "him" | "who" => EntityKind::Person,
            "they" | "we" | "their" | "our" | "many" | "some" | "others" => EntityKind::Group,
            _ => EntityKind::Unknown,
        };
    }
    if classes.any(WordClasses::DOCUMENT_NOUN) {
        EntityKind::Document
    } else if head
        .clone()
        .any(|token| words.classes(&document.word(token).to_lowercase()).any(WordClasses::ORGANIZATION_NOUN))
    {
        EntityKind::Organization
    } else if form == MentionForm::Nominal && last.ends_with('s') && !last.ends_with("ss") {
        EntityKind::Group
    } else {
        EntityKind::Person
    }
}
