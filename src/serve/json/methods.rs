//! The methods that the JSON door offers, and how their messages are read and written.
//!
//! Answers are written by the generated code, which is fast; only errors in them need more.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;
use serde::Serialize;

use crate::serve::rpc::claim_service_server::SERVICE_NAME;
use crate::wire::{JSON_METHODS, JsonError, message_of_json, status_json, v1};
use v1::batch_extract_claims_response::item::Outcome;

/// The prefix of a gRPC message: one byte that tells that it isn't compressed, four of its length.
pub(super) const PREFIX_BYTES: usize = 5;

/// A method with one request and one response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonCall {
    /// `ExtractClaims`.
    Extract,
    /// `BatchExtractClaims`.
    BatchExtract,
    /// `VerifyQuotations`.
    Verify,
}

impl JsonCall {
    /// The method whose path this is.
    pub(super) fn at(path: &str) -> Option<Self> {
        match JSON_METHODS.iter().find(|method| method.path == path)?.name {
            "ExtractClaims" => Some(Self::Extract),
            "BatchExtractClaims" => Some(Self::BatchExtract),
            "VerifyQuotations" => Some(Self::Verify),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Extract => "ExtractClaims",
            Self::BatchExtract => "BatchExtractClaims",
            Self::Verify => "VerifyQuotations",
        }
    }

    /// The path of the gRPC method.
    pub(super) fn grpc_path(self) -> String {
        format!("/{SERVICE_NAME}/{}", self.name())
    }

    /// A request in JSON as a gRPC message of at most `max_bytes`, with its prefix.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where; or that its message is too large.
    pub(super) fn request(self, json: &[u8], max_bytes: usize) -> Result<Bytes, JsonError> {
        let message = message_of_json(&format!("{}Request", self.name()), json, max_bytes)?;
        let mut frame = BytesMut::with_capacity(PREFIX_BYTES + message.len());
        frame.put_u8(0);
        frame.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
        frame.put_slice(&message);
        Ok(frame.freeze())
    }

    /// A response's bytes as JSON; none where they are no such message.
    pub(super) fn response(self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Extract => json_of::<v1::ExtractClaimsResponse>(message),
            Self::BatchExtract => batch_json(message),
            Self::Verify => json_of::<v1::VerifyQuotationsResponse>(message),
        }
    }
}

fn json_of<M: Message + Default + Serialize>(message: &[u8]) -> Option<Vec<u8>> {
    serde_json::to_vec(&M::decode(message).ok()?).ok()
}

/// A `BatchExtractClaimsResponse` as JSON, the errors in it with their details spelt out.
fn batch_json(message: &[u8]) -> Option<Vec<u8>> {
    let response = v1::BatchExtractClaimsResponse::decode(message).ok()?;
    let mut json = b"{\"items\":[".to_vec();
    for (number, item) in response.items.iter().enumerate() {
        if number > 0 {
            json.push(b',');
        }
        match &item.outcome {
            Some(Outcome::Error(error)) => {
                json.extend(b"{\"error\":");
                json.extend(status_json(error));
                json.push(b'}');
            }
            _ => serde_json::to_writer(&mut json, item).ok()?,
        }
    }
    json.extend(b"]}");
    Some(json)
}
