//! Who gets a permit: one bound for the whole server on the calls that are under way, and on their bytes.
//!
//! In: the head of a call. Out: its permit, which it holds until its answer is sent, or why it gets none. All of this is
//! decided before the call's message is read, so that refusing calls costs next to nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::budget::{Budget, Charge};
use crate::serve::config::ServiceConfig;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::Metrics;
use crate::serve::work::document_reader::DocumentReader;
use crate::serve::work::queue::Outlook;
use crate::wire::Need;

/// At least this many calls may always wait for each worker, however long they take: few enough that none waits much
/// longer than it is read.
const WAITING_PER_WORKER: usize = 4;

/// At most this many calls watch the health or use reflection at one time. Each costs a few kilobytes, and a peer that
/// opened as many as its connections allow would exhaust the server's memory.
const WATCHERS: usize = 4096;

/// Hands out permits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Admission {
    /// Of calls that run or wait for a worker.
    calls: Slots,
    streams: Slots,
    watchers: Slots,
    budget: Budget,
    patience: Patience,
    reader: DocumentReader,
    metrics: Metrics,
}

impl Admission {
    pub(crate) fn new(
        config: &ServiceConfig,
        budget: Budget,
        reader: DocumentReader,
        metrics: Metrics,
    ) -> Self {
        let calls = config.workers.max(1).saturating_add(config.queue_capacity);
        Self {
            calls: Slots::new(calls),
            streams: Slots::new(config.max_streams),
            watchers: Slots::new(WATCHERS),
            budget,
            patience: Patience {
                wait: config.max_queue_time,
                waiting: config.workers.max(1).saturating_mul(WAITING_PER_WORKER),
            },
            reader,
            metrics,
        }
    }

    /// A permit for a call; none where it needs none.
    pub(crate) fn admit(
        &self,
        need: Need,
        deadline: Option<Instant>,
    ) -> Result<Option<Arc<Permit>>, Failure> {
        self.permit(need, deadline).inspect_err(|failure| self.metrics.refused(failure.reason()))
    }

    fn permit(&self, need: Need, deadline: Option<Instant>) -> Result<Option<Arc<Permit>>, Failure> {
        let slots = match need {
            Need::Nothing => return Ok(None),
            Need::Watcher => &self.watchers,
            Need::Call | Need::Worker => &self.calls,
            Need::Stream => &self.streams,
        };
        if need != Need::Watcher {
            self.reader.engine()?;
        }
        let slot = slots.take()?;
        if need == Need::Worker {
            let outlook = self.reader.outlook(None);
            if would_miss(deadline, outlook.wait) {
                return Err(Failure::WouldMissDeadline);
            }
            if !self.patience.suffices(outlook) {
                return Err(Failure::QueueFull);
            }
        }
        Ok(Some(Arc::new(Permit {
            slot,
            has_message: AtomicBool::new(false),
            deadline,
            charge: self.budget.charge(),
            patience: self.patience,
            metrics: self.metrics.clone(),
        })))
    }
}

/// Whether a call would still wait for a worker when its deadline passes. A deadline that has passed already is reported
/// as such, elsewhere.
fn would_miss(deadline: Option<Instant>, wait: Duration) -> bool {
    let remaining = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    remaining.is_some_and(|remaining| !remaining.is_zero() && remaining < wait)
}

/// The slots of one kind of call.
#[derive(Clone)]
struct Slots {
    free: Arc<Semaphore>,
    count: usize,
}

/// One slot, taken until this is dropped.
struct Slot {
    permit: OwnedSemaphorePermit,
    /// How many there are of its kind.
    of: usize,
}

impl Slots {
    fn new(count: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(count)), count }
    }

    fn take(&self) -> Result<Slot, Failure> {
        let permit = self.free.clone().try_acquire_owned().map_err(|_| Failure::QueueFull)?;
        Ok(Slot { permit, of: self.count })
    }
}

/// The most that a call may have to wait: this long, or behind fewer than this many others.
#[derive(Clone, Copy)]
struct Patience {
    wait: Duration,
    waiting: usize,
}

impl Patience {
    fn suffices(self, outlook: Outlook) -> bool {
        outlook.wait <= self.wait || outlook.waiting < self.waiting
    }
}

/// What a call holds while it is under way: its slot, and its share of the bytes. Dropping it admits another call.
pub(crate) struct Permit {
    slot: Slot,
    /// Whether the whole message has arrived, though it isn't handed on yet.
    has_message: AtomicBool,
    deadline: Option<Instant>,
    charge: Charge,
    patience: Patience,
    metrics: Metrics,
}

impl Permit {
    /// Charges the call for `bytes` in all.
    pub(crate) fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.refuse_unless(self.charge.raise_to(bytes).is_ok())
    }

    /// Refuses the call if it would wait too long for a worker, now that its length is known: many calls can have been
    /// admitted before the first one's message arrived.
    pub(crate) fn wait(&self, outlook: Outlook) -> Result<(), Failure> {
        self.refuse_unless(self.patience.suffices(outlook))
    }

    /// Refuses a call that waits behind other bulk work if its deadline would pass meanwhile; else it may wait as long as
    /// it likes.
    pub(crate) fn wait_in_bulk(&self, wait: Duration) -> Result<(), Failure> {
        if would_miss(self.deadline, wait) { Err(self.refuse(Failure::WouldMissDeadline)) } else { Ok(()) }
    }

    /// What the call is charged for, in bytes, about.
    pub(crate) fn held(&self) -> usize {
        self.charge.bytes()
    }

    /// Whether the whole message has arrived.
    pub(crate) fn has_message(&self) -> bool {
        self.has_message.load(Ordering::Relaxed)
    }

    /// True when fewer than a quarter of the slots are free: calls that make no progress should then lose theirs.
    pub(crate) fn is_wanted(&self) -> bool {
        let Slot { permit, of } = &self.slot;
        permit.semaphore().available_permits().saturating_mul(4) < *of
    }

    /// The same, or true when less than half of the bytes that all calls may hold are free.
    pub(crate) fn is_wanted_with_its_bytes(&self) -> bool {
        self.is_wanted() || !self.charge.budget().is_half_free()
    }

    fn refuse_unless(&self, is_allowed: bool) -> Result<(), Failure> {
        if is_allowed { Ok(()) } else { Err(self.refuse(Failure::QueueFull)) }
    }

    /// Counts the call as refused, though it had a permit.
    pub(crate) fn refuse(&self, failure: Failure) -> Failure {
        self.metrics.refused(failure.reason());
        failure
    }
}

/// Where the JSON gateway finds the permit of the gRPC call that it makes, once that call was admitted.
#[derive(Clone, Default)]
pub(crate) struct PermitCell(Arc<OnceLock<Arc<Permit>>>);

impl PermitCell {
    /// Puts the permit in, once.
    pub(crate) fn fill(&self, permit: &Arc<Permit>) {
        // Nobody puts in another.
        let _ = self.0.set(permit.clone());
    }

    /// The permit, once the call has it.
    pub(crate) fn get(&self) -> Option<Arc<Permit>> {
        self.0.get().cloned()
    }

    /// Notes that the whole message has arrived.
    pub(crate) fn has_message(&self) {
        if let Some(permit) = self.0.get() {
            permit.has_message.store(true, Ordering::Relaxed);
        }
    }

    /// Charges the call for `bytes` in all; does nothing where it needs no permit.
    pub(crate) fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.0.get().map_or(Ok(()), |permit| permit.hold(bytes))
    }
}
