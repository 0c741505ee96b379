//! The worker threads: work goes in, its result comes back, the runtime is never held up.
//!
//! All workers take from one bounded queue. Work whose caller is gone is dropped before it starts, and can
//! ask while it runs. A panic stays within its work.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use async_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that work. They end when the pool is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct Pool {
    queue: Sender<Job>,
}

/// What to do when as many jobs wait as may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenFull {
    /// Give up at once.
    Refuse,
    /// Wait for room.
    Wait,
}

/// Why work has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// There was no room in the queue.
    QueueFull,
    /// The pool was dropped, or the work gave up because its caller is gone.
    Stopped,
    /// The work panicked.
    Panicked,
}

/// What work is told when it starts.
pub(super) struct Ticket<'a> {
    /// How long it waited.
    pub(super) waited: Duration,
    /// Whether its caller is gone, so that nobody wants the result.
    pub(super) is_abandoned: &'a dyn Fn() -> bool,
}

impl Pool {
    /// Starts `workers` threads that share a queue of `capacity` places; at least one of each.
    pub(super) fn start(workers: usize, capacity: usize) -> io::Result<Self> {
        let (queue, jobs) = async_channel::bounded(capacity.max(1));
        for number in 0..workers.max(1) {
            let jobs: Receiver<Job> = jobs.clone();
            thread::Builder::new().name(format!("reader-{number}")).spawn(move || {
                while let Ok(job) = jobs.recv_blocking() {
                    job();
                }
            })?;
        }
        Ok(Self { queue })
    }

    /// Whether work would be refused now.
    pub(super) fn is_full(&self) -> bool {
        self.queue.is_full()
    }

    /// Has `work` done by a worker. Dropping the future abandons the work.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        when_full: WhenFull,
        work: impl FnOnce(&Ticket<'_>) -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (reply, result) = oneshot::channel();
        let queued = Instant::now();
        let job: Job = Box::new(move || {
            if reply.is_closed() {
                return;
            }
            let ticket = Ticket { waited: queued.elapsed(), is_abandoned: &|| reply.is_closed() };
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&ticket)));
            // Nobody is there to receive it where the caller has gone meanwhile.
            let _ = reply.send(outcome.map_err(|_| Unanswered::Panicked));
        });
        match when_full {
            WhenFull::Wait => self.queue.send(job).await.map_err(|_| Unanswered::Stopped)?,
            WhenFull::Refuse => self.queue.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => Unanswered::QueueFull,
                TrySendError::Closed(_) => Unanswered::Stopped,
            })?,
        }
        result.await.unwrap_or(Err(Unanswered::Stopped))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt;

    use super::*;

    fn pool() -> Pool {
        Pool::start(1, 1).expect("a thread can be started")
    }

    /// Keeps the pool's only worker busy until the returned sender is dropped.
    async fn occupy(pool: &std::sync::Arc<Pool>) -> mpsc::Sender<()> {
        let (release, until) = mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let pool = pool.clone();
        tokio::spawn(async move {
            let work = move |_: &Ticket<'_>| {
                let _ = started.send(());
                let _ = until.recv();
            };
            pool.run(WhenFull::Wait, work).await
        });
        has_started.await.expect("the worker takes the work");
        release
    }

    #[tokio::test]
    async fn a_result_comes_back() {
        assert_eq!(pool().run(WhenFull::Refuse, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_told_and_the_worker_lives_on() {
        let pool = pool();
        assert_eq!(
            pool.run(WhenFull::Refuse, |_| panic!("on purpose")).await,
            Err::<(), _>(Unanswered::Panicked)
        );
        assert_eq!(pool.run(WhenFull::Refuse, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn work_is_refused_when_the_queue_is_full() {
        let pool = std::sync::Arc::new(pool());
        let release = occupy(&pool).await;
        let waiting = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(WhenFull::Refuse, |_| 1).await }
        });
        while !pool.is_full() {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(WhenFull::Refuse, |_| 2).await, Err(Unanswered::QueueFull));
        drop(release);
        assert_eq!(waiting.await.expect("the task ends"), Ok(1));
    }

    #[tokio::test]
    async fn abandoned_work_is_never_started() {
        let pool = std::sync::Arc::new(pool());
        let release = occupy(&pool).await;
        let (started, has_started) = mpsc::channel::<()>();
        let mut abandoned = Box::pin(pool.run(WhenFull::Refuse, move |_| started.send(())));
        assert!((&mut abandoned).now_or_never().is_none());
        drop(abandoned);
        drop(release);
        assert_eq!(pool.run(WhenFull::Wait, |_| 7).await, Ok(7));
        assert!(has_started.recv().is_err());
    }
}
