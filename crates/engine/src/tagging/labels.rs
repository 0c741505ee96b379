//! What tagging hands out: which tokens are a source, a cue or a content, which of them belong together, and what is
//! said of their attribution.

use std::ops::Range;

use crate::lexicon::Frame;
use crate::text::{Circumstances, PartConfidences, Parts, Polarity};

/// Where an attribution comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The name of the pattern that proposes it, or "network" where none does.
    pub pattern: &'static str,
    /// The frame of the lexicon's entry that licenses it; none where no entry is needed (a colon).
    pub frame: Option<Frame>,
    /// The lexicon's entry, as an index into its entries.
    pub entry: Option<usize>,
}

impl Origin {
    /// That of an attribution which no entry licenses.
    #[must_use]
    pub const fn without_entry(pattern: &'static str) -> Self {
        Self { pattern, frame: None, entry: None }
    }
}

/// Parts that make one attribution. Several links may compete for one cue.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// Source, cue and contents.
    pub parts: Parts,
    /// The source is that of the attribution before it in the sentence ("…, adding that …"); the one in `parts`, if
    /// any, only where there is none before it.
    pub inherits_source: bool,
    /// The source is the subject of a verb, so that a verb after it can have the same ("said …, adding …").
    pub shares_source: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// To whom, through what, when.
    pub circumstances: Circumstances<Range<usize>>,
    /// Whether it is negated or uncertain.
    pub polarity: Polarity,
    /// How sure the tagger is that these belong together and attribute, between 0 and 1.
    pub confidence: f32,
    /// How sure the tagger is of each part.
    pub part_confidences: PartConfidences,
}

impl Link {
    /// A link of which nothing is read yet but its parts, all as sure as the whole.
    pub(super) fn new(origin: Origin, parts: Parts, confidence: f32) -> Self {
        Self {
            parts,
            inherits_source: false,
            shares_source: false,
            origin,
            circumstances: Circumstances::default(),
            polarity: Polarity::default(),
            confidence,
            part_confidences: PartConfidences::all(confidence),
        }
    }
}

/// The labels of a document: the links, in the order of their cues.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Labels {
    /// What belongs together.
    pub links: Vec<Link>,
}

#[cfg(feature = "training")]
impl Labels {
    /// Stubs: an attribution every `step` tokens of so many; its content reaches to the next or, where they are nested, to
    /// the end.
    pub(crate) fn every(step: usize, tokens: usize, are_nested: bool) -> Self {
        let step = step.max(3);
        let link = |start: usize| {
            let end = if are_nested { tokens } else { start + step };
            let contents = std::iter::once(start + 2..end).collect();
            let parts = Parts { source: Some(start..start + 1), cue: Some(start + 1..start + 2), contents };
            Link { shares_source: true, ..Link::new(Origin::without_entry("stub"), parts, 1.0) }
        };
        Self { links: (0..tokens.saturating_sub(step)).step_by(step).map(link).collect() }
    }
}
