//! What to return of the claims that were found, and how: the choices that both doors offer.

use std::time::Duration;

use ascribe_engine::{Alias, AttributionType, DEFAULT_MIN_CONFIDENCE, QuotationKind};

/// What to return of a text's claims. The default keeps all that are sure enough.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputOptions {
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
    /// Whom the caller knows by name.
    pub aliases: Vec<Alias>,
    /// At most this many bytes of encoded message, its claims counted a little too large.
    pub max_bytes: usize,
}

impl Default for OutputOptions {
    fn default() -> Self {
        Self {
            offsets: OffsetUnit::Bytes,
            view: View::Basic,
            min_confidence: DEFAULT_MIN_CONFIDENCE,
            kinds: Vec::new(),
            types: Vec::new(),
            max_claims: usize::MAX,
            aliases: Vec::new(),
            max_bytes: usize::MAX,
        }
    }
}

impl OutputOptions {
    /// What the names in them take in memory, about, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let of_string = |string: &String| size_of::<String>() + string.capacity();
        let of_alias = |alias: &Alias| {
            let variants: usize = alias.variants.iter().map(of_string).sum();
            size_of::<Alias>() + alias.name.capacity() + alias.title.capacity() + variants
        };
        self.aliases.iter().map(of_alias).sum()
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

/// What made an answer, and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Provenance<'a> {
    /// [`ascribe_engine::Lexicon::version`] of the lexicon in use.
    pub lexicon_version: &'a str,
    /// [`ascribe_engine::Extractor::tagger_version`].
    pub tagger_version: &'a str,
    /// [`ascribe_engine::Extractor::knowledge_version`].
    pub knowledge_version: &'a str,
    /// How long the text waited for a worker; none where it wasn't served from a queue.
    pub queued: Option<Duration>,
    /// How long a worker read it; none where it wasn't measured.
    pub computed: Option<Duration>,
}
