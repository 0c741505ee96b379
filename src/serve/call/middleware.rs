//! What every call passes, whatever its method, in this order: log, panics, codes, deadline, gate, admission.
//!
//! Stands around tonic's routes, and corrects the codes that tonic gets wrong: a deadline that passes is
//! `DEADLINE_EXCEEDED` (tonic: `CANCELLED`), a message over the limit `RESOURCE_EXHAUSTED` (tonic: `OUT_OF_RANGE`), a
//! message that can't be decoded `INVALID_ARGUMENT` (tonic: `INTERNAL`), a panic `INTERNAL` (tonic: a broken stream).

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use http::{HeaderMap, Request, Response};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::Service;
use tracing::Instrument;

use super::call_context::{CallBody, CallContext};
use super::call_task::{reset_after, reset_when_unread};
use super::deadline::Deadline;
use super::message_sizes::SizedBody;
use super::peer::{Peer, Who};
use crate::serve::admission::admit::{Admission, PermitCell};
use crate::serve::admission::permit_bodies::{ChargedBody, HeldBody};
use crate::serve::generated::claim_service_server::SERVICE_NAME;
use crate::serve::status::{Failure, failure_behind};
use crate::serve::telemetry::metrics::Metrics;
use crate::wire::{Method, Need};

/// Refuses a call by its path and headers alone, before it takes a permit: who calls, and how often.
///
/// Returns the caller's name, where callers have names.
pub(crate) type Gate = Arc<dyn Fn(&str, &HeaderMap) -> Result<Option<Arc<str>>, Failure> + Send + Sync>;

/// The longest message to another service than ours: it holds a name.
pub(crate) const MAX_OTHER_MESSAGE_BYTES: usize = 4096;

/// How long a look at the health may take, whose message never comes perhaps.
const LONGEST_BRIEF: Duration = Duration::from_secs(10);

/// The gate that is always open.
pub(crate) fn open_gate() -> Gate {
    Arc::new(|_, _| Ok(None))
}

/// The routes with all that every call passes.
#[derive(Clone)]
pub(crate) struct Middleware {
    pub(crate) routes: Routes,
    pub(crate) gate: Gate,
    pub(crate) metrics: Metrics,
    pub(crate) admission: Admission,
    /// The longest request message; errors name it.
    pub(crate) max_request_bytes: usize,
    /// How long a call that is no stream may take.
    pub(crate) max_call_duration: Duration,
    /// How long a message may take to arrive before a slow one costs its call the permit.
    pub(crate) slow_message: Duration,
    /// How long a client may leave a stream unread before that costs it the permit.
    pub(crate) max_stream_idle: Duration,
}

impl Service<Request<Body>> for Middleware {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Which calls are admitted is decided once they are there.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = CallContext::begin(&mut request, &self.metrics);
        let span = call.span().clone();
        let method = Method::at(request.uri().path());
        let longest = match need_of(method) {
            Need::Brief => Some(LONGEST_BRIEF.min(self.max_call_duration)),
            need => need.is_short().then_some(self.max_call_duration),
        };
        // Begun here and not when the future is first polled, so that it comes before tonic's own timer.
        let deadline = Deadline::of(request.headers(), longest);
        compress_as_asked(request.headers_mut());
        let request = request.map(|body| SizedBody::new(body, call.received()));
        Box::pin(self.clone().answer(request, method, call, deadline).instrument(span).map(Ok))
    }
}

impl Middleware {
    async fn answer(
        self,
        request: Request<SizedBody<Body>>,
        method: Option<Method>,
        mut call: CallContext,
        mut deadline: Deadline,
    ) -> Response<Body> {
        let is_ours = method.is_some_and(|method| method.service() == SERVICE_NAME);
        let max_request_bytes = if is_ours { self.max_request_bytes } else { MAX_OTHER_MESSAGE_BYTES };
        let instant = deadline.instant();
        if let Some(instant) = instant {
            reset_after(instant);
        }
        let metrics = self.metrics.clone();
        let key = (self.gate)(request.uri().path(), request.headers());
        if let Ok(Some(caller)) = &key {
            call.is_of(caller.clone());
        }
        let peer = Peer::in_extensions(request.extensions());
        let passed = AssertUnwindSafe(async move {
            let key = key.inspect_err(|failure| metrics.refused(failure.reason()))?;
            let who = Who::of(key.as_ref(), peer);
            // In a box that is made only now: thousands of heads may wait for their first turn.
            Box::pin(self.pass(request, method, &who, instant)).await
        });
        let passed = passed.catch_unwind();
        let response = tokio::select! {
            biased;
            () = poll_fn(|context| deadline.poll_passed(context)) => Err(Failure::DeadlinePassed),
            passed = passed => passed.unwrap_or_else(|_| Err(Failure::Bug(call.request_id().clone()))),
        };
        let mut response = response
            .and_then(|response| with_our_codes(response, max_request_bytes))
            .unwrap_or_else(|failure| call.status(failure).into_http());
        call.end_with(response.headers_mut());
        call.request_id().put_into(response.headers_mut());
        response.map(|body| Body::new(CallBody::new(body, call, deadline)))
    }

    /// Admits the call and runs its method.
    async fn pass(
        mut self,
        mut request: Request<SizedBody<Body>>,
        method: Option<Method>,
        who: &Who,
        deadline: Option<Instant>,
    ) -> Result<Response<Body>, Failure> {
        let need = need_of(method);
        let permit = self.admission.admit(need, who, deadline)?;
        if method.is_none() {
            return Err(Failure::NoSuchMethod(request.uri().path().to_owned()));
        }
        if let Some(cell) = request.extensions().get::<PermitCell>() {
            cell.fill(&permit);
        }
        request.extensions_mut().insert(permit.clone());
        let Ok(response) = if need.is_short() {
            self.routes
                .call(request.map(|body| ChargedBody::new(body, permit.clone(), self.slow_message)))
                .await
        } else {
            // `methods::stream` charges what a stream sends, document by document.
            self.routes.call(request).await
        };
        let read_marker =
            (need == Need::Stream).then(|| reset_when_unread(self.max_stream_idle, permit.clone()));
        Ok(response.map(|body| Body::new(HeldBody::new(body, permit, read_marker))))
    }
}

/// What a call needs; one of a method that doesn't exist is answered at once.
fn need_of(method: Option<Method>) -> Need {
    method.map_or(Need::Brief, Method::need)
}

/// The response, or the failure that tonic should have reported.
fn with_our_codes(response: Response<Body>, max_request_bytes: usize) -> Result<Response<Body>, Failure> {
    let status = Status::from_header_map(response.headers());
    match status.and_then(|status| failure_behind(&status, max_request_bytes)) {
        Some(failure) => Err(failure),
        None => Ok(response),
    }
}

/// Leaves a response uncompressed unless the request came compressed, and then compresses it in the same
/// way, if the caller takes that. Most clients announce every encoding that they know, unasked;
/// compressing for all of them would cost more than it saves on a fast network.
fn compress_as_asked(headers: &mut HeaderMap) {
    let accepted = headers.remove("grpc-accept-encoding");
    let (Some(accepted), Some(used)) = (accepted, headers.get("grpc-encoding").cloned()) else { return };
    let is_accepted = |accepted: &str, used: &str| accepted.split(',').any(|one| one.trim() == used);
    if let (Ok(list), Ok(name)) = (accepted.to_str(), used.to_str())
        && is_accepted(list, name)
    {
        headers.insert("grpc-accept-encoding", used);
    }
}
