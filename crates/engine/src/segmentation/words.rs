//! Where words and numbers end.
//!
//! - Inner hyphens, periods, apostrophes and ampersands belong to the word: "long-term", "U.S.", "O’Brien",
//!   "AT&T", "example.com"; so do separators to a number: "3.5", "1,000", "9:30", "9/11", "2014–15".
//! - Addresses are one word each, without the punctuation after them.
//! - An abbreviation keeps its last period, at the end of its sentence too: "in the U.S." ends with that word.

use super::abbreviations::{LONGEST, Use, use_of};
use super::characters::{Class, class_at, class_of_byte};
use super::tokens::{Reader, Stop, StopKind};
use crate::text::{Span, Token, TokenKind};

impl Reader<'_, '_> {
    /// Reads the rest of a word or number whose first character is read.
    pub(super) fn read_word(&mut self, start: usize) {
        let digits_first = matches!(class_at(self.text, start).0, Class::Digit | Class::Period);
        // A hyphen or period before a letter makes "20-year-old" and "3p.m." words.
        let mut joined = false;
        loop {
            self.skip_plain();
            let (class, length) = self.next();
            let after = self.class_after(length);
            let alphanumeric = matches!(after, Class::Letter | Class::Digit);
            let between_digits = after == Class::Digit && self.byte_before().is_ascii_digit();
            match class {
                Class::Letter | Class::Digit | Class::Extend => self.at += length,
                Class::Hyphen | Class::At | Class::Ampersand if alphanumeric => {
                    joined |= after == Class::Letter;
                    self.at += length;
                }
                Class::Period if alphanumeric && !self.lacks_space(start) => {
                    joined |= after == Class::Letter;
                    self.at += length;
                }
                Class::EnDash | Class::Comma | Class::Colon | Class::Slash if between_digits => {
                    self.at += length;
                }
                Class::Colon | Class::Slash if self.begins_address(start) => {
                    self.read_address();
                    joined = true;
                    break;
                }
                Class::Quote if alphanumeric && self.is_apostrophe() => {
                    if between_digits {
                        self.read_feet(length);
                    } else if let Some((cut, end)) = self.clitic_ahead(start, length) {
                        self.push_part(start, cut, digits_first && !joined);
                        self.read_clitics(cut, end);
                        return;
                    } else {
                        joined |= after == Class::Letter;
                        self.at += length;
                    }
                }
                _ => break,
            }
        }
        self.keep_period(start);
        let end = self.at;
        self.push_part(start, end, digits_first && !joined);
    }

    /// Goes past the letters and digits that the byte table knows.
    #[inline]
    pub(super) fn skip_plain(&mut self) {
        let bytes = &self.text.as_bytes()[..self.end];
        while self.at < bytes.len() && matches!(class_of_byte(bytes[self.at]), Class::Letter | Class::Digit) {
            self.at += 1;
        }
    }

    /// The class and length of the character at the reading position.
    #[inline]
    pub(super) fn next(&self) -> (Class, usize) {
        if self.at < self.end { class_at(self.text, self.at) } else { (Class::Space, 0) }
    }

    /// The class of the character `length` bytes after the reading position.
    #[inline]
    fn class_after(&self, length: usize) -> Class {
        if self.at + length < self.end { class_at(self.text, self.at + length).0 } else { Class::Space }
    }

    pub(super) fn byte_before(&self) -> u8 {
        self.text.as_bytes()[self.at - 1]
    }

    /// Pushes a word or number that ends at `end`, which may lie before the reading position.
    #[inline]
    fn push_part(&mut self, start: usize, end: usize, is_number: bool) {
        let kind = if is_number { TokenKind::Number } else { TokenKind::Word };
        self.tokens.push(Token { span: Span::new(start, end), kind });
    }

    /// "He agreed.The court": a period with a small letter before it and a capitalized word after it lacks a
    /// space; "example.com", "U.S", "Ph.D" and "www.Example.com" don't.
    fn lacks_space(&self, start: usize) -> bool {
        let bytes = self.text.as_bytes();
        let word = &bytes[start..self.at];
        let [.., first, second] = word else { return false };
        if !first.is_ascii_lowercase() || !second.is_ascii_lowercase() || word.starts_with(b"www") {
            return false;
        }
        match bytes[self.at + 1..self.end] {
            [b'A' | b'I', after, ..] if !after.is_ascii_alphanumeric() && after != b'.' => true,
            [capital, small, ..] => {
                capital.is_ascii_digit() || capital.is_ascii_uppercase() && small.is_ascii_lowercase()
            }
            _ => false,
        }
    }

    /// Whether the word so far and what follows begin an address: "https://…", "example.com/news".
    fn begins_address(&self, start: usize) -> bool {
        let rest = &self.text[self.at..self.end];
        let word = &self.text[start..self.at];
        rest.starts_with("://") || rest.starts_with('/') && word.len() < 256 && word.contains('.')
    }

    /// Reads an address to the white space, quotation mark or closing bracket after it, then gives back the
    /// punctuation that belongs to the sentence.
    fn read_address(&mut self) {
        let start = self.at;
        let bytes = &self.text.as_bytes()[..self.end];
        while self.at < bytes.len()
            && bytes[self.at].is_ascii_graphic()
            && !matches!(bytes[self.at], b'"' | b'\'' | b'<' | b'>' | b')' | b']' | b'}')
        {
            self.at += 1;
        }
        while self.at > start + 1 && matches!(bytes[self.at - 1], b'.' | b',' | b':' | b';' | b'!' | b'?') {
            self.at -= 1;
        }
    }

    /// Takes the period after an abbreviation into the word and notes that its sentence may end here.
    fn keep_period(&mut self, start: usize) {
        let too_long = self.at - start > LONGEST;
        if too_long || self.next_class() != Class::Period || self.class_after(1) == Class::Period {
            return;
        }
        let rest = self.text[self.at + 1..self.end].trim_start();
        let before_number = rest.starts_with(|character: char| character.is_ascii_digit());
        let word = &self.text[start..self.at];
        let Some(usage) = use_of(word, before_number) else { return };
        // "They are older than I. He knows.": a pronoun, unless capitalized words stand on both sides.
        if usage == Use::Initial
            && word == "I"
            && !(rest.starts_with(char::is_uppercase) && self.follows_capitalized())
        {
            return;
        }
        self.at += 1;
        self.scratch.stops.push(Stop { token: self.tokens.len(), kind: StopKind::Abbreviation(usage) });
    }

    fn follows_capitalized(&self) -> bool {
        self.tokens.last().is_some_and(|token| {
            token.kind == TokenKind::Word && token.span.slice(self.text).starts_with(char::is_uppercase)
        })
    }
}
