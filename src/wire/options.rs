//! What to return of the claims that were found, and how: the choices that both doors offer.

use ascribe_engine::record::{OffsetUnit, Options, View};
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
    /// Those that the record is made with.
    #[must_use]
    pub fn of_record(&self) -> Options {
        Options {
            offsets: self.offsets,
            view: self.view,
            min_confidence: self.min_confidence,
            kinds: self.kinds.clone(),
            types: self.types.clone(),
            max_claims: self.max_claims,
            max_bytes: self.max_bytes,
        }
    }

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
