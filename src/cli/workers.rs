//! Work in parallel, answers in order, memory bounded. In: jobs. Out: their answers in the order of the jobs.
//!
//! Whichever worker is free takes the next job, and each job has a place of its own in the order of answers: a long
//! text holds up nobody but those who wait for its answer. Every queue is short: whoever is ahead waits, and a file
//! of a hundred million lines needs no more memory than one of a hundred.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many jobs may be drawn, for each worker, whose answers were not taken.
const DRAWN: usize = 32;

/// The answers still to come: one for each job that was drawn, in their order.
pub(super) struct Answers<A>(Receiver<Receiver<A>>);

/// Starts a thread that draws jobs and `threads` that work on them. All of them end once the jobs do, or
/// once the answers are dropped. Fails where the system starts no more threads.
pub(super) fn start<J: Send + 'static, A: Send + 'static>(
    jobs: impl Iterator<Item = J> + Send + 'static,
    threads: NonZero<usize>,
    work: impl Fn(J) -> A + Send + Sync + 'static,
) -> io::Result<Answers<A>> {
    let drawn = threads.get().saturating_mul(DRAWN);
    let (place_sender, places) = sync_channel(drawn);
    // All that were drawn find room: only the places bound them.
    let (job_sender, job_queue) = sync_channel::<(J, SyncSender<A>)>(drawn);
    let (work, job_queue) = (Arc::new(work), Arc::new(Mutex::new(job_queue)));
    for _ in 0..threads.get() {
        let (work, job_queue) = (Arc::clone(&work), Arc::clone(&job_queue));
        thread::Builder::new().spawn(move || {
            // One waits for a job, the others for their turn to wait.
            let next = || job_queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // An answer that nobody takes means that nobody waits for further ones.
            while let Ok((job, place)) = next()
                && place.send(work(job)).is_ok()
            {}
        })?;
    }
    thread::Builder::new().spawn(move || {
        for job in jobs {
            let (place, answer) = sync_channel(1);
            if place_sender.send(answer).is_err() || job_sender.send((job, place)).is_err() {
                break;
            }
        }
    })?;
    Ok(Answers(places))
}

impl<A> Answers<A> {
    /// The next answer; nothing after the last. Calls `idle` before it has to wait.
    ///
    /// # Panics
    /// Where a worker panicked: its answer is not to be missed silently.
    pub(super) fn next<E>(&mut self, mut idle: impl FnMut() -> Result<(), E>) -> Result<Option<A>, E> {
        let Some(answer) = received(&self.0, &mut idle)? else { return Ok(None) };
        let answer = received(&answer, &mut idle)?;
        Ok(Some(answer.expect("workers answer every job that they take")))
    }
}

/// What comes next; nothing where nothing comes any more.
fn received<T, E>(queue: &Receiver<T>, idle: impl FnOnce() -> Result<(), E>) -> Result<Option<T>, E> {
    match queue.try_recv() {
        Err(TryRecvError::Empty) => {
            idle()?;
            Ok(queue.recv().ok())
        }
        received => Ok(received.ok()),
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
        let mut answers = start(0..jobs, threads, slow_now_and_then).expect("they start");
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
        let mut answers = start(jobs, NonZero::<usize>::MIN, |job: usize| job).expect("it starts");
        assert_eq!(answers.next(|| Ok::<_, Infallible>(())), Ok(Some(0)));
        thread::sleep(Duration::from_millis(50));
        // The answer that was taken, the places, and the job in the hand of the thread that draws them.
        assert!(drawn.load(Ordering::SeqCst) <= DRAWN + 2);
    }

    #[test]
    fn who_waits_for_a_long_job_holds_up_nobody() {
        let threads = NonZero::new(2).expect("two");
        let (release, until) = sync_channel::<()>(0);
        let until = Mutex::new(until);
        // The first job ends once the tenth was done, by the other worker.
        let answers = start(0..20, threads, move |job: usize| {
            match job {
                0 => until.lock().expect("nobody panics").recv().expect("the tenth comes"),
                10 => release.send(()).expect("the first waits"),
                _ => {}
            }
            job
        });
        let mut answers = answers.expect("they start");
        for expected in 0..20 {
            assert_eq!(answers.next(|| Ok::<_, Infallible>(())), Ok(Some(expected)));
        }
    }

    #[test]
    #[should_panic(expected = "workers answer every job")]
    fn a_panic_is_not_taken_for_the_end() {
        let answers = start(0..3, NonZero::<usize>::MIN, |job: usize| {
            assert!(job == 0, "on purpose");
            job
        });
        let mut answers = answers.expect("it starts");
        while let Ok::<_, Infallible>(Some(_)) = answers.next(|| Ok(())) {}
    }
}
