//! How a request's body arrives, and how it fails to: noted where it comes from the connection, because everything behind
//! that has errors of its own for it.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Extensions, Request};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tonic::Status;
use tonic::body::Body;

use crate::serve::status::Failure;

/// Why a request's body didn't arrive whole, once that is known. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Arrival(Arc<OnceLock<Failure>>);

impl Arrival {
    /// That of a request; of one that didn't come over a connection, one that never fails.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Why the body didn't arrive; none where it did, or where more is to come.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0.get().cloned()
    }
}

/// A request as it comes from its connection, with its [`Arrival`].
pub(crate) fn arriving(request: Request<Incoming>) -> Request<Body> {
    let arrival = Arrival::default();
    let mut request = request.map(|inner| Body::new(ArrivingBody { inner, arrival: arrival.clone() }));
    request.extensions_mut().insert(arrival);
    request
}

struct ArrivingBody {
    inner: Incoming,
    arrival: Arrival,
}

impl http_body::Body for ArrivingBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| self.arrival.0.get_or_init(|| failure_of(&error)).clone().into())
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that isn't what HTTP/1.1 allows is malformed; every other one broke off.
fn failure_of(error: &hyper::Error) -> Failure {
    let cause = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match cause {
        Some(cause) if matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
            Failure::Malformed(format!("the request's body is not what HTTP allows: {cause}"))
        }
        _ => Failure::BrokenOff,
    }
}
