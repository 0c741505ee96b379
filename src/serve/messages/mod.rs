//! The messages of a call, between its body and its method.
//!
//! In: a request's body, in pieces as they come. Out: messages that can be decoded without harm: whole, decompressed, no
//! more of them than the method takes, and with no more values than it could use. The answer's messages are compressed
//! here. Whatever takes long is done on threads of its own, so that other calls don't wait for it.

pub(super) mod arrival; //         how a request's body arrives, and how it fails to
pub(super) mod content_coding; //  how bytes are compressed, in requests and answers
pub(super) mod wrong_documents; // documents of a batch that couldn't be read as JSON
pub(super) mod background; //      work that would hold a thread of the runtime for long
mod request_body; //               a request's body -> messages that can be decoded without harm
mod answer_body; //                the messages of an answer, compressed
pub(super) mod checked; //         both, around a service
