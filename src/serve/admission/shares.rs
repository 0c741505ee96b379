//! Slots of one kind, of which no holder gets so many that others find none.
//!
//! A holder may have at most three times as many as are free: alone three quarters of all, of two who want as many as they
//! get three sevenths each, and so on, so that some always stay free for whoever comes next. These are the dynamic
//! thresholds of switches that share a buffer: Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory
//! packet switches", IEEE/ACM Transactions on Networking 6 (1998).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::serve::call::peer::Holder;

/// A holder may have this many times as many slots as are free.
pub(super) const TIMES_THE_FREE: usize = 3;

/// The slots. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Shares(Arc<Inner>);

struct Inner {
    count: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_holder: HashMap<Holder, usize>,
}

/// Why somebody gets no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSlot {
    /// All are taken.
    NoneFree,
    /// Some are free, but they are for those who hold fewer.
    HoldsMost,
}

/// One slot, taken until this is dropped.
pub(crate) struct Share {
    shares: Shares,
    holder: Holder,
}

impl Shares {
    /// `count` slots, at least one.
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Inner { count: count.max(1), taken: Mutex::default() }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().expect("nothing panics while it is held")
    }

    /// A slot for `holder`, unless it holds its share already.
    pub(crate) fn take(&self, holder: &Holder) -> Result<Share, NoSlot> {
        let mut taken = self.taken();
        let free = self.0.count.saturating_sub(taken.all);
        if free == 0 {
            return Err(NoSlot::NoneFree);
        }
        let held = taken.by_holder.get(holder).copied().unwrap_or_default();
        // The first one is always given: of four slots or fewer one would else have to stay free.
        if held >= free.saturating_mul(TIMES_THE_FREE) {
            return Err(NoSlot::HoldsMost);
        }
        Ok(self.taken_by(&mut taken, holder))
    }

    /// A slot for a holder that stands for many, of which it may have as many as there are, but for `kept`.
    pub(crate) fn take_leaving(&self, kept: usize, holder: &Holder) -> Result<Share, NoSlot> {
        let mut taken = self.taken();
        match self.0.count.saturating_sub(taken.all) {
            0 => Err(NoSlot::NoneFree),
            free if free <= kept => Err(NoSlot::HoldsMost),
            _ => Ok(self.taken_by(&mut taken, holder)),
        }
    }

    fn taken_by(&self, taken: &mut Taken, holder: &Holder) -> Share {
        taken.all += 1;
        *taken.by_holder.entry(holder.clone()).or_default() += 1;
        Share { shares: self.clone(), holder: holder.clone() }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.count
    }

    /// How many are taken.
    pub(crate) fn in_use(&self) -> usize {
        self.taken().all
    }

    /// True when at most a quarter are free, as one holder alone leaves them: who makes no progress should then lose theirs.
    pub(crate) fn are_scarce(&self) -> bool {
        self.0.count.saturating_sub(self.in_use()).saturating_mul(4) <= self.0.count
    }
}

impl Share {
    /// The slots that this is one of.
    pub(crate) const fn shares(&self) -> &Shares {
        &self.shares
    }

    /// Whether nobody holds more than its holder.
    pub(crate) fn is_of_whoever_holds_most(&self) -> bool {
        let taken = self.shares.taken();
        let own = taken.by_holder.get(&self.holder).copied().unwrap_or_default();
        taken.by_holder.values().all(|&count| count <= own)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.shares.taken();
        taken.all -= 1;
        if let Some(count) = taken.by_holder.get_mut(&self.holder) {
            *count -= 1;
            if *count == 0 {
                taken.by_holder.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(name: &str) -> Holder {
        Holder::Key(name.into())
    }

    fn as_many_as_it_gets(shares: &Shares, name: &str) -> (Vec<Share>, NoSlot) {
        let mut got = Vec::new();
        loop {
            match shares.take(&holder(name)) {
                Ok(share) => got.push(share),
                Err(why) => return (got, why),
            }
        }
    }

    #[test]
    fn one_holder_gets_three_quarters_and_leaves_some_to_others() {
        let shares = Shares::new(100);
        let (first, why) = as_many_as_it_gets(&shares, "a");
        assert_eq!((first.len(), why), (75, NoSlot::HoldsMost));
        let (second, _) = as_many_as_it_gets(&shares, "b");
        assert_eq!(second.len(), 19);
        let (third, _) = as_many_as_it_gets(&shares, "c");
        assert_eq!(third.len(), 5);
        assert!(shares.take(&holder("d")).is_ok(), "there is always one for who comes next");
        assert!(first[0].is_of_whoever_holds_most() && !third[0].is_of_whoever_holds_most());
        assert!(shares.are_scarce());
        drop((first, second, third));
        assert_eq!(shares.in_use(), 0);
        assert!(shares.taken().by_holder.is_empty());
        assert_eq!(as_many_as_it_gets(&shares, "b").0.len(), 75);
    }

    #[test]
    fn a_single_slot_is_given() {
        let shares = Shares::new(1);
        let taken = shares.take(&holder("a"));
        assert!(taken.is_ok());
        assert_eq!(shares.take(&holder("b")).err(), Some(NoSlot::NoneFree));
    }
}
