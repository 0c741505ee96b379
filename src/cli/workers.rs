//! Work in parallel, answers in order, memory bounded. In: jobs. Out: their answers in the order of the jobs.
//!
//! Job number i goes to worker i modulo their number, and its answer is taken from that worker: so answers
//! are in order without being sorted. Every queue is short: whoever is ahead waits, and a file of a hundred
//! million lines needs no more memory than one of a hundred.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;

/// How many jobs and how many answers may wait for and from each worker.
const WAITING: usize = 16;

/// The answers still to come.
pub(super) struct Answers<A> {
    queues: Vec<Receiver<A>>,
    next: usize,
}

/// Starts a thread that draws jobs and `threads` that work on them. All of them end once the jobs do, or
/// once the answers are dropped.
pub(super) fn start<J: Send + 'static, A: Send + 'static>(
    jobs: impl Iterator<Item = J> + Send + 'static,
    threads: NonZero<usize>,
    work: impl Fn(J) -> A + Send + Sync + 'static,
) -> Answers<A> {
    let work = Arc::new(work);
    let (job_queues, queues): (Vec<SyncSender<J>>, Vec<Receiver<A>>) = (0..threads.get())
        .map(|_| {
            let (job_sender, job_queue) = sync_channel(WAITING);
            let (answer_sender, answer_queue) = sync_channel(WAITING);
            let work = Arc::clone(&work);
            thread::spawn(move || {
                // A failed send means that nobody waits for answers any more.
                job_queue.into_iter().try_for_each(|job| answer_sender.send(work(job)))
            });
            (job_sender, answer_queue)
        })
        .unzip();
    thread::spawn(move || {
        jobs.zip(job_queues.iter().cycle()).try_for_each(|(job, queue)| queue.send(job).map_err(drop))
    });
    Answers { queues, next: 0 }
}

impl<A> Answers<A> {
    /// The next answer; nothing after the last. Calls `idle` before it has to wait.
    pub(super) fn next<E>(&mut self, idle: impl FnOnce() -> Result<(), E>) -> Result<Option<A>, E> {
        let queue = &self.queues[self.next];
        let answer = match queue.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                idle()?;
                queue.recv().ok()
            }
        };
        self.next = (self.next + 1) % self.queues.len();
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn check(jobs: usize, threads: usize) {
        let threads = NonZero::new(threads).expect("there are threads");
        let slow_now_and_then = |job: usize| {
            if job.is_multiple_of(7) {
                thread::sleep(Duration::from_micros(200));
            }
            job * 2
        };
        let mut answers = start(0..jobs, threads, slow_now_and_then);
        let mut found = Vec::new();
        while let Ok::<_, Infallible>(Some(answer)) = answers.next(|| Ok(())) {
            found.push(answer);
        }
        assert_eq!(found, (0..jobs).map(|job| job * 2).collect::<Vec<_>>(), "{jobs} jobs, {threads} threads");
    }

    #[test]
    fn answers_come_in_the_order_of_the_jobs() {
        check(0, 3);
        check(1, 3);
        check(500, 1);
        check(500, 2);
        check(501, 5);
    }

    #[test]
    fn jobs_are_drawn_no_faster_than_answers_are_taken() {
        let drawn = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&drawn);
        let jobs = (0..).inspect(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let mut answers = start(jobs, NonZero::<usize>::MIN, |job: usize| job);
        assert_eq!(answers.next(|| Ok::<_, Infallible>(())), Ok(Some(0)));
        thread::sleep(Duration::from_millis(50));
        // Both queues full, one job in work, one in the hand of the thread that draws them.
        assert!(drawn.load(Ordering::SeqCst) <= 2 * WAITING + 3);
    }
}
