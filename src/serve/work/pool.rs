//! The worker threads: work goes in, its result comes back, the runtime is never blocked.
//!
//! All workers take from one queue. Work whose caller is gone leaves it at once; work that runs can ask whether its caller
//! is gone. A panic ends its own work only.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::queue::{Job, Outlook, Queue};
use ascribe_engine::IsCancelled;

/// Threads that work. They end when the pool is dropped.
pub(crate) struct Pool {
    queue: Arc<Queue>,
    workers: usize,
}

/// Why work has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The work gave up because its caller is gone.
    Stopped,
    /// The work panicked.
    Panicked,
}

/// What work gets to know when it starts.
pub(crate) struct Ticket<'a> {
    /// How long it waited since it came.
    pub(crate) waited: Duration,
    /// Whether its caller is gone, so that nobody wants the result.
    pub(crate) is_abandoned: IsCancelled<'a>,
}

impl Pool {
    /// Starts `workers` threads, at least one.
    pub(crate) fn start(workers: usize) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let workers = workers.max(1);
        // Made first, so that the threads that were started end when a further one can't be.
        let pool = Self { queue, workers };
        for number in 0..workers {
            let queue = pool.queue.clone();
            thread::Builder::new().name(format!("reader-{number}")).spawn(move || queue.work_off())?;
        }
        Ok(pool)
    }

    /// What work that comes now would wait for. It reads this many bytes; none: as many as the average job.
    pub(crate) fn outlook(&self, bytes: Option<usize>) -> Outlook {
        self.queue.outlook(self.workers, bytes)
    }

    /// How long the workers take for this many bytes that aren't in the queue yet.
    pub(crate) fn backlog(&self, bytes: usize) -> Duration {
        let workers = u32::try_from(self.workers).unwrap_or(u32::MAX);
        self.queue.duration(bytes) / workers
    }

    /// Has a worker do `work`, which reads this many bytes and came at `came`. Dropping the future abandons the work.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        came: Instant,
        bytes: usize,
        work: impl FnOnce(&Ticket<'_>) -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            let ticket = Ticket { waited: came.elapsed(), is_abandoned: &|| reply.is_closed() };
            if (ticket.is_abandoned)() {
                return false;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&ticket)));
            // Fails where the caller has gone meanwhile.
            reply.send(outcome.map_err(|_| Unanswered::Panicked)).is_ok()
        });
        let _entry = self.queue.push(bytes, job);
        result.await.unwrap_or(Err(Unanswered::Stopped))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.close();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt;

    use super::*;

    fn pool() -> Arc<Pool> {
        Arc::new(Pool::start(1).expect("a thread can be started"))
    }

    /// Keeps the pool's only worker busy until the returned sender is dropped.
    async fn occupy(pool: &Arc<Pool>) -> mpsc::Sender<()> {
        let (release, until) = mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let pool = pool.clone();
        tokio::spawn(async move {
            let work = move |_: &Ticket<'_>| {
                let _ = started.send(());
                let _ = until.recv();
            };
            pool.run(Instant::now(), 1, work).await
        });
        has_started.await.expect("the worker takes the work");
        release
    }

    #[tokio::test]
    async fn a_result_comes_back() {
        assert_eq!(pool().run(Instant::now(), 1, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_told_and_the_worker_lives_on() {
        let pool = pool();
        assert_eq!(
            pool.run(Instant::now(), 1, |_| panic!("on purpose")).await,
            Err::<(), _>(Unanswered::Panicked)
        );
        assert_eq!(pool.run(Instant::now(), 1, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn abandoned_work_leaves_the_queue_with_all_that_it_holds() {
        let pool = pool();
        let release = occupy(&pool).await;
        let text = Arc::new(());
        let held = text.clone();
        let (started, has_started) = mpsc::channel::<()>();
        let mut abandoned = Box::pin(pool.run(Instant::now(), 1, move |_| (held, started.send(()))));
        assert!((&mut abandoned).now_or_never().is_none());
        assert_eq!((pool.queue.waiting(), Arc::strong_count(&text)), (1, 2));
        drop(abandoned);
        assert_eq!((pool.queue.waiting(), Arc::strong_count(&text)), (0, 1));
        drop(release);
        assert_eq!(pool.run(Instant::now(), 1, |_| 7).await, Ok(7));
        assert!(has_started.recv().is_err());
    }

    #[tokio::test]
    async fn the_wait_is_estimated_from_what_came_before() {
        let pool = pool();
        assert_eq!(pool.outlook(None).wait, Duration::ZERO);
        let took = Duration::from_millis(200);
        pool.run(Instant::now(), 1, move |_| thread::sleep(took)).await.expect("it is done");
        assert_eq!(pool.outlook(None).wait, Duration::ZERO, "the worker is free");
        let release = occupy(&pool).await;
        assert!(pool.outlook(None).wait > Duration::ZERO);
        let mut waiting = Box::pin(pool.run(Instant::now(), 1, |_| ()));
        assert!((&mut waiting).now_or_never().is_none());
        assert!(pool.outlook(None).wait >= took);
        drop(release);
        waiting.await.expect("it is done");
    }
}
