//! What is cut where, by example; and what holds for any string.

mod sentences;
mod quotations;
mod tokens;
mod properties;

use super::segment;
use crate::text::{Document, TokenKind};

/// The tokens of each sentence joined by "|", a sentence to a line, an empty line between paragraphs.
fn tokens(document: &Document<'_>) -> String {
    render(document, |range| range.map(|token| document.word(token)).collect::<Vec<_>>().join("|"))
}

/// The text of each sentence, one to a line, an empty line between paragraphs.
fn sentences(document: &Document<'_>) -> String {
    render(document, |range| document.span_of(&range).slice(document.text).replace('\n', "⏎"))
}

/// The tokens joined, with opening marks as "<", closing ones as ">", stray ones as "~" and others as they are.
fn marks(document: &Document<'_>) -> String {
    render(document, |range| {
        let symbols = range.map(|token| match document.tokens[token].kind {
            TokenKind::OpeningMark => "<",
            TokenKind::ClosingMark => ">",
            TokenKind::StrayMark => "~",
            _ => document.word(token),
        });
        symbols.collect::<Vec<_>>().join(" ")
    })
}

/// The quotations, one to a line, indented by depth; "…" after one that is open, "+n" before one that continues
/// the nth.
fn quotations(document: &Document<'_>) -> String {
    let lines = document.quotations.iter().map(|quotation| {
        let indent = " ".repeat(quotation.depth);
        let continues = quotation.continues.map(|index| format!("+{index} ")).unwrap_or_default();
        let open = if quotation.closed { "" } else { " …" };
        format!("{indent}{continues}{}{open}", quotation.span.slice(document.text))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn render(document: &Document<'_>, sentence: impl Fn(std::ops::Range<usize>) -> String) -> String {
    let paragraphs = document.paragraphs.iter().map(|paragraph| {
        let lines =
            document.sentences[paragraph.sentences.clone()].iter().map(|it| sentence(it.tokens.clone()));
        lines.collect::<Vec<_>>().join("\n")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[track_caller]
fn check(text: &str, view: impl Fn(&Document<'_>) -> String, expected: &str) {
    assert_eq!(view(&segment(text)), expected, "\nin: {text}");
}

/// Checks sentences that are written one to a line: joined by spaces they must come apart again.
#[track_caller]
fn check_sentences(expected: &str) {
    let expected = expected.trim();
    check(&expected.replace('\n', " "), sentences, expected);
}
