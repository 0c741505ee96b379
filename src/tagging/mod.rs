//! Document + cue candidates -> labels: which tokens are a source, a cue, a content.
//!
//! Each candidate is held against a table of patterns; the first that its surroundings fill
//! gives the labels. Nothing in here decides between candidates: `attribution` does.

mod labels;
mod classes;
mod noun_phrases;
mod verb_groups;
mod adjuncts;
mod clauses;
mod slots;
mod patterns;
mod sources;
mod contents;
mod parentheses;
mod nouns;
mod matching;
mod cueless;

use classes::{ClassedDocument, Traits};
use matching::best_match;

use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{Inflection, Lexicon, Words};
use crate::text::Document;

pub use labels::{LabeledSpan, Labels, Link, Role, SourceLink};

/// The version of the patterns: changes when their labels do.
pub const VERSION: &str = "patterns-1";

/// Turns documents and their cue candidates into labels. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct Tagger {
    words: Words,
}

impl Default for Tagger {
    fn default() -> Self {
        Self::new()
    }
}

impl Tagger {
    /// A tagger with the embedded word classes.
    #[must_use]
    pub fn new() -> Self {
        Self { words: Words::embedded() }
    }

    /// The labels of `document`, whose cue candidates are `candidates`, found by `finder` for `lexicon`.
    #[must_use]
    pub fn tag(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
    ) -> Labels {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let mut labels = Labels::default();
        for candidate in candidates {
            let mut alternative = Some(candidate.clone());
            while let Some(candidate) = alternative {
                if let Some(found) = best_match(&classed, &candidate, finder, lexicon) {
                    found.label(&mut labels);
                    break;
                }
                alternative = finder.shorter(&candidate);
            }
        }
        cueless::label(&classed, &mut labels);
        labels
    }
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
