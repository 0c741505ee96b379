//! The smallest piece of text that the rooms talk about.

use super::Span;

/// What sort of piece a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// Letters, perhaps with inner hyphens, periods or apostrophes: "ceasefire", "long-term", "U.S.",
    /// "O'Brien"; also handles and hashtags (`@nasa`, `#MeToo`) and addresses.
    Word,
    /// A clitic cut from the word before it: "'s", "n't", "'ll", "’re".
    Clitic,
    /// Digits, perhaps with inner separators: "12", "3.5", "1,000", "9:30", "12th".
    Number,
    /// A quotation mark that opens a quotation.
    OpeningMark,
    /// A quotation mark that closes a quotation.
    ClosingMark,
    /// A quotation mark that has no partner in its paragraph.
    StrayMark,
    /// What can end a sentence: ".", "!", "?", "…", "?!".
    Terminator,
    /// A comma.
    Comma,
    /// A colon.
    Colon,
    /// A semicolon.
    Semicolon,
    /// A dash between words: "—", "–", "--", " - ".
    Dash,
    /// An opening bracket.
    OpeningBracket,
    /// A closing bracket.
    ClosingBracket,
    /// Any other character that isn't white space.
    Symbol,
}

/// A piece of text without white space in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What sort of piece it is.
    pub kind: TokenKind,
}

impl Token {
    /// Whether it is a word, a clitic or a number, so not punctuation.
    #[must_use]
    pub const fn is_wordlike(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Clitic | TokenKind::Number)
    }

    /// Whether it is a quotation mark, paired or stray.
    #[must_use]
    pub const fn is_mark(&self) -> bool {
        matches!(self.kind, TokenKind::OpeningMark | TokenKind::ClosingMark | TokenKind::StrayMark)
    }
}
