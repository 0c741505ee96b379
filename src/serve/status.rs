//! Every error that a caller can get, made in one place.
//!
//! In: a [`Failure`], or a status that tonic made by itself. Out: a `Status` with `google.rpc` details, or
//! the same as an item of a batch or stream.

use std::collections::HashMap;
use std::time::Duration;

use prost::Message;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::call::RequestId;
use super::pool::Unanswered;
use crate::wire::{FieldViolation, google_rpc};

/// The domain of every `google.rpc.ErrorInfo`.
const DOMAIN: &str = "ascribe.v1";

/// When a caller who was turned away may come back. Long against reading a document, short for a person.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// What the messages of prost's decoding errors begin with.
const UNDECODABLE: &str = "failed to decode Protobuf message";

/// Why a caller gets no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Fields of the request are wrong; at least one.
    Invalid(Vec<FieldViolation>),
    /// A message is longer than this many bytes, perhaps only once it is decompressed.
    MessageTooLarge {
        /// The limit.
        limit: usize,
    },
    /// A message isn't what the contract says; how.
    Malformed(String),
    /// The answers to the documents before this one left no room in the response.
    ResponseFull,
    /// As many documents wait as may wait.
    QueueFull,
    /// The server was told to stop.
    ShuttingDown,
    /// The caller's deadline has passed.
    DeadlinePassed,
    /// A fault of the server.
    Bug(RequestId),
}

impl Failure {
    /// One wrong field.
    pub(super) fn field(field: &str, description: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldViolation { field: field.to_owned(), description: description.into() }])
    }

    /// What became of a document that the pool didn't answer.
    pub(super) fn of(unanswered: Unanswered, request_id: &RequestId) -> Self {
        match unanswered {
            Unanswered::QueueFull => Self::QueueFull,
            Unanswered::Stopped => Self::ShuttingDown,
            Unanswered::Panicked => Self::Bug(request_id.clone()),
        }
    }

    /// As an item of a batch or stream: the status that a unary call would have ended with.
    pub(super) fn into_item(self) -> google_rpc::Status {
        let status = Status::from(self);
        google_rpc::Status::decode(status.details()).expect("the details are an encoded google.rpc.Status")
    }

    const fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::MessageTooLarge { .. } | Self::ResponseFull => Code::ResourceExhausted,
            // As gRPC's own table has it for requests that can't be parsed.
            Self::Malformed(_) | Self::Bug(_) => Code::Internal,
            Self::QueueFull | Self::ShuttingDown => Code::Unavailable,
            Self::DeadlinePassed => Code::DeadlineExceeded,
        }
    }

    const fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELDS",
            Self::MessageTooLarge { .. } => "MESSAGE_TOO_LARGE",
            Self::Malformed(_) => "MALFORMED_MESSAGE",
            Self::ResponseFull => "RESPONSE_FULL",
            Self::QueueFull => "QUEUE_FULL",
            Self::ShuttingDown => "SHUTTING_DOWN",
            Self::DeadlinePassed => "DEADLINE_PASSED",
            Self::Bug(_) => "BUG",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Invalid(violations) => {
                let first = violations.first().map(|one| format!("{} {}", one.field, one.description));
                let more = match violations.len().saturating_sub(1) {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                first.unwrap_or_default() + &more
            }
            Self::MessageTooLarge { limit } => format!("a request message is longer than {limit} bytes"),
            Self::Malformed(how) => how.clone(),
            Self::ResponseFull => "the answers before this one fill the response: send fewer documents at \
                                   once, or use StreamExtractClaims"
                .to_owned(),
            Self::QueueFull => "as many documents wait as may wait: try again later".to_owned(),
            Self::ShuttingDown => "the server is shutting down: try again elsewhere".to_owned(),
            Self::DeadlinePassed => "the deadline has passed".to_owned(),
            Self::Bug(request_id) => format!("a fault of the server, logged as {request_id}"),
        }
    }

    fn details(&self) -> ErrorDetails {
        let mut metadata = HashMap::new();
        if let Self::MessageTooLarge { limit } = self {
            metadata.insert("max_request_bytes".to_owned(), limit.to_string());
        }
        let mut details = ErrorDetails::with_error_info(self.reason(), DOMAIN, metadata);
        match self {
            Self::Invalid(violations) => {
                for violation in violations {
                    details.add_bad_request_violation(&violation.field, &violation.description);
                }
            }
            Self::QueueFull | Self::ShuttingDown => {
                details.set_retry_info(Some(RETRY_DELAY));
            }
            Self::Bug(request_id) => {
                details.set_request_info(request_id.to_string(), "");
            }
            _ => {}
        }
        details
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        let mut status = Self::with_error_details(failure.code(), failure.message(), failure.details());
        if failure.code() == Code::Unavailable {
            // What gRPC clients with a retry policy heed.
            let pushback = MetadataValue::from(u64::try_from(RETRY_DELAY.as_millis()).unwrap_or(u64::MAX));
            status.metadata_mut().insert("grpc-retry-pushback-ms", pushback);
        }
        status
    }
}

/// The failure behind a status that tonic made before or while it decoded a message; none where tonic's own
/// says it best. `limit` is that of a request message.
pub(super) fn failure_behind(status: &Status, limit: usize) -> Option<Failure> {
    if !status.details().is_empty() {
        return None;
    }
    match status.code() {
        // The length that a message declares is over the limit. Nothing of ours answers so.
        Code::OutOfRange
        // Its decompressed length is.
        | Code::ResourceExhausted => Some(Failure::MessageTooLarge { limit }),
        Code::Internal if status.message().starts_with(UNDECODABLE) => {
            Some(Failure::Malformed(status.message().to_owned()))
        }
        _ => None,
    }
}
