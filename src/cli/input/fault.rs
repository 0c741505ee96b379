//! Why a piece of input is no document, for people and for programs.

use std::fmt;

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) enum Reason {
    /// There is no such file.
    NotFound,
    /// A file that can't be read, or holds nothing.
    Unreadable,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A row that is no JSON, or no object.
    NotJson,
    /// A row of a table that has other columns than its header.
    NotARow,
    /// A row without text.
    NoText,
    /// A text without words.
    EmptyText,
    /// An id that is neither string nor whole number.
    BadId,
    /// A row or a text that is longer than can be read.
    TooLong,
    /// An empty line between others.
    BlankLine,
    /// The extractor failed.
    Failed,
}

/// A fault of a piece of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Fault {
    pub(in super::super) reason: Reason,
    /// What is wrong, in words.
    pub(in super::super) message: String,
    /// The id of the row, where that could be read.
    pub(in super::super) id: Option<String>,
}

impl Reason {
    /// Its name in the output.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Unreadable => "UNREADABLE",
            Self::NotUtf8 => "NOT_UTF8",
            Self::NotJson => "NOT_JSON",
            Self::NotARow => "NOT_A_ROW",
            Self::NoText => "NO_TEXT",
            Self::EmptyText => "EMPTY_TEXT",
            Self::BadId => "BAD_ID",
            Self::TooLong => "TOO_LONG",
            Self::BlankLine => "BLANK_LINE",
            Self::Failed => "FAILED",
        }
    }

    /// The code that the service would answer with: `INVALID_ARGUMENT`, `NOT_FOUND`, `INTERNAL`.
    pub(in super::super) const fn code(self) -> i32 {
        match self {
            Self::NotFound => 5,
            Self::Failed => 13,
            _ => 3,
        }
    }

    /// Why there may be many of the kind, and what to do.
    pub(in super::super) const fn likely_cause(self) -> &'static str {
        match self {
            Self::NotFound => "is the folder the right one?",
            Self::Unreadable | Self::BlankLine => "",
            Self::NotUtf8 => "is the file in another encoding? iconv makes UTF-8 of it",
            Self::NotJson => {
                "is this a text? --input text; records over several lines, or a list? --input json"
            }
            Self::NotARow => {
                "is a separator or a quotation mark in a field without quotation marks around it?"
            }
            Self::NoText | Self::EmptyText => "is the text in another column? --text-field names it",
            Self::BadId => "is the id in another column? --id-field names it",
            Self::TooLong => "is this one record over many lines, or one text? --input says which",
            Self::Failed => "please report it",
        }
    }
}

impl Fault {
    pub(in super::super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), id: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
