//! The task of a call, which resets the call when its client neither reads the answer nor goes away.
//!
//! HTTP/2 asks for more of an answer only once its client has read what came before, but for one piece. So while nobody
//! reads, an answer isn't polled, and can't notice that its deadline passes or that slots are scarce. The task around
//! it does, and resets the call. Over HTTP/1.1, where one call follows another, it is the connection's task, and ends
//! the connection.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::deadline::later;
use super::poll_timer::PollTimer;
use crate::serve::admission::admit::Permit;

/// How long after its deadline a call is reset: time for it to answer `DEADLINE_EXCEEDED` by itself.
const LEEWAY: Duration = Duration::from_millis(250);

/// How often an unread stream is checked.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// How often a task without limits looks whether it has got some. It is polled when it does anyway.
const LONG: Duration = Duration::from_hours(1);

tokio::task_local! {
    /// When the call that runs in this task is to be reset, once that is known.
    static LIMITS: RefCell<TaskLimits>;
}

#[derive(Default)]
struct TaskLimits {
    deadline: Option<Instant>,
    unread: Option<UnreadLimit>,
}

/// Resets the call that runs in this task once its deadline has passed, or the one that was set before.
pub(crate) fn reset_after(deadline: Instant) {
    // A call outside of such a task, as in a test, ends without help.
    let _ = LIMITS.try_with(|limits| {
        let mut limits = limits.borrow_mut();
        limits.deadline = Some(limits.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    });
}

/// Lifts the limits of the call that ran in this task: it is over, and another may follow.
pub(crate) fn lift_limits() {
    // Dropped only when nothing is borrowed any more.
    let _lifted = LIMITS.try_with(RefCell::take);
}

/// Resets the stream that runs in this task once its client has read nothing for `longest` while slots are scarce.
/// Whoever hands its answer on has to note each time in the marker that is returned.
pub(crate) fn reset_when_unread(longest: Duration, permit: Arc<Permit>) -> ReadMarker {
    let marker = ReadMarker { since: Instant::now(), last: Arc::default() };
    let limit = UnreadLimit { longest: longest.saturating_add(LEEWAY), marker: marker.clone(), permit };
    let _replaced = LIMITS.try_with(|limits| limits.borrow_mut().unread.replace(limit));
    marker
}

/// When a client last asked for more of a stream. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ReadMarker {
    since: Instant,
    /// Milliseconds after that.
    last: Arc<AtomicU64>,
}

impl ReadMarker {
    /// Notes that the client asks for more now.
    pub(crate) fn note(&self) {
        let milliseconds = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(milliseconds, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.since + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }
}

/// How long a stream may stay unread while others wait.
struct UnreadLimit {
    longest: Duration,
    marker: ReadMarker,
    permit: Arc<Permit>,
}

impl UnreadLimit {
    fn is_exceeded(&self) -> bool {
        self.marker.last().elapsed() >= self.longest && self.permit.is_wanted_with_its_bytes()
    }
}

impl TaskLimits {
    /// When to check whether the call is to be reset; none where it has no limits.
    fn next_check(&self) -> Option<Instant> {
        let unread = self.unread.as_ref().map(|limit| {
            let earliest = Instant::now() + CHECK_INTERVAL;
            later(limit.marker.last(), limit.longest).max(earliest)
        });
        self.deadline.map(|deadline| later(deadline, LEEWAY)).into_iter().chain(unread).min()
    }

    fn is_exceeded(&self) -> bool {
        self.deadline.is_some_and(|deadline| later(deadline, LEEWAY) <= Instant::now())
            || self.unread.as_ref().is_some_and(UnreadLimit::is_exceeded)
    }
}

/// Spawns each call in a task of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallExecutor;

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for CallExecutor {
    fn execute(&self, call: F) {
        tokio::spawn(async move {
            within_limits(call).await;
        });
    }
}

/// Runs a call, or calls one after another, until the end or until one exceeds a limit. None where one does.
pub(crate) fn within_limits<F: Future>(calls: F) -> impl Future<Output = Option<F::Output>> {
    // In a box, so that what is around it doesn't hold it several times.
    LIMITS.scope(RefCell::default(), watched(Box::pin(calls)))
}

async fn watched<F: Future>(mut calls: Pin<Box<F>>) -> Option<F::Output> {
    let mut timer: Option<PollTimer> = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = calls.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        LIMITS.with(|limits| {
            let limits = limits.borrow();
            let next = limits.next_check();
            let Some(next) = next.or(timer.is_some().then(|| later(Instant::now(), LONG))) else {
                return Poll::Pending;
            };
            let timer = timer.get_or_insert_with(|| PollTimer::at(next));
            timer.no_later_than(next);
            let exceeded = timer.poll(context, || {
                let next = limits.next_check().unwrap_or_else(|| later(Instant::now(), LONG));
                (!limits.is_exceeded()).then_some(next)
            });
            exceeded.map(|()| None)
        })
    })
    .await
}
