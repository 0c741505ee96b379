//! Each call in a task of its own, dropped where its client neither reads its answer nor goes away.
//!
//! HTTP/2 asks for more of an answer only when its client has read what came before. So an answer can't see
//! by itself that its deadline passes while nobody reads, or that others need its place; the task around it does, and
//! resets the call.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::admission::Place;

/// How much later than its deadline a call is dropped: time for it to say `DEADLINE_EXCEEDED` by itself.
const LEEWAY: Duration = Duration::from_millis(250);

/// How often a stream is looked at that nobody reads.
const LOOK: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// When the call that runs in this task has to be over, once it is known.
    static END: OnceLock<End>;
}

enum End {
    At(Instant),
    OnceUnread(Unread),
}

/// Says when the call that runs here has to be over.
pub(super) fn end_at(instant: Instant) {
    end(End::At(instant));
}

/// Says that the stream that runs here has to be over once nobody has asked for more of it for `longest` and others need its
/// place. Whoever hands it on has to note that.
pub(super) fn end_once_unread(longest: Duration, place: Arc<Place>) -> Asked {
    let asked = Asked { since: Instant::now(), last: Arc::default() };
    end(End::OnceUnread(Unread { longest: longest + LEEWAY, asked: asked.clone(), place }));
    asked
}

fn end(end: End) {
    // A call that doesn't run in a task of ours, as in a test, ends without help; a deadline that came first holds.
    let _ = END.try_with(|known| known.set(end));
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

impl End {
    /// When to look whether the call has to be over.
    fn next_look(&self) -> Instant {
        match self {
            Self::At(instant) => *instant + LEEWAY,
            Self::OnceUnread(unread) => (unread.asked.last() + unread.longest).max(Instant::now() + LOOK),
        }
    }

    fn is_here(&self) -> bool {
        match self {
            Self::At(_) => true,
            Self::OnceUnread(unread) => {
                unread.asked.last().elapsed() >= unread.longest && unread.place.is_wanted()
            }
        }
    }
}

/// Spawns calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallExecutor;

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for CallExecutor {
    fn execute(&self, call: F) {
        tokio::spawn(END.scope(OnceLock::new(), until_overdue(call)));
    }
}

async fn until_overdue(call: impl Future) {
    let mut call = pin!(call);
    let mut look: Option<Pin<Box<Sleep>>> = None;
    poll_fn(|context| {
        if call.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        END.with(|end| {
            let Some(end) = end.get() else { return Poll::Pending };
            let look = look.get_or_insert_with(|| Box::pin(sleep_until(end.next_look())));
            while look.as_mut().poll(context).is_ready() {
                if end.is_here() {
                    return Poll::Ready(());
                }
                look.as_mut().reset(end.next_look());
            }
            Poll::Pending
        })
    })
    .await;
}
