//! The messages of the methods that are offered as JSON: JSON -> protobuf and back.
//!
//! Answers are written by the generated code, which is fast; only errors in them need more.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;
use serde::Serialize;

use crate::serve::generated::health::HealthCheckResponse;
use crate::serve::generated::health::health_check_response::ServingStatus;
use crate::wire::{JsonError, Method, ReadBatch, batch_of_json, message_of_json, status_json, v1};
use v1::batch_extract_claims_response::item::Outcome;

/// The prefix of a gRPC message: one byte that says whether it is compressed, four for its length.
pub(super) const PREFIX_BYTES: usize = 5;

/// A request in JSON as a message of at most `max_bytes`.
///
/// # Errors
/// What is wrong with the JSON, and where; or that its message is too large.
pub(super) fn grpc_message(method: Method, json: &[u8], max_bytes: usize) -> Result<ReadBatch, JsonError> {
    let message = match method {
        Method::BatchExtractClaims => return batch_of_json(json, max_bytes),
        // It asks about the server as a whole.
        Method::HealthCheck => Vec::new(),
        _ => message_of_json(&format!("{}Request", method.name()), json, max_bytes)?,
    };
    Ok(ReadBatch { message, wrong: Vec::new() })
}

/// A message with its gRPC prefix.
pub(super) fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(PREFIX_BYTES + message.len());
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    frame.put_slice(message);
    frame.freeze()
}

/// A response's bytes as JSON; none where they are no such message, or the method isn't offered as JSON.
pub(super) fn json_message(method: Method, message: &[u8]) -> Option<Vec<u8>> {
    match method {
        Method::ExtractClaims => json_of::<v1::ExtractClaimsResponse>(message),
        Method::BatchExtractClaims => batch_json(message),
        Method::VerifyQuotations => json_of::<v1::VerifyQuotationsResponse>(message),
        Method::ListCues => json_of::<v1::ListCuesResponse>(message),
        Method::GetExtractorInfo => json_of::<v1::GetExtractorInfoResponse>(message),
        Method::HealthCheck => health_json(message),
        _ => None,
    }
}

fn json_of<M: Message + Default + Serialize>(message: &[u8]) -> Option<Vec<u8>> {
    serde_json::to_vec(&M::decode(message).ok()?).ok()
}

/// A `HealthCheckResponse` as JSON.
fn health_json(message: &[u8]) -> Option<Vec<u8>> {
    let response = HealthCheckResponse::decode(message).ok()?;
    Some(format!("{{\"status\":\"{}\"}}", response.status().as_str_name()).into_bytes())
}

/// Whether a response's bytes say that the service doesn't serve.
pub(super) fn is_unhealthy(method: Method, message: &[u8]) -> bool {
    method == Method::HealthCheck
        && HealthCheckResponse::decode(message).is_ok_and(|it| it.status() != ServingStatus::Serving)
}

/// A `BatchExtractClaimsResponse` as JSON, the errors in it with their details spelled out.
fn batch_json(message: &[u8]) -> Option<Vec<u8>> {
    let response = v1::BatchExtractClaimsResponse::decode(message).ok()?;
    let mut json = b"{\"items\":[".to_vec();
    for (number, item) in response.items.iter().enumerate() {
        if number > 0 {
            json.push(b',');
        }
        match &item.outcome {
            Some(Outcome::Error(error)) => {
                json.extend(b"{\"document_id\":");
                serde_json::to_writer(&mut json, &item.document_id).ok()?;
                json.extend(b",\"error\":");
                json.extend(status_json(error));
                json.push(b'}');
            }
            _ => serde_json::to_writer(&mut json, item).ok()?,
        }
    }
    json.extend(b"]}");
    Some(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_that_is_offered_as_json_has_its_messages() {
        for method in Method::ALL {
            let is_offered = method.json_path().is_some();
            // Without fields every message is empty.
            assert_eq!(json_message(method, &[]).is_some(), is_offered, "{method:?}");
            if is_offered {
                assert!(grpc_message(method, b"{}", 1000).is_ok(), "{method:?}");
            }
        }
    }
}
