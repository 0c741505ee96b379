//! The deadline of a call: the sooner of what its caller sets with `grpc-timeout` and what the server allows.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, Sleep, sleep_until};

/// When a call is over; never, where nobody sets a time.
pub(crate) struct Deadline(Option<Pin<Box<Sleep>>>);

impl Deadline {
    /// The deadline of the call with these headers, which came just now and may take `longest`. A header that can't be
    /// parsed sets none, as everywhere in gRPC.
    pub(crate) fn of(headers: &HeaderMap, longest: Option<Duration>) -> Self {
        let header = headers.get("grpc-timeout").and_then(|value| value.to_str().ok());
        let timeout = header.and_then(parse).into_iter().chain(longest).min();
        let instant = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Self(instant.map(|instant| Box::pin(sleep_until(instant))))
    }

    /// When it passes.
    pub(crate) fn instant(&self) -> Option<Instant> {
        self.0.as_ref().map(|sleep| sleep.deadline())
    }

    /// Ready once it has passed.
    pub(crate) fn poll_passed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            // The timer counts in milliseconds and is late by up to one.
            Some(sleep) if sleep.deadline() <= Instant::now() => Poll::Ready(()),
            Some(sleep) => sleep.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

/// The instant `duration` after `instant`; a very late one where the clock has none so late.
pub(crate) fn later(instant: Instant, duration: Duration) -> Instant {
    const VERY_LATE: Duration = Duration::from_hours(24 * 365 * 30);
    instant.checked_add(duration).unwrap_or(instant + VERY_LATE)
}

/// At most eight digits and a unit: "1500m" is one and a half seconds.
fn parse(header: &str) -> Option<Duration> {
    let (digits, unit) = header.split_at_checked(header.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_have_eight_digits_and_a_unit() {
        for (header, expected) in [
            ("1500m", Some(Duration::from_millis(1500))),
            ("0n", Some(Duration::ZERO)),
            ("99999999H", Some(Duration::from_hours(99_999_999))),
            ("100000000n", None),
            ("S", None),
            ("", None),
            ("+1S", None),
            ("1s", None),
            ("1é", None),
        ] {
            assert_eq!(parse(header), expected, "{header}");
        }
    }
}
