//! Attributions whose cue is a mark: the colon of a transcript or a headline, the dash of a press release.

use std::collections::HashSet;
use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::annotation::clauses::Extent;
use crate::lexicon::WordClasses;
use crate::tagging::labels::{Labels, Link, Origin};
use crate::text::{Parts, TokenKind};

/// How sure a colon after a name is.
const COLON_CONFIDENCE: f32 = 0.7;

/// How sure a name after a quotation and a dash is.
const DASH_CONFIDENCE: f32 = 0.8;

/// A headline has no more tokens than these.
const LONGEST_HEADLINE: usize = 25;

/// Adds what colons and dashes attribute.
pub(crate) fn label(annotated: &AnnotatedDocument<'_>, labels: &mut Labels) {
    let in_transcript = label_transcript(annotated, labels);
    for sentence in &annotated.document.sentences {
        if !in_transcript.contains(&sentence.tokens.start) {
            label_colon(annotated, sentence.tokens.clone(), labels);
        }
        label_final_source(annotated, sentence.tokens.clone(), labels);
    }
    for quotation in 0..annotated.document.quotations.len() {
        label_dash(annotated, quotation, labels);
    }
}

/// A text with other paragraphs between them is a transcript in part when it has this many turns.
const FEWEST_TURNS: usize = 4;

/// A speaker's name and the colon after it, at the head of a paragraph.
struct Turn {
    paragraph: usize,
    speaker: Range<usize>,
    colon: usize,
}

/// "TAPPER: Is the dam safe?", paragraph after paragraph: each turn has its paragraph's text, and the
/// paragraphs without a name that follow it, where most paragraphs are turns. One such paragraph alone is no
/// transcript: "New Delhi: The minister spoke."
/// Returns where the turns begin.
fn label_transcript(annotated: &AnnotatedDocument<'_>, labels: &mut Labels) -> HashSet<usize> {
    let paragraphs = &annotated.document.paragraphs;
    let turns: Vec<Turn> = (0..paragraphs.len()).filter_map(|paragraph| turn(annotated, paragraph)).collect();
    let mostly_turns = turns.len() * 2 >= paragraphs.len();
    if turns.len() < 2 || !mostly_turns && turns.len() < FEWEST_TURNS {
        return HashSet::new();
    }
    for (index, turn) in turns.iter().enumerate() {
        let next = turns.get(index + 1).map_or(paragraphs.len(), |next| next.paragraph);
        let last = if mostly_turns { next } else { turn.paragraph + 1 };
        let mut contents = Vec::new();
        for (number, paragraph) in paragraphs[turn.paragraph..last].iter().enumerate() {
            let sentences = &annotated.document.sentences[paragraph.sentences.clone()];
            let text = without_emphasis(annotated, turn.colon + 1);
            let start = if number == 0 { text } else { sentences[0].tokens.start };
            let end = sentences[sentences.len() - 1].tokens.end;
            if start < end {
                contents.push(start..end);
            }
        }
        push(labels, "transcript-turn", turn.speaker.clone(), turn.colon, contents, COLON_CONFIDENCE);
    }
    turns.into_iter().map(|turn| turn.speaker.start).collect()
}

fn turn(annotated: &AnnotatedDocument<'_>, paragraph: usize) -> Option<Turn> {
    let sentence = &annotated.document.sentences[annotated.document.paragraphs[paragraph].sentences.start];
    let colon = first_colon(annotated, &sentence.tokens)?;
    // "**Interviewer:** Who won?"
    let speaker = without_emphasis(annotated, sentence.tokens.start)..colon;
    let names = |token: usize| annotated.is_capitalized(token) && annotated.is_nominal(token);
    // "Q: …", "A: …"
    let is_name = speaker.clone().all(names) || (speaker.len() == 1 && annotated.word(speaker.start) == "A");
    let text = without_emphasis(annotated, colon + 1);
    let says_something = text + 1 < sentence.tokens.end && annotated.quotation_from(text).is_none();
    (!speaker.is_empty() && is_name && says_something).then_some(Turn { paragraph, speaker, colon })
}

/// The first token from `start` on that isn't Markdown's emphasis.
fn without_emphasis(annotated: &AnnotatedDocument<'_>, start: usize) -> usize {
    let is_emphasis = |&token: &usize| {
        annotated.is_kind(token, TokenKind::Symbol)
            && annotated.word(token).chars().all(|it| matches!(it, '*' | '_'))
    };
    start + (start..annotated.len()).take(4).take_while(is_emphasis).count()
}

/// A colon near a sentence's head, behind at least one token.
fn first_colon(annotated: &AnnotatedDocument<'_>, sentence: &Range<usize>) -> Option<usize> {
    (sentence.start + 1..sentence.end.min(sentence.start + 9))
        .find(|&token| annotated.is_kind(token, TokenKind::Colon))
}

