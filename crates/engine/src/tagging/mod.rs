//! Document + cue candidates -> labels: which tokens are a source, a cue, a content.
//!
//! Each candidate is held against a table of patterns; the first that its surroundings fill
//! gives the labels. Nothing in here decides between candidates: `attribution` does.

mod labels; //        spans with roles, and links between them
mod patterns; //      what is proposed: a table of patterns
mod circumstances; // to whom, through what, when; negated, hedged
pub mod network; //   what decides: the trained network
mod boundaries; //    where a reading of the network begins and ends
mod merging; //       readings + proposals -> labels

use network::{Features, IsCancelled, Network, Reading};
use patterns::matching::best_match;
use patterns::{captions, mark_cues};

use crate::annotation::classes::{ClassedDocument, Traits};

use std::sync::Arc;

use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{CueTrait, Inflection, Lexicon, Words};
use crate::text::Document;

pub use labels::{LabeledSpan, Labels, Link, Role, SourceLink};

/// Turns documents and their cue candidates into labels. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct Tagger {
    words: Words,
    network: Arc<Network>,
}

/// The network takes for a cue what is at least as probable; how sure an attribution is depends on its other
/// parts too.
const CUE_THRESHOLD: f32 = 0.1;

impl Tagger {
    /// A tagger with the embedded word classes and that network.
    #[must_use]
    pub fn new(network: Network) -> Self {
        Self { words: Words::embedded(), network: Arc::new(network) }
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
        let mut proposed = propose(&classed, candidates, finder, lexicon);
        let features =
            network::features(&classed, candidates, &proposed, finder, lexicon, self.network.words());
        // After the features: the network knows nothing of these.
        captions::label(&classed, &mut proposed);
        let readings = self.network.read(document, &features, CUE_THRESHOLD, cancelled)?;
        let readings: Vec<Reading> =
            readings.into_iter().map(|reading| classed.with_edges(reading)).collect();
        Some(merging::merged(&classed, &proposed, &readings, candidates, finder, lexicon))
    }

    /// The labels that the patterns alone propose; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn propose(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
    ) -> Labels {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        propose(&classed, candidates, finder, lexicon)
    }

    /// What the network reads of `document` beside its words; the arguments are those of [`Self::tag`].
    #[must_use]
    pub fn features(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
    ) -> Features {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let labels = propose(&classed, candidates, finder, lexicon);
        network::features(&classed, candidates, &labels, finder, lexicon, self.network.words())
    }
}

/// What the patterns find.
fn propose(
    classed: &ClassedDocument<'_>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    lexicon: &Lexicon,
) -> Labels {
    let mut labels = Labels::default();
    for candidate in candidates {
        let mut alternative = Some(candidate.clone());
        while let Some(candidate) = alternative {
            if let Some(found) = best_match(classed, &candidate, finder, lexicon) {
                found.label(&mut labels);
                break;
            }
            alternative = finder.shorter(&candidate);
        }
    }
    mark_cues::label(classed, &mut labels);
    labels
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
        let mut alternative = Some(candidate.clone());
        while let Some(candidate) = alternative {
            mark_addressing(classed, &candidate, finder);
            alternative = finder.shorter(&candidate);
        }
    }
}

/// Notes whom a cue speaks to, for finding them: where its verb stands, or behind its last word.
fn mark_addressing(classed: &mut ClassedDocument<'_>, candidate: &CueCandidate, finder: &CueFinder) {
    let readings = finder.readings(candidate);
    let has = |one| readings.iter().any(|reading| reading.traits.has(one));
    let (first, last) = (candidate.tokens.start, candidate.tokens.end - 1);
    let is_short = first == last;
    let directing = &mut classed.classes[first].traits;
    *directing = directing
        .with(Traits::DIRECTS, is_short && has(CueTrait::Directs))
        .with(Traits::DIRECTS_LATER, !is_short && has(CueTrait::Directs))
        .with(Traits::CONVINCES, has(CueTrait::Convinces));
    let telling = &mut classed.classes[last].traits;
    *telling =
        telling.with(Traits::TELLS, has(CueTrait::Tells)).with(Traits::SPEAKS_TO, has(CueTrait::SpeaksTo));
}
