//! A timer that asks again and again whether something is over.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// Asks at given times, for as long as it is polled.
pub(crate) struct PollTimer(Pin<Box<Sleep>>);

impl PollTimer {
    /// Asks for the first time at `first`.
    pub(crate) fn at(first: Instant) -> Self {
        Self(Box::pin(sleep_until(first)))
    }

    /// Asks at `instant` at the latest.
    pub(crate) fn no_later_than(&mut self, instant: Instant) {
        if instant < self.0.deadline() {
            self.0.as_mut().reset(instant);
        }
    }

    /// Calls `next` at each due time; `Some(t)` re-arms the timer for `t`, `None` completes it.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mut next: impl FnMut() -> Option<Instant>,
    ) -> Poll<()> {
        while self.0.as_mut().poll(context).is_ready() {
            match next() {
                Some(again) => self.0.as_mut().reset(again),
                None => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }
}
