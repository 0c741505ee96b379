//! The extractor: owns what is known, runs the rooms in order.
//!
//! In: any text. Out: its claims. Extraction never fails, does no IO, and gives the same answer for the same
//! text on every machine and thread.

use jiff::civil::Date;

use crate::attribution;
use crate::claims::{self, Claim, Knowledge};
use crate::coreference::{self, Alias, PronounReading};
use crate::cues::CueFinder;
use crate::lexicon::{Gazetteer, Lexicon, Words};
use crate::segmentation;
use crate::tagging::network::{Features, Network};
use crate::tagging::{Labels, Tagger};
use crate::text::Document;

/// What a caller knows of a text beside its words. The default knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The day of its publication: the anchor of "on Tuesday".
    pub published: Option<Date>,
    /// Names whose bearers the caller knows; these win over what the text lets guess.
    pub aliases: &'a [Alias],
}

/// Finds the claims of texts. Immutable once built: share one between all threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    lexicon: Lexicon,
    words: Words,
    gazetteer: Gazetteer,
    finder: CueFinder,
    tagger: Tagger,
}

impl Extractor {
    /// An extractor that looks for the cues of `lexicon` and reads with the embedded network.
    #[must_use]
    pub fn new(lexicon: Lexicon) -> Self {
        Self::with_network(lexicon, Network::embedded())
    }

    /// An extractor that looks for the cues of `lexicon` and reads with another network.
    #[must_use]
    pub fn with_network(lexicon: Lexicon, network: Network) -> Self {
        let finder = CueFinder::new(&lexicon);
        Self {
            lexicon,
            words: Words::embedded(),
            gazetteer: Gazetteer::embedded(),
            finder,
            tagger: Tagger::new(network),
        }
    }

    /// The lexicon that it was built with.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The version of the tagger: what turns a document and its cue candidates into labels.
    #[must_use]
    pub fn tagger_version(&self) -> &str {
        self.tagger.version()
    }

    /// `text` as its tokens and what the network reads of them: what the network is trained on.
    #[must_use]
    pub fn features<'text>(&self, text: &'text str) -> (Document<'text>, Features) {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let features = self.tagger.features(&document, &candidates, &self.finder, &self.lexicon);
        (document, features)
    }

    /// The claims of `text` as the patterns alone propose them to the network: what the lexicon's reliabilities are
    /// counted from, and what explains a reading.
    #[must_use]
    pub fn propose(&self, text: &str) -> Vec<Claim> {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let labels = self.tagger.propose(&document, &candidates, &self.finder, &self.lexicon);
        self.claims(&document, &labels, Context::default())
    }

    /// What the third-person pronouns of `text` were read as, and what was weighed: for measuring and for learning.
    #[must_use]
    pub fn read_pronouns(&self, text: &str) -> Vec<PronounReading> {
        let document = segmentation::segment(text);
        let candidates = self.finder.find(&document);
        let labels = self.tagger.tag(&document, &candidates, &self.finder, &self.lexicon);
        let attributions = attribution::assemble(&document, &labels);
        let names = coreference::Knowledge { words: &self.words, gazetteer: &self.gazetteer, aliases: &[] };
        coreference::read_pronouns(&document, &attributions, names)
    }

    /// The claims of `text`, in the order of their cues (of their contents where there is no cue).
    #[must_use]
    pub fn extract(&self, text: &str) -> Vec<Claim> {
        self.extract_in(text, Context::default())
    }

    /// Like [`Self::extract`], with what the caller knows of the text.
    #[must_use]
    pub fn extract_in(&self, text: &str, context: Context<'_>) -> Vec<Claim> {
        self.extract_unless(text, context, &|| false).unwrap_or_default()
    }

    /// Like [`Self::extract_in`], but asks `cancelled` between the rooms and returns nothing once it says yes:
    /// for callers whose own caller may be gone.
    #[must_use]
    pub fn extract_unless(
        &self,
        text: &str,
        context: Context<'_>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Claim>> {
        let document = segmentation::segment(text);
        if cancelled() {
            return None;
        }
        let candidates = self.finder.find(&document);
        if cancelled() {
            return None;
        }
        let labels = self.tagger.tag(&document, &candidates, &self.finder, &self.lexicon);
        if cancelled() {
            return None;
        }
        Some(self.claims(&document, &labels, context))
    }

    /// The claims that labels make.
    fn claims(&self, document: &Document<'_>, labels: &Labels, context: Context<'_>) -> Vec<Claim> {
        let attributions = attribution::assemble(document, labels);
        let names = coreference::Knowledge {
            words: &self.words,
            gazetteer: &self.gazetteer,
            aliases: context.aliases,
        };
        let sources = coreference::resolve(document, &attributions, names);
        let knowledge = Knowledge { lexicon: &self.lexicon, sources: &sources, published: context.published };
        claims::claims_of(document, &attributions, knowledge)
    }
}
