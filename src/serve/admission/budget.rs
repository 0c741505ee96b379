//! The bytes that all calls may hold together: a bound for the whole server, of which nobody gets so many that others find
//! none (the thresholds of [`shares`](super::shares), in bytes). Whoever takes turns in the queue holds them: also one of many
//! connections of an address always finds some.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::shares::TIMES_THE_FREE;
use crate::serve::call::peer::TurnTaker;
use crate::serve::config::ServiceConfig;
use crate::serve::status::{Failure, Full};

/// The bytes that all calls may hold together, as requests or as answers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Budget(Arc<Inner>);

struct Inner {
    size: usize,
    held: Mutex<HeldBytes>,
}

#[derive(Default)]
struct HeldBytes {
    all: usize,
    by_holder: HashMap<TurnTaker, usize>,
}

impl HeldBytes {
    fn add(&mut self, bytes: usize, holder: &TurnTaker) {
        if bytes > 0 {
            self.all += bytes;
            *self.by_holder.entry(holder.clone()).or_default() += bytes;
        }
    }

    fn take_off(&mut self, bytes: usize, holder: &TurnTaker) {
        self.all -= bytes;
        if let Some(own) = self.by_holder.get_mut(holder) {
            *own -= bytes;
            if *own == 0 {
                self.by_holder.remove(holder);
            }
        }
    }
}

/// Bytes that are held until this is dropped.
pub(crate) struct Held {
    budget: Budget,
    bytes: usize,
    holder: TurnTaker,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.held().take_off(self.bytes, &self.holder);
    }
}

impl Budget {
    pub(crate) fn new(config: &ServiceConfig) -> Self {
        let size = config.max_queued_bytes.max(config.limits.max_request_bytes);
        Self(Arc::new(Inner { size, held: Mutex::default() }))
    }

    fn held(&self) -> MutexGuard<'_, HeldBytes> {
        self.0.held.lock().expect("nothing panics while it is held")
    }

    /// The charge of a new call, nothing yet.
    pub(crate) fn charge(&self, holder: &TurnTaker) -> Charge {
        Charge { budget: self.clone(), holder: holder.clone(), held: AtomicUsize::new(0) }
    }

    /// True when more than half is free, so that streams may take in further documents.
    pub(crate) fn is_half_free(&self) -> bool {
        self.held().all < self.0.size / 2
    }

    /// Takes `bytes` for a stream's document that has arrived already, or as many of them as leave half for others.
    pub(crate) fn take_for_stream(&self, bytes: usize, holder: &TurnTaker) -> Option<Held> {
        let mut held = self.held();
        let bytes = bytes.min((self.0.size / 2).saturating_sub(held.all));
        held.add(bytes, holder);
        (bytes > 0).then(|| Held { budget: self.clone(), bytes, holder: holder.clone() })
    }

    /// What to tell callers for whom no bytes are free.
    pub(crate) fn is_full(&self) -> Full {
        Full::Bytes { most: self.0.size }
    }

    /// Takes bytes for a call that has so many already, if they are free, and not for those who hold less. A holder's only
    /// call gets what is free, so that the largest request can be made.
    fn take(&self, bytes: usize, holder: &TurnTaker, already: usize) -> bool {
        let mut held = self.held();
        let own = held.by_holder.get(holder).copied().unwrap_or_default();
        let Some(free) = self.0.size.checked_sub(held.all.saturating_add(bytes)) else { return false };
        let is_allowed = own == already || own.saturating_add(bytes) <= free.saturating_mul(TIMES_THE_FREE);
        if is_allowed {
            held.add(bytes, holder);
        }
        is_allowed
    }
}

/// What one call holds of the budget. Dropping it gives that back.
pub(crate) struct Charge {
    budget: Budget,
    holder: TurnTaker,
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
            if !self.budget.take(missing, &self.holder, self.bytes()) {
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
        let mut held = self.budget.held();
        held.add(bytes, &self.holder);
        held.take_off(before, &self.holder);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.held().take_off(self.bytes(), &self.holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Limits;

    fn budget(bytes: usize) -> Budget {
        let limits = Limits { max_request_bytes: 1, ..Limits::default() };
        Budget::new(&ServiceConfig { max_queued_bytes: bytes, limits, ..Default::default() })
    }

    fn holder(name: &str) -> TurnTaker {
        TurnTaker::Key(name.into())
    }

    #[test]
    fn a_charge_is_raised_and_given_back() {
        let budget = budget(10_000);
        let (one, another) = (budget.charge(&holder("a")), budget.charge(&holder("b")));
        assert_eq!(one.raise_to(1), Ok(()));
        assert_eq!(one.raise_to(5_000), Ok(()));
        assert_eq!(one.raise_to(4_000), Ok(()), "it holds more");
        assert_eq!(another.raise_to(6_000), Err(Failure::QueueFull(Full::Bytes { most: 10_000 })));
        assert_eq!(another.raise_to(3_000), Ok(()));
        drop(one);
        assert_eq!(another.raise_to(7_000), Ok(()));
        another.set_to_answer(20_000);
        assert!(budget.charge(&holder("c")).raise_to(1).is_err(), "an answer counts, however long it is");
        another.set_to_answer(4_000);
        let stream = budget.take_for_stream(5_000, &holder("a")).expect("some are free for streams");
        assert_eq!((stream.bytes, budget.take_for_stream(1, &holder("a")).is_none()), (1_000, true));
        drop((another, stream));
        assert_eq!(budget.held().all, 0);
        assert!(budget.held().by_holder.is_empty());
    }

    #[test]
    fn one_holder_leaves_some_to_others() {
        let budget = budget(10_000);
        let charges: Vec<Charge> = (0..10).map(|_| budget.charge(&holder("a"))).collect();
        let taken = charges.iter().filter(|charge| charge.raise_to(1_000).is_ok()).count();
        assert_eq!(taken, 7);
        let other = budget.charge(&holder("b"));
        assert_eq!(other.raise_to(2_000), Ok(()));
        assert_eq!(budget.charge(&holder("c")).raise_to(1_000), Ok(()));
        let largest = budget.charge(&holder("d"));
        drop(charges);
        assert_eq!(largest.raise_to(20_000), Err(Failure::QueueFull(Full::Bytes { most: 10_000 })));
        drop(other);
        assert_eq!(largest.raise_to(20_000), Ok(()), "the largest request can be made");
    }
}
