//! What an attribution is made of, in the words of every room from tagging on: its parts, what stands around the act of
//! speaking, and whether that act is negated or left open.

use std::ops::Range;

/// Source, cue and contents that belong together (PARC 3.0, PolNeAR), in tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parts {
    /// Who; none where the text gives nobody.
    pub source: Option<Range<usize>>,
    /// The words that signal it; none where nothing does.
    pub cue: Option<Range<usize>>,
    /// What, in pieces: in order, apart, at least one.
    pub contents: Vec<Range<usize>>,
}

impl Parts {
    /// Whether `tokens` shares a token with the source or with a content.
    #[must_use]
    pub fn overlap(&self, tokens: &Range<usize>) -> bool {
        self.contents.iter().chain(&self.source).any(|it| it.start < tokens.end && tokens.start < it.end)
    }

    /// Whether a content holds `token`.
    #[must_use]
    pub fn content_holds(&self, token: usize) -> bool {
        self.contents.iter().any(|content| content.contains(&token))
    }
}

/// How sure the parts of an attribution are, each between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
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
    #[must_use]
    pub const fn all(confidence: f32) -> Self {
        Self { source: confidence, cue: confidence, content: confidence }
    }
}

/// What a sentence says of the act of speaking beside source, cue and content. A `Part` is a stretch of tokens in the
/// rooms that read them, and a span of the text in a claim, whose `Time` also has its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Circumstances<Part, Time = Part> {
    /// To whom: "told REPORTERS".
    pub addressee: Option<Part>,
    /// Through what: "said in A STATEMENT".
    pub medium: Option<Part>,
    /// When: "said ON TUESDAY".
    pub time: Option<Time>,
}

impl<Part, Time> Default for Circumstances<Part, Time> {
    /// The sentence says nothing of them.
    fn default() -> Self {
        Self { addressee: None, medium: None, time: None }
    }
}

/// Whether the act of speaking is denied or left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Polarity {
    /// It is said not to have happened: "did not say".
    pub negated: bool,
    /// It is uncertain whether it did: "reportedly said", "may have urged".
    pub hedged: bool,
}
