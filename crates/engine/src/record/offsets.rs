//! Byte offsets -> the caller's unit.
//!
//! In: a text and the byte offsets that will be asked for. Out: [`Offsets`], which answers each. One forward
//! pass over the text, whatever the number of offsets.

use super::answer::Span as UnitSpan;
use super::options::OffsetUnit;
use crate::text::Span;

/// The offsets of one text in one unit.
#[derive(Clone, Debug)]
pub struct Offsets(Counted);

#[derive(Clone, Debug)]
enum Counted {
    /// A byte is a unit: the unit is bytes, or the text is ASCII.
    Bytes,
    /// Each boundary in bytes with the same in the unit, both ascending.
    Table(Vec<(usize, usize)>),
}

impl Offsets {
    /// Counts `text` in `unit` at the edges of `spans`, which are character edges of it.
    #[must_use]
    pub fn new(text: &str, unit: OffsetUnit, spans: impl Iterator<Item = Span>) -> Self {
        if unit == OffsetUnit::Bytes || text.is_ascii() {
            return Self(Counted::Bytes);
        }
        let mut boundaries: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        boundaries.sort_unstable();
        boundaries.dedup();
        let (mut last_byte, mut last_unit) = (0, 0);
        let table = boundaries.into_iter().map(|boundary| {
            last_unit += count(&text[last_byte..boundary], unit);
            last_byte = boundary;
            (boundary, last_unit)
        });
        Self(Counted::Table(table.collect()))
    }

    /// The span in the unit.
    ///
    /// # Panics
    /// When its edges aren't among those that were counted.
    #[must_use]
    pub fn span(&self, span: Span) -> UnitSpan {
        UnitSpan { start: self.offset(span.start), end: self.offset(span.end) }
    }

    fn offset(&self, byte: usize) -> usize {
        match &self.0 {
            Counted::Bytes => byte,
            Counted::Table(table) => {
                let row = table.binary_search_by_key(&byte, |&(boundary, _)| boundary);
                table[row.expect("every edge of every span was counted")].1
            }
        }
    }
}

/// The length of `text` in `unit`.
fn count(text: &str, unit: OffsetUnit) -> usize {
    match unit {
        OffsetUnit::Bytes => text.len(),
        OffsetUnit::Utf16 => text.chars().map(char::len_utf16).sum(),
        OffsetUnit::CodePoints => text.chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "é" is 2 bytes and 1 unit, "👍🏽" 8 bytes, 4 units of UTF-16 and 2 code points.
    const TEXT: &str = "Zoé said 👍🏽 twice";

    fn check(unit: OffsetUnit, expected: [(usize, usize); 3]) {
        let spans = ["Zoé", "👍🏽", "twice"].map(|part| {
            let start = TEXT.find(part).expect("the part stands in the text");
            Span::new(start, start + part.len())
        });
        let offsets = Offsets::new(TEXT, unit, spans.into_iter().rev());
        let found = spans.map(|span| offsets.span(span)).map(|span| (span.start, span.end));
        assert_eq!(found, expected);
    }

    #[test]
    fn each_unit_counts_letters_and_emoji_its_own_way() {
        check(OffsetUnit::Bytes, [(0, 4), (10, 18), (19, 24)]);
        check(OffsetUnit::Utf16, [(0, 3), (9, 13), (14, 19)]);
        check(OffsetUnit::CodePoints, [(0, 3), (9, 11), (12, 17)]);
    }
}
