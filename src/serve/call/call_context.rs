//! One call from its headers to the end of its answer: its name, its span, its line in the log, its final status.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::{Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tracing::Span;
use tracing::field::Empty;

use super::call_notes::CallNotes;
use super::deadline::Deadline;
use super::message_sizes::MessageSizes;
use crate::serve::request_id::RequestId;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::{CallEnd, GaugeGuard, Metrics, method};
use crate::serve::telemetry::traces;

/// The longest path that is logged, in characters.
const LONGEST_PATH: usize = 128;

/// A call that is under way. Dropping it measures and logs the call, however it ended.
pub(crate) struct CallContext {
    request_id: RequestId,
    /// The path, cut to what is logged.
    path: String,
    /// The caller's trace, or a new one where traces are sent.
    trace_id: Option<String>,
    /// The caller's name, where callers have names.
    caller: Option<Arc<str>>,
    span: Span,
    started: Instant,
    /// How the call ended; none where its caller went away before.
    code: Option<Code>,
    notes: CallNotes,
    /// Why it failed, as `google.rpc.ErrorInfo` calls it.
    reason: Option<String>,
    sent: MessageSizes,
    received: Arc<AtomicU64>,
    metrics: Metrics,
    _in_flight: GaugeGuard,
}

impl CallContext {
    /// Begins a call, and puts its name into the request.
    pub(crate) fn begin<B>(request: &mut Request<B>, metrics: &Metrics) -> Self {
        let request_id = RequestId::of(request.headers());
        request.extensions_mut().insert(request_id.clone());
        let notes = CallNotes::default();
        request.extensions_mut().insert(notes.clone());
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
            notes,
            reason: None,
            sent: MessageSizes::default(),
            received: Arc::default(),
            metrics: metrics.clone(),
            _in_flight: metrics.call_begins(&path),
            path,
        }
    }

    /// Notes whose call it is.
    pub(crate) fn is_of(&mut self, caller: Arc<str>) {
        self.span.record("caller", &*caller);
        self.caller = Some(caller);
    }

    /// The span in which everything for this call happens.
    pub(crate) const fn span(&self) -> &Span {
        &self.span
    }

    /// Where the size of the request's messages is reported.
    pub(crate) fn received(&self) -> Arc<AtomicU64> {
        self.received.clone()
    }

    pub(crate) const fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// Notes the code in headers or trailers, and the reason of a failure, and tells there how long the call's documents
    /// took. The failure's message isn't noted: that may quote the caller.
    pub(crate) fn end_with(&mut self, headers: &mut HeaderMap) {
        let Some(code) = headers.get(Status::GRPC_STATUS).map(|code| Code::from_bytes(code.as_bytes()))
        else {
            return;
        };
        self.code = Some(code);
        self.notes.tell_times(headers);
        if code != Code::Ok {
            let status = Status::from_header_map(headers);
            self.reason = status.and_then(|status| status.get_details_error_info()).map(|info| info.reason);
        }
    }

    /// The status of a failure of the call.
    pub(crate) fn status(&self, failure: Failure) -> Status {
        failure.about(self.notes.document_id())
    }
}

impl Drop for CallContext {
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
        let reason = self.reason.as_deref();
        // Outside the span, which holds the same fields.
        tracing::info!(parent: None, %method, ?code, reason, milliseconds, %request_id, trace_id, caller, "call");
    }
}

/// Whether OpenTelemetry's conventions count the code as an error of the server.
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

/// The answer of a call: ends it when its deadline passes or something panics, and notes how it ended.
pub(crate) struct CallBody {
    inner: Body,
    call: CallContext,
    deadline: Deadline,
    has_ended: bool,
}

impl CallBody {
    pub(crate) const fn new(inner: Body, call: CallContext, deadline: Deadline) -> Self {
        Self { inner, call, deadline, has_ended: false }
    }

    /// Ends the answer with a failure; drops the rest of it, and all work for that.
    fn end(&mut self, failure: Failure) -> Frame<Bytes> {
        self.has_ended = true;
        self.inner = Body::empty();
        let mut trailers = HeaderMap::new();
        let status = self.call.status(failure);
        status.add_header(&mut trailers).expect("every status of ours fits in headers");
        self.call.end_with(&mut trailers);
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
        let Ok(mut frame) = polled else {
            let bug = Failure::Bug(self.call.request_id().clone());
            return Poll::Ready(Some(Ok(self.end(bug))));
        };
        if let Poll::Ready(Some(Ok(frame))) = &mut frame {
            if let Some(data) = frame.data_ref() {
                self.call.sent.add(data);
            }
            if let Some(trailers) = frame.trailers_mut() {
                self.call.end_with(trailers);
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
