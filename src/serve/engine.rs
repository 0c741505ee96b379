//! What the service asks of whatever reads its texts.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use ascribe_engine::claims::Claim;
use ascribe_engine::lexicon::Lexicon;
use ascribe_engine::{Context, Extractor, IsCancelled};

/// Finds the claims of texts. [`Extractor`] is one; the service's tests bring slow and broken ones.
pub trait Engine: Send + Sync + 'static {
    /// See [`Extractor::extract_unless`].
    fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Claim>>;

    /// See [`Extractor::lexicon`].
    fn lexicon(&self) -> &Lexicon;

    /// See [`Extractor::tagger_version`].
    fn tagger_version(&self) -> &str;

    /// See [`Extractor::knowledge_version`].
    fn knowledge_version(&self) -> &str;
}

impl Engine for Extractor {
    fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Vec<Claim>> {
        Self::extract_unless(self, text, context, cancelled)
    }

    fn lexicon(&self) -> &Lexicon {
        Self::lexicon(self)
    }

    fn tagger_version(&self) -> &str {
        Self::tagger_version(self)
    }

    fn knowledge_version(&self) -> &str {
        Self::knowledge_version(self)
    }
}

/// The engine in use, shared by all who read. Another can take its place at any time: who has got one goes on
/// with it.
#[derive(Clone, Default)]
pub(super) struct CurrentEngine(Arc<ArcSwapOption<Arc<dyn Engine>>>);

impl CurrentEngine {
    /// Reads for all who come from now on.
    pub(super) fn set(&self, engine: Arc<dyn Engine>) {
        self.0.store(Some(Arc::new(engine)));
    }

    /// None until one was set.
    pub(super) fn get(&self) -> Option<Arc<dyn Engine>> {
        self.0.load().as_deref().cloned()
    }

    /// One of its own, which others don't change.
    pub(super) fn as_now(&self) -> Self {
        Self(Arc::new(ArcSwapOption::new(self.0.load_full())))
    }
}
