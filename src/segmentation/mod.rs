//! Text -> document.

use crate::text::Document;

/// Cuts a text.
#[must_use]
pub fn segment(text: &str) -> Document<'_> {
    Document {
        text,
        tokens: Vec::new(),
        sentences: Vec::new(),
        paragraphs: Vec::new(),
        quotations: Vec::new(),
    }
}
