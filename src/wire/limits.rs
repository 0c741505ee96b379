//! The limits of what a door takes in and gives out.

use super::offsets::wire_int;
use super::v1;

/// The limits that a server enforces. `v1::Limits` says them to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of a document's text, in bytes of UTF-8.
    pub max_document_bytes: usize,
    /// Documents in one batch.
    pub max_batch_documents: usize,
    /// Of one request message, in bytes, uncompressed.
    pub max_request_bytes: usize,
    /// Documents of one stream or batch that are read, or whose answers are held, at one time.
    pub max_stream_in_flight: usize,
    /// Of one response message, in bytes, uncompressed.
    pub max_response_bytes: usize,
    /// Claims that one document's answer holds.
    pub max_claims: usize,
    /// Quotations in one request to verify them.
    pub max_quotations: usize,
    /// Of a quotation's text, in bytes of UTF-8.
    pub max_quotation_bytes: usize,
}

/// The longest document id, in bytes of UTF-8.
pub const MAX_DOCUMENT_ID_BYTES: usize = 256;

/// A document's id as errors repeat it: as much of it as an id may have.
#[must_use]
pub fn cut_document_id(document_id: &str) -> &str {
    &document_id[..document_id.floor_char_boundary(MAX_DOCUMENT_ID_BYTES)]
}

impl Default for Limits {
    fn default() -> Self {
        const MEBIBYTE: usize = 1024 * 1024;
        Self {
            max_document_bytes: MEBIBYTE,
            max_batch_documents: 256,
            // What clients take without being told otherwise is 4 MiB; the same in both directions.
            max_request_bytes: 4 * MEBIBYTE,
            max_stream_in_flight: 16,
            max_response_bytes: 4 * MEBIBYTE,
            max_claims: 10_000,
            max_quotations: 1000,
            // Ten thousand words: a speech, not a book.
            max_quotation_bytes: 64 * 1024,
        }
    }
}

impl From<Limits> for v1::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            max_document_bytes: wire_int(limits.max_document_bytes),
            max_batch_documents: wire_int(limits.max_batch_documents),
            max_request_bytes: wire_int(limits.max_request_bytes),
            max_stream_in_flight: wire_int(limits.max_stream_in_flight),
            max_response_bytes: wire_int(limits.max_response_bytes),
            max_claims: wire_int(limits.max_claims),
            max_quotations: wire_int(limits.max_quotations),
            max_quotation_bytes: wire_int(limits.max_quotation_bytes),
        }
    }
}
