//! What is one token, and which kind it has.

use super::{check, segment, tokens};
use crate::text::TokenKind;

#[track_caller]
fn check_tokens(text: &str, expected: &str) {
    check(text, tokens, expected);
}

#[track_caller]
fn check_kinds(text: &str, expected: &[TokenKind]) {
    let kinds: Vec<TokenKind> = segment(text).tokens.iter().map(|token| token.kind).collect();
    assert_eq!(kinds, expected, "\nin: {text}");
}

#[test]
fn clitics_are_cut() {
    check_tokens(
        "It's the mayor’s, and they'll say we’re late",
        "It|'s|the|mayor|’s|,|and|they|'ll|say|we|’re|late",
    );
    check_tokens("I've I'd I'm he'd DON'T can't won’t", "I|'ve|I|'d|I|'m|he|'d|DO|N'T|ca|n't|wo|n’t");
    check_tokens("wouldn't've y'all'd've", "would|n't|'ve|y'all|'d|'ve");
    check_tokens("They cannot go", "They|cannot|go");
    check_tokens("the U.S.'s role, the 1990’s", "the|U.S.|'s|role|,|the|1990|’s");
    check_tokens("“The Times”’s editor", "“|The|Times|”|’s|editor");
    check_tokens("the players’ union", "the|players|’|union");
    check_kinds(
        "players’ 's don't",
        &[TokenKind::Word, TokenKind::Clitic, TokenKind::Clitic, TokenKind::Word, TokenKind::Clitic],
    );
}

#[test]
fn apostrophes_in_words_stay() {
    check_tokens(
        "O'Brien and O’Hara met at six o'clock, ma’am",
        "O'Brien|and|O’Hara|met|at|six|o'clock|,|ma’am",
    );
    check_tokens("rock 'n' roll, rock ’n’ roll, R'n'B", "rock|'n'|roll|,|rock|’n’|roll|,|R'n'B");
    check_tokens("tell 'em in the ’90s, class of '68", "tell|'em|in|the|’90s|,|class|of|'68");
    check_tokens("a Levi’s-style ne'er-do-well", "a|Levi’s-style|ne'er-do-well");
}

#[test]
fn words_hold_inner_signs() {
    check_tokens(
        "a long-term AT&T deal by the vice‑president",
        "a|long-term|AT&T|deal|by|the|vice‑president",
    );
    check_tokens("two- and three-year", "two|-|and|three-year");
    check_tokens("Ph.D., a.m. and e.g. this", "Ph.D.|,|a.m.|and|e.g.|this");
    check_tokens(
        "See example.com, or mail j.doe@example.org.",
        "See|example.com|,|or|mail|j.doe@example.org|.",
    );
    check_tokens(
        "At https://example.com/a?b=1,2. And (www.example.com/x).",
        "At|https://example.com/a?b=1,2|.\nAnd|(|www.example.com/x|)|.",
    );
    check_tokens("@un_news on #MeToo and #1", "@un_news|on|#MeToo|and|#|1");
    check_tokens("co\u{AD}operate naïve cafe\u{301}s", "co\u{AD}operate|naïve|cafe\u{301}s");
}

#[test]
fn numbers_hold_their_separators() {
    check_tokens("3.5, 1,000, 9:30, 12th, 1990s, 9/11", "3.5|,|1,000|,|9:30|,|12th|,|1990s|,|9/11");
    check_tokens("$5.5bn, 5% and .5 percent", "$|5.5bn|,|5|%|and|.5|percent");
    check_tokens("2014–15 or pages 3-5", "2014–15|or|pages|3-5");
    check_tokens("a 20-year-old at 3p.m. sharp", "a|20-year-old|at|3p.m.|sharp");
    check_tokens("5'11\" tall", "5'11\"|tall");
    check_kinds(
        "1,000 20-year-old 12th $5",
        &[TokenKind::Number, TokenKind::Word, TokenKind::Number, TokenKind::Symbol, TokenKind::Number],
    );
}

#[test]
fn dashes_and_hyphens() {
    check_tokens("he—no–one -- left - now", "he|—|no|–|one|--|left|-|now");
    check_kinds(
        "a—b - c -d e--f",
        &[
            TokenKind::Word,
            TokenKind::Dash,
            TokenKind::Word,
            TokenKind::Dash,
            TokenKind::Word,
            TokenKind::Symbol,
            TokenKind::Word,
            TokenKind::Word,
            TokenKind::Dash,
            TokenKind::Word,
        ],
    );
}

#[test]
fn terminators_run_together() {
    check_tokens("What?! Well... no… yes.", "What|?!\nWell|...|no|…|yes|.");
    check_tokens("He agreed.The court closed", "He|agreed|.\nThe|court|closed");
    check_tokens("in the U.S.", "in|the|U.S.");
}

#[test]
fn other_scripts_and_signs() {
    check_tokens("他说。我们走！", "他|说|。\n我|们|走|！");
    check_tokens("wow 👨‍👩‍👧 and 👍🏽 ❤️", "wow|👨‍👩‍👧|and|👍🏽|❤️");
    check_tokens("a\u{A0}b\u{2009}c\u{3000}d", "a|b|c|d");
    check_tokens("one\u{200B}two", "one|\u{200B}|two");
    check_tokens("¬† ok", "¬|†|ok");
    check_tokens("three‚ four", "three|‚|four");
    check_tokens("", "");
    check_tokens(" \n\t\u{2028} ", "");
}
