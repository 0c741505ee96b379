//! What every call passes, whatever its method, in this order: log, panics, codes, deadline, gate, admission.
//!
//! Stands around tonic's routes. Where tonic says it wrong, it is mended here: a deadline that passes is
//! `DEADLINE_EXCEEDED` (tonic: `CANCELLED`), a message over the limit `RESOURCE_EXHAUSTED` (tonic:
//! `OUT_OF_RANGE`), a panic `INTERNAL` (tonic: a broken stream).

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

use super::admission::{Admission, Need, PlaceSlot};
use super::call::{Call, CallBody};
use super::deadline::Deadline;
use super::executor::{end_at, end_once_unread};
use super::measured::Measured;
use super::metered::{Counted, Placed};
use super::metrics::Metrics;
use super::status::{Failure, failure_behind};

/// What may turn a call away by its path and headers alone, before it takes anybody's place: who calls, and
/// how often.
///
/// Says who it is, where callers have names.
pub(super) type Gate = Arc<dyn Fn(&str, &HeaderMap) -> Result<Option<Arc<str>>, Failure> + Send + Sync>;

/// The longest message to another service than ours: it holds a name.
pub(super) const MAX_OTHER_MESSAGE_BYTES: usize = 4096;

/// The gate that is always open.
pub(super) fn open_gate() -> Gate {
    Arc::new(|_, _| Ok(None))
}

/// The routes with all that every call passes.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) routes: Routes,
    pub(super) gate: Gate,
    pub(super) metrics: Metrics,
    pub(super) admission: Admission,
    /// Of one request message; what an error about it says.
    pub(super) max_request_bytes: usize,
    /// Of a call that is no stream.
    pub(super) max_call_duration: Duration,
    /// After which a message that comes slowly gives up its place to others.
    pub(super) slow_message: Duration,
    /// After which a stream that nobody reads gives up its place to others.
    pub(super) max_stream_idle: Duration,
}

impl Service<Request<Body>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Who is let in is decided once the call is there.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::begin(&mut request, &self.metrics);
        let span = call.span().clone();
        let need = Need::of(request.uri().path());
        let longest = need.is_short().then_some(self.max_call_duration);
        // Begun here and not when the future is first polled, so that it comes before tonic's own timer.
        let deadline = Deadline::of(request.headers(), longest);
        compress_as_asked(request.headers_mut());
        let request = request.map(|body| Measured::new(body, call.received()));
        Box::pin(self.clone().answer(request, need, call, deadline).instrument(span).map(Ok))
    }
}

impl Front {
    async fn answer(
        self,
        request: Request<Measured<Body>>,
        need: Need,
        mut call: Call,
        mut deadline: Deadline,
    ) -> Response<Body> {
        let max_request_bytes = if need.is_ours() { self.max_request_bytes } else { MAX_OTHER_MESSAGE_BYTES };
        let instant = deadline.instant();
        if let Some(instant) = instant {
            end_at(instant);
        }
        let metrics = self.metrics.clone();
        let who = (self.gate)(request.uri().path(), request.headers());
        if let Ok(Some(caller)) = &who {
            call.is_of(caller.clone());
        }
        let passed = AssertUnwindSafe(async move {
            who.inspect_err(|failure| metrics.refused(failure.reason()))?;
            self.pass(request, need, instant).await
        });
        let passed = passed.catch_unwind();
        let response = tokio::select! {
            biased;
            () = poll_fn(|context| deadline.poll_passed(context)) => Err(Failure::DeadlinePassed),
            passed = passed => passed.unwrap_or_else(|_| Err(Failure::Bug(call.request_id().clone()))),
        };
        let mut response = response
            .and_then(|response| mend_code(response, max_request_bytes))
            .unwrap_or_else(|failure| Status::from(failure).into_http());
        call.note(response.headers());
        call.request_id().put_into(response.headers_mut());
        response.map(|body| Body::new(CallBody::new(body, call, deadline)))
    }

    /// To a place, to the method.
    async fn pass(
        mut self,
        mut request: Request<Measured<Body>>,
        need: Need,
        deadline: Option<Instant>,
    ) -> Result<Response<Body>, Failure> {
        let Some(place) = self.admission.admit(need, deadline)? else {
            let Ok(response) = self.routes.call(request).await;
            return Ok(response);
        };
        if let Some(slot) = request.extensions().get::<PlaceSlot>() {
            slot.fill(&place);
        }
        request.extensions_mut().insert(place.clone());
        let Ok(response) = if need.is_short() {
            self.routes.call(request.map(|body| Counted::new(body, place.clone(), self.slow_message))).await
        } else {
            // What streams send is counted where it is taken in.
            self.routes.call(request).await
        };
        let asked = (need == Need::Stream).then(|| end_once_unread(self.max_stream_idle, place.clone()));
        Ok(response.map(|body| Body::new(Placed::new(body, place, asked))))
    }
}

/// The response, or the failure that it should have told of.
fn mend_code(response: Response<Body>, max_request_bytes: usize) -> Result<Response<Body>, Failure> {
    let status = Status::from_header_map(response.headers());
    match status.and_then(|status| failure_behind(&status, max_request_bytes)) {
        Some(failure) => Err(failure),
        None => Ok(response),
    }
}

/// Leaves a response uncompressed unless the request came compressed, and then compresses it in the same
/// way, if the caller takes that. Most clients say that they take every encoding without having been asked;
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
