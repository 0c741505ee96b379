//! A timer that looks again and again whether something is over.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// Looks at given times, for as long as it is polled.
pub(super) struct Recheck(Pin<Box<Sleep>>);

impl Recheck {
    /// Looks for the first time at `first`.
    pub(super) fn at(first: Instant) -> Self {
        Self(Box::pin(sleep_until(first)))
    }

    /// Looks at `instant` at the latest.
    pub(super) fn no_later_than(&mut self, instant: Instant) {
        if instant < self.0.deadline() {
            self.0.as_mut().reset(instant);
        }
    }

    /// Ready once `next` says nothing more: when it is time to look, `next` says when to look again, or nothing when it is
    /// over.
    pub(super) fn poll(
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
