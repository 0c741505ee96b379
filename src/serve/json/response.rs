//! The answer of a gRPC call -> an HTTP response with JSON.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::connect::connect_json;
use super::messages::{PREFIX_BYTES, is_unhealthy, json_message};
use crate::serve::admission::admit::PermitCell;
use crate::serve::admission::permit_bodies::HeldBody;
use crate::serve::call::call_notes::SERVER_TIMING;
use crate::serve::messages::background::{SHORT_BYTES, in_background};
use crate::serve::messages::content_coding::ContentCoding;
use crate::serve::status::{
    HOST_NOT_ALLOWED, HTTP_METHOD_NOT_ALLOWED, MESSAGE_TOO_LARGE, UNSUPPORTED_CODING,
    UNSUPPORTED_CONTENT_TYPE,
};
use crate::wire::{Method, google_rpc, status_json};

/// How an answer is to be written, and what its call holds meanwhile.
#[derive(Clone, Copy)]
struct Way<'a> {
    shape: Shape,
    coding: ContentCoding,
    permit: &'a PermitCell,
}

/// What became of a call: its answer, or the status that it ended with.
struct Answered {
    outcome: Result<Response<Body>, Status>,
    /// How long its documents waited and were read.
    times: Option<HeaderValue>,
}

/// The headers of the gRPC answer that its HTTP response keeps.
const KEPT: [&str; 2] = ["x-request-id", "grpc-retry-pushback-ms"];

/// An answer has about so many bytes of JSON for each of its message.
const BYTES_OF_JSON: usize = 4;

/// How a response is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// As JSON; errors as `google.rpc.Status`.
    Json,
    /// As JSON; errors as Connect has them.
    ConnectJson,
    /// As the message itself; errors as Connect has them.
    ConnectProtobuf,
}

impl Shape {
    /// The response of a call that failed.
    pub(super) fn failed(self, status: &Status) -> Response<Body> {
        match self {
            Self::Json => failed(status),
            Self::ConnectJson | Self::ConnectProtobuf => failed_with(status, connect_json(status)),
        }
    }
}

/// Reads the answer of a call to its end and translates it, in a coding that its caller takes. The response holds the call's
/// permit until it is sent.
pub(super) async fn json_response(
    method: Method,
    response: Response<Body>,
    shape: Shape,
    permit: &PermitCell,
    coding: ContentCoding,
) -> Response<Body> {
    let (head, body) = response.into_parts();
    let answered = answered(method, &head.headers, body, Way { shape, coding, permit }).await;
    let mut translated = match answered.outcome {
        Ok(translated) => translated,
        Err(status) => shape.failed(&status),
    };
    if let Some(times) = answered.times {
        translated.headers_mut().insert(SERVER_TIMING, times);
    }
    for name in KEPT {
        if let Some(value) = head.headers.get(name) {
            translated.headers_mut().insert(HeaderName::from_static(name), value.clone());
        }
    }
    match permit.get() {
        Some(permit) => translated.map(|body| Body::new(HeldBody::new(body, permit, None))),
        None => translated,
    }
}

async fn answered(method: Method, headers: &HeaderMap, body: Body, way: Way<'_>) -> Answered {
    if let Some(status) = Status::from_header_map(headers).filter(|status| status.code() != Code::Ok) {
        return Answered { outcome: Err(status), times: headers.get(SERVER_TIMING).cloned() };
    }
    let body = match body.collect().await {
        Ok(body) => body,
        Err(status) => return Answered { outcome: Err(status), times: None },
    };
    let trailers = body.trailers().cloned().unwrap_or_default();
    let times = trailers.get(SERVER_TIMING).cloned();
    let outcome = match Status::from_header_map(&trailers).filter(|status| status.code() != Code::Ok) {
        Some(status) => Err(status),
        None => translated(method, body.to_bytes(), way).await,
    };
    Answered { outcome, times }
}

/// The message of an answer as its caller takes it: in that coding where this makes it shorter.
async fn translated(method: Method, bytes: Bytes, way: Way<'_>) -> Result<Response<Body>, Status> {
    let Way { shape, coding, permit } = way;
    let message = bytes.slice(PREFIX_BYTES.min(bytes.len())..);
    if shape == Shape::ConnectProtobuf {
        return Ok(with(StatusCode::OK, "application/proto", message));
    }
    let code = if is_unhealthy(method, &message) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let length = bytes.len();
    if length > SHORT_BYTES {
        // All are there for a moment. Refused now it costs one document; not refused it would cost memory without bounds.
        let times = if coding == ContentCoding::Identity { 1 + BYTES_OF_JSON } else { 2 + BYTES_OF_JSON };
        permit.hold(length.saturating_mul(times))?;
    }
    let json = move || {
        let json = json_message(method, &message)?;
        Some(coding.compressed(&json).map_or((json, ContentCoding::Identity), |json| (json, coding)))
    };
    let json = if length <= SHORT_BYTES { json() } else { in_background(json).await? };
    let json = json.ok_or_else(|| Status::internal("the answer can't be written as JSON"))?;
    let (json, coding) = json;
    Ok(in_coding(with_json(code, json), coding))
}

/// Says of a response in which coding its body is, and that this depends on the request.
pub(super) fn in_coding(mut response: Response<Body>, coding: ContentCoding) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(name) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// A status as the JSON that `google.rpc.Status` has, with the HTTP code of its code.
pub(in super::super) fn failed(status: &Status) -> Response<Body> {
    let told = google_rpc::Status::decode(status.details()).ok().filter(|told| told.code != 0);
    let told = told.unwrap_or_else(|| google_rpc::Status {
        code: status.code().into(),
        message: status.message().to_owned(),
        details: Vec::new(),
    });
    failed_with(status, status_json(&told))
}

/// The response of a call that failed, with its error in JSON.
fn failed_with(status: &Status, json: Vec<u8>) -> Response<Body> {
    let mut response = with_json(http_code(status), json);
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    if reason == UNSUPPORTED_CODING {
        let accepted = HeaderValue::from_static(ContentCoding::ACCEPTED);
        response.headers_mut().insert(header::ACCEPT_ENCODING, accepted);
    }
    if let Some(delay) = status.get_details_retry_info().and_then(|info| info.retry_delay) {
        // In whole seconds, and rather later than too early.
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn with_json(code: StatusCode, json: Vec<u8>) -> Response<Body> {
    with(code, "application/json", Bytes::from(json))
}

fn with(code: StatusCode, content_type: &'static str, content: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::new(content)));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The HTTP code of a status: that of its gRPC code as `google/rpc/code.proto` maps them, but for what only HTTP has.
pub(in super::super) fn http_code(status: &Status) -> StatusCode {
    let info = status.get_details_error_info();
    match info.as_ref().map(|info| info.reason.as_str()) {
        Some(UNSUPPORTED_CODING | UNSUPPORTED_CONTENT_TYPE) => return StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Some(HTTP_METHOD_NOT_ALLOWED) => return StatusCode::METHOD_NOT_ALLOWED,
        Some(HOST_NOT_ALLOWED) => return StatusCode::MISDIRECTED_REQUEST,
        Some(MESSAGE_TOO_LARGE) => return StatusCode::PAYLOAD_TOO_LARGE,
        _ => {}
    }
    match status.code() {
        Code::Ok => StatusCode::OK,
        // The client went away: nobody sees it.
        Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
