//! A text by its code points, which annotation tools count.

/// A text of which passages are asked by code points.
pub(super) struct Passages<'a> {
    text: &'a str,
    /// Where each code point begins, in bytes, and the end.
    starts: Vec<usize>,
}

impl<'a> Passages<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, starts }
    }

    /// What stands between two code points; as far as there is a text.
    pub(super) fn between(&self, start: usize, end: usize) -> &'a str {
        let last = self.starts.len() - 1;
        &self.text[self.starts[start.min(last)]..self.starts[end.min(last)]]
    }
}

/// An offset of a message as an index.
pub(super) fn index(offset: i32) -> usize {
    usize::try_from(offset).unwrap_or(0)
}
