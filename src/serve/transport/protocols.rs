//! Which protocol a request speaks: gRPC, gRPC-Web, or plain HTTP with JSON. Behind all of them is the same middleware.
//!
//! What browsers can send, everything but gRPC over HTTP/2, has to name a host that is allowed.

use std::convert::Infallible;
use std::pin::Pin;

use http::{HeaderMap, HeaderValue, Request, Response, Version, header};
use hyper::body::Incoming;
use tonic::Status;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

use super::activity::Activity;
use super::drain_body::drainable;
use super::hosts::HostCheck;
use super::proxies::TrustedProxies;
use crate::serve::call::middleware::Middleware;
use crate::serve::call::peer::Peer;
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::json::{JsonGateway, failed};
use crate::serve::messages::arrival::arriving;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::Metrics;

/// The answer of a request, once it begins.
type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// All protocols of one server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Protocols {
    grpc: Middleware,
    grpc_web: GrpcWebService<Middleware>,
    json: JsonGateway,
    hosts: HostCheck,
}

impl Protocols {
    pub(crate) fn new(middleware: Middleware, hosts: HostCheck) -> Self {
        Self {
            grpc_web: GrpcWebLayer::new().layer(middleware.clone()),
            json: JsonGateway::new(middleware.clone()),
            grpc: middleware,
            hosts,
        }
    }

    /// Refuses a request that names a host which isn't allowed.
    fn check_host(&self, request: &Request<Body>) -> Result<(), Failure> {
        let checked = self.hosts.check(request.uri(), request.version(), request.headers());
        checked.inspect_err(|failure| self.metrics().refused(failure.reason()))
    }

    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.grpc.metrics
    }
}

/// The protocols as one connection has them.
#[derive(Clone)]
pub(crate) struct ConnectionProtocols {
    pub(crate) protocols: Protocols,
    /// Who is at its other end.
    pub(crate) peer: Peer,
    /// Who may say whose requests they are.
    pub(crate) proxies: TrustedProxies,
    /// Counts its calls.
    pub(crate) activity: Activity,
    /// Tells its streams when to end.
    pub(crate) shutdown: StreamShutdown,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionProtocols {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answered;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let call = self.activity.call();
        let mut request = arriving(request);
        let sender = self.proxies.sender(self.peer, request.headers());
        request.extensions_mut().insert(self.shutdown.clone());
        let is_handed_on = sender.address != self.peer.address;
        let takes_turns_by_address = is_handed_on || request.version() < Version::HTTP_2;
        request.extensions_mut().insert(Peer { takes_turns_by_address, ..sender });
        let answered = self.answer(request);
        Box::pin(async move { Ok(answered.await?.map(|body| call.until_dropped(body))) })
    }
}

impl ConnectionProtocols {
    fn answer(&self, request: Request<Body>) -> Answered {
        let protocol = Protocol::of(request.headers(), request.version());
        if protocol != Protocol::Grpc
            && let Err(failure) = self.protocols.check_host(&request)
        {
            return refuse(request, protocol, failure);
        }
        match protocol {
            Protocol::Grpc => self.protocols.grpc.clone().call(request),
            Protocol::GrpcWeb => Box::pin(self.protocols.grpc_web.clone().call(request)),
            Protocol::GrpcWithoutTrailers => {
                let refused =
                    Status::unimplemented("gRPC needs HTTP/2; over HTTP/1.1 there are gRPC-Web and JSON");
                refuse(request, protocol, refused)
            }
            Protocol::Http => {
                let json = self.protocols.json.clone();
                Box::pin(answer_and_drain(request, |request| json.answer(request)))
            }
        }
    }
}

/// Answers every request with the same failure, each in the protocol that it speaks.
#[derive(Clone)]
pub(crate) struct Refusal(pub(crate) Failure);

impl hyper::service::Service<Request<Incoming>> for Refusal {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answered;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let protocol = Protocol::of(request.headers(), request.version());
        refuse(request.map(Body::new), protocol, self.0.clone())
    }
}

/// Answers a request with a failure: as HTTP, unless it is gRPC.
fn refuse(request: Request<Body>, protocol: Protocol, failure: impl Into<Status>) -> Answered {
    let status = failure.into();
    let response = if protocol == Protocol::Grpc { status.into_http() } else { failed(&status) };
    Box::pin(answer_and_drain(request, |_| std::future::ready(response)))
}

/// Answers a request; over HTTP/1.1 only once the rest of its body was read, see [`drainable`].
async fn answer_and_drain<F: Future<Output = Response<Body>>>(
    request: Request<Body>,
    answer: impl FnOnce(Request<Body>) -> F,
) -> Result<Response<Body>, Infallible> {
    if request.version() >= Version::HTTP_2 {
        return Ok(answer(request).await);
    }
    let (request, drain) = drainable(request);
    let mut response = answer(request).await;
    if !drain.read_to_end().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The protocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Grpc,
    /// gRPC over HTTP/1.1, where clients don't see the trailers that it ends with.
    GrpcWithoutTrailers,
    GrpcWeb,
    /// Everything else.
    Http,
}

impl Protocol {
    fn of(headers: &HeaderMap, version: Version) -> Self {
        let content_type = headers.get(header::CONTENT_TYPE).map_or(&[][..], |value| value.as_bytes());
        if content_type.starts_with(b"application/grpc-web") {
            Self::GrpcWeb
        } else if !content_type.starts_with(b"application/grpc") {
            Self::Http
        } else if version < Version::HTTP_2 {
            Self::GrpcWithoutTrailers
        } else {
            Self::Grpc
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_names_the_protocol() {
        for (content_type, version, protocol) in [
            ("application/grpc", Version::HTTP_2, Protocol::Grpc),
            ("application/grpc+proto", Version::HTTP_2, Protocol::Grpc),
            ("application/grpc", Version::HTTP_11, Protocol::GrpcWithoutTrailers),
            ("application/grpc-web-text+proto", Version::HTTP_11, Protocol::GrpcWeb),
            ("application/json", Version::HTTP_2, Protocol::Http),
            ("", Version::HTTP_11, Protocol::Http),
        ] {
            let headers =
                HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
            assert_eq!(Protocol::of(&headers, version), protocol, "{content_type} {version:?}");
        }
    }
}
