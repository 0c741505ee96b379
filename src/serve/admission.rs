//! Who is let in: one bound for the whole server on the calls that are under way, and on their bytes.
//!
//! In: the head of a call. Out: its place, which it keeps until its answer is sent, or why there is none. All
//! is decided before the call's message is read, so that turning callers away costs next to nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::budget::{Budget, Charge};
use super::config::ServiceConfig;
use super::metrics::Metrics;
use super::queue::Outlook;
use super::reader::Reader;
use super::rpc::claim_service_server::SERVICE_NAME;
use super::status::Failure;

/// So many calls may always wait for each worker: few enough that none waits much longer than it takes, however long
/// that is.
const WAITING_PER_WORKER: usize = 4;

/// So many may watch the health or ask reflection at one time. Each costs a few kilobytes, and a peer that opens as many as
/// its connections allow would cost the server its memory.
const WATCHERS: usize = 4096;

/// What a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing worth counting: a look at the health.
    Nothing,
    /// A place among those who watch the health or ask reflection, far from the others.
    Watcher,
    /// A place among the calls.
    Call,
    /// The same, and a worker.
    Worker,
    /// A place among the streams.
    Stream,
}

impl Need {
    /// What the method at `path` needs.
    pub(super) fn of(path: &str) -> Self {
        let method = path.strip_prefix('/').and_then(|path| path.strip_prefix(SERVICE_NAME));
        match method {
            None if path == "/grpc.health.v1.Health/Watch" || path.starts_with("/grpc.reflection.") => {
                Self::Watcher
            }
            None => Self::Nothing,
            Some("/StreamExtractClaims") => Self::Stream,
            Some("/ExtractClaims" | "/BatchExtractClaims" | "/VerifyQuotations") => Self::Worker,
            Some(_) => Self::Call,
        }
    }

    /// Whether its method is one of the claim service.
    pub(super) const fn is_ours(self) -> bool {
        matches!(self, Self::Call | Self::Worker | Self::Stream)
    }

    /// Whether its calls end within a time that the server sets. Streams may go on for as long as their connection.
    pub(super) const fn is_short(self) -> bool {
        !matches!(self, Self::Watcher | Self::Stream)
    }
}

/// The bounds.
#[derive(Clone)]
pub(super) struct Admission {
    /// Running and queued.
    calls: Places,
    streams: Places,
    watchers: Places,
    budget: Budget,
    patience: Patience,
    reader: Reader,
    metrics: Metrics,
}

impl Admission {
    pub(super) fn new(config: &ServiceConfig, budget: Budget, reader: Reader, metrics: Metrics) -> Self {
        let calls = config.workers.max(1).saturating_add(config.queue_capacity);
        Self {
            calls: Places::new(calls),
            streams: Places::new(config.max_streams),
            watchers: Places::new(WATCHERS),
            budget,
            patience: Patience {
                wait: config.max_queue_time,
                waiting: config.workers.max(1).saturating_mul(WAITING_PER_WORKER),
            },
            reader,
            metrics,
        }
    }

    /// A place for a call; none where it needs none.
    pub(super) fn admit(&self, need: Need, deadline: Option<Instant>) -> Result<Option<Arc<Place>>, Failure> {
        self.find_place(need, deadline).inspect_err(|failure| self.metrics.refused(failure.reason()))
    }

    fn find_place(&self, need: Need, deadline: Option<Instant>) -> Result<Option<Arc<Place>>, Failure> {
        let places = match need {
            Need::Nothing => return Ok(None),
            Need::Watcher => &self.watchers,
            Need::Call | Need::Worker => &self.calls,
            Need::Stream => &self.streams,
        };
        if need != Need::Watcher {
            self.reader.engine()?;
        }
        let seat = places.take()?;
        if need == Need::Worker {
            let outlook = self.reader.outlook(None);
            if would_miss(deadline, outlook.wait) {
                return Err(Failure::WouldMissDeadline);
            }
            if !self.patience.suffices(outlook) {
                return Err(Failure::QueueFull);
            }
        }
        Ok(Some(Arc::new(Place {
            seat,
            has_message: AtomicBool::new(false),
            deadline,
            charge: self.budget.charge(),
            patience: self.patience,
            metrics: self.metrics.clone(),
        })))
    }
}

/// Whether a call would still wait for a worker when its deadline passes. One that has passed is for another failure
/// to tell.
fn would_miss(deadline: Option<Instant>, wait: Duration) -> bool {
    let remaining = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    remaining.is_some_and(|remaining| !remaining.is_zero() && remaining < wait)
}

