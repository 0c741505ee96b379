//! Documents of a batch that the JSON door couldn't read: the method answers each with an error of its own.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use http::Extensions;

use crate::serve::status::Failure;
use crate::wire::FieldViolation;

/// What is wrong with documents, by their numbers, once their request is read. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct WrongDocuments(Arc<OnceLock<HashMap<usize, Vec<FieldViolation>>>>);

impl WrongDocuments {
    /// Those of a request; of one that didn't come as JSON, none.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Notes them, once.
    pub(crate) fn note(&self, wrong: Vec<(usize, Vec<FieldViolation>)>) {
        if !wrong.is_empty() {
            // Nobody notes others.
            let _ = self.0.set(wrong.into_iter().collect());
        }
    }

    /// Why the document of that number can't be read.
    pub(crate) fn failure(&self, number: usize) -> Option<Failure> {
        self.0.get()?.get(&number).cloned().map(Failure::Invalid)
    }
}
