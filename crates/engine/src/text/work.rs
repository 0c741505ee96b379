//! How much there is to do for a request, told before anything is done.

use std::ops::Add;

/// How much there is to do, in bytes: what a caller may count, weigh and limit before a text is read.
///
/// Reading is by far the dearer: the network takes some microseconds a byte. What is only looked for, and what it is
/// looked for in, takes some ten nanoseconds a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// Text that the network reads.
    pub read_bytes: usize,
    /// What is looked for in a text, names and quotations, and the text that is made ready for it.
    pub search_bytes: usize,
}

impl Work {
    /// So many bytes of text to read.
    #[must_use]
    pub const fn reading(bytes: usize) -> Self {
        Self { read_bytes: bytes, search_bytes: 0 }
    }

    /// So many bytes to look for.
    #[must_use]
    pub const fn searching(bytes: usize) -> Self {
        Self { read_bytes: 0, search_bytes: bytes }
    }
}

impl Add for Work {
    type Output = Self;

    /// Both.
    fn add(self, other: Self) -> Self {
        Self {
            read_bytes: self.read_bytes.saturating_add(other.read_bytes),
            search_bytes: self.search_bytes.saturating_add(other.search_bytes),
        }
    }
}
