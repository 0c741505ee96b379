//! Counts the calls that are in flight: on each connection, and on all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

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
    /// For one more connection, which has none yet.
    pub(crate) fn connection(&self) -> ConnectionCalls {
        ConnectionCalls { all: self.clone(), count: watch::Sender::new(0) }
    }

    /// How many calls there are, and on how many connections.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.0.calls.load(Ordering::Relaxed), self.0.connections.load(Ordering::Relaxed))
    }
}

/// The calls in flight on one connection. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ConnectionCalls {
    all: AllCalls,
    count: watch::Sender<usize>,
}

impl ConnectionCalls {
    /// One more call, until what is returned is dropped.
    pub(crate) fn begin(&self) -> CallInFlight {
        self.all.0.calls.fetch_add(1, Ordering::Relaxed);
        self.count.send_modify(|count| {
            *count += 1;
            if *count == 1 {
                self.all.0.connections.fetch_add(1, Ordering::Relaxed);
            }
        });
        CallInFlight(self.clone())
    }

    /// How many there are now.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// Ready once there is none.
    pub(crate) async fn none(&self) {
        // There is a sender for as long as this is polled.
        let _ = self.count.subscribe().wait_for(|&count| count == 0).await;
    }
}

/// A call in flight, until this is dropped.
pub(crate) struct CallInFlight(ConnectionCalls);

impl Drop for CallInFlight {
    fn drop(&mut self) {
        let Self(ConnectionCalls { all, count }) = self;
        all.0.calls.fetch_sub(1, Ordering::Relaxed);
        count.send_modify(|count| {
            *count -= 1;
            if *count == 0 {
                all.0.connections.fetch_sub(1, Ordering::Relaxed);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn calls_are_counted_on_their_connection_and_on_all() {
        let all = AllCalls::default();
        let (first, second) = (all.connection(), all.connection());
        let calls = [first.begin(), first.begin(), second.begin()];
        assert_eq!((first.count(), second.count(), all.counts()), (2, 1, (3, 2)));
        assert!(first.none().now_or_never().is_none());
        drop(calls);
        assert_eq!((first.count(), all.counts()), (0, (0, 0)));
        assert!(first.none().now_or_never().is_some());
    }
}
