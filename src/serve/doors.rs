//! Which door a request comes to: gRPC, gRPC-Web, or JSON. Behind all of them is `front`.

use std::convert::Infallible;
use std::pin::Pin;

use http::{HeaderMap, HeaderValue, Request, Response, Version, header};
use hyper::body::Incoming;
use tonic::Status;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

use super::ending::Ending;
use super::front::Front;
use super::json::JsonDoor;
use super::lingering::lend;
use super::metrics::Metrics;

/// All doors of one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Doors {
    grpc: Front,
    grpc_web: GrpcWebService<Front>,
    json: JsonDoor,
}

impl Doors {
    pub(super) fn new(front: Front) -> Self {
        Self {
            grpc_web: GrpcWebLayer::new().layer(front.clone()),
            json: JsonDoor::new(front.clone()),
            grpc: front,
        }
    }

    pub(super) const fn metrics(&self) -> &Metrics {
        &self.grpc.metrics
    }
}

/// The doors as one connection has them.
#[derive(Clone)]
pub(super) struct DoorsOfConnection {
    pub(super) doors: Doors,
    /// When its streams have to end.
    pub(super) ending: Ending,
}

impl hyper::service::Service<Request<Incoming>> for DoorsOfConnection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.ending.clone());
        match Protocol::of(request.headers(), request.version()) {
            Protocol::Grpc => self.doors.grpc.clone().call(request),
            Protocol::GrpcWeb => Box::pin(self.doors.grpc_web.clone().call(request)),
            Protocol::GrpcWithoutTrailers => {
                let refused =
                    Status::unimplemented("gRPC needs HTTP/2; over HTTP/1.1 there are gRPC-Web and JSON");
                Box::pin(read_whole(request, move |_| std::future::ready(super::json::failed(&refused))))
            }
            Protocol::Http => {
                let json = self.doors.json.clone();
                Box::pin(read_whole(request, |request| json.answer(request)))
            }
        }
    }
}

/// An answer that is there as a whole, once its request is too: see [`lend`].
async fn read_whole<F: Future<Output = Response<Body>>>(
    request: Request<Body>,
    answer: impl FnOnce(Request<Body>) -> F,
) -> Result<Response<Body>, Infallible> {
    if request.version() >= Version::HTTP_2 {
        return Ok(answer(request).await);
    }
    let (request, rest) = lend(request);
    let mut response = answer(request).await;
    if !rest.read_to_end().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// What a request speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Grpc,
    /// gRPC over HTTP/1.1, where it can't end with trailers that clients see.
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
    fn the_content_type_tells_the_door() {
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
