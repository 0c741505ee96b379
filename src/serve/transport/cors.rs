//! Pages of other origins: which may call, and what browsers ask before they let them (CORS).
//!
//! In: which origins are allowed, a request's head. Out: the answer to a browser's question (a preflight), and the headers by
//! which a browser shows a page its answer. Keys are headers that the page sends itself, so that no browser has to add
//! credentials of its own, and none may.

use std::sync::Arc;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tonic::body::Body;

use crate::serve::config::CorsOrigins;
use crate::serve::status::Failure;

/// The methods that are answered here.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

/// The headers of answers that pages may read beside those that all may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "grpc-status, grpc-message, grpc-status-details-bin, grpc-encoding, grpc-retry-pushback-ms, retry-after, \
     server-timing, x-request-id, content-encoding",
);

/// How long browsers keep the answer to a preflight, in seconds: the longest that all of them keep one.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// What the answer to a preflight depends on.
const PREFLIGHT_VARIES: HeaderValue =
    HeaderValue::from_static("origin, access-control-request-method, access-control-request-headers");
const ANSWER_VARIES: HeaderValue = HeaderValue::from_static("origin");

/// At most this many characters of an origin are repeated in an error.
const LONGEST_ORIGIN: usize = 128;

/// Which origins may call. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Cors {
    allowed: CorsOrigins,
}

/// The origin of a page that may read the answer; the value that says so.
#[derive(Clone)]
pub(crate) struct AllowedOrigin(HeaderValue);

impl Cors {
    pub(crate) const fn new(allowed: CorsOrigins) -> Self {
        Self { allowed }
    }

    /// The page's origin, if there is one that may call.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> Option<AllowedOrigin> {
        let origin = headers.get(ORIGIN)?;
        match &self.allowed {
            CorsOrigins::None => None,
            CorsOrigins::Any => Some(AllowedOrigin(HeaderValue::from_static("*"))),
            CorsOrigins::Listed(listed) => is_listed(listed, origin).then(|| AllowedOrigin(origin.clone())),
        }
    }

    /// The answer to a preflight; none where the request is none.
    pub(crate) fn preflight(&self, request: &Request<Body>) -> Option<Result<Response<Body>, Failure>> {
        let headers = request.headers();
        let origin = headers.get(ORIGIN)?;
        if request.method() != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let Some(AllowedOrigin(allowed)) = self.origin(headers) else {
            let shown = String::from_utf8_lossy(origin.as_bytes()).chars().take(LONGEST_ORIGIN).collect();
            return Some(Err(Failure::OriginNotAllowed(shown)));
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let answer = response.headers_mut();
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        answer.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        if let Some(asked) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            // Whatever it sends, it is no more than any client can.
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        }
        answer.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        answer.insert(VARY, PREFLIGHT_VARIES);
        Some(Ok(response))
    }
}

/// Whether an origin is one of those listed. Scheme and host are the same in any case.
fn is_listed(listed: &Arc<[String]>, origin: &HeaderValue) -> bool {
    listed.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
}

impl AllowedOrigin {
    /// Lets a page of the origin read a response.
    pub(crate) fn may_read(self, response: &mut Response<Body>) {
        let headers = response.headers_mut();
        if self.0 != "*" {
            headers.append(VARY, ANSWER_VARIES);
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.0);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
