//! One call from its headers to the end of its answer: its name, its span, its line in the log, its last word.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};
use tracing::Span;
use tracing::field::Empty;

use super::deadline::Deadline;
use super::measured::MessageBytes;
use super::metrics::{CallEnd, Counted, Metrics, method};
use super::status::Failure;
use super::traces;

/// The header that names a call, in both directions.
pub(super) const REQUEST_ID: &str = "x-request-id";
/// The longest name that a caller can give to a call, and the longest path that is logged, in bytes.
const LONGEST_NAME: usize = 64;
const LONGEST_PATH: usize = 128;

/// The name of a call in log and errors: the caller's `x-request-id`, or a random number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestId(Arc<str>);

impl RequestId {
    pub(super) fn of(headers: &HeaderMap) -> Self {
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

/// A call that is under way. When it is dropped, whatever became of it, it is measured and logged.
pub(super) struct Call {
    request_id: RequestId,
    /// The path, as far as it is logged.
    path: String,
    /// The caller's trace, or a new one where traces are sent.
    trace_id: Option<String>,
    /// Who calls, where callers have names.
    caller: Option<Arc<str>>,
    span: Span,
    started: Instant,
    /// How it ended; none where the caller went away before.
    code: Option<Code>,
    sent: MessageBytes,
    received: Arc<AtomicU64>,
    metrics: Metrics,
    _in_flight: Counted,
}

impl Call {
    /// Begins a call, and leaves its name in the request.
    pub(super) fn begin<B>(request: &mut Request<B>, metrics: &Metrics) -> Self {
        let request_id = RequestId::of(request.headers());
        request.extensions_mut().insert(request_id.clone());
        let path: String = request.uri().path().chars().take(LONGEST_PATH).collect();
        let span = tracing::info_span!(
            "call",
            otel.name = method(&path),
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system = "grpc",
            rpc.grpc.status_code = Empty,
            caller = Empty,
            %request_id,
            trace_id = Empty,
        );
        let trace_id = traces::continue_in(&span, request.headers());
        if let Some(trace_id) = &trace_id {
            span.record("trace_id", trace_id);
        }
        Self {
            request_id,
            trace_id,
            caller: None,
            span,
            started: Instant::now(),
            code: None,
            sent: MessageBytes::default(),
            received: Arc::default(),
            metrics: metrics.clone(),
            _in_flight: metrics.call_begins(&path),
            path,
        }
    }

    /// Notes who calls.
    pub(super) fn is_of(&mut self, caller: Arc<str>) {
        self.span.record("caller", &*caller);
        self.caller = Some(caller);
    }

    /// What happens for this call happens in it.
    pub(super) const fn span(&self) -> &Span {
        &self.span
    }

    /// Where the bytes of the request's messages are told.
    pub(super) fn received(&self) -> Arc<AtomicU64> {
        self.received.clone()
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
        let duration = self.started.elapsed();
        let (sent_bytes, received_bytes) = (self.sent.total(), self.received.load(Ordering::Relaxed));
        self.metrics.call_ends(&self.path, CallEnd { code, duration, sent_bytes, received_bytes });
        self.span.record("rpc.grpc.status_code", i32::from(code));
        if is_fault_of_the_server(code) {
            self.span.record("otel.status_code", "ERROR");
        }
        let milliseconds = duration.as_secs_f64() * 1000.0;
        let (method, request_id) = (&self.path, &self.request_id);
        let (trace_id, caller) = (self.trace_id.as_deref(), self.caller.as_deref());
        // Without the span, which holds the same once more.
        tracing::info!(parent: None, %method, ?code, milliseconds, %request_id, trace_id, caller, "call");
    }
}

/// What OpenTelemetry's conventions count as an error of the server's span.
const fn is_fault_of_the_server(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
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
        let span = self.call.span.clone();
        let _in_span = span.enter();
        if self.deadline.poll_passed(context).is_ready() {
            return Poll::Ready(Some(Ok(self.end(Failure::DeadlinePassed))));
        }
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.inner).poll_frame(context)));
        let Ok(frame) = polled else {
            let bug = Failure::Bug(self.call.request_id().clone());
            return Poll::Ready(Some(Ok(self.end(bug))));
        };
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            if let Some(data) = frame.data_ref() {
                self.call.sent.add(data);
            }
            if let Some(trailers) = frame.trailers_ref() {
                self.call.note(trailers);
            }
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
