//! The task of a call, which resets the call when its client neither reads the answer nor goes away.
//!
//! HTTP/2 asks for more of an answer only once its client has read what came before, but for one piece. So while nobody
//! reads, an answer isn't polled, and can't notice that its deadline passes or that slots are scarce. The
//! task around it does, and resets the call.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
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

tokio::task_local! {
    /// When the call that runs in this task is to be reset, once that is known.
    static LIMITS: TaskLimits;
}

#[derive(Default)]
struct TaskLimits {
    deadline: OnceLock<Instant>,
    unread: OnceLock<UnreadLimit>,
}

/// Resets the call that runs in this task once its deadline has passed.
pub(crate) fn reset_after(deadline: Instant) {
    // A call outside of such a task, as in a test, ends without help.
    let _ = LIMITS.try_with(|limits| limits.deadline.set(deadline));
}

/// Resets the stream that runs in this task once its client has read nothing for `longest` while slots are scarce.
/// Whoever hands its answer on has to note each time in the marker that is returned.
pub(crate) fn reset_when_unread(longest: Duration, permit: Arc<Permit>) -> ReadMarker {
    let marker = ReadMarker { since: Instant::now(), last: Arc::default() };
    let limit = UnreadLimit { longest: longest.saturating_add(LEEWAY), marker: marker.clone(), permit };
    let _ = LIMITS.try_with(|limits| limits.unread.set(limit));
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
        let unread = self.unread.get().map(|limit| {
            let earliest = Instant::now() + CHECK_INTERVAL;
            later(limit.marker.last(), limit.longest).max(earliest)
        });
        self.deadline.get().map(|deadline| later(*deadline, LEEWAY)).into_iter().chain(unread).min()
    }

    fn is_exceeded(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| later(*deadline, LEEWAY) <= Instant::now())
            || self.unread.get().is_some_and(UnreadLimit::is_exceeded)
    }
}

/// Spawns each call in a task of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallExecutor;

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for CallExecutor {
    fn execute(&self, call: F) {
        tokio::spawn(LIMITS.scope(TaskLimits::default(), within_limits(call)));
    }
}

/// Runs a call until it ends or exceeds a limit.
async fn within_limits(call: impl Future) {
    let mut call = pin!(call);
    let mut timer: Option<PollTimer> = None;
    poll_fn(|context| {
        if call.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        LIMITS.with(|limits| {
            let Some(next) = limits.next_check() else { return Poll::Pending };
            let timer = timer.get_or_insert_with(|| PollTimer::at(next));
            timer.no_later_than(next);
            timer.poll(context, || limits.next_check().filter(|_| !limits.is_exceeded()))
        })
    })
    .await;
}
