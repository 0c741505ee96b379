//! What to return of the claims that were found, and how.

use crate::claims::{DEFAULT_MIN_CONFIDENCE, QuotationKind};
use crate::extractor::Extractor;
use crate::lexicon::AttributionType;

/// What to return of a text's claims. The default keeps all that are sure enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The unit of every span.
    pub offsets: OffsetUnit,
    /// How much of each claim.
    pub view: View,
    /// Leaves out claims below this confidence.
    pub min_confidence: f32,
    /// Only claims of these kinds; empty for all.
    pub kinds: Vec<QuotationKind>,
    /// Only claims of these types; empty for all.
    pub types: Vec<AttributionType>,
    /// At most this many claims, the first in the text.
    pub max_claims: usize,
    /// At most this many bytes as a message of the contract, its claims counted a little too large.
    pub max_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            offsets: OffsetUnit::Bytes,
            view: View::Basic,
            min_confidence: DEFAULT_MIN_CONFIDENCE,
            kinds: Vec::new(),
            types: Vec::new(),
            max_claims: usize::MAX,
            max_bytes: usize::MAX,
        }
    }
}

/// What offsets count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OffsetUnit {
    /// Bytes of UTF-8: Rust, Go, C++.
    #[default]
    Bytes,
    /// Units of UTF-16: JavaScript, Java, C#.
    Utf16,
    /// Unicode code points: Python.
    CodePoints,
}

/// How much of each claim is returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// All but the explanation.
    #[default]
    Basic,
    /// All, with the explanation.
    Full,
}

/// What made an answer.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// [`Lexicon::version`](crate::Lexicon::version) of the lexicon in use.
    pub lexicon_version: &'a str,
    /// [`Extractor::tagger_version`].
    pub tagger_version: &'a str,
    /// [`Extractor::knowledge_version`].
    pub knowledge_version: &'a str,
}

impl<'a> Provenance<'a> {
    /// That of what an extractor finds.
    #[must_use]
    pub fn of(extractor: &'a Extractor) -> Self {
        Self {
            lexicon_version: extractor.lexicon().version(),
            tagger_version: extractor.tagger_version(),
            knowledge_version: extractor.knowledge_version(),
        }
    }
}
