//! How a call ended, and what it brought.

use std::error::Error;

use prost::Message;
use tonic::{Code, ConnectError, Status, TimeoutExpired};

use crate::wire::v1;

/// How a call ended: with one of gRPC's codes, or without an answer of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome(u8);

/// The names of all outcomes, gRPC's seventeen codes first.
const NAMES: [&str; Outcome::COUNT] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
    "unreachable",
    "broken",
];

impl Outcome {
    /// How many outcomes there are.
    pub(super) const COUNT: usize = 19;
    /// The call was answered.
    pub const OK: Self = Self(0);
    /// The service is full or stopping and shed the call; another server may take it.
    pub const SHED: Self = Self(14);
    /// The client could not connect, so that the service never had the call.
    pub const UNREACHABLE: Self = Self(17);
    /// The connection broke during the call: the service may have begun it.
    pub const BROKEN: Self = Self(18);

    /// The outcome of a call that ended with this error.
    pub(super) fn of(status: &Status) -> Self {
        for error in causes(status) {
            if error.is::<ConnectError>() {
                return Self::UNREACHABLE;
            }
            // The client watches the deadline too, and reports it as cancelled.
            if error.is::<TimeoutExpired>() {
                return Self::of_code(Code::DeadlineExceeded);
            }
        }
        // A status of the service itself has no cause on this side.
        if status.source().is_some() { Self::BROKEN } else { Self::of_code(status.code()) }
    }

    /// Whether the connection ended before the call was sent, or the service, which was closing it, says that it came too late
    /// to be looked at: gRPC's libraries send such a call again over another connection, tonic leaves that to whoever calls.
    pub(super) fn was_never_sent(status: &Status) -> bool {
        causes(status).any(|error| {
            error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
                || error.downcast_ref::<h2::Error>().is_some_and(came_too_late)
        })
    }

    /// The outcome that the number of one of gRPC's codes stands for.
    pub(super) fn of_code(code: Code) -> Self {
        u8::try_from(i32::from(code)).map_or(Self(2), Self)
    }

    /// The index of this outcome among all.
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }

    /// Every outcome.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..=18).map(Self)
    }

    /// The code as gRPC writes it, or `unreachable` or `broken`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self.0 as usize]
    }

    /// Whether the service answered, be it with an error.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        self.0 < Self::UNREACHABLE.0
    }
}

/// What lies behind an error, the nearest first; nothing behind one that the service itself told.
fn causes(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(status.source(), |&error| error.source())
}

/// Whether a connection was closed in order while a call that it no longer takes was on its way (RFC 9113, 6.8).
fn came_too_late(error: &h2::Error) -> bool {
    error.is_go_away() && error.is_remote() && error.reason() == Some(h2::Reason::NO_ERROR)
}

/// What came back from a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// The documents in it that were read, and those that were refused or failed.
    pub(super) read: usize,
    pub(super) failed: usize,
    /// Bytes of the messages, without headers and frames.
    pub(super) sent_bytes: usize,
    pub(super) received_bytes: usize,
}

impl Answer {
    /// The answer to a call of this many documents that failed.
    pub(super) const fn failed(outcome: Outcome, documents: usize, sent_bytes: usize) -> Self {
        Self { outcome, read: 0, failed: documents, sent_bytes, received_bytes: 0 }
    }

    /// The answer to one document of a stream.
    pub(super) fn of_item(response: &v1::StreamExtractClaimsResponse, sent_bytes: usize) -> Self {
        let received_bytes = response.encoded_len();
        match &response.outcome {
            Some(v1::stream_extract_claims_response::Outcome::Result(_)) => {
                Self { outcome: Outcome::OK, read: 1, failed: 0, sent_bytes, received_bytes }
            }
            Some(v1::stream_extract_claims_response::Outcome::Error(error)) => {
                let outcome = Outcome::of_code(Code::from_i32(error.code));
                Self { received_bytes, ..Self::failed(outcome, 1, sent_bytes) }
            }
            None => Self::failed(Outcome::of_code(Code::Unknown), 1, sent_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_names() {
        for (code, name) in [
            (Code::Ok, "OK"),
            (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
            (Code::Unavailable, "UNAVAILABLE"),
            (Code::Unauthenticated, "UNAUTHENTICATED"),
        ] {
            assert_eq!(Outcome::of_code(code).name(), name);
        }
        assert_eq!(Outcome::all().count(), Outcome::COUNT);
        assert_eq!(Outcome::all().last(), Some(Outcome::BROKEN));
    }

    #[test]
    fn what_the_service_says_is_an_answer() {
        assert_eq!(Outcome::of(&Status::unavailable("full")), Outcome::SHED);
        assert!(Outcome::SHED.is_answer() && !Outcome::BROKEN.is_answer());
    }

    #[test]
    fn what_the_connection_does_is_none() {
        let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert_eq!(Outcome::of(&Status::from_error(Box::new(reset))), Outcome::BROKEN);
        let late = Status::from_error(Box::new(TimeoutExpired(())));
        assert_eq!(Outcome::of(&late).name(), "DEADLINE_EXCEEDED");
    }
}
