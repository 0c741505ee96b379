//! Turns: how documents of streams and batches share the queue with calls of one document.
//!
//! Few of them are in the queue at one time, so that a call with one document comes soon. The others wait here, first
//! come, first served; how much waits is known, so that nobody is let in who couldn't be served in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Documents of streams and batches that may be in the queue at one time, for each worker: enough to keep it
/// busy, and so few that calls with one document come soon.
const TURNS_PER_WORKER: usize = 2;

/// All turns of one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Turns {
    free: Arc<Semaphore>,
    /// Bytes of the texts that wait.
    waiting: Arc<AtomicUsize>,
}

impl Turns {
    pub(super) fn new(workers: usize) -> Self {
        let turns = workers.max(1).saturating_mul(TURNS_PER_WORKER).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(turns)), waiting: Arc::default() }
    }

    /// Waits until it is the turn of a text of so many bytes. The turn ends when what is returned is dropped.
    pub(super) async fn take(&self, bytes: usize) -> OwnedSemaphorePermit {
        let _waiting = Waiting::begin(&self.waiting, bytes);
        self.free.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Counts so many bytes as waiting that will take their turns later, one text after the other.
    pub(super) fn announce(&self, bytes: usize) -> Announced {
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        Announced { all: self.waiting.clone(), bytes: AtomicUsize::new(bytes) }
    }

    /// The bytes of all texts that wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// Texts that are still to come, until this is dropped.
pub(super) struct Announced {
    all: Arc<AtomicUsize>,
    bytes: AtomicUsize,
}

impl Announced {
    /// One of them has come, and counts for itself from now on.
    pub(super) fn has_come(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.all.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A text that waits, until it is dropped.
struct Waiting<'a> {
    all: &'a AtomicUsize,
    bytes: usize,
}

impl<'a> Waiting<'a> {
    fn begin(all: &'a AtomicUsize, bytes: usize) -> Self {
        all.fetch_add(bytes, Ordering::Relaxed);
        Self { all, bytes }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn what_waits_is_known_until_it_has_its_turn_or_gives_up() {
        let turns = Turns::new(1);
        let (first, second) = (turns.take(10).await, turns.take(20).await);
        assert_eq!(turns.waiting(), 0);
        let (mut third, mut fourth) = (Box::pin(turns.take(30)), Box::pin(turns.take(40)));
        assert!((&mut third).now_or_never().is_none());
        assert!((&mut fourth).now_or_never().is_none());
        assert_eq!(turns.waiting(), 70);
        drop(fourth);
        assert_eq!(turns.waiting(), 30);
        drop((first, second));
        let _third = third.await;
        assert_eq!(turns.waiting(), 0);
        let announced = turns.announce(100);
        announced.has_come(60);
        assert_eq!(turns.waiting(), 40);
        drop(announced);
        assert_eq!(turns.waiting(), 0);
    }
}
