//! Stops -> the sentences of a paragraph.
//!
//! A stop ends its sentence unless something speaks against it. Closing marks and brackets after it belong to
//! the sentence that it ends: He said: “Go.” | She went. Against an end speak:
//!
//! - a small letter after it: “Stop!” she cried.
//! - a comma, colon, semicolon or dash after it: “Why?”, he asked.
//! - a clause of reporting after a quotation that ends in "!", "?" or "…": “Is it true?” Mr. Smith asked.
//! - that it is an abbreviation and what follows doesn't look like the begin of a sentence.
//!
//! A sentence has a word in it: what follows the last word of a paragraph belongs to its last sentence.

use super::abbreviations::Use;
use super::span_of;
use super::tokens::{Stop, StopKind};
use crate::lexicon::WordList;
use crate::segmentation::sentence_openers::{CONTENT_BEGINNINGS, begins_sentence, follows_clock};
use crate::text::{Document, Sentence, Token, TokenKind};

/// Adds the sentences of the paragraph whose tokens begin with `first_token` and run to the document's end.
pub(super) fn add(document: &mut Document<'_>, stops: &[Stop], first_token: usize) {
    let tokens = &document.tokens;
    let last_word = first_token + tokens[first_token..].iter().rposition(Token::is_wordlike).unwrap_or(0);
    let mut start = first_token;
    // The first word at or after `start`, or the token up to which there is none.
    let mut word = first_token;
    let mut read = first_token;
    for stop in stops {
        let is_kept_period = matches!(stop.kind, StopKind::Abbreviation(_));
        let terminator_follows =
            tokens.get(stop.token + 1).is_some_and(|it| it.kind == TokenKind::Terminator);
        if stop.token < read || is_kept_period && terminator_follows {
            continue;
        }
        let next = end_of_closers(tokens, stop.token + 1);
        read = next;
        if next > last_word {
            break;
        }
        while word < next && !tokens[word].is_wordlike() {
            word += 1;
        }
        let boundary = Boundary { document, start, stop: *stop, next };
        if word < next && !boundary.numbers_an_item(first_token) && boundary.ends_sentence() {
            document.sentences.push(Sentence { span: span_of(&tokens[start..next]), tokens: start..next });
            start = next;
            word = next;
        }
    }
    document.sentences.push(Sentence { span: span_of(&tokens[start..]), tokens: start..tokens.len() });
}

/// The first token from `at` on that doesn't belong to the sentence ended before it.
fn end_of_closers(tokens: &[Token], at: usize) -> usize {
    let belongs = |index: usize| match tokens[index].kind {
        TokenKind::ClosingMark | TokenKind::ClosingBracket | TokenKind::Terminator => true,
        TokenKind::StrayMark => tokens[index].span.start == tokens[index - 1].span.end,
        _ => false,
    };
    (at..tokens.len()).find(|index| !belongs(*index)).unwrap_or(tokens.len())
}

/// A place where a sentence may end.
struct Boundary<'a> {
    document: &'a Document<'a>,
    /// The sentence's first token.
    start: usize,
    stop: Stop,
    /// The token after the stop and what closes with it.
    next: usize,
}

impl Boundary<'_> {
    /// "1. Introduction", "Q. What did you see?": what numbers an item at the begin of a paragraph stays with it.
    fn numbers_an_item(&self, first_token: usize) -> bool {
        let tokens = &self.document.tokens;
        self.start == first_token
            && match self.stop.kind {
                StopKind::Period => {
                    self.stop.token == first_token + 1 && tokens[first_token].kind == TokenKind::Number
                }
                StopKind::Abbreviation(Use::Initial) => self.stop.token == first_token,
                _ => false,
            }
    }

    fn ends_sentence(&self) -> bool {
        let next = self.document.tokens[self.next].kind;
        if matches!(
            next,
            TokenKind::Comma | TokenKind::Colon | TokenKind::Semicolon | TokenKind::Dash | TokenKind::Clitic
        ) {
            return false;
        }
        match self.stop.kind {
            StopKind::Period => !self.goes_on_small(),
            StopKind::Exclamation => !self.goes_on_small() && !self.is_in_name() && !self.is_reported(),
            StopKind::Ellipsis => {
                let goes_on =
                    matches!(next, TokenKind::Number | TokenKind::Symbol) || self.next_word() == "I";
                !self.goes_on_small() && !goes_on && !self.is_reported()
            }
            StopKind::Abbreviation(usage) => self.ends_after_abbreviation(usage),
        }
    }

    fn ends_after_abbreviation(&self, usage: Use) -> bool {
        let next = self.document.tokens[self.next].kind;
        let opens_capitalized =
            next == TokenKind::OpeningMark
                && self.document.tokens.get(self.next + 1).is_some_and(|token| {
                    token.span.slice(self.document.text).starts_with(char::is_uppercase)
                });
        match usage {
            Use::BeforeName | Use::BeforeNumber | Use::Inside => false,
            Use::Initial => begins_sentence(self.next_word()),
            Use::Anywhere => begins_sentence(self.next_word()) || opens_capitalized,
            // "He lives in Lodi, N.J. Police came." In the middle of a sentence a comma would follow.
            Use::Place => {
                let follows_comma = self.stop.token > self.start
                    && self.document.tokens[self.stop.token - 1].kind == TokenKind::Comma;
                begins_sentence(self.next_word())
                    || opens_capitalized
                    || follows_comma && self.next_is_capitalized()
            }
            Use::Clock => {
                let word = self.next_word();
                opens_capitalized
                    || next == TokenKind::Word && word.starts_with(char::is_uppercase) && !follows_clock(word)
            }
        }
    }

    fn next_is_capitalized(&self) -> bool {
        self.document.tokens[self.next].kind == TokenKind::Word
            && self.next_word().starts_with(char::is_uppercase)
    }

    fn next_word(&self) -> &str {
        self.document.word(self.next)
    }

    /// Whether the next token begins with a small letter, but not as "iPhone" does.
    fn goes_on_small(&self) -> bool {
        let mut characters = self.next_word().chars();
        characters.next().is_some_and(char::is_lowercase)
            && !characters.next().is_some_and(char::is_uppercase)
    }

    /// "Yahoo! Inc.", "Jeb! Bush".
    fn is_in_name(&self) -> bool {
        self.stop.token > self.start
            && WordList::NameWithExclamation.has_capitalized(self.document.word(self.stop.token - 1))
    }

    /// “Is it true?” Mr. Smith asked. – A quotation ended, and after a name a verb of reporting ends its clause.
    fn is_reported(&self) -> bool {
        let tokens = &self.document.tokens;
        let quotation_ended =
            tokens[self.stop.token + 1..self.next].iter().any(|it| it.kind == TokenKind::ClosingMark);
        if !quotation_ended || self.next_word() != "I" && begins_sentence(self.next_word()) {
            return false;
        }
        let ahead = &tokens[self.next..tokens.len().min(self.next + 6)];
        let name = ahead.iter().take_while(|token| {
            token.kind == TokenKind::Word
                && token.span.slice(self.document.text).starts_with(char::is_uppercase)
        });
        let verb = self.next + name.count();
        verb > self.next
            && verb < tokens.len()
            && WordList::ReportingVerb.has_small(self.document.word(verb))
            && !tokens
                .get(verb + 1)
                .is_some_and(|token| CONTENT_BEGINNINGS.contains(&token.span.slice(self.document.text)))
    }
}
