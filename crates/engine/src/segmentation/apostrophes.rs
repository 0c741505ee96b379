//! Apostrophes that are no quotation marks: clitics, elisions, decades, feet.
//!
//! - Clitics are tokens: "it|’s", "do|n't", "they|'ve"; "cannot" is one word. A bare plural possessive is one
//!   too ("players|’"), but only pairing can tell it from a closing mark.
//! - Where letters or digits were left out the apostrophe belongs to the word: "'em", "’90s", "rock ’n’ roll".

use super::characters::{Class, class_at};
use super::tokens::Reader;
use crate::lexicon::WordList;
use crate::text::{Span, Token, TokenKind};

/// What may follow an apostrophe as a clitic, in small letters; "n't" is seen by its "t".
const CLITICS: [&str; 6] = ["s", "re", "ve", "ll", "d", "m"];

impl Reader<'_, '_> {
    /// Reads what begins with an apostrophe; the mark itself is read. Nothing is read beyond it when it isn't
    /// an apostrophe.
    pub(super) fn read_apostrophe(&mut self, start: usize) -> bool {
        let mark = Span::new(start, self.at);
        if !matches!(mark.slice(self.text), "'" | "’" | "‘") {
            return false;
        }
        let end = self.letters_end(self.at, 8);
        let letters = &self.text[self.at..end];
        let free = !self.continues_word(end);
        // “The Times”’s editors, the U.S.'s army; cut off before us: the mayor 's (but: the letter 's')
        let last = self.tokens.last().filter(|token| token.span.end == start);
        let follows = match last.map(|token| token.kind) {
            Some(kind) => !matches!(kind, TokenKind::OpeningBracket | TokenKind::Dash),
            None => class_at(self.text, end).0 != Class::Quote,
        };
        if follows && free && is_clitic(letters) {
            self.at = end;
            self.push(start, TokenKind::Clitic);
            return true;
        }
        if last.is_some_and(Token::is_wordlike) {
            return false;
        }
        if letters.is_empty() {
            return self.read_decade(start);
        }
        if free && letters.eq_ignore_ascii_case("n") {
            // rock ’n’ roll
            self.at = end;
            if self.is_apostrophe() {
                self.at += self.next().1;
            }
            self.push(start, TokenKind::Word);
            return true;
        }
        let elision = free && WordList::Elision.has(letters);
        if elision {
            self.at = end;
            self.push(start, TokenKind::Word);
        }
        elision
    }

    /// "the ’90s", "the class of '68": two digits, perhaps with an s.
    fn read_decade(&mut self, start: usize) -> bool {
        let bytes = &self.text.as_bytes()[self.at..self.end];
        let [b'0'..=b'9', b'0'..=b'9', rest @ ..] = bytes else { return false };
        let plural = usize::from(rest.first() == Some(&b's'));
        let goes_on = match rest[plural..] {
            [b',' | b'.' | b'-', next, ..] | [next, ..] => next.is_ascii_alphanumeric() || next == b'%',
            [] => false,
        };
        if goes_on {
            return false;
        }
        self.at += 2 + plural;
        self.push(start, TokenKind::Number);
        true
    }

    /// Reads a clitic and those that follow it: "wouldn’t’ve".
    pub(super) fn read_clitics(&mut self, start: usize, end: usize) {
        self.at = end;
        self.push(start, TokenKind::Clitic);
        while let (Class::Quote, length) = self.next()
            && self.is_apostrophe()
            && let Some((start, end)) = self.clitic_ahead(self.at, length)
        {
            self.at = end;
            self.push(start, TokenKind::Clitic);
        }
    }

    /// The clitic at the apostrophe at the reading position: where it is cut off and where it ends.
    pub(super) fn clitic_ahead(&self, start: usize, apostrophe: usize) -> Option<(usize, usize)> {
        let letters = self.at + apostrophe;
        let end = self.letters_end(letters, 3);
        if self.continues_word(end) {
            return None;
        }
        let clitic = &self.text[letters..end];
        if clitic.eq_ignore_ascii_case("t")
            && self.at > start + 1
            && self.byte_before().eq_ignore_ascii_case(&b'n')
        {
            return Some((self.at - 1, end));
        }
        is_clitic(clitic).then_some((self.at, end))
    }

    /// "He is 5'11" tall": feet and inches are one number with both marks.
    pub(super) fn read_feet(&mut self, mark: usize) {
        self.at += mark;
        self.skip_plain();
        let rest = &self.text[self.at..self.end];
        if let Some(inches) = ["\"", "''", "”", "’’"].iter().find(|inches| rest.starts_with(**inches)) {
            self.at += inches.len();
        }
    }

    /// Whether the mark at the reading position can be an apostrophe.
    pub(super) fn is_apostrophe(&self) -> bool {
        let rest = &self.text[self.at..self.end];
        rest.starts_with(['\'', '’', '‘', '`'])
    }

    /// Whether the character at `end` goes on with the word: "ne’er-do-well" and "Levi’s-style" have no clitic.
    fn continues_word(&self, end: usize) -> bool {
        let class_at = |at| if at < self.end { class_at(self.text, at).0 } else { Class::Space };
        match class_at(end) {
            Class::Letter | Class::Digit | Class::Extend => true,
            Class::Hyphen => self.text.as_bytes()[end] == b'-' && class_at(end + 1) == Class::Letter,
            _ => false,
        }
    }

    /// Where the ASCII letters from `start` on end, at most `limit` of them.
    fn letters_end(&self, start: usize, limit: usize) -> usize {
        let bytes = &self.text.as_bytes()[start..self.end];
        start + bytes.iter().take(limit).take_while(|byte| byte.is_ascii_alphabetic()).count()
    }
}

fn is_clitic(letters: &str) -> bool {
    CLITICS.iter().any(|clitic| letters.eq_ignore_ascii_case(clitic))
}
