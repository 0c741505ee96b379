//! Each call in a task of its own, dropped where its client neither reads its answer nor goes away.
//!
//! HTTP/2 asks for more of an answer only when its client has read what came before, but for one piece. So an answer can't
//! see by itself that its deadline passes while nobody reads, or that others need its place; the task around it does, and
//! resets the call.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::admission::Place;
use super::deadline::later;
use super::recheck::Recheck;

/// How much later than its deadline a call is dropped: time for it to say `DEADLINE_EXCEEDED` by itself.
const LEEWAY: Duration = Duration::from_millis(250);

/// How often a stream is looked at that nobody reads.
const LOOK: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// When the call that runs in this task has to be over, once it is known.
    static END: End;
}

#[derive(Default)]
struct End {
    at: OnceLock<Instant>,
    once_unread: OnceLock<Unread>,
}

/// Says when the call that runs here has to be over.
pub(super) fn end_at(instant: Instant) {
    // A call that doesn't run in a task of ours, as in a test, ends without help.
    let _ = END.try_with(|end| end.at.set(instant));
}

/// Says that the stream that runs here has to be over once nobody has asked for more of it for `longest` and others need its
/// place. Whoever hands it on has to note that.
pub(super) fn end_once_unread(longest: Duration, place: Arc<Place>) -> Asked {
    let asked = Asked { since: Instant::now(), last: Arc::default() };
    let unread = Unread { longest: longest.saturating_add(LEEWAY), asked: asked.clone(), place };
    let _ = END.try_with(|end| end.once_unread.set(unread));
    asked
}

/// When a stream was asked for more. Cheap to clone.
#[derive(Clone)]
pub(super) struct Asked {
    since: Instant,
    /// Milliseconds after that.
    last: Arc<AtomicU64>,
}

impl Asked {
    /// Notes that it is asked now.
    pub(super) fn note(&self) {
        let milliseconds = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(milliseconds, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.since + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }
}

struct Unread {
    longest: Duration,
    asked: Asked,
    place: Arc<Place>,
}

impl Unread {
    fn is_for_too_long(&self) -> bool {
        self.asked.last().elapsed() >= self.longest && self.place.is_wanted_with_its_bytes()
    }
}

impl End {
    /// When to look whether the call has to be over; none where nothing is known.
    fn next_look(&self) -> Option<Instant> {
        let unread = self.once_unread.get().map(|unread| {
            let earliest = Instant::now() + LOOK;
            later(unread.asked.last(), unread.longest).max(earliest)
        });
        self.at.get().map(|at| later(*at, LEEWAY)).into_iter().chain(unread).min()
    }

    fn is_here(&self) -> bool {
        self.at.get().is_some_and(|at| later(*at, LEEWAY) <= Instant::now())
            || self.once_unread.get().is_some_and(Unread::is_for_too_long)
    }
}

/// Spawns calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallExecutor;

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for CallExecutor {
    fn execute(&self, call: F) {
        tokio::spawn(END.scope(End::default(), until_overdue(call)));
    }
}

async fn until_overdue(call: impl Future) {
    let mut call = pin!(call);
    let mut recheck: Option<Recheck> = None;
    poll_fn(|context| {
        if call.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        END.with(|end| {
            let Some(next) = end.next_look() else { return Poll::Pending };
            let recheck = recheck.get_or_insert_with(|| Recheck::at(next));
            recheck.no_later_than(next);
            recheck.poll(context, || end.next_look().filter(|_| !end.is_here()))
        })
    })
    .await;
}
