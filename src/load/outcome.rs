//! How a call ended.

use std::error::Error;

use tonic::{Code, ConnectError, Status, TimeoutExpired};

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
    /// The service answers that it is full or stopping: the call was shed, another server may take it.
    pub const SHED: Self = Self(14);
    /// Nobody took the connection, so that the service never had the call.
    pub const UNREACHABLE: Self = Self(17);
    /// The connection broke under the call: the service may have begun it.
    pub const BROKEN: Self = Self(18);

    /// The outcome of a call that ended with this error.
    pub(super) fn of(status: &Status) -> Self {
        let mut cause = status.source();
        while let Some(error) = cause {
            if error.is::<ConnectError>() {
                return Self::UNREACHABLE;
            }
            // The client keeps the deadline too, and calls it cancelled.
            if error.is::<TimeoutExpired>() {
                return Self::of_code(Code::DeadlineExceeded);
            }
            cause = error.source();
        }
        // What the service says of itself has no cause on this side.
        if status.source().is_some() { Self::BROKEN } else { Self::of_code(status.code()) }
    }

    /// The outcome that the number of one of gRPC's codes stands for.
    pub(super) fn of_code(code: Code) -> Self {
        u8::try_from(i32::from(code)).map_or(Self(2), Self)
    }

    /// The place of this outcome among all.
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

    /// Whether the service said it, be it an error.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        self.0 < Self::UNREACHABLE.0
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
