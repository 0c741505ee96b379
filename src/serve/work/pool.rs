//! The worker threads: work goes in, its result comes back, the runtime is never blocked.
//!
//! All workers take from one queue. Work whose caller is gone leaves it at once; work that runs can ask whether its caller
//! is gone. A panic ends its own work only.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::pace::Spent;
use super::queue::{Job, Order, Outlook, Queue, Start};
use crate::serve::call::peer::TurnTaker;
use ascribe_engine::{IsCancelled, Work};

/// Threads that work. They end when the pool is dropped.
pub(crate) struct Pool {
    queue: Arc<Queue>,
}

/// Why work has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The work gave up because its caller is gone.
    Stopped,
    /// It wasn't begun, because it would have ended after its caller's deadline.
    TooLate,
    /// The work panicked.
    Panicked,
}

/// What work gets to know when it starts.
pub(crate) struct Ticket<'a> {
    /// How long it waited since it came.
    pub(crate) waited: Duration,
    /// Whether its caller is gone, so that nobody wants the result.
    pub(crate) is_abandoned: IsCancelled<'a>,
    /// How long it has searched, beside reading.
    searching: Cell<Option<Duration>>,
}

impl Ticket<'_> {
    /// Notes that the work has searched, beside reading, since `started`.
    pub(crate) fn searched_since(&self, started: Instant) {
        self.searching.set(Some(self.searching.get().unwrap_or_default() + started.elapsed()));
    }
}

impl Pool {
    /// Starts `workers` threads, at least one.
    pub(crate) fn start(workers: usize) -> io::Result<Self> {
        let workers = workers.max(1);
        let queue = Arc::new(Queue::new(workers));
        // Made first, so that the threads that were started end when a further one can't be.
        let pool = Self { queue };
        for number in 0..workers {
            let queue = pool.queue.clone();
            thread::Builder::new().name(format!("reader-{number}")).spawn(move || queue.work_off())?;
        }
        Ok(pool)
    }

    /// What work of this caller that comes now would wait for; none: as much work as the average job.
    pub(crate) fn outlook(&self, taker: &TurnTaker, work: Option<Work>, is_bulk: bool) -> Outlook {
        self.queue.outlook(taker, work, is_bulk)
    }

    /// Has a worker do `work`, which came at `came`, when its turn comes. Dropping the future abandons it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        came: Instant,
        order: Order,
        work: impl FnOnce(&Ticket<'_>) -> T + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |start| {
            let is_abandoned = || reply.is_closed();
            if is_abandoned() {
                return None;
            }
            if start == Start::TooLate {
                let _ = reply.send(Err(Unanswered::TooLate));
                return None;
            }
            let started = Instant::now();
            let ticket =
                Ticket { waited: came.elapsed(), is_abandoned: &is_abandoned, searching: Cell::default() };
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&ticket)));
            let spent = Spent { all: started.elapsed(), searching: ticket.searching.get() };
            // Fails where the caller has gone meanwhile.
            reply.send(outcome.map_err(|_| Unanswered::Panicked)).is_ok().then_some(spent)
        });
        let _entry = self.queue.push(order, job);
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

    fn order() -> Order {
        let work = Work::reading(1);
        Order { taker: TurnTaker::Unknown, work, is_bulk: false, deadline: None }
    }

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
            pool.run(Instant::now(), order(), work).await
        });
        has_started.await.expect("the worker takes the work");
        release
    }

    #[tokio::test]
    async fn a_result_comes_back() {
        assert_eq!(pool().run(Instant::now(), order(), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_told_and_the_worker_lives_on() {
        let pool = pool();
        assert_eq!(
            pool.run(Instant::now(), order(), |_| panic!("on purpose")).await,
            Err::<(), _>(Unanswered::Panicked)
        );
        assert_eq!(pool.run(Instant::now(), order(), |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn abandoned_work_leaves_the_queue_with_all_that_it_holds() {
        let pool = pool();
        let release = occupy(&pool).await;
        let text = Arc::new(());
        let held = text.clone();
        let (started, has_started) = mpsc::channel::<()>();
        let mut abandoned = Box::pin(pool.run(Instant::now(), order(), move |_| (held, started.send(()))));
        assert!((&mut abandoned).now_or_never().is_none());
        assert_eq!((pool.queue.waiting(), Arc::strong_count(&text)), (1, 2));
        drop(abandoned);
        assert_eq!((pool.queue.waiting(), Arc::strong_count(&text)), (0, 1));
        drop(release);
        assert_eq!(pool.run(Instant::now(), order(), |_| 7).await, Ok(7));
        assert!(has_started.recv().is_err());
    }

    #[tokio::test]
    async fn the_wait_is_estimated_from_what_came_before() {
        let pool = pool();
        assert_eq!(pool.outlook(&TurnTaker::Unknown, None, false).wait, Duration::ZERO);
        let took = Duration::from_millis(200);
        pool.run(Instant::now(), order(), move |_| thread::sleep(took)).await.expect("it is done");
        assert_eq!(pool.outlook(&TurnTaker::Unknown, None, false).wait, Duration::ZERO, "the worker is free");
        let release = occupy(&pool).await;
        assert!(pool.outlook(&TurnTaker::Unknown, None, false).wait > Duration::ZERO);
        let mut waiting = Box::pin(pool.run(Instant::now(), order(), |_| ()));
        assert!((&mut waiting).now_or_never().is_none());
        assert!(pool.outlook(&TurnTaker::Unknown, None, false).wait >= took);
        drop(release);
        waiting.await.expect("it is done");
    }
}
