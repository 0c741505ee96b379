//! An HTTP request with JSON -> the gRPC call that it stands for.
//!
//! The JSON is read only when the call reads its message, so that a caller who is turned away hasn't been read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Version, header};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use super::methods::{JsonCall, PREFIX_BYTES};
use crate::serve::status::Failure;

/// JSON takes so many times the bytes of its message at most, before it is refused unread: each byte of a text can be
/// written as "\u0041".
const BYTES_OF_JSON: usize = 6;

/// Headers that a call keeps: who calls, for how long, as part of what.
const KEPT: [&str; 6] =
    ["authorization", "x-api-key", "x-request-id", "traceparent", "tracestate", "grpc-timeout"];

/// The gRPC call for a request.
///
/// # Errors
/// When the content isn't JSON.
pub(super) fn grpc_request(
    call: JsonCall,
    request: Request<Body>,
    max_request_bytes: usize,
) -> Result<Request<Body>, Failure> {
    check_content_type(request.headers())?;
    let (head, body) = request.into_parts();
    let mut headers = HeaderMap::new();
    for name in KEPT {
        if let Some(value) = head.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    let body = JsonBody { call, inner: Some(body), read: BytesMut::new(), max_request_bytes };
    let mut request = Request::new(Body::new(body));
    *request.uri_mut() = call.grpc_path().parse().expect("the path of a method is a URI");
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    *request.extensions_mut() = head.extensions;
    Ok(request)
}

/// "application/json", perhaps with parameters. Forms can't send it from another site without being allowed.
fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let given = String::from_utf8_lossy(given);
    let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type == "application/json" {
        return Ok(());
    }
    Err(Failure::field("content-type", format!("is {media_type:?}, not \"application/json\"")))
}

/// The message of a call, made of JSON once that is there.
struct JsonBody {
    call: JsonCall,
    /// None once the message was made.
    inner: Option<Body>,
    read: BytesMut,
    max_request_bytes: usize,
}

impl JsonBody {
    fn message(&self) -> Result<Bytes, Failure> {
        let message = self.call.request(&self.read);
        let message =
            message.map_err(|error| Failure::field("body", format!("is no such message: {error}")))?;
        if message.len() > self.max_request_bytes + PREFIX_BYTES {
            return Err(self.too_large());
        }
        Ok(message)
    }

    const fn too_large(&self) -> Failure {
        Failure::MessageTooLarge { limit: self.max_request_bytes }
    }
}

impl http_body::Body for JsonBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        loop {
            let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
            match ready!(Pin::new(inner).poll_frame(context)) {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    self.read.extend_from_slice(&data);
                    if self.read.len() > self.max_request_bytes.saturating_mul(BYTES_OF_JSON) {
                        self.inner = None;
                        return Poll::Ready(Some(Err(self.too_large().into())));
                    }
                }
                Some(Err(error)) => {
                    self.inner = None;
                    let gone = format!("the request broke off: {error}");
                    return Poll::Ready(Some(Err(Status::cancelled(gone))));
                }
                None => {
                    self.inner = None;
                    let message = self.message();
                    self.read = BytesMut::new();
                    return Poll::Ready(Some(message.map(Frame::data).map_err(Status::from)));
                }
            }
        }
    }
}
