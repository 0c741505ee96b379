//! Every error that a caller can get, made in one place.
//!
//! In: a [`Failure`], or a status that tonic made by itself. Out: a `Status` with `google.rpc` details, or
//! the same as an item of a batch or stream.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use prost::Message;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::request_id::RequestId;
use super::work::pool::Unanswered;
use crate::misspelling::meant;
use crate::wire::{FieldViolation, Method, cut_document_id, google_rpc};

/// The domain of every `google.rpc.ErrorInfo`.
const DOMAIN: &str = "ascribe.v1";

/// When a refused caller may come back, in milliseconds: at random within this range, so that callers who were refused
/// together don't come back together. Long compared with reading a document, short for a person; a client that tries five
/// times, as is usual, waits for two seconds in all.
const RETRY_DELAY: RangeInclusive<u64> = 250..=1000;

/// However long the queue is, a refused caller may come back after this and what chance adds.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// The metadata of an `ErrorInfo` that names a content coding.
const CONTENT_ENCODING: &str = "content_encoding";
/// The one that names the document that an error is about.
const DOCUMENT_ID: &str = "document_id";
/// The reasons that HTTP has codes of its own for.
pub(super) const MESSAGE_TOO_LARGE: &str = "MESSAGE_TOO_LARGE";
pub(super) const UNSUPPORTED_CODING: &str = "UNSUPPORTED_CONTENT_ENCODING";
pub(super) const UNSUPPORTED_CONTENT_TYPE: &str = "UNSUPPORTED_CONTENT_TYPE";
pub(super) const HOST_NOT_ALLOWED: &str = "HOST_NOT_ALLOWED";
pub(super) const HTTP_METHOD_NOT_ALLOWED: &str = "HTTP_METHOD_NOT_ALLOWED";

/// How the messages begin of statuses that tonic makes where it can't decode a request, and what callers get to read
/// instead, before the rest of the message.
const UNDECODABLE: [(&str, &str); 8] = [
    ("failed to decode Protobuf message: ", "the request is no valid protobuf message: "),
    ("Error decompressing: ", "the request can't be decompressed: "),
    ("Unexpected EOF decoding stream.", "the request ends in the middle of a message"),
    ("Missing request message.", "the request holds no message"),
    (
        "protocol error: received message with compressed-flag but no grpc-encoding",
        "the request's message is marked as compressed, but the call has no grpc-encoding",
    ),
    (
        "protocol error: received message with invalid compression flag: ",
        "the request's message begins with an invalid compression flag: ",
    ),
    ("tonic-web: malformed base64", "the request is no valid base64"),
    ("tonic-web: Invalid ", "the request is no valid base64: invalid "),
];
/// How tonic's messages about decoding end, which says nothing to callers.
const SAID_BY_TONIC: [&str; 2] = [", while sending request", " was specified"];

