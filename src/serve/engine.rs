//! What the service asks of whatever reads its texts.

use crate::claims::Claim;
use crate::lexicon::Lexicon;
use crate::pipeline::{Context, Extractor};

/// Finds the claims of texts. [`Extractor`] is one; the service's tests bring slow and broken ones.
pub trait Engine: Send + Sync + 'static {
    /// See [`Extractor::extract_unless`].
    fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Claim>>;

    /// See [`Extractor::lexicon`].
    fn lexicon(&self) -> &Lexicon;

    /// See [`Extractor::tagger_version`].
    fn tagger_version(&self) -> &str;
}

impl Engine for Extractor {
    fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Claim>> {
        Self::extract_unless(self, text, context, cancelled)
    }

    fn lexicon(&self) -> &Lexicon {
        Self::lexicon(self)
    }

    fn tagger_version(&self) -> &str {
        Self::tagger_version(self)
    }
}
