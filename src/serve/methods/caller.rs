//! Which call a handler works for.

use std::sync::Arc;

use tonic::Request;

use crate::serve::admission::admit::Permit;
use crate::serve::request_id::RequestId;

/// The call that a handler answers.
pub(crate) struct Caller {
    pub(crate) request_id: RequestId,
    pub(crate) permit: Arc<Permit>,
}

impl Caller {
    /// The call of a request that was admitted.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        let request_id = RequestId::in_extensions(request.extensions());
        let permit = request.extensions().get::<Arc<Permit>>().expect("every such call was admitted").clone();
        Self { request_id, permit }
    }
}