/// At most this many characters of a content coding are repeated in an error.
const LONGEST_CODING: usize = 40;

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
    /// The body of an HTTP request, or the message in it, is longer than it may be once it is decompressed.
    DecompressedTooLarge {
        /// How it was compressed.
        coding: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The body of an HTTP request is compressed in a way that isn't accepted; how.
    UnsupportedCoding(String),
    /// The body of an HTTP request is in a form, or an encoding of text, that isn't read here; what is wrong and what is
    /// read.
    UnsupportedContentType(String),
    /// The protocol of the request, or the form of its messages, isn't spoken here; what is.
    NotSpoken(String),
    /// There is no method at this path of gRPC.
    NoSuchMethod(String),
    /// Nothing of this name has a health.
    NoSuchService(String),
    /// There is nothing at this path of HTTP.
    NothingThere {
        /// The path.
        path: String,
        /// What there is: the nearest, or all.
        instead: String,
    },
    /// What is at this path doesn't answer requests of this HTTP method; which it answers.
    HttpMethodNotAllowed(&'static str),
    /// A message can't be decoded; why.
    Malformed(String),
    /// The caller broke off before it had sent all of its request.
    BrokenOff,
    /// The answers to the documents before this one left no room in the response.
    ResponseFull,
    /// The server sheds load.
    QueueFull(Full),
    /// The call wouldn't be answered by its deadline.
    WouldMissDeadline {
        /// How long it would wait for a worker.
        wait: Duration,
        /// How many documents wait already.
        waiting: usize,
    },
    /// The call's message arrives too slowly while slots are scarce.
    MessageSlow,
    /// The stream is idle while slots are scarce.
    StreamIdle,
    /// The connection has lasted as long as it may: the client has to open the stream again.
    ConnectionOld,
    /// The server has as many connections as it takes, or the client as many of them as one may have; which.
    TooManyConnections(&'static str),
    /// The request names this host, which isn't allowed.
    HostNotAllowed(String),
    /// Pages of this origin may not call.
    OriginNotAllowed(String),
    /// The engine isn't loaded yet.
    NotLoaded,
    /// The server was told to stop.
    ShuttingDown,
    /// The caller's deadline has passed, or the server's for any call, or would have before the answer.
    DeadlinePassed,
    /// The call has no key, or none that is valid; what is wrong.
    Unauthenticated(String),
    /// The caller is known, but may not do this; what.
    PermissionDenied(String),
    /// The caller has called as often as it may.
    QuotaExceeded {
        /// Whose quota: "key:desk".
        subject: String,
        /// Which quota: "more than 10 calls in a second".
        description: String,
        /// When there is some of it again.
        retry_after: Duration,
    },
    /// A fault of the server.
    Bug(RequestId),
}

/// Which limit of the server's load is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// As many calls of a kind are under way as may be.
    Slots {
        /// What there are too many of, and which setting says so.
        what: &'static str,
        /// How many there may be.
        most: usize,
        /// Whether some are left, but for callers with fewer.
        is_by_one: bool,
    },
    /// All calls hold as many bytes as they may.
    Bytes {
        /// How many that are.
        most: usize,
    },
    /// The call would wait too long for a worker.
    Wait {
        /// How long, estimated.
        wait: Duration,
        /// How long it may wait.
        most: Duration,
        /// How many documents wait already.
        waiting: usize,
    },
}

impl Full {
    fn message(self) -> String {
        match self {
            Self::Slots { what, most, is_by_one: false } => format!("{most} {what}: try again later"),
            Self::Slots { what, most, is_by_one: true } => {
                format!(
                    "at most {most} {what}, and what is left of them is for callers with fewer: try again later"
                )
            }
            Self::Bytes { most } => {
                format!("all calls together hold {most} bytes (max-queued-bytes): try again later")
            }
            Self::Wait { wait, most, waiting } => format!(
                "{waiting} documents wait for a worker, this one would for {:.1} s, longer than {:.1} s \
                 (max-queue-seconds): try again later",
                wait.as_secs_f64(),
                most.as_secs_f64()
            ),
        }
    }
}

impl Failure {
    /// One wrong field.
    pub(super) fn field(field: &str, description: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldViolation { field: field.to_owned(), description: description.into() }])
    }

    /// The failure of a document that the pool didn't answer.
    pub(super) fn of(unanswered: Unanswered, request_id: &RequestId) -> Self {
        match unanswered {
            Unanswered::Stopped => Self::ShuttingDown,
            // It was admitted, but its turn came too late.
            Unanswered::TooLate => Self::DeadlinePassed,
            Unanswered::Panicked => Self::Bug(request_id.clone()),
        }
    }

    /// The status of a call about the document that its caller names so, "" for none.
    pub(super) fn about(self, document_id: &str) -> Status {
        let delay = self.retry_delay();
        let details = self.details(delay, cut_document_id(document_id));
        let mut status = Status::with_error_details(self.code(), self.message(), details);
        if let Some(delay) = delay {
            // gRPC clients with a retry policy wait for that long.
            let pushback =
                MetadataValue::from(u64::try_from(delay.as_micros().div_ceil(1000)).unwrap_or(u64::MAX));
            status.metadata_mut().insert("grpc-retry-pushback-ms", pushback);
        }
        status
    }

    /// As an item of a batch or stream: the status that a unary call would have ended with.
    pub(super) fn into_item(self, document_id: &str) -> google_rpc::Status {
        let status = self.about(document_id);
        google_rpc::Status::decode(status.details()).expect("the details are an encoded google.rpc.Status")
    }

    const fn code(&self) -> Code {
        match self {
            // gRPC's own table says INTERNAL for requests that can't be decoded. But they are their callers' fault, and
            // whoever is alerted by INTERNAL looks for faults of the server.
            Self::Invalid(_)
            | Self::UnsupportedCoding(_)
            | Self::UnsupportedContentType(_)
            | Self::Malformed(_) => Code::InvalidArgument,
            Self::NotSpoken(_) | Self::NoSuchMethod(_) | Self::HttpMethodNotAllowed(_) => Code::Unimplemented,
            Self::NoSuchService(_) | Self::NothingThere { .. } => Code::NotFound,
            Self::MessageTooLarge { .. }
            | Self::DecompressedTooLarge { .. }
            | Self::ResponseFull
            | Self::QuotaExceeded { .. } => Code::ResourceExhausted,
            Self::Bug(_) => Code::Internal,
            Self::QueueFull(_)
            | Self::WouldMissDeadline { .. }
            | Self::MessageSlow
            | Self::StreamIdle
            | Self::ConnectionOld
            | Self::TooManyConnections(_)
            | Self::NotLoaded
            | Self::ShuttingDown => Code::Unavailable,
            Self::DeadlinePassed => Code::DeadlineExceeded,
            Self::BrokenOff => Code::Cancelled,
            Self::Unauthenticated(_) => Code::Unauthenticated,
            Self::PermissionDenied(_) | Self::HostNotAllowed(_) | Self::OriginNotAllowed(_) => {
                Code::PermissionDenied
            }
        }
    }

    /// What `google.rpc.ErrorInfo` calls it.
    pub(super) const fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_FIELDS",
            Self::MessageTooLarge { .. } | Self::DecompressedTooLarge { .. } => MESSAGE_TOO_LARGE,
            Self::UnsupportedCoding(_) => UNSUPPORTED_CODING,
            Self::UnsupportedContentType(_) => UNSUPPORTED_CONTENT_TYPE,
            Self::NotSpoken(_) => "NOT_SPOKEN",
            Self::NoSuchMethod(_) => "NO_SUCH_METHOD",
            Self::NoSuchService(_) => "NO_SUCH_SERVICE",
            Self::NothingThere { .. } => "NOTHING_THERE",
            Self::HttpMethodNotAllowed(_) => HTTP_METHOD_NOT_ALLOWED,
            Self::OriginNotAllowed(_) => "ORIGIN_NOT_ALLOWED",
            Self::Malformed(_) => "MALFORMED_MESSAGE",
            Self::BrokenOff => "BROKEN_OFF",
            Self::ResponseFull => "RESPONSE_FULL",
            Self::QueueFull(_) => "QUEUE_FULL",
            Self::WouldMissDeadline { .. } => "WOULD_MISS_DEADLINE",
            Self::MessageSlow => "MESSAGE_SLOW",
            Self::StreamIdle => "STREAM_IDLE",
            Self::ConnectionOld => "CONNECTION_OLD",
            Self::TooManyConnections(_) => "TOO_MANY_CONNECTIONS",
            Self::HostNotAllowed(_) => HOST_NOT_ALLOWED,
            Self::NotLoaded => "NOT_LOADED",
            Self::ShuttingDown => "SHUTTING_DOWN",
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::PermissionDenied(_) => "PERMISSION_DENIED",
            Self::QuotaExceeded { .. } => "QUOTA_EXCEEDED",
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
            Self::MessageTooLarge { limit } => {
                format!("a request message is longer than {limit} bytes: send less at once")
            }
            Self::DecompressedTooLarge { coding, limit } => format!(
                "the request is longer than {limit} bytes once its {coding} is decompressed: send less at once"
            ),
            Self::UnsupportedCoding(coding) => {
                let shown: String = coding.chars().take(LONGEST_CODING).collect();
                format!(
                    "content-encoding is {shown:?}, which is not read here: send gzip, deflate, zstd, or none"
                )
            }
            Self::Malformed(why)
            | Self::Unauthenticated(why)
            | Self::PermissionDenied(why)
            | Self::UnsupportedContentType(why)
            | Self::NotSpoken(why) => why.clone(),
            Self::NoSuchMethod(path) => no_such_method(path),
            Self::NoSuchService(name) => {
                let shown: String = name.chars().take(LONGEST_PATH).collect();
                format!("there is no service {shown:?}: there are ascribe.v1.ClaimService, and \"\" for all")
            }
            Self::NothingThere { path, instead } => format!("there is nothing at {path:?}: {instead}"),
            Self::HttpMethodNotAllowed(allowed) => format!("only {allowed} is answered here"),
            Self::OriginNotAllowed(origin) => format!(
                "pages of {origin:?} may not call this service: whoever runs it allows that with cors-origin"
            ),
            Self::QuotaExceeded { description, retry_after, .. } => {
                format!("{description}: try again in {:.1} s", retry_after.as_secs_f64())
            }
            Self::BrokenOff => "the caller broke off before it had sent all of the request".to_owned(),
            Self::ResponseFull => "the answers before this one fill the response: send fewer documents at \
                                   once, or use StreamExtractClaims"
                .to_owned(),
            Self::QueueFull(full) => full.message(),
            Self::WouldMissDeadline { wait, waiting } => format!(
                "{waiting} documents wait for a worker, this one would for {:.1} s, too long for its deadline: try \
                 again later, or with a later deadline",
                wait.as_secs_f64()
            ),
            Self::MessageSlow => {
                "the message arrives too slowly while the server is busy: try again later".to_owned()
            }
            Self::StreamIdle => {
                "the stream was idle while slots are scarce: open it again when there is a document"
                    .to_owned()
            }
            Self::ConnectionOld => {
                "the connection has lasted as long as it may: open the stream again, on a new one".to_owned()
            }
            Self::TooManyConnections(told) => (*told).to_owned(),
            Self::HostNotAllowed(host) => {
                format!(
                    "host {host:?} is not allowed here: if it leads to this service, add it to allowed-hosts"
                )
            }
            Self::NotLoaded => "the server is starting: try again later".to_owned(),
            Self::ShuttingDown => "the server is shutting down: try again elsewhere".to_owned(),
            Self::DeadlinePassed => {
                "the deadline passed before the answer: allow more time, or send less at once".to_owned()
            }
            Self::Bug(request_id) => {
                format!("a fault of the server, logged as {request_id}: tell whoever runs it")
            }
        }
    }

    fn details(&self, retry_delay: Option<Duration>, document_id: &str) -> ErrorDetails {
        let mut metadata = HashMap::new();
        if !document_id.is_empty() {
            metadata.insert(DOCUMENT_ID.to_owned(), document_id.to_owned());
        }
        if let Self::MessageTooLarge { limit } | Self::DecompressedTooLarge { limit, .. } = self {
            metadata.insert("max_request_bytes".to_owned(), limit.to_string());
        }
        if let Self::DecompressedTooLarge { coding, .. } = self {
            metadata.insert(CONTENT_ENCODING.to_owned(), (*coding).to_owned());
        }
        let mut details = ErrorDetails::with_error_info(self.reason(), DOMAIN, metadata);
        match self {
            Self::Invalid(violations) => {
                for violation in violations {
                    details.add_bad_request_violation(&violation.field, &violation.description);
                }
            }
            Self::QuotaExceeded { subject, description, .. } => {
                details.add_quota_failure_violation(subject, description);
            }
            Self::Bug(request_id) => {
                details.set_request_info(request_id.to_string(), "");
            }
            _ => {}
        }
        if let Some(delay) = retry_delay {
            details.set_retry_info(Some(delay));
        }
        details
    }

    /// When the caller may try again, where that helps.
    fn retry_delay(&self) -> Option<Duration> {
        match self {
            Self::QuotaExceeded { retry_after, .. } => Some(*retry_after),
            _ if self.code() != Code::Unavailable => None,
            _ => {
                let random = Duration::from_millis(fastrand::u64(RETRY_DELAY));
                Some(random + self.wait_beyond().min(LONGEST_DELAY))
            }
        }
    }
}

