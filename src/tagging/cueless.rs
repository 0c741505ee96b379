//! Attributions without a cue in the lexicon: a colon or a dash, a quotation that stands alone.

use super::classes::ClassedDocument;
use super::labels::{Labels, Link, Role, SourceLink};
use crate::text::TokenKind;

/// How sure a colon after a name is.
const COLON_CONFIDENCE: f32 = 0.7;

/// How sure a name after a quotation and a dash is.
const DASH_CONFIDENCE: f32 = 0.8;

/// Adds what colons and dashes attribute.
pub(super) fn label(classed: &ClassedDocument<'_>, labels: &mut Labels) {
    let mut opens_paragraph = vec![false; classed.document.sentences.len()];
    for paragraph in &classed.document.paragraphs {
        opens_paragraph[paragraph.sentences.start] = true;
    }
    for (sentence, opens_paragraph) in classed.document.sentences.iter().zip(opens_paragraph) {
        label_colon(classed, sentence.tokens.start, opens_paragraph, labels);
        label_final_source(classed, sentence.tokens.clone(), labels);
    }
    for quotation in 0..classed.document.quotations.len() {
        label_dash(classed, quotation, labels);
    }
}

/// "Ruiz: The dam is safe." at the head of a sentence: a transcript, an interview, a headline.
fn label_colon(classed: &ClassedDocument<'_>, start: usize, opens_paragraph: bool, labels: &mut Labels) {
    let sentence = classed.sentence(start);
    let Some(colon) =
        (start..sentence.end.min(start + 9)).find(|&token| classed.is_kind(token, TokenKind::Colon))
    else {
        return;
    };
    // "The notice read: …": the colon belongs to a cue.
    if colon > start && classed.is_verbal(colon - 1) {
        return;
    }
    let names = colon > start
        && (start..colon).all(|token| classed.is_capitalized(token) && classed.is_nominal(token));
    let opens_quotation = classed.quotation_from(colon + 1).is_some();
    let Some(phrase) = classed.noun_phrase_before(start, colon) else { return };
    if phrase.start != start || !(names || opens_quotation) || colon + 1 >= classed.len() {
        return;
    }
    let content = if let Some(quotation) = classed.quotation_from(colon + 1) {
        classed.document.quotations[quotation].tokens.clone()
    } else {
        if !opens_paragraph {
            return;
        }
        match classed.content_from(colon + 1, super::clauses::Extent::ThatClause) {
            Some(content) if content.len() > 2 => content,
            _ => return,
        }
    };
    let source = SourceLink::Span(labels.push(Role::Source, phrase, COLON_CONFIDENCE));
    let cue = Some(labels.push(Role::Cue, colon..colon + 1, COLON_CONFIDENCE));
    let contents = vec![labels.push(Role::Content, content, COLON_CONFIDENCE)];
    labels.links.push(punctuation_link("source-colon-content", cue, source, contents, COLON_CONFIDENCE));
}

/// "Two dead in warehouse fire: police": a headline that ends with its source.
fn label_final_source(classed: &ClassedDocument<'_>, sentence: std::ops::Range<usize>, labels: &mut Labels) {
    let Some(colon) = sentence.clone().rev().take(6).find(|&token| classed.is_kind(token, TokenKind::Colon))
    else {
        return;
    };
    let phrase = classed.noun_phrase_after(colon + 1, sentence.end);
    let Some(phrase) = phrase.filter(|phrase| phrase.end == sentence.end && classed.can_speak(phrase)) else {
        return;
    };
    let clause = sentence.start..colon;
    let has_punctuation =
        clause.clone().any(|token| !classed.is_wordlike(token) && !classed.document.tokens[token].is_mark());
    if clause.len() < 3 || has_punctuation {
        return;
    }
    let source = SourceLink::Span(labels.push(Role::Source, phrase, COLON_CONFIDENCE));
    let cue = Some(labels.push(Role::Cue, colon..colon + 1, COLON_CONFIDENCE));
    let contents = vec![labels.push(Role::Content, clause, COLON_CONFIDENCE)];
    labels.links.push(punctuation_link("content-colon-source", cue, source, contents, COLON_CONFIDENCE));
}

/// "'The dam is safe.' –Commissioner Ruiz"
fn label_dash(classed: &ClassedDocument<'_>, quotation: usize, labels: &mut Labels) {
    let tokens = classed.document.quotations[quotation].tokens.clone();
    let dash = tokens.end;
    if !classed.is_kind(dash, TokenKind::Dash) || !classed.is_capitalized(dash + 1) {
        return;
    }
    let ceiling = classed.sentence(dash).end.min(dash + 12);
    let Some(phrase) = classed.noun_phrase_after(dash + 1, ceiling) else { return };
    let ends_paragraph =
        phrase.end >= classed.sentence(dash).end || classed.is_kind(phrase.end, TokenKind::Comma);
    if !ends_paragraph {
        return;
    }
    let source = SourceLink::Span(labels.push(Role::Source, phrase, DASH_CONFIDENCE));
    let cue = Some(labels.push(Role::Cue, dash..dash + 1, DASH_CONFIDENCE));
    let contents = vec![labels.push(Role::Content, tokens, DASH_CONFIDENCE)];
    labels.links.push(punctuation_link("quotation-dash-source", cue, source, contents, DASH_CONFIDENCE));
}

fn punctuation_link(
    pattern: &'static str,
    cue: Option<usize>,
    source: SourceLink,
    contents: Vec<usize>,
    confidence: f32,
) -> Link {
    Link {
        pattern,
        frame: None,
        entry: None,
        cue,
        source,
        contents,
        negated: false,
        hedged: false,
        addressee: None,
        medium: None,
        time: None,
        confidence,
    }
}
