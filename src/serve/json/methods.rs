//! The methods that the JSON door offers, and how their messages are read and written.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::serve::rpc::claim_service_server::SERVICE_NAME;
use crate::wire::{JSON_METHODS, v1};

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

    /// The path of the gRPC method.
    pub(super) fn grpc_path(self) -> String {
        let name = match self {
            Self::Extract => "ExtractClaims",
            Self::BatchExtract => "BatchExtractClaims",
            Self::Verify => "VerifyQuotations",
        };
        format!("/{SERVICE_NAME}/{name}")
    }

    /// A request in JSON as a gRPC message with its prefix.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where.
    pub(super) fn request(self, json: &[u8]) -> Result<Bytes, serde_json::Error> {
        match self {
            Self::Extract => framed::<v1::ExtractClaimsRequest>(json),
            Self::BatchExtract => framed::<v1::BatchExtractClaimsRequest>(json),
            Self::Verify => framed::<v1::VerifyQuotationsRequest>(json),
        }
    }

    /// A response's bytes as JSON; none where they are no such message.
    pub(super) fn response(self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Extract => json_of::<v1::ExtractClaimsResponse>(message),
            Self::BatchExtract => json_of::<v1::BatchExtractClaimsResponse>(message),
            Self::Verify => json_of::<v1::VerifyQuotationsResponse>(message),
        }
    }
}

fn framed<M: Message + DeserializeOwned>(json: &[u8]) -> Result<Bytes, serde_json::Error> {
    let message: M = serde_json::from_slice(json)?;
    let length = message.encoded_len();
    let mut frame = BytesMut::with_capacity(PREFIX_BYTES + length);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    message.encode(&mut frame).expect("the buffer grows");
    Ok(frame.freeze())
}

fn json_of<M: Message + Default + Serialize>(message: &[u8]) -> Option<Vec<u8>> {
    serde_json::to_vec(&M::decode(message).ok()?).ok()
}