impl Failure {
    /// How much longer the call would wait than it may.
    const fn wait_beyond(&self) -> Duration {
        match self {
            Self::QueueFull(Full::Wait { wait, most, .. }) => wait.saturating_sub(*most),
            _ => Duration::ZERO,
        }
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        failure.about("")
    }
}

/// At most this many characters of a path are repeated in an error.
const LONGEST_PATH: usize = 128;

/// That there is no method at a path of gRPC, and which one is meant.
fn no_such_method(path: &str) -> String {
    let shown: String = path.chars().take(LONGEST_PATH).collect();
    let meant = meant(path, Method::ALL.map(Method::path));
    let instead = meant.map_or_else(
        || "the methods of ascribe.v1.ClaimService are those of its contract".to_owned(),
        |path| format!("perhaps {path} is meant"),
    );
    format!("there is no method {shown:?}: {instead}")
}

/// The failure behind a status that tonic made before or while it decoded a message; none where tonic's own status is
/// right. `limit` is that of a request message.
pub(super) fn failure_behind(status: &Status, limit: usize) -> Option<Failure> {
    if !status.details().is_empty() {
        return None;
    }
    match status.code() {
        // The length that a message declares is over the limit. Nothing of ours answers so.
        Code::OutOfRange
        // Its decompressed length is.
        | Code::ResourceExhausted => Some(Failure::MessageTooLarge { limit }),
        Code::Internal => why_undecodable(status.message()).map(Failure::Malformed),
        // Methods that don't exist at all were told before.
        Code::Unimplemented => {
            let why = "this method is not offered by this server: whoever runs it has switched it off (reflection)";
            Some(Failure::NotSpoken(why.to_owned()))
        }
        _ => None,
    }
}

