//! Which protocol a request speaks: gRPC, gRPC-Web, or plain HTTP with JSON. Behind all of them is the same middleware.
//!
//! What browsers can send, everything but gRPC over HTTP/2, has to name a host that is allowed.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Request, Response, Version, header};
use hyper::body::Incoming;
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

use super::activity::{Activity, AllCalls};
use super::cors::Cors;
use super::drain_body::{AnswerBody, Drains, Holds, drainable};
use super::hosts::HostCheck;
use super::http1_socket::UnsentAnswer;
use super::proxies::TrustedProxies;
use crate::serve::admission::shares::Shares;
use crate::serve::call::call_task::reset_after;
use crate::serve::call::deadline::later;
use crate::serve::call::middleware::Middleware;
use crate::serve::call::peer::{Holder, Peer};
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::json::{JsonGateway, failed};
use crate::serve::messages::arrival::arriving;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::Metrics;
use crate::wire::Method;

/// The answer of a request, once it begins.
type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// All protocols of one server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Protocols {
    grpc: Middleware,
    grpc_web: GrpcWebService<Middleware>,
    json: JsonGateway,
    hosts: HostCheck,
    cors: Cors,
}

impl Protocols {
    pub(crate) fn new(middleware: Middleware, hosts: HostCheck, cors: Cors) -> Self {
        Self {
            grpc_web: GrpcWebLayer::new().layer(middleware.clone()),
            json: JsonGateway::new(middleware.clone()),
            grpc: middleware,
            hosts,
            cors,
        }
    }

    /// Refuses a request that names a host which isn't allowed.
    fn check_host(&self, request: &Request<Body>) -> Result<(), Failure> {
        let checked = self.hosts.check(request.uri(), request.version(), request.headers());
        checked.inspect_err(|failure| {
            self.metrics().refused(failure.reason());
            // It never becomes a call, which would have a line of its own.
            tracing::info!(reason = failure.reason(), "refused before it was a call: its host");
        })
    }

    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.grpc.metrics
    }
}

/// The protocols as one connection has them.
#[derive(Clone)]
pub(crate) struct ConnectionProtocols {
    pub(crate) protocols: Arc<Protocols>,
    /// Who is at its other end.
    pub(crate) peer: Peer,
    /// Who may say whose requests they are.
    pub(crate) proxies: TrustedProxies,
    /// Counts its calls.
    pub(crate) activity: Activity,
    /// The slots of all connections for rests of requests that are read after their answers.
    pub(crate) drains: Shares,
    /// Tells its streams when to end.
    pub(crate) shutdown: StreamShutdown,
    /// Over HTTP/1.1: the answer that isn't sent yet.
    pub(super) unsent: Option<UnsentAnswer>,
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
        let holds = match &self.unsent {
            None => {
                let drains = Drains { slots: self.drains.clone(), holder: Holder::at(sender.address) };
                Holds::Call { call, drains }
            }
            Some(unsent) => {
                unsent.begin(call);
                Holds::Answer(unsent.clone())
            }
        };
        let protocols = self.protocols.clone();
        Box::pin(answer_and_drain(request, holds, |request| protocols.answer(request)).map(Ok))
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
        let holds = if request.version() < Version::HTTP_2 {
            Holds::Answer(UnsentAnswer::default())
        } else {
            let drains = Drains { slots: Shares::new(1), holder: Holder::Unknown };
            Holds::Call { call: Activity::new(&AllCalls::default()).call(), drains }
        };
        let protocol = Protocol::of(request.headers(), request.version());
        let refused = refused(protocol, self.0.clone());
        let answer = |_| std::future::ready(refused);
        Box::pin(answer_and_drain(request.map(Body::new), holds, answer).map(Ok))
    }
}

/// The answer to a request that is refused: as HTTP, unless it is gRPC.
fn refused(protocol: Protocol, failure: impl Into<Status>) -> Response<Body> {
    let status = failure.into();
    match protocol {
        Protocol::Grpc | Protocol::GrpcOtherForm => status.into_http(),
        Protocol::GrpcWithoutTrailers | Protocol::GrpcWeb | Protocol::GrpcWebOtherForm | Protocol::Http => {
            failed(&status)
        }
    }
}

