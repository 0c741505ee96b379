//! The bytes that all calls may hold together: a bound for the whole server.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::config::ServiceConfig;
use crate::serve::status::Failure;

/// The unit that bytes are counted in: a semaphore has fewer permits than memory has bytes.
const UNIT_BYTES: usize = 1024;

/// Bytes that are held until this is dropped.
pub(crate) type Held = OwnedSemaphorePermit;

/// The bytes that all calls may hold together. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
    size: u32,
}

impl Budget {
    pub(crate) fn new(config: &ServiceConfig) -> Self {
        let bytes = config.max_queued_bytes.max(config.limits.max_request_bytes);
        let size = units(bytes);
        Self { units: Arc::new(Semaphore::new(size as usize)), size }
    }

    /// The charge of a new call, nothing yet.
    pub(crate) fn charge(&self) -> Charge {
        Charge { budget: self.clone(), held: Mutex::new(None) }
    }

    /// True when more than half is free, so that streams may take in further documents.
    pub(crate) fn is_half_free(&self) -> bool {
        self.free_for_streams() > 0
    }

    /// Takes `bytes` for a stream's document that has arrived already, or as many of them as leave half for others.
    pub(crate) fn take_for_stream(&self, bytes: usize) -> Option<Held> {
        let taken = units(bytes).min(self.free_for_streams());
        self.units.clone().try_acquire_many_owned(taken).ok().filter(|_| taken > 0)
    }

    fn free_for_streams(&self) -> u32 {
        let free = u32::try_from(self.units.available_permits()).unwrap_or(u32::MAX);
        free.saturating_sub(self.size / 2)
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)
}

/// What one call holds of the budget.
pub(crate) struct Charge {
    budget: Budget,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Charge {
    /// The budget that it is taken from.
    pub(crate) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// How many bytes it holds, about.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().as_ref().map_or(0, OwnedSemaphorePermit::num_permits).saturating_mul(UNIT_BYTES)
    }

    fn lock(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.held.lock().expect("nothing panics while it is held")
    }

    /// Raises the charge to `bytes` in all, if they are free. More bytes than the budget has count as all of them: JSON is
    /// longer than its message.
    pub(crate) fn raise_to(&self, bytes: usize) -> Result<(), Failure> {
        let mut held = self.lock();
        let have = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = units(bytes).min(self.budget.size) as usize;
        let missing = wanted.saturating_sub(have);
        let Ok(missing @ 1..) = u32::try_from(missing) else { return Ok(()) };
        let more = self.budget.units.clone().try_acquire_many_owned(missing);
        let more = more.map_err(|_| Failure::QueueFull)?;
        match held.as_mut() {
            Some(held) => held.merge(more),
            None => *held = Some(more),
        }
        Ok(())
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
        assert_eq!(another.raise_to(6_000), Err(Failure::QueueFull));
        assert_eq!(another.raise_to(5_120), Ok(()));
        drop(one);
        assert_eq!(another.raise_to(10_240), Ok(()));
        drop(another);
        assert_eq!(budget.units.available_permits(), 10);
    }
}
