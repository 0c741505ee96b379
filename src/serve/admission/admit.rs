//! Who gets a permit: one bound for the whole server on the calls that are under way, and on their bytes.
//!
//! In: the head of a call. Out: its permit, which it holds until its answer is sent, or why it gets none. All of this is
//! decided before the call's message is read, so that refusing calls costs next to nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::{Budget, Charge};
use super::shares::{NoSlot, Share, Shares};
use crate::serve::call::peer::{TurnTaker, Who};
use crate::serve::config::ServiceConfig;
use crate::serve::status::{Failure, Full};
use crate::serve::telemetry::metrics::Metrics;
use crate::serve::work::document_reader::DocumentReader;
use crate::serve::work::queue::Outlook;
use crate::wire::{Limits, Need};
use ascribe_engine::Work;

/// At least this many calls may always wait for each worker, however long they take: few enough that none waits much
/// longer than it is read.
const WAITING_PER_WORKER: usize = 4;

/// At most this many calls watch the health at one time. Each costs a few kilobytes, and a peer that opened as many as its
/// connections allow would exhaust the server's memory.
const WATCHERS: usize = 4096;

/// At most this many calls use reflection at one time. What such a caller sends while it reads no answers waits in its
/// window, which has 128 KiB; who watches says nothing after its first message.
const REFLECTIONS: usize = 256;

/// At most this many looks at the health, and calls of methods that don't exist, are under way at one time. Each takes a
/// moment, but one whose message never comes holds its head, of up to 16 KiB and what is made of it.
const BRIEF: usize = 1024;

/// A call isn't taken on whose answer is estimated to take longer than its deadline allows, times this: who comes later may
/// have a turn before it.
const MARGIN: f64 = 1.25;

/// An answer is estimated to be this many times as long as its text. Those to `tests/data/wikinews-dev.jsonl` in the full
/// view are 2.8 times as long, as JSON.
const BYTES_OF_ANSWER: usize = 4;

/// How many bytes the answer to a text of so many bytes will hold, estimated.
pub(crate) fn answer_bytes(bytes: usize, limits: &Limits) -> usize {
    bytes.saturating_mul(BYTES_OF_ANSWER).min(limits.max_response_bytes)
}

/// Hands out permits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Admission {
    /// Of calls that run or wait for a worker.
    calls: Shares,
    streams: Shares,
    watchers: Shares,
    reflections: Shares,
    /// Of those that take a moment.
    brief: Shares,
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
        Self {
            calls: Shares::new(config.max_in_flight),
            streams: Shares::new(config.max_streams),
            watchers: Shares::new(WATCHERS),
            reflections: Shares::new(REFLECTIONS),
            brief: Shares::new(BRIEF),
            budget,
            patience: Patience {
                wait: config.max_queue_time,
                waiting: config.workers.max(1).saturating_mul(WAITING_PER_WORKER),
            },
            reader,
            metrics,
        }
    }

    /// A permit for a call.
    pub(crate) fn admit(
        &self,
        need: Need,
        who: &Who,
        deadline: Option<Instant>,
    ) -> Result<Arc<Permit>, Failure> {
        self.permit(need, who, deadline).inspect_err(|failure| self.metrics.refused(failure.reason()))
    }

    fn permit(&self, need: Need, who: &Who, deadline: Option<Instant>) -> Result<Arc<Permit>, Failure> {
        let (slots, kind) = match need {
            Need::Brief => (&self.brief, Kind::Brief),
            Need::Watcher => (&self.watchers, Kind::Watchers),
            Need::Reflection => (&self.reflections, Kind::Reflections),
            Need::Call | Need::Worker => (&self.calls, Kind::Calls),
            Need::Stream => (&self.streams, Kind::Streams),
        };
        if !matches!(need, Need::Watcher | Need::Reflection | Need::Brief) {
            self.reader.engine()?;
        }
        let slot = slots.take(&who.holder).map_err(|why| kind.is_full(slots.count(), why))?;
        let permit = Permit {
            slot,
            has_message: AtomicBool::new(false),
            taker: who.taker.clone(),
            deadline,
            charge: self.budget.charge(&who.taker),
            patience: self.patience,
            metrics: self.metrics.clone(),
        };
        if need == Need::Worker {
            permit.check(self.reader.outlook(&who.taker, None, false))?;
        }
        Ok(Arc::new(permit))
    }
}

