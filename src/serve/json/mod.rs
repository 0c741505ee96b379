//! JSON: the same calls as proto3 JSON over HTTP, for clients without gRPC.
//!
//! In: an HTTP request whose content isn't gRPC. Out: the answer as JSON, or a `google.rpc.Status` with the HTTP code of
//! its own. Each request becomes the gRPC call that it stands for (`request`), passes the same middleware, with the same
//! log, keys, limits and deadlines, and its answer is translated back (`response`).

mod messages; //        a method's messages: JSON <-> protobuf
mod request; //         an HTTP request -> the gRPC call that it stands for
mod response; //        the answer of that call -> an HTTP response

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use tonic::Status;
use tonic::body::Body;
use tower::Service;

use crate::serve::admission::admit::PermitCell;
use crate::serve::call::middleware::Middleware;
use crate::serve::messages::content_coding::ContentCoding;
use crate::serve::request_id::{REQUEST_ID, RequestId};
use crate::wire;
use request::grpc_request;
use response::{in_coding, json_response};

pub(super) use response::failed;

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

    async fn answer_unnamed(mut self, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path();
        let coding = ContentCoding::of_answer(request.headers());
        if let Some(method) = wire::Method::at_json(path) {
            return if request.method() == Method::POST {
                let permit = PermitCell::default();
                match grpc_request(method, request, self.middleware.max_request_bytes, &permit) {
                    Ok(request) => {
                        let Ok(response) = self.middleware.call(request).await;
                        json_response(method, response, &permit, coding).await
                    }
                    Err(failure) => failed(&Status::from(failure)),
                }
            } else {
                not_allowed("POST")
            };
        }
        match self.statics.iter().find(|it| it.path == path) {
            Some(found) if matches!(*request.method(), Method::GET | Method::HEAD) => found.response(coding),
            Some(_) => not_allowed("GET, HEAD"),
            None => {
                let path: String = path.chars().take(LONGEST_PATH).collect();
                failed(&Status::not_found(format!("there is nothing at {path:?}")))
            }
        }
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
fn not_allowed(allowed: &'static str) -> Response<Body> {
    let mut response = failed(&Status::unimplemented(format!("only {allowed} is answered here")));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}
