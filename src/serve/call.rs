//! One call from its headers to the end of its answer: its name, its line in the log, its last word.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use super::deadline::Deadline;
use super::status::Failure;

/// The header that names a call, in both directions.
const REQUEST_ID: &str = "x-request-id";
/// The longest name that a caller can give to a call, and the longest path that is logged, in bytes.
const LONGEST_NAME: usize = 64;
const LONGEST_PATH: usize = 128;

/// The name of a call in log and errors: the caller's `x-request-id`, or a random number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        match given.filter(|id| !id.is_empty() && id.len() <= LONGEST_NAME) {
            Some(id) => Self(id.into()),
            // Each of these hashers has keys of its own.
            None => Self(format!("{:016x}", RandomState::new().hash_one(0)).into()),
        }
    }

    /// The name that [`Call::begin`] gave to a call.
    pub(super) fn in_extensions(extensions: &http::Extensions) -> Self {
        extensions.get::<Self>().expect("every call passes through front").clone()
    }

    /// Says it to the caller.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(REQUEST_ID, value);
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A call that is under way. Writes its line into the log when it is dropped, whatever became of it.
pub(super) struct Call {
    request_id: RequestId,
    method: String,
    started: Instant,
    /// How it ended; none where the caller went away before.
    code: Option<Code>,
}

impl Call {
    /// Begins a call, and leaves its name in the request.
    pub(super) fn begin<B>(request: &mut Request<B>) -> Self {
        let request_id = RequestId::of(request.headers());
        request.extensions_mut().insert(request_id.clone());
        let method = request.uri().path().chars().take(LONGEST_PATH).collect();
        Self { request_id, method, started: Instant::now(), code: None }
    }

    pub(super) const fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// Notes the code that headers or trailers hold.
    pub(super) fn note(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let code = self.code.unwrap_or(Code::Cancelled);
        let milliseconds = self.started.elapsed().as_secs_f64() * 1000.0;
        let (method, request_id) = (&self.method, &self.request_id);
        tracing::info!(%method, ?code, milliseconds, %request_id, "call");
    }
}

/// The answer of a call: ends it where its deadline passes or a panic comes, and notes how it ended.
pub(super) struct CallBody {
    inner: Body,
    call: Call,
    deadline: Deadline,
    has_ended: bool,
}

impl CallBody {
    pub(super) const fn new(inner: Body, call: Call, deadline: Deadline) -> Self {
        Self { inner, call, deadline, has_ended: false }
    }

    /// Ends the answer with a failure, and drops what would have followed with all work for it.
    fn end(&mut self, failure: Failure) -> Frame<Bytes> {
        self.has_ended = true;
        self.inner = Body::empty();
        let mut trailers = HeaderMap::new();
        Status::from(failure).add_header(&mut trailers).expect("every status of ours fits in headers");
        self.call.note(&trailers);
        Frame::trailers(trailers)
    }
}

impl http_body::Body for CallBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        if self.deadline.poll_passed(context).is_ready() {
            return Poll::Ready(Some(Ok(self.end(Failure::DeadlinePassed))));
        }
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.inner).poll_frame(context)));
        let Ok(frame) = polled else {
            let bug = Failure::Bug(self.call.request_id().clone());
            return Poll::Ready(Some(Ok(self.end(bug))));
        };
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            self.call.note(trailers);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
