//! An HTTP request with JSON -> the gRPC call that it stands for.
//!
//! The body is read only when the call reads its message, so that a call which is refused hasn't been read. The call is
//! charged for what was read.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Version, header};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use super::messages::grpc_message;
use crate::serve::admission::admit::PermitCell;
use crate::serve::messages::background::{SHORT_BYTES, in_background};
use crate::serve::messages::content_coding::ContentCoding;
use crate::serve::status::Failure;
use crate::wire::{JsonError, Method};

/// JSON may take at most this many times the bytes of the longest message, or it is refused before it is parsed: each byte
/// of a text can be written as "\u0041".
const BYTES_OF_JSON: usize = 6;

/// The headers that the gRPC call keeps: who calls, for how long, as part of what.
const KEPT: [&str; 6] =
    ["authorization", "x-api-key", "x-request-id", "traceparent", "tracestate", "grpc-timeout"];

/// The gRPC call for a request; once the call is admitted, its permit is in `permit`.
///
/// # Errors
/// When the content isn't JSON, or in a coding that isn't accepted.
pub(super) fn grpc_request(
    method: Method,
    request: Request<Body>,
    max_request_bytes: usize,
    permit: &PermitCell,
) -> Result<Request<Body>, Failure> {
    check_content_type(request.headers())?;
    let coding = ContentCoding::of(request.headers())?;
    let (head, body) = request.into_parts();
    let mut headers = HeaderMap::new();
    for name in KEPT {
        if let Some(value) = head.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    let state = State::Reading(body, BytesMut::new());
    let body = JsonBody { method, coding, state, permit: permit.clone(), max_request_bytes };
    let mut request = Request::new(Body::new(body));
    *request.uri_mut() = method.path().parse().expect("the path of a method is a URI");
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    *request.extensions_mut() = head.extensions;
    request.extensions_mut().insert(permit.clone());
    Ok(request)
}

/// Checks for "application/json", perhaps with parameters: forms of other sites can't send that without being allowed.
fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let given = String::from_utf8_lossy(given);
    let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type == "application/json" {
        return Ok(());
    }
    Err(Failure::field("content-type", format!("is {media_type:?}, not \"application/json\"")))
}

/// The message of a call, made of JSON once that has arrived.
struct JsonBody {
    method: Method,
    coding: ContentCoding,
    state: State,
    permit: PermitCell,
    max_request_bytes: usize,
}

enum State {
    /// More of the body is to come.
    Reading(Body, BytesMut),
    /// All of it has arrived, and is being translated.
    Translating(Translated),
    /// The message was handed on, or the request failed.
    Ended,
}

type Translated = Pin<Box<dyn Future<Output = Result<Bytes, Failure>> + Send>>;

impl JsonBody {
    /// Reads on; ready once all of the body has arrived, and is being translated.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        let State::Reading(body, read) = &mut self.state else { return Poll::Ready(Ok(())) };
        let limit = self.max_request_bytes.saturating_mul(BYTES_OF_JSON);
        while let Some(frame) = ready!(http_body::Body::poll_frame(Pin::new(&mut *body), context)) {
            let Ok(data) = frame?.into_data() else { continue };
            read.extend_from_slice(&data);
            let length = read.len();
            if length > limit {
                return Poll::Ready(Err(Failure::MessageTooLarge { limit: self.max_request_bytes }.into()));
            }
            // This buffer is not metered elsewhere, so the call is charged for it here.
            self.permit.hold(length)?;
        }
        self.permit.has_message();
        let translation = Translation {
            method: self.method,
            coding: self.coding,
            body: mem::take(read),
            permit: self.permit.clone(),
            max_request_bytes: self.max_request_bytes,
        };
        self.state = State::Translating(translation.begin());
        Poll::Ready(Ok(()))
    }
}

/// The body of a request, which becomes a message.
struct Translation {
    method: Method,
    coding: ContentCoding,
    body: BytesMut,
    permit: PermitCell,
    max_request_bytes: usize,
}

impl Translation {
    /// Makes the message; where there is much to do, in the background.
    fn begin(self) -> Translated {
        if self.coding.is_at_most(&self.body, SHORT_BYTES) {
            return Box::pin(std::future::ready(self.message()));
        }
        Box::pin(async move { in_background(move || self.message()).await? })
    }

    fn message(&self) -> Result<Bytes, Failure> {
        let limit = self.max_request_bytes.saturating_mul(BYTES_OF_JSON);
        let json = self.coding.decode(&self.body, limit, &self.permit).map_err(|failure| match failure {
            Failure::DecompressedTooLarge { .. } => self.coding.too_large(self.max_request_bytes),
            other => other,
        })?;
        grpc_message(self.method, &json, self.max_request_bytes).map_err(|error| match error {
            JsonError::TooLarge(limit) => self.coding.too_large(limit),
            JsonError::Wrong(error) => Failure::field("body", format!("is no such message: {error}")),
        })
    }
}

impl http_body::Body for JsonBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let read = ready!(self.poll_read(context));
        let message = match (&mut self.state, read) {
            (_, Err(status)) => Err(status),
            (State::Translating(translation), Ok(())) => {
                ready!(translation.as_mut().poll(context)).map(Frame::data).map_err(Status::from)
            }
            (State::Reading(..) | State::Ended, Ok(())) => return Poll::Ready(None),
        };
        self.state = State::Ended;
        Poll::Ready(Some(message))
    }
}