/// What a slot is for.
#[derive(Clone, Copy)]
enum Kind {
    Calls,
    Streams,
    Watchers,
    Reflections,
    Brief,
}

impl Kind {
    const fn is_full(self, most: usize, why: NoSlot) -> Failure {
        let what = match self {
            Self::Calls => "calls are under way (max-in-flight)",
            Self::Streams => "streams are open (max-streams)",
            Self::Watchers => "calls watch the health",
            Self::Reflections => "calls use reflection",
            Self::Brief => "looks at the health are under way",
        };
        let is_by_one = matches!(why, NoSlot::HoldsMost);
        Failure::QueueFull(Full::Slots { what, most, is_by_one })
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
    slot: Share,
    /// Whether the whole message has arrived, though it isn't handed on yet.
    has_message: AtomicBool,
    taker: TurnTaker,
    deadline: Option<Instant>,
    charge: Charge,
    patience: Patience,
    metrics: Metrics,
}

impl Permit {
    /// Who takes turns with others in the queue, and shares its bytes.
    pub(crate) const fn taker(&self) -> &TurnTaker {
        &self.taker
    }

    /// When the caller stops waiting.
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Charges the call for `bytes` in all.
    pub(crate) fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.charge.raise_to(bytes).map_err(|failure| self.refuse(failure))
    }

    /// Charges the call for a request of `bytes` of texts, and for what its answer will hold.
    pub(crate) fn hold_with_answer(&self, bytes: usize, limits: &Limits) -> Result<(), Failure> {
        self.hold(bytes.saturating_add(answer_bytes(bytes, limits)))
    }

    /// Charges the call for the bytes of its answer instead of those of its request.
    pub(crate) fn holds_answer(&self, bytes: usize) {
        self.charge.set_to_answer(bytes);
    }

    /// Refuses the call if it would wait too long for a worker, now that its work is known: many calls can have been
    /// admitted before the first one's message arrived.
    pub(crate) fn wait(&self, reader: &DocumentReader, work: Work) -> Result<(), Failure> {
        self.check(reader.outlook(&self.taker, Some(work), false)).map_err(|failure| self.refuse(failure))
    }

    /// Refuses a batch of so much work in all if its deadline would pass meanwhile; else it may wait as long as it likes.
    pub(crate) fn wait_in_bulk(&self, reader: &DocumentReader, work: Work) -> Result<(), Failure> {
        let outlook = reader.outlook(&self.taker, Some(work), true);
        self.check_deadline(outlook).map_err(|failure| self.refuse(failure))
    }

    fn check(&self, outlook: Outlook) -> Result<(), Failure> {
        self.check_deadline(outlook)?;
        if self.patience.suffices(outlook) {
            return Ok(());
        }
        let Outlook { wait, waiting, .. } = outlook;
        Err(Failure::QueueFull(Full::Wait { wait, most: self.patience.wait, waiting }))
    }

    /// Whether an answer would come before the deadline. A deadline that has passed already is reported as such, elsewhere;
    /// and where nobody waits, there is nothing to lose by trying.
    fn check_deadline(&self, outlook: Outlook) -> Result<(), Failure> {
        let Outlook { wait, own, waiting } = outlook;
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let needed = wait.saturating_add(own).mul_f64(MARGIN);
        if left.is_some_and(|left| !left.is_zero() && !wait.is_zero() && left < needed) {
            return Err(Failure::WouldMissDeadline { wait, waiting });
        }
        Ok(())
    }

    /// What the call is charged for, in bytes.
    pub(crate) fn held(&self) -> usize {
        self.charge.bytes()
    }

    /// Whether the whole message has arrived.
    pub(crate) fn has_message(&self) -> bool {
        self.has_message.load(Ordering::Relaxed)
    }

    /// True when slots are scarce and nobody holds more of them than this call's caller: of whose calls those that make no
    /// progress should then lose theirs.
    pub(crate) fn is_wanted(&self) -> bool {
        self.slot.shares().are_scarce() && self.slot.is_of_whoever_holds_most()
    }

    /// The same, or true when less than half of the bytes that all calls may hold are free.
    pub(crate) fn is_wanted_with_its_bytes(&self) -> bool {
        self.is_wanted() || !self.charge.budget().is_half_free()
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
