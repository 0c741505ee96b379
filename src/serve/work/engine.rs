//! What reads the texts: the extractor, or what a test puts in its stead.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use ascribe_engine::{Context, Extraction, Extractor, IsCancelled, Lexicon, Work};

/// Finds the claims of texts. [`Extractor`] is one; the service's tests bring slow and broken ones.
pub trait Engine: Send + Sync + 'static {
    /// See [`Extractor::extract_unless`].
    fn extract_unless<'text>(
        &self,
        text: &'text str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Extraction<'text>>;

    /// See [`Extractor::work`].
    fn work(&self, text: &str, context: Context<'_>) -> Work {
        let _ = context;
        Work::reading(text.len())
    }

    /// See [`Extractor::lexicon`].
    fn lexicon(&self) -> &Lexicon;

    /// See [`Extractor::tagger_version`].
    fn tagger_version(&self) -> &str;

    /// See [`Extractor::knowledge_version`].
    fn knowledge_version(&self) -> &str;
}

impl Engine for Extractor {
    fn extract_unless<'text>(
        &self,
        text: &'text str,
        context: Context<'_>,
        cancelled: IsCancelled<'_>,
    ) -> Option<Extraction<'text>> {
        Self::extract_unless(self, text, context, cancelled)
    }

    fn work(&self, text: &str, context: Context<'_>) -> Work {
        Self::work(self, text, context)
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

/// The engine in use, shared by all readers. A reload replaces it at any time; who has got the old one goes on with it.
#[derive(Clone, Default)]
pub(crate) struct CurrentEngine(Arc<ArcSwapOption<Arc<dyn Engine>>>);

impl CurrentEngine {
    /// Uses `engine` for all calls that come from now on.
    pub(crate) fn set(&self, engine: Arc<dyn Engine>) {
        self.0.store(Some(Arc::new(engine)));
    }

    /// None until one was set.
    pub(crate) fn get(&self) -> Option<Arc<dyn Engine>> {
        self.0.load().as_deref().cloned()
    }

    /// The engine in use now, unaffected by reloads.
    pub(crate) fn pinned(&self) -> Self {
        Self(Arc::new(ArcSwapOption::new(self.0.load_full())))
    }
}
