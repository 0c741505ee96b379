//! Annotated document + cue candidates -> labels: which tokens are a source, a cue, a content.
//!
//! Each candidate is held against a table of patterns; the first that its surroundings fill
//! gives the labels. Nothing in here decides between candidates: `attribution` does.

mod labels; //        what belongs together, and what is said of it
mod patterns; //      what is proposed: a table of patterns
pub(crate) mod circumstances; // to whom, through what, when; negated, hedged
pub mod network; //   what decides: the trained network
mod boundaries; //    where a reading of the network begins and ends
mod agents; //        who judges in a passive
mod merging; //       readings + proposals -> labels

#[cfg(feature = "training")]
use network::Features;
use network::{Network, Reading};
use patterns::matching::best_match;
use patterns::{captions, mark_cues};

use std::ops::Range;
use std::sync::Arc;

use crate::annotation::AnnotatedDocument;
use crate::cues::{CueCandidate, CueFinder};
use crate::text::{IsCancelled, Parts, Watch};

pub use labels::{Labels, Link, Origin};

/// Turns annotated documents and their cue candidates into labels. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct Tagger {
    network: Arc<Network>,
}

/// The network takes for a cue what is at least as probable; how sure an attribution is depends on its other
/// parts too.
pub(crate) const CUE_THRESHOLD: f32 = 0.1;

/// What tagging saw of a document on its way to the labels: for saying why something has none.
#[derive(Debug)]
pub(crate) struct Sighted {
    /// What the patterns propose.
    pub(crate) proposed: Vec<Link>,
    /// The cues of what the network reads as attributions, with their other parts.
    pub(crate) read: Vec<Parts>,
    /// The cues for which it found no content.
    pub(crate) without_content: Vec<Range<usize>>,
    /// For each token how probable the network finds it that a cue begins there.
    pub(crate) begins: Vec<f32>,
}

impl Tagger {
    /// A tagger that reads with that network.
    #[must_use]
    pub fn new(network: Network) -> Self {
        Self { network: Arc::new(network) }
    }

    /// The labels of `annotated`, whose cue candidates are `candidates`, found by `finder`; nothing once `cancelled`
    /// says yes.
    #[must_use]
    pub fn tag(
        &self,
        annotated: &AnnotatedDocument<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        cancelled: IsCancelled<'_>,
    ) -> Option<Labels> {
        let watch = Watch::new(cancelled);
        let mut proposed = propose(annotated, candidates, finder, &watch)?;
        let words = self.network.words();
        let features = network::features(annotated, candidates, &proposed, finder, words, &watch)?;
        // After the features: the network knows nothing of these.
        captions::label(annotated, &mut proposed);
        let readings = self.network.read(&annotated.document, &features, CUE_THRESHOLD, cancelled)?;
        let corrected = |reading| {
            watch.step()?;
            Some(annotated.with_agent(annotated.with_edges(reading), candidates, finder))
        };
        let readings: Vec<Reading> = readings.into_iter().map(corrected).collect::<Option<_>>()?;
        let mut labels = merging::merged(annotated, proposed, readings, candidates, finder, &watch)?;
        circumstances::read(annotated, finder.lexicon(), &mut labels, &watch)?;
        Some(labels)
    }

    /// What is seen on the way to the labels; the arguments are those of [`Self::tag`].
    #[must_use]
    pub(crate) fn sight(
        &self,
        annotated: &AnnotatedDocument<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        cancelled: IsCancelled<'_>,
    ) -> Option<Sighted> {
        let watch = Watch::new(cancelled);
        let proposed = propose(annotated, candidates, finder, &watch)?;
        let words = self.network.words();
        let features = network::features(annotated, candidates, &proposed, finder, words, &watch)?;
        let (readings, glimpses) =
            self.network.read_and_tell(&annotated.document, &features, CUE_THRESHOLD, cancelled)?;
        let corrected = |reading| annotated.with_agent(annotated.with_edges(reading), candidates, finder);
        let parts = |Reading { cue, source, contents, .. }| Parts { source, cue: Some(cue), contents };
        Some(Sighted {
            proposed: proposed.links,
            read: readings.into_iter().map(corrected).map(parts).collect(),
            without_content: glimpses.without_content,
            begins: glimpses.begins,
        })
    }

    #[cfg(feature = "training")]
    /// The labels that the patterns alone propose; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn propose(
        annotated: &AnnotatedDocument<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        cancelled: IsCancelled<'_>,
    ) -> Option<Labels> {
        let watch = Watch::new(cancelled);
        let mut labels = propose(annotated, candidates, finder, &watch)?;
        circumstances::read(annotated, finder.lexicon(), &mut labels, &watch)?;
        Some(labels)
    }

    #[cfg(feature = "training")]
    /// What the network reads of `annotated` beside its words; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn features(
        &self,
        annotated: &AnnotatedDocument<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        cancelled: IsCancelled<'_>,
    ) -> Option<Features> {
        let watch = Watch::new(cancelled);
        let labels = propose(annotated, candidates, finder, &watch)?;
        network::features(annotated, candidates, &labels, finder, self.network.words(), &watch)
    }
}

/// What the patterns find.
fn propose(
    annotated: &AnnotatedDocument<'_>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    watch: &Watch<'_>,
) -> Option<Labels> {
    let mut labels = Labels::default();
    for candidate in candidates {
        watch.step()?;
        let mut alternative = Some(candidate.clone());
        while let Some(candidate) = alternative {
            if let Some(found) = best_match(annotated, &candidate, finder) {
                labels.links.push(found.link());
                break;
            }
            alternative = finder.shorter(&candidate);
        }
    }
    mark_cues::label(annotated, &mut labels);
    Some(labels)
}