/// Refuses a call whose messages are in another form than protobuf, as its protocol has it.
fn other_form(protocol: Protocol, request: &Request<Body>) -> Response<Body> {
    let given = media_type(request.headers());
    let shown: String = given.chars().take(LONGEST_MEDIA_TYPE).collect();
    let json = Method::at(request.uri().path()).and_then(Method::json_path);
    let json = json.map_or_else(String::new, |path| format!(", or JSON without gRPC to {path}"));
    let wanted =
        if protocol == Protocol::GrpcOtherForm { "application/grpc" } else { "application/grpc-web+proto" };
    let why = format!("{shown:?} is not spoken here: send protobuf as {wanted:?}{json}");
    let mut response = Status::from(Failure::NotSpoken(why)).into_http();
    if protocol == Protocol::GrpcWebOtherForm {
        let content_type = HeaderValue::from_static("application/grpc-web+proto");
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// Answers a request, and reads the rest of it that was left: see [`drainable`].
async fn answer_and_drain<F: Future<Output = Response<Body>>>(
    request: Request<Body>,
    holds: Holds,
    answer: impl FnOnce(Request<Body>) -> F,
) -> Response<Body> {
    let (request, drain) = drainable(request);
    let mut response = answer(request).await;
    let mut rest = Some(drain);
    // A stream is still being read.
    if matches!(holds, Holds::Answer(_))
        && let Some(drain) = rest.take_if(|drain| drain.is_unread())
        && !drain.read_to_end().await
    {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response.map(|body| Body::new(AnswerBody::new(body, rest, holds)))
}

impl Protocols {
    async fn answer(self: Arc<Self>, request: Request<Body>) -> Response<Body> {
        let protocol = Protocol::of(request.headers(), request.version());
        if protocol == Protocol::Grpc {
            // No browser sends that.
            let Ok(response) = self.grpc.clone().call(request).await;
            return response;
        }
        if let Err(failure) = self.check_host(&request) {
            return refused(protocol, failure);
        }
        match self.cors.preflight(&request) {
            Some(Ok(response)) => return response,
            Some(Err(failure)) => {
                self.metrics().refused(failure.reason());
                return refused(Protocol::Http, failure);
            }
            None => {}
        }
        let origin = self.cors.origin(request.headers());
        let mut response = self.answer_in(protocol, request).await;
        if let Some(origin) = origin {
            origin.may_read(&mut response);
        }
        response
    }

    /// Answers a request of every protocol but gRPC over HTTP/2.
    async fn answer_in(self: Arc<Self>, protocol: Protocol, mut request: Request<Body>) -> Response<Body> {
        if matches!(protocol, Protocol::Http | Protocol::GrpcWithoutTrailers) {
            // Also where no call of gRPC comes of it.
            reset_after(later(Instant::now(), self.grpc.max_call_duration));
        }
        let Ok(response) = match protocol {
            Protocol::Grpc => self.grpc.clone().call(request).await,
            // In boxes, so that calls of gRPC don't need the room for the others: thousands of heads may wait for their first
            // turn.
            Protocol::GrpcWeb if request.method() == http::Method::POST => {
                // The library knows the type by nothing but itself.
                if let Ok(content_type) = media_type(request.headers()).parse() {
                    request.headers_mut().insert(header::CONTENT_TYPE, content_type);
                }
                Box::pin(self.grpc_web.clone().call(request)).await
            }
            Protocol::GrpcWeb => {
                let mut response = refused(protocol, Failure::HttpMethodNotAllowed("POST"));
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
                Ok(response)
            }
            Protocol::GrpcOtherForm | Protocol::GrpcWebOtherForm => Ok(other_form(protocol, &request)),
            Protocol::GrpcWithoutTrailers => {
                let why = "gRPC needs HTTP/2; over HTTP/1.1 there are gRPC-Web and JSON";
                Ok(refused(protocol, Failure::NotSpoken(why.to_owned())))
            }
            Protocol::Http => Ok(Box::pin(self.json.clone().answer(request)).await),
        };
        response
    }
}

/// The protocol of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Grpc,
    /// gRPC whose messages aren't protobuf.
    GrpcOtherForm,
    /// gRPC over HTTP/1.1, where clients don't see the trailers that it ends with.
    GrpcWithoutTrailers,
    GrpcWeb,
    /// gRPC-Web whose messages aren't protobuf.
    GrpcWebOtherForm,
    /// Everything else.
    Http,
}

/// The content types of gRPC and gRPC-Web whose messages are protobuf.
const GRPC: [&str; 2] = ["application/grpc", "application/grpc+proto"];
const GRPC_WEB: [&str; 4] = [
    "application/grpc-web",
    "application/grpc-web+proto",
    "application/grpc-web-text",
    "application/grpc-web-text+proto",
];

/// At most this many characters of a media type are repeated in an error.
const LONGEST_MEDIA_TYPE: usize = 80;

impl Protocol {
    fn of(headers: &HeaderMap, version: Version) -> Self {
        let content_type = headers.get(header::CONTENT_TYPE).map_or(&[][..], |value| value.as_bytes());
        // What nearly all calls have.
        if content_type == GRPC[0].as_bytes() && version >= Version::HTTP_2 {
            return Self::Grpc;
        }
        let media_type = media_type(headers);
        let is_of = |known: &[&str]| known.contains(&media_type.as_str());
        if media_type.starts_with("application/grpc-web") {
            if is_of(&GRPC_WEB) { Self::GrpcWeb } else { Self::GrpcWebOtherForm }
        } else if !media_type.starts_with("application/grpc") {
            Self::Http
        } else if version < Version::HTTP_2 {
            Self::GrpcWithoutTrailers
        } else if is_of(&GRPC) {
            Self::Grpc
        } else {
            Self::GrpcOtherForm
        }
    }
}

/// The media type of a request in lower case, without parameters.
fn media_type(headers: &HeaderMap) -> String {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
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
            ("Application/gRPC; charset=utf-8", Version::HTTP_2, Protocol::Grpc),
            ("application/grpc+json", Version::HTTP_2, Protocol::GrpcOtherForm),
            ("application/grpc+json", Version::HTTP_11, Protocol::GrpcWithoutTrailers),
            ("application/grpc-web-text+proto", Version::HTTP_11, Protocol::GrpcWeb),
            ("application/grpc-web+proto; charset=utf-8", Version::HTTP_2, Protocol::GrpcWeb),
            ("application/grpc-web+json", Version::HTTP_11, Protocol::GrpcWebOtherForm),
            ("application/grpc-web-json", Version::HTTP_2, Protocol::GrpcWebOtherForm),
            ("application/json", Version::HTTP_2, Protocol::Http),
            ("", Version::HTTP_11, Protocol::Http),
        ] {
            let headers =
                HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
            assert_eq!(Protocol::of(&headers, version), protocol, "{content_type} {version:?}");
        }
    }
}
