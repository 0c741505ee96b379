//! Connect, the protocol of connectrpc.com: its unary calls are those of JSON at the paths of gRPC, with errors of its own
//! shape.
//!
//! In: a request at the path of a method of gRPC. Out: which form it and its answer have; a refusal that Connect's clients
//! show, for streams.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::Full;
use prost::Message;
use serde_json::json;
use tonic::body::Body;
use tonic::{Code, Status};

use super::content_type::ContentType;
use super::request::Form;
use super::response::Shape;
use crate::serve::status::Failure;
use crate::wire::{Method, google_rpc};

/// The version of the protocol, which clients may name.
const VERSION: &str = "connect-protocol-version";
const VERSIONS: &[u8] = b"1";

/// How long a caller waits, in milliseconds of at most so many digits.
const TIMEOUT: &str = "connect-timeout-ms";
const TIMEOUT_DIGITS: usize = 10;
/// A timeout of gRPC has at most so many digits.
const GRPC_TIMEOUT_DIGITS: usize = 8;

/// The flag of the message that ends a stream.
const END_OF_STREAM: u8 = 2;

/// The form of a unary call and of its answer. Where the caller sets a limit of time, it is set as gRPC has it.
///
/// # Errors
/// Where this isn't spoken here, or the method isn't offered so; and what to use.
pub(super) fn connect_call(method: Method, headers: &mut HeaderMap) -> Result<(Form, Shape), Failure> {
    let given = ContentType::of(headers);
    let called = match given.media_type.as_str() {
        "application/json" => {
            given.check_charset()?;
            (Form::Json, Shape::ConnectJson)
        }
        "application/proto" => (Form::Protobuf, Shape::ConnectProtobuf),
        _ => {
            return Err(given.refused(
                "\"content-type: application/json\" with JSON, \"application/proto\" with a bare message, \
                 \"application/grpc-web+proto\" as gRPC-Web has it, or \"application/grpc\" as gRPC over HTTP/2",
            ));
        }
    };
    if method.json_path().is_none() {
        return Err(Failure::NotSpoken(format!(
            "{} is answered over gRPC alone: {}",
            method.name(),
            instead(method)
        )));
    }
    if headers.get(VERSION).is_some_and(|version| version.as_bytes() != VERSIONS) {
        return Err(Failure::field(VERSION, "is not 1, the version that is spoken here"));
    }
    if let Some(timeout) = headers.get(TIMEOUT) {
        let timeout = grpc_timeout(timeout).ok_or_else(|| {
            Failure::field(TIMEOUT, "is no whole number of milliseconds with at most ten digits")
        })?;
        headers.insert("grpc-timeout", timeout);
    }
    Ok(called)
}

/// What to use instead of a method that Connect can't have here.
fn instead(method: Method) -> &'static str {
    if method == Method::StreamExtractClaims {
        "use a gRPC or gRPC-Web transport, or BatchExtractClaims, as JSON at POST /v1/claims:batchExtract"
    } else {
        "use a gRPC or gRPC-Web client"
    }
}

/// A limit of time as gRPC has it.
fn grpc_timeout(milliseconds: &HeaderValue) -> Option<HeaderValue> {
    let digits = milliseconds.to_str().ok()?.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > TIMEOUT_DIGITS {
        return None;
    }
    let timeout = if digits.len() <= GRPC_TIMEOUT_DIGITS {
        format!("{digits}m")
    } else {
        format!("{}S", digits.parse::<u64>().ok()?.div_ceil(1000))
    };
    timeout.parse().ok()
}

/// The answer to a request in Connect's form of streams; none where it has another form. Clients show what stands in the
/// message that ends the stream.
pub(super) fn refused_stream(method: Method, headers: &HeaderMap) -> Option<Response<Body>> {
    let content_type = match ContentType::of(headers).media_type.as_str() {
        "application/connect+json" => "application/connect+json",
        "application/connect+proto" => "application/connect+proto",
        _ => return None,
    };
    let failure = if method.json_path().is_some() {
        Failure::NotSpoken(format!(
            "{} is no stream: call it with \"content-type: application/json\" or \"application/proto\"",
            method.name()
        ))
    } else {
        let instead = instead(method);
        Failure::NotSpoken(format!("streams of Connect are not answered here: {instead}"))
    };
    let end = [b"{\"error\":".as_slice(), &connect_json(&failure.into()), b"}"].concat();
    let mut message = BytesMut::with_capacity(5 + end.len());
    message.put_u8(END_OF_STREAM);
    message.put_u32(u32::try_from(end.len()).unwrap_or(u32::MAX));
    message.put_slice(&end);
    let mut response = Response::new(Body::new(Full::new(Bytes::from(message))));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Some(response)
}

/// A status as Connect's JSON: the code by its name, details by their types with their bytes.
pub(super) fn connect_json(status: &Status) -> Vec<u8> {
    let told = google_rpc::Status::decode(status.details()).unwrap_or_default();
    let details = told.details.iter().map(|detail| {
        let name = detail.type_url.rsplit('/').next().unwrap_or_default();
        json!({"type": name, "value": STANDARD_NO_PAD.encode(&detail.value)})
    });
    let details: Vec<serde_json::Value> = details.collect();
    let error = json!({"code": code_name(status.code()), "message": status.message(), "details": details});
    error.to_string().into_bytes()
}

/// What Connect calls a code.
const fn code_name(code: Code) -> &'static str {
    match code {
        // No error of ours has it.
        Code::Ok | Code::Unknown => "unknown",
        Code::Cancelled => "canceled",
        Code::InvalidArgument => "invalid_argument",
        Code::DeadlineExceeded => "deadline_exceeded",
        Code::NotFound => "not_found",
        Code::AlreadyExists => "already_exists",
        Code::PermissionDenied => "permission_denied",
        Code::ResourceExhausted => "resource_exhausted",
        Code::FailedPrecondition => "failed_precondition",
        Code::Aborted => "aborted",
        Code::OutOfRange => "out_of_range",
        Code::Unimplemented => "unimplemented",
        Code::Internal => "internal",
        Code::Unavailable => "unavailable",
        Code::DataLoss => "data_loss",
        Code::Unauthenticated => "unauthenticated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_time_is_what_grpc_writes_for_it() {
        for (milliseconds, timeout) in [
            ("5", Some("5m")),
            ("99999999", Some("99999999m")),
            ("100000001", Some("100001S")),
            ("9999999999", Some("10000000S")),
            ("12345678901", None),
            ("-1", None),
            ("", None),
            ("1.5", None),
        ] {
            let told = grpc_timeout(&HeaderValue::from_static(milliseconds));
            let told = told.as_ref().and_then(|value| value.to_str().ok());
            assert_eq!(told, timeout, "{milliseconds}");
        }
    }
}
