//! Bulk work: how documents of streams and batches share the workers' queue with calls of one document.
//!
//! Few of them are in that queue at one time, so that a call with one document is read soon. The others wait here, first
//! come, first served; the bytes that wait are known, so that a batch which couldn't be read in time is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// At most this many documents of streams and batches are in the workers' queue for each worker: enough to keep it busy,
/// and so few that calls with one document are read soon.
const PERMITS_PER_WORKER: usize = 2;

/// The permits that let bulk documents into the workers' queue. Cheap to clone.
#[derive(Clone)]
pub(crate) struct BulkPermits {
    free: Arc<Semaphore>,
    /// Bytes of the texts that wait.
    waiting: Arc<AtomicUsize>,
}

impl BulkPermits {
    pub(crate) fn new(workers: usize) -> Self {
        let permits = workers.max(1).saturating_mul(PERMITS_PER_WORKER).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(permits)), waiting: Arc::default() }
    }

    /// Waits for a permit for a text of this many bytes.
    pub(crate) async fn acquire(&self, bytes: usize) -> OwnedSemaphorePermit {
        let _waiting = WaitingText::begin(&self.waiting, bytes);
        self.free.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Counts bytes as waiting that will ask for permits later, one text after the other.
    pub(crate) fn announce(&self, bytes: usize) -> PendingBytes {
        self.waiting.fetch_add(bytes, Ordering::Relaxed);
        PendingBytes { all: self.waiting.clone(), bytes: AtomicUsize::new(bytes) }
    }

    /// The bytes of all texts that wait for a permit.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// Bytes of texts that will ask for permits later; counted until this is dropped.
pub(crate) struct PendingBytes {
    all: Arc<AtomicUsize>,
    bytes: AtomicUsize,
}

impl PendingBytes {
    /// One of the texts asks now, and counts for itself from now on.
    pub(crate) fn arrived(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.all.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for PendingBytes {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// A text that waits for a permit, until this is dropped.
struct WaitingText<'a> {
    all: &'a AtomicUsize,
    bytes: usize,
}

impl<'a> WaitingText<'a> {
    fn begin(all: &'a AtomicUsize, bytes: usize) -> Self {
        all.fetch_add(bytes, Ordering::Relaxed);
        Self { all, bytes }
    }
}

impl Drop for WaitingText<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn bytes_count_as_waiting_until_they_get_a_permit_or_give_up() {
        let permits = BulkPermits::new(1);
        let (first, second) = (permits.acquire(10).await, permits.acquire(20).await);
        assert_eq!(permits.waiting(), 0);
        let (mut third, mut fourth) = (Box::pin(permits.acquire(30)), Box::pin(permits.acquire(40)));
        assert!((&mut third).now_or_never().is_none());
        assert!((&mut fourth).now_or_never().is_none());
        assert_eq!(permits.waiting(), 70);
        drop(fourth);
        assert_eq!(permits.waiting(), 30);
        drop((first, second));
        let _third = third.await;
        assert_eq!(permits.waiting(), 0);
        let announced = permits.announce(100);
        announced.arrived(60);
        assert_eq!(permits.waiting(), 40);
        drop(announced);
        assert_eq!(permits.waiting(), 0);
    }
}
