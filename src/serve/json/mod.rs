//! JSON: the same calls as proto3 JSON over HTTP, for clients without gRPC; and Connect's unary calls.
//!
//! In: an HTTP request whose content isn't gRPC. Out: the answer as JSON, or a `google.rpc.Status` with the HTTP code of
//! its own. Each request becomes the gRPC call that it stands for (`request`), passes the same middleware, with the same
//! log, keys, limits and deadlines, and its answer is translated back (`response`).

mod content_type; //    what a request says that its body is
mod query; //           the query of a request -> JSON
mod messages; //        a method's messages: JSON <-> protobuf
mod connect; //         what Connect has otherwise: errors, deadlines, streams
mod request; //         an HTTP request -> the gRPC call that it stands for
mod response; //        the answer of that call -> an HTTP response

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use tonic::body::Body;
use tower::Service;

use crate::misspelling::meant;
use crate::serve::admission::admit::PermitCell;
use crate::serve::call::middleware::Middleware;
use crate::serve::messages::content_coding::ContentCoding;
use crate::serve::request_id::{REQUEST_ID, RequestId};
use crate::serve::status::Failure;
use crate::wire;
use connect::{connect_call, refused_stream};
use content_type::check_json;
use request::{Form, grpc_request};
use response::{Shape, in_coding, json_response};

pub(super) use content_type::content_type_failure;
pub(super) use response::{failed, http_code};

/// Answers requests that aren't gRPC.
#[derive(Clone)]
pub(super) struct JsonGateway {
    middleware: Middleware,
    statics: Arc<[Static]>,
}

/// A resource that is the same for everybody.
struct Static {
    /// Its path.
    path: &'static str,
    /// Its content type.
    content_type: &'static str,
    /// What browsers let it do; none where it does nothing.
    content_security_policy: Option<&'static str>,
    content: Bytes,
    /// The same compressed, once somebody has asked for that.
    compressed: [(ContentCoding, OnceLock<Option<Bytes>>); 2],
}

impl JsonGateway {
    pub(super) fn new(middleware: Middleware) -> Self {
        let openapi = wire::openapi().to_string();
        let statics = [
            Static {
                content_security_policy: Some(PAGE_POLICY),
                ..Static::new("/", "text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes()))
            },
            Static::new("/openapi.json", "application/json", openapi.into()),
            Static::new(
                "/ascribe.proto",
                "text/plain; charset=utf-8",
                Bytes::from_static(wire::CONTRACT.as_bytes()),
            ),
        ];
        Self { middleware, statics: statics.into() }
    }

    /// Answers a request; an answer that didn't pass the middleware has a request id as well.
    pub(super) async fn answer(self, request: Request<Body>) -> Response<Body> {
        let request_id = RequestId::of(request.headers());
        let mut response = self.answer_unnamed(request).await;
        if !response.headers().contains_key(REQUEST_ID) {
            request_id.put_into(response.headers_mut());
        }
        response
    }

    async fn answer_unnamed(self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path();
        let coding = ContentCoding::of_answer(request.headers());
        if let Some(method) = wire::Method::at_json(path) {
            return self.json(method, request).await;
        }
        if let Some(method) = wire::Method::at(path) {
            return self.connect(method, request).await;
        }
        match self.statics.iter().find(|it| it.path == path) {
            Some(found) if matches!(*request.method(), Method::GET | Method::HEAD) => found.response(coding),
            Some(_) => not_allowed("GET, HEAD", Shape::Json),
            None => failed(&self.nothing_at(path).into()),
        }
    }

    /// Answers a request for a method at the method's own path in JSON.
    async fn json(self, method: wire::Method, request: Request<Body>) -> Response<Body> {
        if method.is_get() {
            return if matches!(*request.method(), Method::GET | Method::HEAD) {
                self.call(method, request, Form::Query, Shape::Json).await
            } else {
                not_allowed("GET, HEAD", Shape::Json)
            };
        }
        if request.method() != Method::POST {
            return not_allowed("POST", Shape::Json);
        }
        match check_json(request.headers()) {
            Ok(()) => self.call(method, request, Form::Json, Shape::Json).await,
            Err(failure) => failed(&failure.into()),
        }
    }

    /// Answers a request for a method at the path that it has in gRPC, where Connect's clients ask.
    async fn connect(self, method: wire::Method, mut request: Request<Body>) -> Response<Body> {
        if let Some(refused) = refused_stream(method, request.headers()) {
            return refused;
        }
        if request.method() != Method::POST {
            return not_allowed("POST", Shape::ConnectJson);
        }
        match connect_call(method, request.headers_mut()) {
            Ok((form, shape)) => self.call(method, request, form, shape).await,
            Err(failure) => Shape::ConnectJson.failed(&failure.into()),
        }
    }

    async fn call(
        mut self,
        method: wire::Method,
        request: Request<Body>,
        form: Form,
        shape: Shape,
    ) -> Response<Body> {
        let permit = PermitCell::default();
        let coding = ContentCoding::of_answer(request.headers());
        match grpc_request(method, request, form, self.middleware.max_request_bytes, &permit) {
            Ok(request) => {
                let Ok(response) = self.middleware.call(request).await;
                json_response(method, response, shape, &permit, coding).await
            }
            Err(failure) => shape.failed(&failure.into()),
        }
    }

    /// That there is nothing at a path, and what there is.
    fn nothing_at(&self, path: &str) -> Failure {
        let statics = self.statics.iter().map(|it| it.path);
        let paths: Vec<&str> =
            statics.chain(wire::Method::ALL.iter().filter_map(|it| it.json_path())).collect();
        let instead = match meant(path, paths.iter().copied()) {
            Some(path) => format!("perhaps {path} is meant"),
            None => format!("there are {}", paths.join(", ")),
        };
        Failure::NothingThere { path: path.chars().take(LONGEST_PATH).collect(), instead }
    }
}

/// The page, and what browsers let it do: `build.rs` makes both of `page/`.
const PAGE: &str = include_str!(concat!(env!("OUT_DIR"), "/page.html"));
const PAGE_POLICY: &str = include_str!(concat!(env!("OUT_DIR"), "/page_policy.txt"));

/// At most this many characters of an unknown path are repeated in an error.
const LONGEST_PATH: usize = 128;

impl Static {
    fn new(path: &'static str, content_type: &'static str, content: Bytes) -> Self {
        let compressed = [ContentCoding::Gzip, ContentCoding::Zstd].map(|coding| (coding, OnceLock::new()));
        Self { path, content_type, content_security_policy: None, content, compressed }
    }

    fn response(&self, coding: ContentCoding) -> Response<Body> {
        let compressed = self.compressed.iter().find(|(one, _)| *one == coding);
        let compressed = compressed.and_then(|(_, compressed)| {
            compressed.get_or_init(|| coding.compressed(&self.content).map(Bytes::from)).clone()
        });
        let (content, coding) = match compressed {
            Some(compressed) => (compressed, coding),
            None => (self.content.clone(), ContentCoding::Identity),
        };
        let mut response = in_coding(Response::new(Body::new(Full::new(content))), coding);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Some(policy) = self.content_security_policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        response
    }
}

/// Refuses a request with an HTTP method that the path doesn't have.
fn not_allowed(allowed: &'static str, shape: Shape) -> Response<Body> {
    let mut response = shape.failed(&Failure::HttpMethodNotAllowed(allowed).into());
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}
