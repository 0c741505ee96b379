//! Document + cue candidates -> labels: which tokens are a source, a cue, a content.
//!
//! Each candidate is held against a table of patterns; the first that its surroundings fill
//! gives the labels. Nothing in here decides between candidates: `attribution` does.

mod labels; //        what belongs together, and what is said of it
mod patterns; //      what is proposed: a table of patterns
pub(crate) mod circumstances; // to whom, through what, when; negated, hedged
pub mod network; //   what decides: the trained network
mod boundaries; //    where a reading of the network begins and ends
mod merging; //       readings + proposals -> labels

use network::{Features, Network, Reading};
use patterns::matching::best_match;
use patterns::{captions, mark_cues};

use crate::annotation::classes::{ClassedDocument, Traits};

use std::sync::Arc;

use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{Inflection, Lexicon, Words};
use crate::text::{Document, IsCancelled, Watch};

pub use labels::{Labels, Link, Origin};

/// Turns documents and their cue candidates into labels. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct Tagger {
    words: Words,
    network: Arc<Network>,
    /// What the labels depend on beside the lexicon: the patterns' version and the network's.
    version: String,
}

/// The version of the patterns: changes when what they propose does.
const PATTERNS_VERSION: &str = "patterns-1";

/// The network takes for a cue what is at least as probable; how sure an attribution is depends on its other
/// parts too.
const CUE_THRESHOLD: f32 = 0.1;

impl Tagger {
    /// A tagger with the embedded word classes and that network.
    #[must_use]
    pub fn new(network: Network) -> Self {
        let version = format!("{PATTERNS_VERSION} {}", network.name());
        Self { words: Words::embedded(), network: Arc::new(network), version }
    }

    /// The versions of the patterns and of the network, for those who want to know what answered.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The labels of `document`, whose cue candidates are `candidates`, found by `finder` for `lexicon`; nothing once
    /// `cancelled` says yes.
    #[must_use]
    pub fn tag(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
        cancelled: IsCancelled<'_>,
    ) -> Option<Labels> {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let watch = Watch::new(cancelled);
        let mut proposed = propose(&classed, candidates, finder, lexicon, &watch)?;
        let features = network::features(&classed, candidates, &proposed, finder, lexicon, &watch)?;
        // After the features: the network knows nothing of these.
        captions::label(&classed, &mut proposed);
        let readings = self.network.read(document, &features, CUE_THRESHOLD, cancelled)?;
        let with_edges = |reading| watch.step().map(|()| classed.with_edges(reading));
        let readings: Vec<Reading> = readings.into_iter().map(with_edges).collect::<Option<_>>()?;
        let mut labels = merging::merged(&classed, proposed, readings, candidates, finder, lexicon, &watch)?;
        circumstances::read(&classed, lexicon, &mut labels, &watch)?;
        Some(labels)
    }

    /// The labels that the patterns alone propose; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn propose(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
        cancelled: IsCancelled<'_>,
    ) -> Option<Labels> {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let watch = Watch::new(cancelled);
        let mut labels = propose(&classed, candidates, finder, lexicon, &watch)?;
        circumstances::read(&classed, lexicon, &mut labels, &watch)?;
        Some(labels)
    }

    /// What the network reads of `document` beside its words; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn features(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
        cancelled: IsCancelled<'_>,
    ) -> Option<Features> {
        let watch = Watch::new(cancelled);
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let labels = propose(&classed, candidates, finder, lexicon, &watch)?;
        network::features(&classed, candidates, &labels, finder, lexicon, &watch)
    }
}

/// What the patterns find.
fn propose(
    classed: &ClassedDocument<'_>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    lexicon: &Lexicon,
    watch: &Watch<'_>,
) -> Option<Labels> {
    let mut labels = Labels::default();
    for candidate in candidates {
        watch.step()?;
        let mut alternative = Some(candidate.clone());
        while let Some(candidate) = alternative {
            if let Some(found) = best_match(classed, &candidate, finder, lexicon) {
                labels.links.push(found.link());
                break;
            }
            alternative = finder.shorter(&candidate);
        }
    }
    mark_cues::label(classed, &mut labels);
    Some(labels)
}

/// Notes where forms of verb cues stand, for finding where noun phrases and contents end.
fn mark_verbs(classed: &mut ClassedDocument<'_>, candidates: &[CueCandidate], finder: &CueFinder) {
    for candidate in candidates {
        let class = &mut classed.classes[candidate.tokens.start];
        let readings = finder.readings(candidate);
        let has = |inflection| readings.iter().any(|reading| reading.inflection == inflection);
        class.traits = class
            .traits
            .with(Traits::PAST_CUE, has(Inflection::Past))
            .with(Traits::GERUND_CUE, has(Inflection::Gerund))
            .with(Traits::THIRD_PERSON_CUE, has(Inflection::ThirdPerson) && !has(Inflection::Plural));
    }
}
