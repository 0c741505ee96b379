//! What to return of the claims that were found, and how: the choices that both doors offer.

use ascribe_engine::Alias;
use ascribe_engine::record::Options;

/// What to return of a text's claims, and whom the caller knows. The default keeps all that are sure enough, and knows
/// nobody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputOptions {
    /// What the record of an answer is made with.
    pub record: Options,
    /// Whom the caller knows by name.
    pub aliases: Vec<Alias>,
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
