//! What tagging hands out: which tokens are a source, a cue or a content, and which of them belong together.
//!
//! The frames fill it today; a trained network fills the same type.

use std::ops::Range;

use crate::lexicon::Frame;

/// The part that a stretch of tokens plays in an attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Who it is attributed to.
    Source,
    /// The words that signal it.
    Cue,
    /// What is attributed.
    Content,
}

/// A stretch of tokens with its role.
#[derive(Clone, Debug, PartialEq)]
pub struct LabeledSpan {
    /// Its role.
    pub role: Role,
    /// Its tokens, as indices into the document's.
    pub tokens: Range<usize>,
    /// How sure the tagger is, between 0 and 1.
    pub confidence: f32,
}

/// Where a link has its source from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceLink {
    /// A labelled span, as an index into [`Labels::spans`].
    Span(usize),
    /// That of the attribution before it in the sentence ("…, adding that …"); where there is none, the
    /// labelled span, if any.
    Inherited(Option<usize>),
    /// The text gives nobody.
    Nobody,
}

/// A proposal of which labelled spans make one attribution. Several may compete for one cue.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The name of the pattern that proposes it.
    pub pattern: &'static str,
    /// The frame of the lexicon entry that licenses it; none where no entry is needed (a colon).
    pub frame: Option<Frame>,
    /// The lexicon's entry, as an index into its entries.
    pub entry: Option<usize>,
    /// The cue, as an index into [`Labels::spans`]; none where nothing marks the speech.
    pub cue: Option<usize>,
    /// The source.
    pub source: SourceLink,
    /// The contents in order, as indices into [`Labels::spans`].
    pub contents: Vec<usize>,
    /// The source is the subject of a verb, so that a verb after it can have the same ("said …, adding …").
    pub shares_source: bool,
    /// The cue is negated.
    pub negated: bool,
    /// The attribution is uncertain.
    pub hedged: bool,
    /// Whom the source speaks to, in tokens.
    pub addressee: Option<Range<usize>>,
    /// Through what, in tokens.
    pub medium: Option<Range<usize>>,
    /// When, in tokens.
    pub time: Option<Range<usize>>,
    /// How sure the tagger is of the source, or that there is none, between 0 and 1.
    pub source_confidence: f32,
    /// How sure the tagger is that these belong together and attribute, between 0 and 1.
    pub confidence: f32,
}

/// The labels of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    /// Labelled spans, in no particular order; they may overlap where links compete or nest.
    pub spans: Vec<LabeledSpan>,
    /// Proposals of what belongs together, in the order of their cues.
    pub links: Vec<Link>,
}

impl Labels {
    /// Adds a labelled span and says where it is.
    pub(super) fn push(&mut self, role: Role, tokens: Range<usize>, confidence: f32) -> usize {
        self.spans.push(LabeledSpan { role, tokens, confidence });
        self.spans.len() - 1
    }
}

#[cfg(feature = "training")]
impl Labels {
    /// Stubs: an attribution every `step` tokens of so many; its content reaches to the next or, where they are nested, to
    /// the end.
    pub(crate) fn every(step: usize, tokens: usize, are_nested: bool) -> Self {
        let mut labels = Self::default();
        let step = step.max(3);
        for start in (0..tokens.saturating_sub(step)).step_by(step) {
            let end = if are_nested { tokens } else { start + step };
            let source = labels.push(Role::Source, start..start + 1, 1.0);
            let cue = labels.push(Role::Cue, start + 1..start + 2, 1.0);
            let content = labels.push(Role::Content, start + 2..end, 1.0);
            labels.links.push(Link {
                pattern: "stub",
                frame: None,
                entry: None,
                cue: Some(cue),
                source: SourceLink::Span(source),
                contents: vec![content],
                shares_source: true,
                negated: false,
                hedged: false,
                addressee: None,
                medium: None,
                time: None,
                source_confidence: 1.0,
                confidence: 1.0,
            });
        }
        labels
    }
}
