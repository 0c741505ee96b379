//! What happens on one connection: how many calls it has in flight, and since when it has none.
//!
//! A call is in flight from its head until its whole answer was handed to HTTP, over HTTP/1.1 until that was written. What
//! HTTP/2 then keeps of it for a client that reads slowly, [`frame_meter`](super::frame_meter) knows.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;

/// So many refused calls may leave rests on a connection that nobody can read; one more, and it is closed. HTTP keeps
/// something of each call for as long as its connection lives.
const MOST_UNREAD_RESTS: usize = 32;

/// The calls in flight on all connections. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct AllCalls(Arc<Counts>);

#[derive(Default)]
struct Counts {
    calls: AtomicUsize,
    /// Connections with at least one.
    connections: AtomicUsize,
}

impl AllCalls {
    /// How many calls there are, and on how many connections.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.0.calls.load(Ordering::Relaxed), self.0.connections.load(Ordering::Relaxed))
    }
}

/// The activity of one connection. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Inner>);

struct Inner {
    all: AllCalls,
    in_flight: watch::Sender<usize>,
    since: Mutex<Since>,
    /// How many refused calls had rests that nobody could read any more.
    unread_rests: AtomicUsize,
    overdone: CancellationToken,
}

struct Since {
    /// Whether there was no call so far.
    is_new: bool,
    /// When the last one ended, or the connection began.
    last: Instant,
}

/// For how long a connection may be without a call before it counts as idle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdleAfter {
    /// Between two calls: clients send the next one on a connection that they used just now.
    pub(crate) call: Duration,
    /// Before the first one, from when the connection was accepted.
    pub(crate) accept: Duration,
}

impl Activity {
    /// That of a connection that begins now, whose calls count among `all`.
    pub(crate) fn new(all: &AllCalls) -> Self {
        let since = Mutex::new(Since { is_new: true, last: Instant::now() });
        let in_flight = watch::Sender::new(0);
        Self(Arc::new(Inner {
            all: all.clone(),
            in_flight,
            since,
            unread_rests: AtomicUsize::new(0),
            overdone: CancellationToken::new(),
        }))
    }

    fn since(&self) -> MutexGuard<'_, Since> {
        self.0.since.lock().expect("nothing panics while it is held")
    }

    /// Notes a call; it is in flight until what is returned is dropped.
    pub(crate) fn call(&self) -> CallInFlight {
        self.since().is_new = false;
        self.0.all.0.calls.fetch_add(1, Ordering::Relaxed);
        self.0.in_flight.send_modify(|count| {
            *count += 1;
            if *count == 1 {
                self.0.all.0.connections.fetch_add(1, Ordering::Relaxed);
            }
        });
        CallInFlight(self.clone())
    }

    /// How many calls are in flight.
    pub(crate) fn calls(&self) -> usize {
        *self.0.in_flight.borrow()
    }

    /// Ready once no call is in flight.
    pub(crate) async fn no_call(&self) {
        // There is a sender for as long as this is polled.
        let _ = self.0.in_flight.subscribe().wait_for(|&count| count == 0).await;
    }

    /// How long the connection has been without a call by `now`; none while it has one, or not for long enough to count as
    /// idle.
    pub(crate) fn idle(&self, after: IdleAfter, now: Instant) -> Option<Duration> {
        let since = self.since();
        let longest = if since.is_new { after.accept } else { after.call };
        let idle = now.saturating_duration_since(since.last);
        (self.calls() == 0 && idle >= longest).then_some(idle)
    }

    /// Ready once the peer has overdone it: it begins calls and leaves it at that.
    pub(crate) async fn overdone(&self) {
        self.0.overdone.cancelled().await;
    }
}

/// A call that is in flight, until this is dropped.
pub(crate) struct CallInFlight(Activity);

impl CallInFlight {
    /// Notes that the call was refused, that more of its request is to come, and that there is nobody to read it.
    pub(crate) fn leaves_a_rest(&self) {
        let Self(activity) = self;
        if activity.0.unread_rests.fetch_add(1, Ordering::Relaxed) >= MOST_UNREAD_RESTS {
            activity.0.overdone.cancel();
        }
    }
}

impl Drop for CallInFlight {
    fn drop(&mut self) {
        let Self(activity) = self;
        activity.since().last = Instant::now();
        activity.0.all.0.calls.fetch_sub(1, Ordering::Relaxed);
        activity.0.in_flight.send_modify(|count| {
            *count -= 1;
            if *count == 0 {
                activity.0.all.0.connections.fetch_sub(1, Ordering::Relaxed);
            }
        });
    }
}

impl CallInFlight {
    /// The answer's body, which ends the call when it is dropped.
    pub(crate) fn until_dropped(self, body: Body) -> Body {
        Body::new(CountedBody { body, _call: self })
    }
}

struct CountedBody {
    body: Body,
    _call: CallInFlight,
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_connection_is_idle_once_it_had_no_call_for_long_enough() {
        let (long, at_once) = (Duration::from_hours(1), Duration::ZERO);
        let activity = Activity::new(&AllCalls::default());
        let idle = |call, accept| activity.idle(IdleAfter { call, accept }, Instant::now()).is_some();
        assert!(idle(long, at_once) && !idle(at_once, long), "it is new");
        let (one, another) = (activity.call(), activity.call());
        drop(one);
        assert!(!idle(at_once, at_once) && activity.calls() == 1);
        drop(another);
        assert!(activity.calls() == 0 && idle(at_once, long) && !idle(long, at_once));
    }

    #[test]
    fn calls_are_counted_on_their_connection_and_on_all() {
        let all = AllCalls::default();
        let (first, second) = (Activity::new(&all), Activity::new(&all));
        let calls = [first.call(), first.call(), second.call()];
        assert_eq!((first.calls(), second.calls(), all.counts()), (2, 1, (3, 2)));
        assert!(first.no_call().now_or_never().is_none());
        drop(calls);
        assert_eq!((first.calls(), all.counts()), (0, (0, 0)));
        assert!(first.no_call().now_or_never().is_some());
    }
}
