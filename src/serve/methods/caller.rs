//! Which call a handler works for.

use std::sync::Arc;

use tokio::time::Instant;
use tonic::Request;

use crate::serve::admission::admit::Permit;
use crate::serve::request_id::RequestId;
use crate::serve::work::document_reader::WorkFor;

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
        Self { call: WorkFor { request_id, taker, deadline }, permit }
    }
}
