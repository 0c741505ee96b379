//! Each call in a task of its own, dropped where its client neither reads its answer nor goes away.
//!
//! HTTP/2 asks for more of an answer only when its client has read what came before. So an answer can't see
//! by itself that its deadline passes while nobody reads; the task around it does, and resets the call.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How much later than its deadline a call is dropped: time for it to say `DEADLINE_EXCEEDED` by itself.
const LEEWAY: Duration = Duration::from_millis(250);

tokio::task_local! {
    /// When the call that runs in this task has to be over, once it is known.
    static END: OnceLock<Instant>;
}

/// Says when the call that runs here has to be over.
pub(super) fn end_at(instant: Instant) {
    // A call that doesn't run in a task of ours, as in a test, ends without help.
    let _ = END.try_with(|end| end.set(instant));
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
    let mut overdue: Option<Pin<Box<Sleep>>> = None;
    poll_fn(|context| {
        if call.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        if overdue.is_none() {
            let end = END.with(|end| end.get().copied());
            overdue = end.map(|end| Box::pin(sleep_until(end + LEEWAY)));
        }
        overdue.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(context))
    })
    .await;
}
