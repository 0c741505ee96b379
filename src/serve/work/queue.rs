//! The queue between calls and worker threads, ordered by arrival plus three times the estimated duration, so that short
//! texts pass long ones but nothing starves (shortest job first, with aging).
//!
//! A job whose caller is gone leaves the queue at once. A channel would keep it with its text until a worker gets to it:
//! callers who ask and hang up could fill it for all others.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Work. Returns whether it was done to its end.
pub(crate) type Job = Box<dyn FnOnce() -> bool + Send>;

/// A job is due this many times its estimated duration after it came.
const DUE_AFTER: u32 = 3;

/// The weight that earlier jobs keep in the estimate after each further job.
const REMEMBERED: f64 = 7.0 / 8.0;

/// No job is estimated to take longer, so that times can be added up.
const LONGEST: Duration = Duration::from_hours(1);

/// The jobs that wait, and what workers wait for. Admission bounds it, not the queue itself.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    has_work: Condvar,
}

#[derive(Default)]
struct State {
    /// In the order in which they are due.
    waiting: BTreeMap<Due, Waiting>,
    next: u64,
    /// When each busy worker is expected to be done.
    running: BTreeMap<u64, Instant>,
    throughput: Throughput,
    is_closed: bool,
}

/// When a job is due, and its number, which orders jobs that are due at the same time.
type Due = (Instant, u64);

/// What a job would have to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// How long, estimated from the last jobs.
    pub(crate) wait: Duration,
    /// How many jobs wait already, those included that it would pass.
    pub(crate) waiting: usize,
}

struct Waiting {
    job: Job,
    bytes: usize,
}

/// A job's entry in the queue. Dropping it takes the job out, if it still waits.
pub(crate) struct QueueEntry {
    queue: Arc<Queue>,
    due: Due,
}

impl Drop for QueueEntry {
    fn drop(&mut self) {
        let abandoned = self.queue.lock().waiting.remove(&self.due);
        // Dropped here, after the lock, so that nobody waits for it.
        drop(abandoned);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }

    /// Puts in a job that reads this many bytes.
    pub(crate) fn push(self: &Arc<Self>, bytes: usize, job: Job) -> QueueEntry {
        let due = self.lock().push(Instant::now(), bytes, job);
        self.has_work.notify_one();
        QueueEntry { queue: self.clone(), due }
    }

    /// Does job after job until the queue is closed. Blocks.
    pub(crate) fn work_off(&self) {
        while let Some((number, Waiting { job, bytes })) = self.begin() {
            let started = Instant::now();
            let is_done = job();
            let mut state = self.lock();
            state.running.remove(&number);
            if is_done {
                state.throughput.note(started.elapsed(), bytes);
            }
        }
    }

    /// Waits for a job and takes it with its number; none once the queue is closed.
    fn begin(&self) -> Option<(u64, Waiting)> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(taken) = state.take(Instant::now()) {
                return Some(taken);
            }
            state = self.has_work.wait(state).expect("nothing panics while it is held");
        }
    }

    /// Ends the workers once each has finished its job.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.has_work.notify_all();
    }

    /// What a job that comes now would wait for. It reads this many bytes; none: as many as the average job.
    pub(crate) fn outlook(&self, workers: usize, bytes: Option<usize>) -> Outlook {
        self.lock().outlook(Instant::now(), workers, bytes)
    }

    /// How long one worker takes for this many bytes, estimated from the last jobs.
    pub(crate) fn duration(&self, bytes: usize) -> Duration {
        self.lock().throughput.duration(Some(bytes))
    }

    /// How many jobs wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }
}

impl State {
    fn push(&mut self, now: Instant, bytes: usize, job: Job) -> Due {
        let due = (self.due(now, Some(bytes)), self.next);
        self.next += 1;
        self.waiting.insert(due, Waiting { job, bytes });
        due
    }

    fn take(&mut self, now: Instant) -> Option<(u64, Waiting)> {
        let ((_, number), waiting) = self.waiting.pop_first()?;
        self.running.insert(number, now + self.throughput.duration(Some(waiting.bytes)));
        Some((number, waiting))
    }

    fn due(&self, now: Instant, bytes: Option<usize>) -> Instant {
        now + self.throughput.duration(bytes).saturating_mul(DUE_AFTER)
    }

