//! A mention, and whom it stands for: somebody named, or somebody described.

use std::ops::Range;

use crate::coreference::EntityKind;
use crate::lexicon::Gender;

/// What a mention stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Referent {
    /// Somebody named: an index into `Entities::all`.
    Entity(usize),
    /// Somebody described: an index into `Mentions::phrases`.
    Phrase(usize),
}

/// Somebody or something that is described, not named.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    /// The words that are handed out as its name.
    pub(crate) tokens: Range<usize>,
    pub(crate) kind: EntityKind,
    pub(crate) gender: Option<Gender>,
    pub(crate) is_plural: bool,
    /// It holds a name that makes it one: "the New Zealand government".
    pub(crate) is_named: bool,
    /// Whom it is made of, if several: "Amy Chen and Rosa Lopez".
    pub(crate) parts: Vec<Referent>,
    /// Its noun.
    pub(crate) lemma: Option<&'static str>,
}

impl Phrase {
    /// Whether a list has its noun.
    pub(crate) fn is_listed(&self) -> bool {
        self.lemma.is_some() || !self.parts.is_empty()
    }
}

/// A name or a noun phrase, where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) tokens: Range<usize>,
    pub(crate) referent: Referent,
}
