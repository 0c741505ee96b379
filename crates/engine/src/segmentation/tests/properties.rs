//! What holds for any string at all.

use proptest::prelude::*;

use super::segment;
use crate::text::{Document, TokenKind};

/// Checks all that `Document` promises.
fn assert_sound(document: &Document<'_>) {
    let text = document.text;
    let mut at = 0;
    for token in &document.tokens {
        assert!(at <= token.span.start && !token.span.is_empty(), "tokens stand in order in {text:?}");
        assert!(text[at..token.span.start].chars().all(char::is_whitespace), "tokens cover {text:?}");
        assert!(!token.span.slice(text).contains(char::is_whitespace), "no space in a token of {text:?}");
        at = token.span.end;
    }
    assert!(text[at..].chars().all(char::is_whitespace), "tokens cover {text:?}");
    let mut token = 0;
    for sentence in &document.sentences {
        assert_eq!(sentence.tokens.start, token, "sentences hold all tokens of {text:?}");
        assert!(sentence.tokens.end > token, "no empty sentence in {text:?}");
        assert_eq!(sentence.span, document.span_of(&sentence.tokens));
        token = sentence.tokens.end;
    }
    assert_eq!(token, document.tokens.len());
    let mut sentence = 0;
    for paragraph in &document.paragraphs {
        assert_eq!(paragraph.sentences.start, sentence, "paragraphs hold all sentences of {text:?}");
        assert!(paragraph.sentences.end > sentence, "no empty paragraph in {text:?}");
        let sentences = &document.sentences[paragraph.sentences.clone()];
        assert_eq!(paragraph.span, sentences[0].span.joined(sentences[sentences.len() - 1].span));
        sentence = paragraph.sentences.end;
    }
    assert_eq!(sentence, document.sentences.len());
    assert_quotations_sound(document);
}

fn assert_quotations_sound(document: &Document<'_>) {
    let text = document.text;
    let mut holders: Vec<usize> = Vec::new();
    let mut opening = 0;
    let mut closing = 0;
    for (index, quotation) in document.quotations.iter().enumerate() {
        let tokens = &quotation.tokens;
        assert_eq!(quotation.span, document.span_of(tokens));
        let paragraph = document.paragraphs.iter().find(|it| it.span.contains(quotation.span));
        let paragraph = paragraph.unwrap_or_else(|| panic!("a quotation lies in one paragraph of {text:?}"));
        while holders.last().is_some_and(|end| *end <= tokens.start) {
            holders.pop();
        }
        assert_eq!(quotation.depth, holders.len(), "depths count holders in {text:?}");
        assert!(holders.last().is_none_or(|end| tokens.end <= *end), "quotations nest in {text:?}");
        holders.push(tokens.end);
        assert!(
            quotation.closed || quotation.span.end == paragraph.span.end,
            "an open one runs to the end of {text:?}"
        );
        if let Some(continued) = quotation.continues {
            assert!(
                continued < index && !document.quotations[continued].closed,
                "what is continued is open in {text:?}"
            );
        }
        // A quotation without an opening mark may begin where one that it holds does.
        let held_begins =
            document.quotations.get(index + 1).is_some_and(|it| it.tokens.start == tokens.start);
        let has_mark = document.tokens[tokens.start].kind == TokenKind::OpeningMark && !held_begins;
        opening += usize::from(has_mark);
        closing += usize::from(quotation.closed);
    }
    let count = |kind| document.tokens.iter().filter(|token| token.kind == kind).count();
    assert_eq!(opening, count(TokenKind::OpeningMark), "each opening mark has its quotation in {text:?}");
    assert_eq!(closing, count(TokenKind::ClosingMark), "each closing mark has its quotation in {text:?}");
}

proptest! {
    // A failing string becomes a test by hand, so no file of them is kept.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_is_cut_soundly(text in "\\PC*|.*|(?s).{0,80}") {
        assert_sound(&segment(&text));
    }

    #[test]
    fn a_soup_of_marks_is_cut_soundly(
        pieces in prop::collection::vec(prop::sample::select(SOUP), 0..60)
    ) {
        assert_sound(&segment(&pieces.concat()));
    }
}

/// What is met around quotations, and what trips tokenizers.
const SOUP: &[&str] = &[
    "\"", "'", "“", "”", "‘", "’", "«", "»", "„", "‚", "`", "``", "''", "’’", " ", " ", " ", "\n", "\n\n",
    "\r\n", "\u{2028}", ".", ".", "...", "…", "!", "?", ",", ":", "—", "–", "-", "--", "(", ")", "a", "s",
    "The", "said", "U.S.", "p.m.", "No.", "5", "5'", "n't", "’s", "@", "#", "&", "/", "://", "e\u{301}",
    "\u{301}", "\u{200D}", "👍🏽", "他", "。", "\u{A0}", "\u{AD}", "\u{200B}",
];

/// A megabyte of what could make a step quadratic takes well under a second each.
#[test]
fn hostile_texts_take_linear_time() {
    let pieces = [
        "\"",
        "'",
        "“",
        "‘",
        "’",
        "” ",
        "“ ",
        "(",
        ")",
        "a.a.",
        "a",
        "\n",
        "a\n",
        "\u{301}",
        ". ",
        ".) ",
        ".\" ",
        "s’ ",
        "‘a “b ",
        "“a\n",
        "“‘a\n\n",
        "*\n",
        "U.S. ",
        "5'",
        "n't",
        "a-",
        "a/",
        ".a/",
        "! A B C D ",
        "x’s’",
        " - ",
        "?” Smith ",
        "a\u{2028}",
        "\u{200D}👍",
        "http://",
        "@",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
    ];
    for piece in pieces {
        let text = piece.repeat((1 << 20) / piece.len());
        let start = std::time::Instant::now();
        let document = segment(&text);
        let seconds = start.elapsed().as_secs_f64();
        assert!(seconds < 2.0, "{piece:?}: {seconds} s");
        assert!(document.tokens.len() <= text.len());
    }
}
