//! A service whose requests are looked over before they are decoded, and whose answers are compressed as asked.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderValue, Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::{Code, Status};
use tower::Service;

use super::answer_body::AnswerBody;
use super::arrival::Arrival;
use super::content_coding::ContentCoding;
use super::request_body::{RequestBody, Rules};
use crate::serve::admission::admit::Permit;
use crate::wire::{Limits, Method, Need};

/// The headers of gRPC that say how messages are compressed, and how those of the answer may be.
const ENCODING: &str = "grpc-encoding";
const ACCEPT_ENCODING: &str = "grpc-accept-encoding";

/// A service around which messages are checked.
#[derive(Clone)]
pub(crate) struct Checked<S> {
    inner: S,
    limits: Limits,
    /// The longest request message, in bytes.
    max_bytes: usize,
    /// What it takes and gives.
    codings: &'static [ContentCoding],
}

impl<S> Checked<S> {
    pub(crate) const fn new(
        inner: S,
        limits: Limits,
        max_bytes: usize,
        codings: &'static [ContentCoding],
    ) -> Self {
        Self { inner, limits, max_bytes, codings }
    }

    /// The coding that a header names, if it is one of the service's.
    fn coding(&self, headers: &HeaderMap, name: &str) -> Option<ContentCoding> {
        let given = headers.get(name)?.to_str().ok()?;
        self.codings.iter().copied().find(|coding| coding.name() == Some(given))
    }

    /// The request with its messages checked; `None` for a method that doesn't exist.
    fn rules(&self, request: &Request<Body>) -> Option<Rules> {
        let method = Method::at(request.uri().path())?;
        let permit = request.extensions().get::<Arc<Permit>>();
        Some(Rules {
            method,
            limits: self.limits,
            max_bytes: self.max_bytes,
            coding: self.coding(request.headers(), ENCODING),
            permit: permit.filter(|_| method.need() != Need::Stream).cloned(),
        })
    }
}

impl<S: NamedService> NamedService for Checked<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Checked<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let arrival = Arrival::in_extensions(request.extensions());
        // So that tonic doesn't compress.
        let asked = self.coding(request.headers(), ACCEPT_ENCODING);
        request.headers_mut().remove(ACCEPT_ENCODING);
        let rules = self.rules(&request);
        let request = match rules {
            Some(rules) => request.map(|body| Body::new(RequestBody::new(body, rules))),
            None => request,
        };
        let answering = self.inner.call(request);
        Box::pin(async move {
            let Ok(response) = answering.await;
            let status = Status::from_header_map(response.headers());
            if status.is_some_and(|status| status.code() != Code::Ok) {
                return Ok(arrival.failure().map_or(response, |failure| Status::from(failure).into_http()));
            }
            Ok(match asked.and_then(|coding| Some((coding, coding.name()?))) {
                Some((coding, name)) => {
                    let mut response = response.map(|body| Body::new(AnswerBody::new(body, coding)));
                    response.headers_mut().insert(ENCODING, HeaderValue::from_static(name));
                    response
                }
                None => response,
            })
        })
    }
}