/// "Ruiz: 'The dam is safe.'", and in a headline "Ruiz: dam is safe".
fn label_colon(annotated: &AnnotatedDocument<'_>, sentence: Range<usize>, labels: &mut Labels) {
    let Some(colon) = first_colon(annotated, &sentence) else { return };
    // "The notice read: …": the colon belongs to a cue.
    if annotated.is_verbal(colon - 1) {
        return;
    }
    let Some(speaker) = annotated.noun_phrase_before(sentence.start, colon) else { return };
    if speaker.start != sentence.start {
        return;
    }
    let content = if let Some(quotation) = annotated.quotation_from(colon + 1) {
        Some(annotated.document.quotations[quotation].tokens.clone())
    } else {
        let names = speaker.clone().all(|token| annotated.is_capitalized(token));
        let headline = names && is_short_paragraph(annotated, &sentence);
        let rest = if headline && colon + 1 < annotated.len() {
            annotated.content_from(colon + 1, Extent::ThatClause)
        } else {
            None
        };
        rest.filter(|rest| rest.len() > 2)
    };
    if let Some(content) = content {
        push(labels, "source-colon-content", speaker, colon, vec![content], COLON_CONFIDENCE);
    }
}

/// A headline, a line of talk: one sentence of some words. "New Delhi: The minister spoke …" is longer.
fn is_short_paragraph(annotated: &AnnotatedDocument<'_>, sentence: &Range<usize>) -> bool {
    let paragraph = annotated.document.paragraph_at(annotated.sentence_index(sentence.start));
    annotated.document.paragraphs[paragraph].sentences.len() == 1 && sentence.len() <= LONGEST_HEADLINE
}

/// "Two dead in warehouse fire: police": a headline that ends with its source.
fn label_final_source(annotated: &AnnotatedDocument<'_>, sentence: Range<usize>, labels: &mut Labels) {
    let Some(colon) =
        sentence.clone().rev().take(6).find(|&token| annotated.is_kind(token, TokenKind::Colon))
    else {
        return;
    };
    let phrase = annotated.noun_phrase_after(colon + 1, sentence.end);
    let Some(phrase) = phrase.filter(|phrase| phrase.end == sentence.end && annotated.can_speak(phrase))
    else {
        return;
    };
    let clause = sentence.start..colon;
    let has_punctuation = clause
        .clone()
        .any(|token| !annotated.is_wordlike(token) && !annotated.document.tokens[token].is_mark());
    if clause.len() < 3 || has_punctuation {
        return;
    }
    push(labels, "content-colon-source", phrase, colon, vec![clause], COLON_CONFIDENCE);
}

/// "'The dam is safe.' –Commissioner Ruiz"
fn label_dash(annotated: &AnnotatedDocument<'_>, quotation: usize, labels: &mut Labels) {
    let tokens = annotated.document.quotations[quotation].tokens.clone();
    let dash = tokens.end;
    if !annotated.is_kind(dash, TokenKind::Dash) || !annotated.is_capitalized(dash + 1) {
        return;
    }
    let end = annotated.sentence(dash).end;
    let Some(phrase) = annotated.noun_phrase_after(dash + 1, end.min(dash + 12)) else { return };
    let is_signed =
        without_account(annotated, phrase.end) >= end || signed_date(annotated, &phrase).is_some();
    if !is_signed && !annotated.is_kind(phrase.end, TokenKind::Comma) {
        return;
    }
    push(labels, "quotation-dash-source", phrase, dash, vec![tokens], DASH_CONFIDENCE);
}

/// The date behind a source that signs a quotation: "– Ruiz (@ruiz) MAY 14, 2022".
pub(crate) fn signed_date(annotated: &AnnotatedDocument<'_>, source: &Range<usize>) -> Option<Range<usize>> {
    date_until(annotated, without_account(annotated, source.end)..annotated.sentence(source.start).end)
}

/// The token after "(@name)", the account of a post.
fn without_account(annotated: &AnnotatedDocument<'_>, start: usize) -> usize {
    let is_account = annotated.is_kind(start, TokenKind::OpeningBracket)
        && start + 1 < annotated.len()
        && annotated.word(start + 1).starts_with('@')
        && annotated.is_kind(start + 2, TokenKind::ClosingBracket);
    if is_account { start + 3 } else { start }
}

/// The tokens of a line's rest, where that is a date and nothing else: "MAY 14, 2022".
fn date_until(annotated: &AnnotatedDocument<'_>, rest: Range<usize>) -> Option<Range<usize>> {
    let is_of_date = |token: usize| {
        annotated.is(token, WordClasses::MONTH)
            || matches!(annotated.kind(token), Some(TokenKind::Number | TokenKind::Comma))
    };
    (!rest.is_empty() && rest.len() <= 4 && rest.clone().all(is_of_date)).then_some(rest)
}

/// Adds an attribution whose cue is one mark of punctuation, or none.
pub(crate) fn push(
    labels: &mut Labels,
    pattern: &'static str,
    source: Range<usize>,
    cue: impl Into<Option<usize>>,
    contents: Vec<Range<usize>>,
    confidence: f32,
) {
    if contents.is_empty() {
        return;
    }
    let cue = cue.into().map(|cue| cue..cue + 1);
    let parts = Parts { source: Some(source), cue, contents };
    labels.links.push(Link::new(Origin::without_entry(pattern), parts, confidence));
}
