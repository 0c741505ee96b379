//! What the layout of a text attributes without a cue: a quotation that is set apart, with a line below it that says
//! whose it is.
//!
//! The network was trained on running text, where this doesn't occur, so what is found here is added to what it reads.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::WordClasses;
use crate::tagging::labels::Labels;
use crate::tagging::patterns::mark_cues;
use crate::text::TokenKind;

/// How sure a line below a quotation is to say whose it is.
const CONFIDENCE: f32 = 0.7;

/// A caption has no more tokens than these.
const LONGEST_CAPTION: usize = 18;

/// So many captions below text without quotation marks are held against the rest of the document: invariant 8.
const MOST_REPEATED: usize = 16;

/// So many words in a row that stand elsewhere too make a passage a repeated one.
const REPEATED_WORDS: usize = 8;

/// Adds what the layout of `annotated` attributes.
pub(crate) fn label(annotated: &AnnotatedDocument<'_>, labels: &mut Labels) {
    let paragraphs = &annotated.document.paragraphs;
    let mut repeated = MOST_REPEATED;
    for paragraph in 0..paragraphs.len() {
        let tokens = tokens_of(annotated, paragraph);
        if let Some(quotation) = annotated.quotation_from(tokens.start) {
            let quotation = annotated.document.quotations[quotation].tokens.clone();
            let caption = if quotation.end < tokens.end {
                quotation.end..tokens.end
            } else if paragraph + 1 < paragraphs.len() {
                tokens_of(annotated, paragraph + 1)
            } else {
                continue;
            };
            if let Some(source) = caption_source(annotated, &caption) {
                push(labels, source, quotation);
            }
        } else if let Some((body, caption)) = last_line(annotated, paragraph)
            && repeated > 0
            && let Some(source) = caption_source(annotated, &caption)
        {
            repeated -= 1;
            if stands_elsewhere(annotated, &body) {
                push(labels, source, body);
            }
        }
    }
}

fn tokens_of(annotated: &AnnotatedDocument<'_>, paragraph: usize) -> Range<usize> {
    let sentences = &annotated.document.sentences[annotated.document.paragraphs[paragraph].sentences.clone()];
    sentences[0].tokens.start..sentences[sentences.len() - 1].tokens.end
}

/// A paragraph's last sentence and all before it, where it has more than one.
fn last_line(annotated: &AnnotatedDocument<'_>, paragraph: usize) -> Option<(Range<usize>, Range<usize>)> {
    let sentences = &annotated.document.sentences[annotated.document.paragraphs[paragraph].sentences.clone()];
    let (last, body) = sentences.split_last()?;
    let first = body.first()?;
    Some((first.tokens.start..last.tokens.start, last.tokens.clone()))
}

/// "MOANA PARATA, SKIPPER": a name, a comma and what its bearer is, up to the line's end; no sentence.
fn caption_source(annotated: &AnnotatedDocument<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    if line.len() > LONGEST_CAPTION {
        return None;
    }
    let comma = line.clone().find(|&token| annotated.is_kind(token, TokenKind::Comma))?;
    let is_name = |token: usize| annotated.is_capitalized(token) && annotated.is_nominal(token);
    let name = line.start..comma;
    if !(2..=5).contains(&name.len()) || !name.clone().all(is_name) {
        return None;
    }
    let mut describes = false;
    for token in comma + 1..line.end {
        match annotated.kind(token)? {
            TokenKind::Word if annotated.is_verbal(token) || annotated.is(token, PREDICATES) => return None,
            TokenKind::Word => describes |= annotated.is_nominal(token),
            TokenKind::Comma
            | TokenKind::OpeningBracket
            | TokenKind::ClosingBracket
            | TokenKind::Clitic
            | TokenKind::Dash
            | TokenKind::Symbol => {}
            _ => return None,
        }
    }
    describes.then(|| line.clone())
}

/// What no description of a person has, but many a sentence.
const PREDICATES: WordClasses = WordClasses::BE.or(WordClasses::SUBJECT_PRONOUN).or(WordClasses::RELATIVE);

/// Whether the first words of a passage stand elsewhere in the document too: a pull quote repeats the article.
fn stands_elsewhere(annotated: &AnnotatedDocument<'_>, body: &Range<usize>) -> bool {
    let words = |from: usize| {
        (from..annotated.len()).filter(|&token| annotated.is_wordlike(token)).take(REPEATED_WORDS)
    };
    let wanted: Vec<&str> = words(body.start).map(|token| annotated.word(token)).collect();
    wanted.len() == REPEATED_WORDS
        && (0..annotated.len()).any(|from| {
            !body.contains(&from)
                && annotated.is_word(from, wanted[0])
                && words(from).map(|token| annotated.word(token)).eq(wanted.iter().copied())
        })
}

fn push(labels: &mut Labels, source: Range<usize>, content: Range<usize>) {
    mark_cues::push(labels, "quotation-caption", source, None, vec![content], CONFIDENCE);
}
