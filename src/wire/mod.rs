//! The wire: the messages of proto/, their proto3 JSON, and the conversion by hand.
//!
//! In: what was found in a text, as the engine's record has it, or a request. Out: [`v1::DocumentClaims`] and other answers,
//! or checked core input. Both doors speak through here. A message's JSON is to the byte that of its record: what is always
//! set is always written.

mod generated;
mod options;
mod enums;
mod offsets;
mod outward;
mod limits;
mod inward;
mod method;
mod contract;
mod openapi;
mod proto_json;
mod json_request;
mod look_over;
mod verification;

pub use ascribe_engine::record::{OffsetUnit, Options, Provenance, View};
pub use contract::{CONTRACT, CONTRACT_FILES};
pub use generated::ascribe::v1;
pub use generated::google::rpc as google_rpc;
pub use inward::{
    FieldViolation, InputDocument, LANGUAGES, alias, input_document, language_is_given, output_options,
};
pub use json_request::{JsonError, ReadBatch, batch_of_json, message_of_json};
pub use limits::{Limits, MAX_DOCUMENT_ID_BYTES, cut_document_id};
pub use look_over::{Size, look_over};
pub use method::{Method, Need};
pub use openapi::openapi;
pub use options::OutputOptions;
pub use outward::{cue_entry, document_claims, notices};
pub use proto_json::status_json;
pub use verification::{
    InputQuotation, VerificationInput, input_quotation, input_verification, verification_items,
};

/// The contract and all that it imports, as an encoded `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