/// What callers get to read where tonic couldn't decode a request and says this; none where it says something else.
fn why_undecodable(said: &str) -> Option<String> {
    let (rest, why) =
        UNDECODABLE.into_iter().find_map(|(start, why)| Some((said.strip_prefix(start)?, why)))?;
    let rest = SAID_BY_TONIC.into_iter().fold(rest, |rest, end| rest.strip_suffix(end).unwrap_or(rest));
    Some(format!("{why}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_code_and_says_when_to_come_back_if_that_helps() {
        let quota = Failure::QuotaExceeded {
            subject: "key:desk".to_owned(),
            description: "more than 10 calls in a second".to_owned(),
            retry_after: Duration::from_millis(700),
        };
        let (wait, most) = (Duration::from_secs(33), Duration::from_secs(30));
        let too_long = Full::Wait { wait, most, waiting: 9 };
        for (failure, code, delay) in [
            (Failure::field("text", "is empty"), Code::InvalidArgument, None),
            (Failure::MessageTooLarge { limit: 7 }, Code::ResourceExhausted, None),
            (Failure::Malformed(String::new()), Code::InvalidArgument, None),
            (Failure::BrokenOff, Code::Cancelled, None),
            (Failure::DecompressedTooLarge { coding: "gzip", limit: 7 }, Code::ResourceExhausted, None),
            (Failure::UnsupportedCoding("br".to_owned()), Code::InvalidArgument, None),
            (Failure::ResponseFull, Code::ResourceExhausted, None),
            (Failure::QueueFull(Full::Bytes { most: 7 }), Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::QueueFull(too_long), Code::Unavailable, Some(3250..=4000)),
            (
                Failure::WouldMissDeadline { wait: Duration::from_secs(2), waiting: 9 },
                Code::Unavailable,
                Some(RETRY_DELAY),
            ),
            (Failure::MessageSlow, Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::StreamIdle, Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::ConnectionOld, Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::TooManyConnections("too many"), Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::HostNotAllowed("evil.example".to_owned()), Code::PermissionDenied, None),
            (Failure::OriginNotAllowed("https://evil.example".to_owned()), Code::PermissionDenied, None),
            (Failure::UnsupportedContentType(String::new()), Code::InvalidArgument, None),
            (Failure::NotSpoken(String::new()), Code::Unimplemented, None),
            (Failure::NoSuchMethod("/a/B".to_owned()), Code::Unimplemented, None),
            (
                Failure::NothingThere { path: "/x".to_owned(), instead: "there is /".to_owned() },
                Code::NotFound,
                None,
            ),
            (Failure::NoSuchService("x".to_owned()), Code::NotFound, None),
            (Failure::HttpMethodNotAllowed("POST"), Code::Unimplemented, None),
            (Failure::NotLoaded, Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::ShuttingDown, Code::Unavailable, Some(RETRY_DELAY)),
            (Failure::DeadlinePassed, Code::DeadlineExceeded, None),
            (Failure::Unauthenticated("no key".to_owned()), Code::Unauthenticated, None),
            (Failure::PermissionDenied("not for desks".to_owned()), Code::PermissionDenied, None),
            (quota, Code::ResourceExhausted, Some(700..=700)),
        ] {
            let status = Status::from(failure.clone());
            assert_eq!(status.code(), code, "{failure:?}");
            let told = status.get_details_retry_info().and_then(|info| info.retry_delay);
            let told = told.map(|told| u64::try_from(told.as_millis()).expect("it is soon"));
            assert_eq!(told.is_some(), delay.is_some(), "{failure:?}");
            assert!(
                told.is_none_or(|told| delay.is_some_and(|delay| delay.contains(&told))),
                "{failure:?} {told:?}"
            );
            let pushback = status.metadata().get("grpc-retry-pushback-ms").and_then(|ms| ms.to_str().ok());
            assert_eq!(pushback.map(str::to_owned), told.map(|ms| ms.to_string()), "{failure:?}");
            assert_eq!(status.get_details_error_info().map(|info| info.domain), Some(DOMAIN.to_owned()));
        }
    }

    #[test]
    fn a_quota_is_told_with_whose_it_is() {
        let status = Status::from(Failure::QuotaExceeded {
            subject: "key:desk".to_owned(),
            description: "more than 10 calls in a second".to_owned(),
            retry_after: Duration::from_secs(1),
        });
        let quota = status.get_details_quota_failure().expect("it has a QuotaFailure");
        assert_eq!(quota.violations[0].subject, "key:desk");
        assert_eq!(status.message(), "more than 10 calls in a second: try again in 1.0 s");
    }
}
