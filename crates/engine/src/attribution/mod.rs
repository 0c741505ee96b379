//! Labels -> attributions: who said what, linked; contents over sentences and paragraphs; nesting.

mod sources;
mod continuation;
mod nesting;

use std::ops::Range;

use crate::lexicon::Frame;
use crate::tagging::{Labels, Link};
use crate::text::{Document, IsCancelled, Watch};

/// Source, cue and content that belong together (PARC 3.0, PolNeAR). All stretches are tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Who; none where the text gives nobody.
    pub source: Option<Range<usize>>,
    /// The words that signal it; none where nothing does.
    pub cue: Option<Range<usize>>,
    /// What, in pieces: in order, apart, at least one.
    pub contents: Vec<Range<usize>>,
    /// The attribution in whose content this one stands, as an index into the same list.
    pub parent: Option<usize>,
    /// The name of the pattern that found it.
    pub pattern: &'static str,
    /// The frame that licensed it.
    pub frame: Option<Frame>,
    /// The lexicon's entry, as an index into its entries.
    pub entry: Option<usize>,
    /// The cue is negated.
    pub negated: bool,
    /// The attribution is uncertain.
    pub hedged: bool,
    /// Whom the source speaks to.
    pub addressee: Option<Range<usize>>,
    /// Through what.
    pub medium: Option<Range<usize>>,
    /// When.
    pub time: Option<Range<usize>>,
    /// How sure it is, between 0 and 1.
    pub confidence: f32,
    /// How sure each of its parts is.
    pub parts: PartConfidences,
}

/// How sure the parts of an attribution are, each between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartConfidences {
    /// The source, or that there is none.
    pub source: f32,
    /// The cue, or that there is none.
    pub cue: f32,
    /// The contents.
    pub content: f32,
}

impl PartConfidences {
    /// All parts as sure as the whole.
    const fn all(confidence: f32) -> Self {
        Self { source: confidence, cue: confidence, content: confidence }
    }

    fn of(labels: &Labels, link: &Link) -> Self {
        let sure = |span: Option<usize>| span.map_or(link.confidence, |span| labels.spans[span].confidence);
        Self {
            source: link.source_confidence,
            cue: sure(link.cue),
            content: sure(link.contents.first().copied()),
        }
    }
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
    attributions.sort_by_key(|attribution| (attribution.anchor(), attribution.contents[0].start));
    continuation::extend(document, &mut attributions, &watch)?;
    attributions.extend(continuation::unattributed(document, &attributions));
    attributions.sort_by_key(|attribution| (attribution.anchor(), attribution.contents[0].start));
    nesting::link(&mut attributions, &watch)?;
    Some(attributions)
}

impl Attribution {
    /// The token by which attributions are ordered: the first of the cue, else of the content.
    pub(crate) fn anchor(&self) -> usize {
        self.cue.as_ref().map_or(self.contents[0].start, |cue| cue.start)
    }

    /// Quoted words of nobody.
    fn unattributed(content: Range<usize>, confidence: f32) -> Self {
        Self {
            source: None,
            cue: None,
            contents: vec![content],
            parent: None,
            pattern: "quotation-alone",
            frame: None,
            entry: None,
            negated: false,
            hedged: false,
            addressee: None,
            medium: None,
            time: None,
            confidence,
            parts: PartConfidences::all(confidence),
        }
    }

    fn from_link(labels: &Labels, link: &Link, source: Option<Range<usize>>) -> Self {
        Self {
            source,
            cue: link.cue.map(|cue| labels.spans[cue].tokens.clone()),
            contents: link.contents.iter().map(|&content| labels.spans[content].tokens.clone()).collect(),
            parent: None,
            pattern: link.pattern,
            frame: link.frame,
            entry: link.entry,
            negated: link.negated,
            hedged: link.hedged,
            addressee: link.addressee.clone(),
            medium: link.medium.clone(),
            time: link.time.clone(),
            confidence: link.confidence,
            parts: PartConfidences::of(labels, link),
        }
    }
}
