//! What is known of a source's part while sources are resolved, and the numbers that entities get.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::coreference::mentions::mention::Referent;
use crate::coreference::{EntityKind, MentionForm};

/// Who one part of a source is.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) form: MentionForm,
    /// None for a pronoun that stands for nobody known.
    pub(crate) referent: Option<Referent>,
    /// The part's own words without determiner.
    pub(crate) tokens: Range<usize>,
    pub(crate) title: Option<Range<usize>>,
    /// What the words around it say that it is.
    pub(crate) kind: Option<EntityKind>,
}

/// The numbers of entities, in the order in which they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    referents: FxHashMap<Referent, usize>,
    names: FxHashMap<String, usize>,
    count: usize,
}

impl Numbers {
    pub(crate) fn of(&mut self, referent: Option<Referent>, name: &str) -> usize {
        let next = self.count;
        let number = match referent {
            Some(referent) => *self.referents.entry(referent).or_insert(next),
            None => *self.names.entry(name.to_lowercase()).or_insert(next),
        };
        self.count = self.count.max(number + 1);
        number
    }
}
