//! Byte offsets -> the caller's unit.
//!
//! In: a text and the byte offsets that will be asked for. Out: [`Offsets`], which answers each. One forward
//! pass over the text, whatever the number of offsets.

use super::options::OffsetUnit;
use super::v1;
use ascribe_engine::Span;

/// The offsets of one text in one unit.
pub(crate) enum Offsets {
    /// A byte is a unit: the unit is bytes, or the text is ASCII.
    Bytes,
    /// Each boundary in bytes with the same in the unit, both ascending.
    Table(Vec<(usize, usize)>),
}

impl Offsets {
    /// Counts `text` in `unit` at the edges of `spans`.
    pub(crate) fn new(text: &str, unit: OffsetUnit, spans: impl Iterator<Item = Span>) -> Self {
        if unit == OffsetUnit::Bytes || text.is_ascii() {
            return Self::Bytes;
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
        Self::Table(table.collect())
    }

    /// The span in the unit. Its edges are among those that were counted.
    pub(crate) fn span(&self, span: Span) -> v1::Span {
        v1::Span { start: wire_int(self.offset(span.start)), end: wire_int(self.offset(span.end)) }
    }

    fn offset(&self, byte: usize) -> usize {
        match self {
            Self::Bytes => byte,
            Self::Table(table) => {
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

/// As a number of the wire. The doors' limits lie far below its largest value, at which this stops.
pub(super) fn wire_int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "é" is 2 bytes and 1 unit, "👍🏽" 8 bytes, 4 units of UTF-16 and 2 code points.
    const TEXT: &str = "Zoé said 👍🏽 twice";

    fn check(unit: OffsetUnit, expected: [(i32, i32); 3]) {
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

    #[test]
    fn numbers_past_the_wires_largest_stop_there() {
        assert_eq!(wire_int(7), 7);
        assert_eq!(wire_int(1 << 40), i32::MAX);
    }
}
