//! Offsets in the caller's unit -> numbers of the wire.

use super::v1;
use ascribe_engine::Span;
use ascribe_engine::record::{self, OffsetUnit};

/// The offsets of one text in one unit, as messages have them.
pub(super) struct Offsets(record::Offsets);

impl Offsets {
    /// Counts `text` in `unit` at the edges of `spans`.
    pub(super) fn new(text: &str, unit: OffsetUnit, spans: impl Iterator<Item = Span>) -> Self {
        Self(record::Offsets::new(text, unit, spans))
    }

    /// The span in the unit. Its edges are among those that were counted.
    pub(super) fn span(&self, span: Span) -> v1::Span {
        self.0.span(span).into()
    }
}

impl From<record::Span> for v1::Span {
    fn from(span: record::Span) -> Self {
        Self { start: wire_int(span.start), end: wire_int(span.end) }
    }
}

/// As a number of the wire. The doors' limits lie far below its largest value, at which this stops.
pub(super) fn wire_int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_past_the_wires_largest_stop_there() {
        assert_eq!(wire_int(7), 7);
        assert_eq!(wire_int(1 << 40), i32::MAX);
    }
}
