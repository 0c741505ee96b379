//! A paragraph's stretch of text -> its tokens, its quotation marks and its stops.
//!
//! What every reader of tokens may rely on:
//!
//! - "…", "...", "?!" and "!!!" are one token, "--" and "---" too.
//! - A hyphen between spaces is a dash, one within a word belongs to it ("long-term"), any other is a symbol.
//! - Em and en dashes are dashes with or without spaces; an en dash between digits stays in the number.
//! - "$5" and "5%" are a symbol and a number.
//! - An emoji is one token with its joiners, skin tones and variants.

use super::abbreviations::Use;
use super::characters::{Class, char_at, class_at, class_of_byte};
use super::{Scratch, marks};
use crate::text::{Span, Token, TokenKind, Watch};

/// A token that may be the last of its sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Its index in the document.
    pub(super) token: usize,
    /// What speaks for and against an end.
    pub(super) kind: StopKind,
}

/// What kind of stop it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopKind {
    /// ".", a token of its own.
    Period,
    /// "!", "?" and runs with one of them.
    Exclamation,
    /// "..." and "…".
    Ellipsis,
    /// A word that kept its period.
    Abbreviation(Use),
}

/// Reads one paragraph. What it writes goes behind what is there.
pub(super) struct Reader<'text, 'out> {
    pub(super) text: &'text str,
    /// The first byte that isn't read yet.
    pub(super) at: usize,
    /// The end of the stretch.
    pub(super) end: usize,
    pub(super) tokens: &'out mut Vec<Token>,
    pub(super) scratch: &'out mut Scratch,
}

/// Cuts `stretch` into tokens. Quotation marks are provisionally stray and listed in `scratch.marks`.
/// Nothing once the work is called off.
pub(super) fn read(
    text: &str,
    stretch: Span,
    tokens: &mut Vec<Token>,
    scratch: &mut Scratch,
    watch: &Watch<'_>,
) -> Option<()> {
    let mut reader = Reader { text, at: stretch.start, end: stretch.end, tokens, scratch };
    while reader.at < reader.end {
        // Asked for a stretch at a time: a token takes some nanoseconds.
        let pause = reader.end.min(reader.at + UNASKED);
        while reader.at < pause {
            reader.read_token();
        }
        watch.step()?;
    }
    Some(())
}

/// At most this many bytes are read between two steps of the watch.
const UNASKED: usize = 1024;

impl Reader<'_, '_> {
    /// Reads white space or a token.
    #[inline]
    fn read_token(&mut self) {
        let start = self.at;
        let byte = self.text.as_bytes()[start];
        let (class, length) = match class_of_byte(byte) {
            Class::Wide => class_at(self.text, start),
            class => (class, 1),
        };
        self.at = start + length;
        match class {
            Class::Space => {}
            Class::Letter | Class::Digit | Class::Extend => self.read_word(start),
            Class::Ideograph => {
                self.skip_extensions();
                self.push(start, TokenKind::Word);
            }
            Class::Period if self.begins_number(start) => self.read_word(start),
            Class::Period | Class::Exclamation => self.read_terminator(start),
            Class::Comma => self.push(start, TokenKind::Comma),
            Class::Colon => self.push(start, TokenKind::Colon),
            Class::Semicolon => self.push(start, TokenKind::Semicolon),
            Class::Hyphen => self.read_hyphen(start),
            Class::EnDash | Class::EmDash => self.read_dash(start),
            Class::Quote => self.read_quote(start),
            Class::Opening => self.push(start, TokenKind::OpeningBracket),
            Class::Closing => self.push(start, TokenKind::ClosingBracket),
            Class::At | Class::Hash if self.next_class() == Class::Letter => self.read_word(start),
            Class::At | Class::Hash | Class::Ampersand | Class::Slash => self.push(start, TokenKind::Symbol),
            Class::Symbol | Class::Wide => {
                self.skip_extensions();
                self.push(start, TokenKind::Symbol);
            }
        }
    }

    /// Ends a token at the reading position.
    #[inline]
    pub(super) fn push(&mut self, start: usize, kind: TokenKind) {
        self.tokens.push(Token { span: Span::new(start, self.at), kind });
    }

    /// The class of the character at the reading position; white space at the stretch's end.
    #[inline]
    pub(super) fn next_class(&self) -> Class {
        if self.at < self.end { class_at(self.text, self.at).0 } else { Class::Space }
    }

    /// Whether a token that ends here touches the token before `start`.
    pub(super) fn touches_token(&self, start: usize) -> bool {
        self.tokens.last().is_some_and(|token| token.span.end == start)
    }

    /// "grew by .5 percent": a period that begins a number.
    fn begins_number(&self, start: usize) -> bool {
        self.next_class() == Class::Digit && !self.touches_token(start)
    }

    /// "…", "?!", "....": a run is one token.
    fn read_terminator(&mut self, start: usize) {
        while self.at < self.end
            && let (Class::Period | Class::Exclamation, length) = class_at(self.text, self.at)
        {
            self.at += length;
        }
        let kind = match Span::new(start, self.at).slice(self.text) {
            "." => StopKind::Period,
            run if run.chars().all(|character| matches!(character, '.' | '…')) => StopKind::Ellipsis,
            _ => StopKind::Exclamation,
        };
        self.scratch.stops.push(Stop { token: self.tokens.len(), kind });
        self.push(start, TokenKind::Terminator);
    }

    /// A hyphen that no word holds: "--" and " - " are dashes, "two- and three-year" and "-5" are not.
    fn read_hyphen(&mut self, start: usize) {
        let spaced = !self.touches_token(start) && self.next_class() == Class::Space;
        if spaced || matches!(self.next_class(), Class::Hyphen | Class::EmDash | Class::EnDash) {
            self.read_dash(start);
        } else {
            self.push(start, TokenKind::Symbol);
        }
    }

    fn read_dash(&mut self, start: usize) {
        while self.at < self.end
            && let (Class::Hyphen | Class::EnDash | Class::EmDash, length) = class_at(self.text, self.at)
        {
            self.at += length;
        }
        self.push(start, TokenKind::Dash);
    }

    /// A quotation mark or an apostrophe before, between or after words.
    fn read_quote(&mut self, start: usize) {
        if self.read_apostrophe(start) {
            return;
        }
        let character = char_at(self.text, start);
        self.at += marks::doubled_length(self.text, start, self.end);
        let token = self.tokens.len();
        match marks::recognise(self.text, Span::new(start, self.at), self.end, token) {
            Some(mark) => {
                self.scratch.marks.push(mark);
                self.push(start, TokenKind::StrayMark);
            }
            // "three‚ four": a low mark that opens nothing is a comma in disguise.
            None if character == '‚' => self.push(start, TokenKind::Comma),
            None => self.push(start, TokenKind::Symbol),
        }
    }

    /// Goes past what belongs to the character before: accents, joiners and what they join.
    pub(super) fn skip_extensions(&mut self) {
        while self.at < self.end && !self.text.as_bytes()[self.at].is_ascii() {
            match class_at(self.text, self.at) {
                (Class::Extend, length) => {
                    let joins = char_at(self.text, self.at) == '\u{200D}';
                    self.at += length;
                    if joins && self.next_class() == Class::Symbol {
                        self.at += class_at(self.text, self.at).1;
                    }
                }
                _ => return,
            }
        }
    }
}
