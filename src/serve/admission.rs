//! Who is let in: one bound for the whole server on the calls that are under way, and on their bytes.
//!
//! In: the head of a call. Out: its place, which it keeps until its answer is sent, or why there is none. All
//! is decided before the call's message is read, so that turning callers away costs next to nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::config::ServiceConfig;
use super::metrics::Metrics;
use super::queue::Outlook;
use super::reader::Reader;
use super::rpc::claim_service_server::SERVICE_NAME;
use super::status::Failure;

/// What bytes are counted in: a semaphore has fewer permits than memory has bytes.
const UNIT_BYTES: usize = 1024;

/// So many calls may always wait for each worker: few enough that none waits much longer than it takes, however long
/// that is.
const WAITING_PER_WORKER: usize = 4;

/// What a method needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing worth counting: health, reflection.
    Nothing,
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
            None => Self::Nothing,
            Some("/StreamExtractClaims") => Self::Stream,
            Some("/ExtractClaims" | "/BatchExtractClaims" | "/VerifyQuotations") => Self::Worker,
            Some(_) => Self::Call,
        }
    }
}

/// The bounds.
#[derive(Clone)]
pub(super) struct Admission {
    /// Running and queued.
    calls: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    budget: Budget,
    patience: Patience,
    reader: Reader,
    metrics: Metrics,
}

impl Admission {
    pub(super) fn new(config: &ServiceConfig, budget: Budget, reader: Reader, metrics: Metrics) -> Self {
        let calls = config.workers.max(1).saturating_add(config.queue_capacity);
        Self {
            calls: semaphore(calls),
            streams: semaphore(config.max_streams),
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
            Need::Call | Need::Worker => &self.calls,
            Need::Stream => &self.streams,
        };
        self.reader.engine()?;
        let permit = places.clone().try_acquire_owned().map_err(|_| Failure::QueueFull)?;
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
            _permit: permit,
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

fn semaphore(permits: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)))
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
    _permit: OwnedSemaphorePermit,
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

    fn refuse_unless(&self, is_allowed: bool) -> Result<(), Failure> {
        if is_allowed {
            return Ok(());
        }
        self.metrics.refused(Failure::QueueFull.reason());
        Err(Failure::QueueFull)
    }
}

/// What calls may hold together, in bytes.
#[derive(Clone)]
pub(super) struct Budget {
    units: Arc<Semaphore>,
    size: u32,
}

impl Budget {
    pub(super) fn new(config: &ServiceConfig) -> Self {
        let bytes = config.max_queued_bytes.max(config.limits.max_request_bytes);
        let size = units(bytes);
        Self { units: semaphore(size as usize), size }
    }

    fn charge(&self) -> Charge {
        Charge { budget: self.clone(), held: Mutex::new(None) }
    }

    /// Waits until `bytes` are free, and takes them.
    pub(super) async fn take(&self, bytes: usize) -> OwnedSemaphorePermit {
        let taken = self.units.clone().acquire_many_owned(units(bytes).min(self.size)).await;
        taken.expect("the semaphore is never closed")
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT_BYTES)).unwrap_or(u32::MAX)
}

/// What one call holds of the budget.
struct Charge {
    budget: Budget,
    held: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Charge {
    fn raise_to(&self, bytes: usize) -> Result<(), Failure> {
        let mut held = self.held.lock().expect("nothing panics while it is held");
        let have = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = (units(bytes) as usize).saturating_sub(have);
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
    fn methods_need_what_they_use() {
        for (path, need) in [
            ("/ascribe.v1.ClaimService/ExtractClaims", Need::Worker),
            ("/ascribe.v1.ClaimService/BatchExtractClaims", Need::Worker),
            ("/ascribe.v1.ClaimService/VerifyQuotations", Need::Worker),
            ("/ascribe.v1.ClaimService/StreamExtractClaims", Need::Stream),
            ("/ascribe.v1.ClaimService/ListCues", Need::Call),
            ("/grpc.health.v1.Health/Check", Need::Nothing),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Need::Nothing),
            ("", Need::Nothing),
        ] {
            assert_eq!(Need::of(path), need, "{path}");
        }
    }

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
