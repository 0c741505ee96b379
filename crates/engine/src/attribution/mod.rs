//! Labels -> attributions: who said what, linked; contents over sentences and paragraphs; nesting.

mod sources;
mod continuation;
mod nesting;

use std::ops::Range;

use crate::tagging::{Labels, Link, Origin};
use crate::text::{Circumstances, Document, IsCancelled, PartConfidences, Parts, Polarity, Watch};

/// Who said what, linked (PARC 3.0, PolNeAR). All stretches are tokens.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Attribution {
    /// Source, cue and contents.
    pub parts: Parts,
    /// The attribution in whose content this one stands, as an index into the same list.
    pub parent: Option<usize>,
    /// The pattern that found it, and the entry that licensed it.
    pub origin: Origin,
    /// To whom, through what, when.
    pub circumstances: Circumstances<Range<usize>>,
    /// Whether it is negated or uncertain.
    pub polarity: Polarity,
    /// How sure it is, between 0 and 1.
    pub confidence: f32,
    /// How sure each of its parts is.
    pub part_confidences: PartConfidences,
}

/// The attributions that the labels of `document` make, in the order of their cues; nothing once `cancelled` says yes.
#[must_use]
pub fn assemble(
    document: &Document<'_>,
    labels: &Labels,
    cancelled: IsCancelled<'_>,
) -> Option<Vec<Attribution>> {
    let watch = Watch::new(cancelled);
    let mut attributions = sources::resolved(document, labels, &watch)?;
    attributions.sort_by_key(|attribution| (attribution.anchor(), attribution.parts.contents[0].start));
    continuation::extend(document, &mut attributions, &watch)?;
    attributions.extend(continuation::unattributed(document, &attributions));
    attributions.sort_by_key(|attribution| (attribution.anchor(), attribution.parts.contents[0].start));
    nesting::link(&mut attributions, &watch)?;
    Some(attributions)
}

impl Attribution {
    /// The token by which attributions are ordered: the first of the cue, else of the content.
    pub(crate) fn anchor(&self) -> usize {
        self.parts.cue.as_ref().map_or(self.parts.contents[0].start, |cue| cue.start)
    }

    /// An attribution of which nothing is known but its parts, all as sure as the whole.
    pub(crate) fn new(origin: Origin, parts: Parts, confidence: f32) -> Self {
        Self {
            parts,
            parent: None,
            origin,
            circumstances: Circumstances::default(),
            polarity: Polarity::default(),
            confidence,
            part_confidences: PartConfidences::all(confidence),
        }
    }

    /// What a link says, with the source that it has or inherits.
    fn from_link(link: &Link, source: Option<Range<usize>>) -> Self {
        Self {
            circumstances: link.circumstances.clone(),
            polarity: link.polarity,
            part_confidences: link.part_confidences,
            ..Self::new(link.origin, Parts { source, ..link.parts.clone() }, link.confidence)
        }
    }
}
