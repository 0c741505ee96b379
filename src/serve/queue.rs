//! The queue between calls and worker threads: first in, first out, and what nobody wants any more comes out
//! at once.
//!
//! A channel would keep abandoned work with its text until a worker comes to it; callers who ask and hang up
//! could so fill it for all others.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Work. Says whether it was done to its end.
pub(super) type Job = Box<dyn FnOnce() -> bool + Send>;

/// How much one duration counts in the average, as a shift: an eighth.
const AVERAGE_SHIFT: u32 = 3;

/// What waits, and what workers wait for. Bounded by who is admitted, not here.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    has_work: Condvar,
}

#[derive(Default)]
struct State {
    /// By number, in the order in which they came.
    waiting: BTreeMap<u64, Job>,
    next: u64,
    /// Jobs that workers are at.
    running: u32,
    /// How long a job takes, of late.
    average: Option<Duration>,
    is_closed: bool,
}

/// A job's place. Dropping it takes the job out, if it still waits.
pub(super) struct Place {
    queue: Arc<Queue>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let abandoned = self.queue.lock().waiting.remove(&self.number);
        // Dropped here, where nobody is kept waiting by it.
        drop(abandoned);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }

    /// Puts a job at the end.
    pub(super) fn push(self: &Arc<Self>, job: Job) -> Place {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.waiting.insert(number, job);
        drop(state);
        self.has_work.notify_one();
        Place { queue: self.clone(), number }
    }

    /// Does what waits, job after job, until the queue is closed. Blocks.
    pub(super) fn work_off(&self) {
        while let Some(job) = self.begin() {
            let started = Instant::now();
            let is_done = job();
            let mut state = self.lock();
            state.running -= 1;
            if is_done {
                state.average = Some(averaged(state.average, started.elapsed()));
            }
        }
    }

    /// Waits for a job and takes it; none once the queue is closed.
    fn begin(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some((_, job)) = state.waiting.pop_first() {
                state.running += 1;
                return Some(job);
            }
            state = self.has_work.wait(state).expect("nothing panics while it is held");
        }
    }

    /// Ends the workers once each is done with what it is at.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.has_work.notify_all();
    }

    /// How long a job that comes now waits for one of `workers`, as far as the last ones tell.
    pub(super) fn estimated_wait(&self, workers: u32) -> Duration {
        let state = self.lock();
        let waiting = u32::try_from(state.waiting.len()).unwrap_or(u32::MAX);
        let ahead = waiting.saturating_add(state.running);
        let Some(rounds) = ahead.checked_sub(workers) else { return Duration::ZERO };
        let average = state.average.unwrap_or_default();
        average.saturating_mul(rounds.saturating_add(1)) / workers.max(1)
    }

    /// How many jobs wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }
}

/// The average with one more duration in it.
fn averaged(average: Option<Duration>, duration: Duration) -> Duration {
    let Some(average) = average else { return duration };
    let share = 1 << AVERAGE_SHIFT;
    average.saturating_sub(average / share) + duration / share
}
