//! Which protocol a request speaks: gRPC, gRPC-Web, or plain HTTP with JSON. Behind all of them is the same middleware.

use std::convert::Infallible;
use std::pin::Pin;

use http::{HeaderMap, HeaderValue, Request, Response, Version, header};
use hyper::body::Incoming;
use tonic::Status;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

use super::calls::ConnectionCalls;
use super::drain_body::drainable;
use crate::serve::call::middleware::Middleware;
use crate::serve::call::peer::Peer;
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::json::{JsonGateway, failed};
use crate::serve::telemetry::metrics::Metrics;

/// All protocols of one server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Protocols {
    grpc: Middleware,
    grpc_web: GrpcWebService<Middleware>,
    json: JsonGateway,
}

impl Protocols {
    pub(crate) fn new(middleware: Middleware) -> Self {
        Self {
            grpc_web: GrpcWebLayer::new().layer(middleware.clone()),
            json: JsonGateway::new(middleware.clone()),
            grpc: middleware,
        }
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
    /// Tells its streams when to end.
    pub(crate) shutdown: StreamShutdown,
    /// How many calls are in flight on it.
    pub(crate) calls: ConnectionCalls,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionProtocols {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.shutdown.clone());
        request.extensions_mut().insert(self.peer);
        match Protocol::of(request.headers(), request.version()) {
            Protocol::Grpc => self.protocols.grpc.clone().call(request),
            Protocol::GrpcWeb => Box::pin(self.protocols.grpc_web.clone().call(request)),
            Protocol::GrpcWithoutTrailers => {
                let refused =
                    Status::unimplemented("gRPC needs HTTP/2; over HTTP/1.1 there are gRPC-Web and JSON");
                Box::pin(answer_and_drain(request, move |_| std::future::ready(failed(&refused))))
            }
            Protocol::Http => {
                let json = self.protocols.json.clone();
                Box::pin(answer_and_drain(request, |request| json.answer(request)))
            }
        }
    }
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
