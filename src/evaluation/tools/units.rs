//! Offsets in units of UTF-16 -> code points.

use super::super::article::CodePoints;

/// The code points of one text, found by units of UTF-16.
pub(super) struct Utf16 {
    /// The first unit of each code point, and the end.
    starts: Vec<usize>,
}

impl Utf16 {
    pub(super) fn of(text: &str) -> Self {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(text.chars().map(|character| {
            at += character.len_utf16();
            at
        }));
        Self { starts }
    }

    /// The same stretch in code points; nothing where it ends within one or outside of the text.
    pub(super) fn code_points(&self, start: usize, end: usize) -> Option<CodePoints> {
        let place = |unit: usize| self.starts.binary_search(&unit).ok();
        Some(CodePoints { start: place(start)?, end: place(end)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_surrogates_is_one_code_point() {
        let units = Utf16::of("a🎉b");
        assert_eq!(units.code_points(1, 3), Some(CodePoints { start: 1, end: 2 }));
        assert_eq!(units.code_points(3, 4), Some(CodePoints { start: 2, end: 3 }));
        assert_eq!((units.code_points(2, 3), units.code_points(0, 5)), (None, None));
    }
}
