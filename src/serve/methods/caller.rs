//! Which call a handler works for.

use std::sync::Arc;

use tokio::time::Instant;
use tonic::Request;

use crate::serve::admission::admit::Permit;
use crate::serve::call::call_notes::CallNotes;
use crate::serve::request_id::RequestId;
use crate::serve::work::document_reader::WorkFor;
use crate::wire::v1;

/// The call that a handler answers.
pub(crate) struct Caller {
    pub(crate) call: WorkFor,
    pub(crate) permit: Arc<Permit>,
}

impl Caller {
    /// The call of a request that was admitted.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        let request_id = RequestId::in_extensions(request.extensions());
        let permit = request.extensions().get::<Arc<Permit>>().expect("every such call was admitted").clone();
        let (taker, deadline) = (permit.taker().clone(), permit.deadline().map(Instant::into_std));
        let notes = CallNotes::in_extensions(request.extensions());
        Self { call: WorkFor { request_id, taker, deadline, notes }, permit }
    }

    /// Notes that the call is about this document, so that its errors name it; returns the length of its text.
    pub(crate) fn reads(&self, document: Option<&v1::Document>) -> usize {
        self.call.notes.is_about(document.map_or("", |document| &document.document_id));
        document.map_or(0, |document| document.text.len())
    }

    /// The name of the document that the call is about; "" where it has none.
    pub(crate) fn document_id(&self) -> &str {
        self.call.notes.document_id()
    }
}
