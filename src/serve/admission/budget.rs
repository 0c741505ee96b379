//! The bytes that all calls may hold together: a bound for the whole server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::serve::config::ServiceConfig;
use crate::serve::status::{Failure, Full};

/// The bytes that all calls may hold together, as requests or as answers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Budget(Arc<Inner>);

struct Inner {
    size: usize,
    held: AtomicUsize,
}

/// Bytes that are held until this is dropped.
pub(crate) struct Held {
    budget: Budget,
    bytes: usize,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

impl Budget {
    pub(crate) fn new(config: &ServiceConfig) -> Self {
        let size = config.max_queued_bytes.max(config.limits.max_request_bytes);
        Self(Arc::new(Inner { size, held: AtomicUsize::new(0) }))
    }

    /// The charge of a new call, nothing yet.
    pub(crate) fn charge(&self) -> Charge {
        Charge { budget: self.clone(), held: AtomicUsize::new(0) }
    }

    /// True when more than half is free, so that streams may take in further documents.
    pub(crate) fn is_half_free(&self) -> bool {
        self.free_for_streams() > 0
    }

    /// Takes `bytes` for a stream's document that has arrived already, or as many of them as leave half for others.
    pub(crate) fn take_for_stream(&self, bytes: usize) -> Option<Held> {
        let taken = bytes.min(self.free_for_streams());
        (taken > 0 && self.take(taken)).then(|| Held { budget: self.clone(), bytes: taken })
    }

    fn free_for_streams(&self) -> usize {
        (self.0.size / 2).saturating_sub(self.0.held.load(Ordering::Relaxed))
    }

    /// What to tell callers for whom no bytes are free.
    pub(crate) fn is_full(&self) -> Full {
        Full::Bytes { most: self.0.size }
    }

    /// Takes bytes if they are free.
    fn take(&self, bytes: usize) -> bool {
        let taken = self.0.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            held.checked_add(bytes).filter(|&held| held <= self.0.size)
        });
        taken.is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What one call holds of the budget. Dropping it gives that back.
pub(crate) struct Charge {
    budget: Budget,
    held: AtomicUsize,
}

impl Charge {
    /// The budget that it is taken from.
    pub(crate) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// How many bytes it holds.
    pub(crate) fn bytes(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Raises the charge to `bytes` in all, if they are free. More bytes than the budget has count as all of them: JSON is
    /// longer than its message.
    pub(crate) fn raise_to(&self, bytes: usize) -> Result<(), Failure> {
        let wanted = bytes.min(self.budget.0.size);
        let missing = wanted.saturating_sub(self.bytes());
        if missing > 0 {
            if !self.budget.take(missing) {
                return Err(Failure::QueueFull(self.budget.is_full()));
            }
            self.held.fetch_add(missing, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Sets the charge to the bytes of the answer, which is there already: where they aren't free, no further calls are
    /// taken on until they are read.
    pub(crate) fn set_to_answer(&self, bytes: usize) {
        let before = self.held.swap(bytes, Ordering::Relaxed);
        self.budget.0.held.fetch_add(bytes, Ordering::Relaxed);
        self.budget.give_back(before);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Limits;

    #[test]
    fn a_charge_is_raised_and_given_back() {
        let limits = Limits { max_request_bytes: 1, ..Limits::default() };
        let budget = Budget::new(&ServiceConfig { max_queued_bytes: 10_240, limits, ..Default::default() });
        let (one, another) = (budget.charge(), budget.charge());
        assert_eq!(one.raise_to(1), Ok(()));
        assert_eq!(one.raise_to(5_000), Ok(()));
        assert_eq!(one.raise_to(4_000), Ok(()), "it holds more");
        assert_eq!(another.raise_to(6_000), Err(Failure::QueueFull(Full::Bytes { most: 10_240 })));
        assert_eq!(another.raise_to(5_120), Ok(()));
        drop(one);
        assert_eq!(another.raise_to(10_240), Ok(()));
        another.set_to_answer(20_000);
        assert!(budget.charge().raise_to(1).is_err(), "an answer counts, however long it is");
        another.set_to_answer(4_000);
        let stream = budget.take_for_stream(5_000).expect("some are free for streams");
        assert_eq!((stream.bytes, budget.take_for_stream(1).is_none()), (1_120, true));
        drop((another, stream));
        assert_eq!(budget.0.held.load(Ordering::Relaxed), 0);
    }
}
