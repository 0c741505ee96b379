//! An HTTP request with JSON, a query or a bare message -> the gRPC call that it stands for.
//!
//! The body is read only when the call reads its message, so that a call which is refused hasn't been read. The call is
//! charged for what was read.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Version, header};
use http_body::Frame;
use http_body_util::Full;
use tonic::Status;
use tonic::body::Body;

use super::messages::{framed, grpc_message};
use super::query::query_json;
use crate::serve::admission::admit::PermitCell;
use crate::serve::messages::background::{SHORT_BYTES, in_background};
use crate::serve::messages::content_coding::ContentCoding;
use crate::serve::messages::wrong_documents::WrongDocuments;
use crate::serve::status::Failure;
use crate::wire::{FieldViolation, JsonError, Method};

/// JSON may take at most this many times the bytes of the longest message, or it is refused before it is parsed: each byte
/// of a text can be written as "\u0041".
const BYTES_OF_JSON: usize = 6;

/// The headers that the gRPC call keeps: who calls, for how long, as part of what.
const KEPT: [&str; 6] =
    ["authorization", "x-api-key", "x-request-id", "traceparent", "tracestate", "grpc-timeout"];

/// How a request holds its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Its body is JSON.
    Json,
    /// Its body is the message itself.
    Protobuf,
    /// Its query has the fields.
    Query,
}

/// The gRPC call for a request; once the call is admitted, its permit is in `permit`.
///
/// # Errors
/// When the body is in a coding that isn't accepted.
pub(super) fn grpc_request(
    method: Method,
    request: Request<Body>,
    form: Form,
    max_request_bytes: usize,
    permit: &PermitCell,
) -> Result<Request<Body>, Failure> {
    let (coding, request) = match form {
        Form::Json | Form::Protobuf => (ContentCoding::of(request.headers())?, request),
        Form::Query => {
            let json = query_json(method, request.uri().query().unwrap_or_default());
            (ContentCoding::Identity, request.map(|_| Body::new(Full::new(Bytes::from(json)))))
        }
    };
    let (head, body) = request.into_parts();
    let mut headers = HeaderMap::new();
    for name in KEPT {
        if let Some(value) = head.headers.get(name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    let wrong = WrongDocuments::default();
    let reading =
        Reading { method, form, coding, permit: permit.clone(), max_request_bytes, wrong: wrong.clone() };
    let body = CallBody { reading, state: State::Reading(body, BytesMut::new()) };
    let mut request = Request::new(Body::new(body));
    *request.uri_mut() = method.path().parse().expect("the path of a method is a URI");
    *request.method_mut() = http::Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    *request.extensions_mut() = head.extensions;
    request.extensions_mut().insert(permit.clone());
    request.extensions_mut().insert(wrong);
    Ok(request)
}

/// The message of a call, made of a request's body once that has arrived.
struct CallBody {
    reading: Reading,
    state: State,
}

/// How a request is read.
#[derive(Clone)]
struct Reading {
    method: Method,
    form: Form,
    coding: ContentCoding,
    permit: PermitCell,
    max_request_bytes: usize,
    /// Where documents of a batch are noted that are wrong.
    wrong: WrongDocuments,
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

impl CallBody {
    /// Reads on; ready once all of the body has arrived, and is being translated.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        let State::Reading(body, read) = &mut self.state else { return Poll::Ready(Ok(())) };
        let limit = self.reading.most_bytes();
        let too_large = || Failure::MessageTooLarge { limit: self.reading.max_request_bytes };
        if read.is_empty() && http_body::Body::size_hint(body).lower() > limit as u64 {
            // Its head says so: nothing of it has to come.
            return Poll::Ready(Err(too_large().into()));
        }
        while let Some(frame) = ready!(http_body::Body::poll_frame(Pin::new(&mut *body), context)) {
            let Ok(data) = frame?.into_data() else { continue };
            read.extend_from_slice(&data);
            let length = read.len();
            if length > limit {
                return Poll::Ready(Err(too_large().into()));
            }
            // This buffer is not metered elsewhere, so the call is charged for it here.
            self.reading.permit.hold(length)?;
        }
        self.reading.permit.has_message();
        let translation = Translation { body: mem::take(read), reading: self.reading.clone() };
        self.state = State::Translating(translation.begin());
        Poll::Ready(Ok(()))
    }
}

impl Reading {
    /// The most bytes that its body may have.
    const fn most_bytes(&self) -> usize {
        match self.form {
            Form::Json | Form::Query => self.max_request_bytes.saturating_mul(BYTES_OF_JSON),
            Form::Protobuf => self.max_request_bytes,
        }
    }

    /// The message in a body.
    fn message(&self, body: &[u8]) -> Result<Bytes, Failure> {
        if self.form == Form::Protobuf {
            return Ok(framed(body));
        }
        let read = grpc_message(self.method, body, self.max_request_bytes).map_err(|error| match error {
            JsonError::TooLarge(limit) => self.coding.too_large(limit),
            JsonError::Wrong(wrong) if self.form == Form::Query => {
                Failure::Invalid(wrong.into_iter().map(in_query).collect())
            }
            JsonError::Wrong(wrong) => Failure::Invalid(wrong),
        })?;
        self.wrong.note(read.wrong);
        Ok(framed(&read.message))
    }
}

/// What is wrong with a query, which has no lines.
fn in_query(violation: FieldViolation) -> FieldViolation {
    let FieldViolation { field, mut description } = violation;
    if let Some(place) = description.rfind(" (line ") {
        description.truncate(place);
    }
    FieldViolation { field, description }
}

/// The body of a request, which becomes a message.
struct Translation {
    reading: Reading,
    body: BytesMut,
}

impl Translation {
    /// Makes the message; where there is much to do, in the background.
    fn begin(self) -> Translated {
        if self.reading.coding.is_at_most(&self.body, SHORT_BYTES) {
            return Box::pin(std::future::ready(self.message()));
        }
        Box::pin(async move { in_background(move || self.message()).await? })
    }

    fn message(&self) -> Result<Bytes, Failure> {
        let Reading { coding, permit, .. } = &self.reading;
        let body =
            coding.decode(&self.body, self.reading.most_bytes(), permit).map_err(
                |failure| match failure {
                    Failure::DecompressedTooLarge { .. } => coding.too_large(self.reading.max_request_bytes),
                    other => other,
                },
            )?;
        self.reading.message(&body)
    }
}

impl http_body::Body for CallBody {
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