    fn outlook(&self, now: Instant, workers: usize, bytes: Option<usize>) -> Outlook {
        // When each worker is free. A job that takes longer than estimated may end at any time.
        let mut free: Vec<Instant> = self.running.values().map(|&end| end.max(now)).collect();
        free.resize(workers.max(free.len()), now);
        let due = (self.due(now, bytes), self.next);
        for (_, waiting) in self.waiting.range(..due) {
            let first = free.iter_mut().min().expect("there are workers");
            *first += self.throughput.duration(Some(waiting.bytes));
        }
        let wait = free.into_iter().min().map_or(Duration::ZERO, |first| first - now);
        Outlook { wait, waiting: self.waiting.len() }
    }
}

/// How fast workers are and how long the average job is, the last jobs counting most.
#[derive(Clone, Copy, Default)]
struct Throughput {
    seconds: f64,
    bytes: f64,
    jobs: f64,
}

impl Throughput {
    /// How long a job takes that reads this many bytes; none: as many as the average job.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn duration(&self, bytes: Option<usize>) -> Duration {
        if self.jobs == 0.0 {
            return Duration::ZERO;
        }
        let bytes = bytes.map_or(self.bytes / self.jobs, |bytes| bytes as f64);
        Duration::try_from_secs_f64(self.seconds / self.bytes * bytes).unwrap_or_default().min(LONGEST)
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn note(&mut self, duration: Duration, bytes: usize) {
        self.seconds = self.seconds * REMEMBERED + duration.as_secs_f64();
        self.bytes = self.bytes * REMEMBERED + bytes.max(1) as f64;
        self.jobs = self.jobs * REMEMBERED + 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// A byte takes a millisecond.
    fn state() -> State {
        let mut state = State::default();
        state.throughput.note(100 * MILLISECOND, 100);
        state
    }

    fn push(state: &mut State, now: Instant, bytes: usize) {
        state.push(now, bytes, Box::new(|| true));
    }

    fn taken(state: &mut State, now: Instant) -> Vec<usize> {
        std::iter::from_fn(|| state.take(now)).map(|(_, waiting)| waiting.bytes).collect()
    }

    #[test]
    fn the_short_overtakes_what_came_little_before() {
        let (mut state, now) = (state(), Instant::now());
        push(&mut state, now, 100);
        push(&mut state, now + 10 * MILLISECOND, 20);
        push(&mut state, now + 20 * MILLISECOND, 20);
        assert_eq!(taken(&mut state, now), [20, 20, 100]);
    }

    #[test]
    fn nothing_is_overtaken_for_ever() {
        let (mut state, now) = (state(), Instant::now());
        push(&mut state, now, 100);
        push(&mut state, now + 301 * MILLISECOND, 1);
        assert_eq!(taken(&mut state, now), [100, 1]);
    }

    #[test]
    fn the_like_go_in_the_order_in_which_they_came() {
        let (mut state, now) = (State::default(), Instant::now());
        for bytes in [3, 1, 2] {
            push(&mut state, now, bytes);
        }
        assert_eq!(taken(&mut state, now), [3, 1, 2], "nothing is known of how long they take");
    }

    #[test]
    fn the_wait_is_until_the_first_worker_is_free() {
        let (mut state, now) = (state(), Instant::now());
        let wait = |state: &State, bytes| state.outlook(now, 2, Some(bytes)).wait.as_micros().div_ceil(1000);
        push(&mut state, now, 1000);
        state.take(now);
        assert_eq!(wait(&state, 50), 0, "one worker is free");
        push(&mut state, now, 50);
        state.take(now);
        assert_eq!(wait(&state, 50), 50);
        push(&mut state, now, 50);
        push(&mut state, now, 30);
        assert_eq!(wait(&state, 50), 130, "after the 30 and the 50");
        assert_eq!(wait(&state, 10), 50, "before them");
        assert_eq!(state.outlook(now + 300 * MILLISECOND, 1, None).waiting, 2);
    }

    #[test]
    fn the_pace_is_that_of_the_last_jobs() {
        let mut throughput = Throughput::default();
        assert_eq!(throughput.duration(Some(1 << 20)), Duration::ZERO);
        for _ in 0..100 {
            throughput.note(10 * MILLISECOND, 1000);
        }
        let is_about = |found: Duration, expected: Duration| found.abs_diff(expected) < MILLISECOND / 10;
        assert!(is_about(throughput.duration(None), 10 * MILLISECOND), "{:?}", throughput.duration(None));
        // One long job says nothing new of how fast they are.
        throughput.note(10_000 * MILLISECOND, 1_000_000);
        assert!(
            is_about(throughput.duration(Some(2000)), 20 * MILLISECOND),
            "{:?}",
            throughput.duration(Some(2000))
        );
        assert_eq!(throughput.duration(Some(usize::MAX)), LONGEST);
    }
}