/// Places of one kind.
#[derive(Clone)]
struct Places {
    free: Arc<Semaphore>,
    count: usize,
}

/// One of so many places.
struct Seat {
    permit: OwnedSemaphorePermit,
    of: usize,
}

impl Places {
    fn new(count: usize) -> Self {
        let count = count.clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(count)), count }
    }

    fn take(&self) -> Result<Seat, Failure> {
        let permit = self.free.clone().try_acquire_owned().map_err(|_| Failure::QueueFull)?;
        Ok(Seat { permit, of: self.count })
    }
}

/// What a call may have to wait for: so long, or behind so many others.
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

/// A call's place. Dropping it makes room for another.
pub(super) struct Place {
    seat: Seat,
    /// Whether all of the message is there, though it isn't handed on yet.
    has_message: AtomicBool,
    deadline: Option<Instant>,
    charge: Charge,
    patience: Patience,
    metrics: Metrics,
}

impl Place {
    /// Counts `bytes` in all for this call.
    pub(super) fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.refuse_unless(self.charge.raise_to(bytes).is_ok())
    }

    /// Whether this call may wait for that, now that its length is known: many can have been let in before the message
    /// of the first was there.
    pub(super) fn wait(&self, outlook: Outlook) -> Result<(), Failure> {
        self.refuse_unless(self.patience.suffices(outlook))
    }

    /// The same for a call that waits for so long, but with as much patience as its deadline leaves it.
    pub(super) fn wait_in_turn(&self, wait: Duration) -> Result<(), Failure> {
        if would_miss(self.deadline, wait) { Err(self.refuse(Failure::WouldMissDeadline)) } else { Ok(()) }
    }

    /// What the call holds, in bytes, about.
    pub(super) fn held(&self) -> usize {
        self.charge.bytes()
    }

    /// Whether all of the message is there.
    pub(super) fn has_message(&self) -> bool {
        self.has_message.load(Ordering::Relaxed)
    }

    /// Whether fewer than a quarter of such places are free, so that one which is of no use should be given up.
    pub(super) fn is_wanted(&self) -> bool {
        let Seat { permit, of } = &self.seat;
        permit.semaphore().available_permits().saturating_mul(4) < *of
    }

    /// The same, or less than half is free of what all may hold.
    pub(super) fn is_wanted_with_its_bytes(&self) -> bool {
        self.is_wanted() || !self.charge.budget().is_half_free()
    }

    fn refuse_unless(&self, is_allowed: bool) -> Result<(), Failure> {
        if is_allowed { Ok(()) } else { Err(self.refuse(Failure::QueueFull)) }
    }

    /// Counts a call as refused that had its place already.
    pub(super) fn refuse(&self, failure: Failure) -> Failure {
        self.metrics.refused(failure.reason());
        failure
    }
}

/// Where those who make a call of a request of another kind find its place, once it has one.
#[derive(Clone, Default)]
pub(super) struct PlaceSlot(Arc<OnceLock<Arc<Place>>>);

impl PlaceSlot {
    /// Puts in the place, once.
    pub(super) fn fill(&self, place: &Arc<Place>) {
        // Nobody puts in another.
        let _ = self.0.set(place.clone());
    }

    /// The place, once the call has it.
    pub(super) fn get(&self) -> Option<Arc<Place>> {
        self.0.get().cloned()
    }

    /// Notes that all of the message is there.
    pub(super) fn has_message(&self) {
        if let Some(place) = self.0.get() {
            place.has_message.store(true, Ordering::Relaxed);
        }
    }

    /// Counts `bytes` in all for the call; nothing where it needs no place.
    pub(super) fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.0.get().map_or(Ok(()), |place| place.hold(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_need_what_they_use() {
        for (path, need) in [
            ("/ascribe.v1.ClaimService/ExtractClaims", Need::Worker),
            ("/ascribe.v1.ClaimService/BatchExtractClaims", Need::Worker),
            ("/ascribe.v1.ClaimService/VerifyQuotations", Need::Worker),
            ("/ascribe.v1.ClaimService/StreamExtractClaims", Need::Stream),
            ("/ascribe.v1.ClaimService/ListCues", Need::Call),
            ("/grpc.health.v1.Health/Check", Need::Nothing),
            ("/grpc.health.v1.Health/Watch", Need::Watcher),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Need::Watcher),
            ("", Need::Nothing),
        ] {
            assert_eq!(Need::of(path), need, "{path}");
        }
    }
}
