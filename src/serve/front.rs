//! What every call passes, whatever its method, in this order: log, panics, codes, deadline.
//!
//! A layer around tonic's routes. Where tonic says it wrong, it is mended here: a deadline that passes is
//! `DEADLINE_EXCEEDED` (tonic: `CANCELLED`), a message over the limit `RESOURCE_EXHAUSTED` (tonic:
//! `OUT_OF_RANGE`), a panic `INTERNAL` (tonic: a broken stream).

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use http::{HeaderMap, Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::{Layer, Service};

use super::call::{Call, CallBody};
use super::deadline::Deadline;
use super::status::{Failure, failure_behind};

/// Puts [`Front`] before the routes.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrontLayer {
    /// Of one request message; what an error about it says.
    pub(super) max_request_bytes: usize,
}

impl Layer<Routes> for FrontLayer {
    type Service = Front;

    fn layer(&self, routes: Routes) -> Front {
        Front { routes, max_request_bytes: self.max_request_bytes }
    }
}

/// The routes with all that every call passes.
#[derive(Clone, Debug)]
pub(super) struct Front {
    routes: Routes,
    max_request_bytes: usize,
}

impl Service<Request<Body>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.routes, context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::begin(&mut request);
        // Begun here and not when the future is first polled, so that it comes before tonic's own timer.
        let deadline = Deadline::of(request.headers());
        compress_as_asked(request.headers_mut());
        // The clone is for later calls; what was asked whether it is ready answers this one.
        let next = self.routes.clone();
        let routes = std::mem::replace(&mut self.routes, next);
        Box::pin(answer(routes, request, call, deadline, self.max_request_bytes).map(Ok))
    }
}

async fn answer(
    mut routes: Routes,
    request: Request<Body>,
    mut call: Call,
    mut deadline: Deadline,
    max_request_bytes: usize,
) -> Response<Body> {
    let answered = AssertUnwindSafe(async move { routes.call(request).await }).catch_unwind();
    let response = tokio::select! {
        biased;
        () = poll_fn(|context| deadline.poll_passed(context)) => Err(Failure::DeadlinePassed),
        answered = answered => match answered {
            Ok(Ok(response)) => Ok(response),
            Err(_) => Err(Failure::Bug(call.request_id().clone())),
        },
    };
    let mut response = response
        .and_then(|response| mend_code(response, max_request_bytes))
        .unwrap_or_else(|failure| Status::from(failure).into_http());
    call.note(response.headers());
    call.request_id().put_into(response.headers_mut());
    response.map(|body| Body::new(CallBody::new(body, call, deadline)))
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
