//! An HTTP request with JSON -> the gRPC call that it stands for.
//!
//! The JSON is read only when the call reads its message, so that a caller who is turned away hasn't been read. What was
//! read counts among the bytes of the call's permit.

use std::mem;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Version, header};
use http_body::Frame;
use tokio::sync::Semaphore;
use tonic::Status;
use tonic::body::Body;

use super::messages::grpc_message;
use crate::serve::admission::admit::PermitCell;
use crate::serve::status::Failure;
use crate::wire::{JsonError, Method};

/// JSON takes so many times the bytes of its message at most, before it is refused unread: each byte of a text can be
/// written as "\u0041".
const BYTES_OF_JSON: usize = 6;

/// So much JSON is translated where it is read: a millisecond at most.
const SHORT_JSON_BYTES: usize = 64 << 10;

/// Headers that a call keeps: who calls, for how long, as part of what.
const KEPT: [&str; 6] =
    ["authorization", "x-api-key", "x-request-id", "traceparent", "tracestate", "grpc-timeout"];

/// The gRPC call for a request, whose permit is found in `permit` once it has one.
///
/// # Errors
/// When the content isn't JSON.
pub(super) fn grpc_request(
    method: Method,
    request: Request<Body>,
    max_request_bytes: usize,
    permit: &PermitCell,
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
    let state = State::Reading(body, BytesMut::new());
    let body = JsonBody { method, state, permit: permit.clone(), max_request_bytes };
    let mut request = Request::new(Body::new(body));
    *request.uri_mut() = method.path().parse().expect("the path of a method is a URI");
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    *request.extensions_mut() = head.extensions;
    request.extensions_mut().insert(permit.clone());
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
    method: Method,
    state: State,
    permit: PermitCell,
    max_request_bytes: usize,
}

enum State {
    /// More JSON is to come.
    Reading(Body, BytesMut),
    /// It is all there, and is being translated.
    Translating(Translation),
    /// The message was handed on, or there is none.
    Ended,
}

type Translation = Pin<Box<dyn Future<Output = Result<Bytes, Failure>> + Send>>;

impl JsonBody {
    const fn too_large(&self) -> Failure {
        Failure::MessageTooLarge { limit: self.max_request_bytes }
    }

    /// Reads on; ready once all is there, and is being translated.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        let State::Reading(body, read) = &mut self.state else { return Poll::Ready(Ok(())) };
        while let Some(frame) = ready!(http_body::Body::poll_frame(Pin::new(&mut *body), context)) {
            let frame =
                frame.map_err(|error| Status::cancelled(format!("the request broke off: {error}")))?;
            let Ok(data) = frame.into_data() else { continue };
            read.extend_from_slice(&data);
            let length = read.len();
            if length > self.max_request_bytes.saturating_mul(BYTES_OF_JSON) {
                return Poll::Ready(Err(self.too_large().into()));
            }
            // What is here isn't seen by who counts messages.
            self.permit.hold(length)?;
        }
        self.permit.has_message();
        self.state = State::Translating(translation(self.method, mem::take(read), self.max_request_bytes));
        Poll::Ready(Ok(()))
    }
}

/// The message of JSON. Where there is much of it, it is made on a thread of its own, one at a time, so that nobody else
/// is kept waiting.
fn translation(method: Method, json: BytesMut, max_request_bytes: usize) -> Translation {
    static TURN: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));
    let is_short = json.len() <= SHORT_JSON_BYTES;
    let translate = move || {
        grpc_message(method, &json, max_request_bytes).map_err(|error| match error {
            JsonError::TooLarge(limit) => Failure::MessageTooLarge { limit },
            JsonError::Wrong(error) => Failure::field("body", format!("is no such message: {error}")),
        })
    };
    if is_short {
        return Box::pin(std::future::ready(translate()));
    }
    Box::pin(async move {
        let turn = TURN.clone().acquire_owned().await.expect("the semaphore is never closed");
        let translated = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            translate()
        });
        // A panic goes on to where panics of calls are caught.
        translated.await.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Failure::ShuttingDown),
        })
    })
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
