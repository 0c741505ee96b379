//! The queue between calls and worker threads. Callers take turns (`turns`); of one caller's jobs the one is next that is
//! due first: its arrival plus three times its estimated duration, so that short texts pass long ones but nothing starves
//! (shortest job first, with aging).
//!
//! A job whose caller is gone leaves the queue at once. A channel would keep it with its text until a worker gets to it:
//! callers who ask and hang up could fill it for all others. A job that can't be done by its deadline any more isn't begun.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::pace::{Pace, Spent};
use super::turns::{Due, Turns};
use crate::serve::call::peer::TurnTaker;
use ascribe_engine::Work;

/// A job, told whether to begin. Returns how long it took, if it was done to its end.
pub(crate) type Job = Box<dyn FnOnce(Start) -> Option<Spent> + Send>;

/// Whether a job is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Now,
    /// It would end after its deadline.
    TooLate,
}

/// What the queue has to know of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Whose it is.
    pub(crate) taker: TurnTaker,
    /// What is to be done.
    pub(crate) work: Work,
    /// Whether it is one of many of a stream or batch, which let single documents of the same caller pass.
    pub(crate) is_bulk: bool,
    /// When its caller stops waiting.
    pub(crate) deadline: Option<Instant>,
}

/// A job is due this many times its estimated duration after it came.
const DUE_AFTER: u32 = 3;

/// Bulk work is due this much later.
const BULK_DUE_AFTER: Duration = Duration::from_secs(1);

/// A job is long that is estimated to take longer than this: some twenty thousand bytes of news, on one core.
const LONG: Duration = Duration::from_millis(250);

/// While another caller has come within this time with a job that isn't long, long ones leave a worker free for such: they
/// can't be interrupted, and the other would wait for what is left of one each time.
const LEAVES_ONE_FOR: Duration = Duration::from_secs(10);

/// A job isn't begun that has less than this part of its estimated duration left: estimates err.
const LEAST_PART_LEFT: f64 = 0.75;

/// The jobs that wait, and what workers wait for. Admission bounds it, not the queue itself.
pub(crate) struct Queue {
    workers: usize,
    state: Mutex<State>,
    has_work: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Turns<Waiting>,
    next: u64,
    /// When each busy worker is expected to be done.
    running: BTreeMap<u64, Instant>,
    /// How many of these jobs are long.
    long: usize,
    /// Who came last with a job that isn't long, and who before that, who isn't the same.
    last: [Option<(TurnTaker, Instant)>; 2],
    pace: Pace,
    is_closed: bool,
}

/// What a job would have to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// How long, estimated from the last jobs.
    pub(crate) wait: Duration,
    /// How long it would take itself.
    pub(crate) own: Duration,
    /// How many jobs wait already, those included that it would pass.
    pub(crate) waiting: usize,
}

struct Waiting {
    job: Job,
    work: Work,
    deadline: Option<Instant>,
    estimate: Duration,
}

/// A job that was taken, and what the queue has to know of it afterwards.
struct Taken {
    number: u64,
    taker: TurnTaker,
    start: Start,
    waiting: Waiting,
}

/// A job's entry in the queue. Dropping it takes the job out, if it still waits.
pub(crate) struct QueueEntry {
    queue: Arc<Queue>,
    taker: TurnTaker,
    due: Due,
}

impl Drop for QueueEntry {
    fn drop(&mut self) {
        let abandoned = self.queue.lock().waiting.remove(&self.taker, self.due);
        // Dropped here, after the lock, so that nobody waits for it.
        drop(abandoned);
    }
}

impl Queue {
    /// An empty queue for so many workers, at least one.
    pub(crate) fn new(workers: usize) -> Self {
        Self { workers: workers.max(1), state: Mutex::default(), has_work: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }

    /// Puts in a job.
    pub(crate) fn push(self: &Arc<Self>, order: Order, job: Job) -> QueueEntry {
        let taker = order.taker.clone();
        let due = self.lock().push(Instant::now(), order, job);
        self.has_work.notify_one();
        QueueEntry { queue: self.clone(), taker, due }
    }

    /// Does job after job until the queue is closed. Blocks.
    pub(crate) fn work_off(&self) {
        while let Some(Taken { number, taker, start, waiting }) = self.begin() {
            let Waiting { job, work, estimate, .. } = waiting;
            let started = Instant::now();
            let spent = job(start);
            let mut state = self.lock();
            if state.running.remove(&number).is_some() && estimate > LONG {
                state.long -= 1;
                // A long job may have waited for this one.
                self.has_work.notify_one();
            }
            // Also what was given up in the middle has cost something.
            state.waiting.correct(&taker, estimate, started.elapsed());
            if state.running.is_empty() {
                state.waiting.forget();
            }
            if let Some(spent) = spent {
                state.pace.note(work, spent);
            }
        }
    }

    /// Waits for a job and takes it; none once the queue is closed.
    fn begin(&self) -> Option<Taken> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(taken) = state.take(Instant::now(), self.workers) {
                return Some(taken);
            }
            // A long job may be begun once nobody else has come for a while, which nobody tells.
            let waited = self.has_work.wait_timeout(state, LEAVES_ONE_FOR);
            (state, _) = waited.expect("nothing panics while it is held");
        }
    }

    /// Ends the workers once each has finished its job.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.has_work.notify_all();
    }

    /// What a job of this caller that comes now would wait for; where nobody knows its work, as much as of the average job.
    pub(crate) fn outlook(&self, taker: &TurnTaker, work: Option<Work>, is_bulk: bool) -> Outlook {
        self.lock().outlook(Instant::now(), self.workers, taker, work, is_bulk)
    }

    /// How many jobs wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }
}

impl State {
    fn push(&mut self, now: Instant, order: Order, job: Job) -> Due {
        let Order { taker, work, is_bulk, deadline } = order;
        let estimate = self.pace.duration(Some(work));
        let due = (due(now, estimate, is_bulk), self.next);
        self.next += 1;
        if estimate <= LONG {
            let [last, before] = &mut self.last;
            if last.as_ref().is_some_and(|(other, _)| *other != taker) {
                *before = last.take();
            }
            *last = Some((taker.clone(), now));
        }
        self.waiting.push(&taker, due, estimate, Waiting { job, work, deadline, estimate });
        due
    }

    fn take(&mut self, now: Instant, workers: usize) -> Option<Taken> {
        // Of one worker none can be left free.
        let most_long = if workers > 1 { workers - 1 } else { 1 };
        let may_be_long = self.long < most_long;
        let (last, long) = (&self.last, self.long);
        let (taker, waiting) = self.waiting.pop_if(|taker, waiting: &Waiting| {
            waiting.estimate <= LONG || may_be_long || long < workers && !is_another_there(last, taker, now)
        })?;
        let number = self.next;
        self.next += 1;
        let left = waiting.deadline.map(|deadline| deadline.saturating_duration_since(now));
        let is_late = left.is_some_and(|left| left < waiting.estimate.mul_f64(LEAST_PART_LEFT));
        let start = if is_late { Start::TooLate } else { Start::Now };
        if start == Start::Now {
            self.running.insert(number, now + waiting.estimate);
            self.long += usize::from(waiting.estimate > LONG);
        }
        Some(Taken { number, taker, start, waiting })
    }

    fn outlook(
        &self,
        now: Instant,
        workers: usize,
        taker: &TurnTaker,
        work: Option<Work>,
        is_bulk: bool,
    ) -> Outlook {
        let own = self.pace.duration(work);
        let (waiting, workers) = (self.waiting.len(), workers.max(1));
        if self.running.len() < workers && waiting == 0 {
            return Outlook { wait: Duration::ZERO, own, waiting };
        }
        let before = self.waiting.cost_before(taker, due(now, own, is_bulk));
        // A job that takes longer than estimated may end at any time.
        let running = self.running.values().map(|end| end.saturating_duration_since(now)).sum();
        let wait = before.saturating_add(running) / u32::try_from(workers).unwrap_or(u32::MAX);
        Outlook { wait, own, waiting }
    }
}

/// Whether another caller than this came lately with a job that isn't long.
fn is_another_there(last: &[Option<(TurnTaker, Instant)>; 2], taker: &TurnTaker, now: Instant) -> bool {
    let lately = |came: Instant| now.saturating_duration_since(came) < LEAVES_ONE_FOR;
    last.iter().flatten().any(|(other, came)| other != taker && lately(*came))
}

fn due(came: Instant, estimate: Duration, is_bulk: bool) -> Instant {
    let later = if is_bulk { BULK_DUE_AFTER } else { Duration::ZERO };
    came + estimate.saturating_mul(DUE_AFTER) + later
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// A byte takes about a millisecond.
    fn state() -> State {
        let mut state = State::default();
        let spent = Spent { all: 10_000 * MILLISECOND, searching: None };
        state.pace.note(Work::searching(10_000), spent);
        state
    }

    fn order(of: u64, bytes: usize) -> Order {
        let work = Work::searching(bytes);
        Order { taker: TurnTaker::Connection(of), work, is_bulk: false, deadline: None }
    }

    fn push(state: &mut State, now: Instant, bytes: usize) {
        state.push(now, order(1, bytes), Box::new(|_| None));
    }

    fn taken(state: &mut State, now: Instant) -> Vec<usize> {
        std::iter::from_fn(|| state.take(now, 2)).map(|taken| taken.waiting.work.search_bytes).collect()
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
    fn a_single_document_passes_bulk_work_but_not_for_ever() {
        let (mut state, now) = (state(), Instant::now());
        for (bytes, is_bulk, after) in [(10, true, 0), (11, true, 0), (12, false, 900), (13, false, 1200)] {
            let order = Order { is_bulk, ..order(1, bytes) };
            state.push(now + after * MILLISECOND, order, Box::new(|_| None));
        }
        assert_eq!(taken(&mut state, now), [12, 10, 11, 13]);
    }

    #[test]
    fn the_wait_is_what_comes_before_over_the_workers() {
        let (mut state, now) = (state(), Instant::now());
        let wait = |state: &State, of, bytes| {
            let outlook =
                state.outlook(now, 2, &TurnTaker::Connection(of), Some(Work::searching(bytes)), false);
            outlook.wait.as_millis()
        };
        push(&mut state, now, 1000);
        state.take(now, 2);
        assert_eq!(wait(&state, 1, 50), 0, "one worker is free");
        push(&mut state, now, 50);
        state.take(now, 2);
        push(&mut state, now, 50);
        push(&mut state, now, 30);
        assert_eq!(wait(&state, 1, 50), (1000 + 50 + 50 + 30) / 2);
        assert_eq!(wait(&state, 1, 10), 525, "before them");
        assert_eq!(wait(&state, 2, 50), 525, "another's turn comes first");
        assert_eq!(state.outlook(now, 2, &TurnTaker::Unknown, None, false).waiting, 2);
    }

    #[test]
    fn what_would_end_too_late_is_not_begun() {
        let (mut state, now) = (state(), Instant::now());
        for deadline in [50, 200] {
            let order = Order { deadline: Some(now + deadline * MILLISECOND), ..order(1, 100) };
            state.push(now, order, Box::new(|_| None));
        }
        let starts: Vec<Start> = std::iter::from_fn(|| state.take(now, 2)).map(|taken| taken.start).collect();
        assert_eq!(starts, [Start::TooLate, Start::Now]);
        assert_eq!(state.running.len(), 1);
    }

    #[test]
    fn long_jobs_leave_a_worker_to_others_who_have_short_ones() {
        let (mut state, now) = (state(), Instant::now());
        let push = |state: &mut State, of, bytes| {
            state.push(now, order(of, bytes), Box::new(|_| None));
        };
        let taken = |state: &mut State, after: u32| {
            let now = now + after * MILLISECOND;
            state.take(now, 2).map(|Taken { taker, waiting, .. }| (taker, waiting.work.search_bytes))
        };
        let (one, two) = (TurnTaker::Connection(1), TurnTaker::Connection(2));
        for _ in 0..3 {
            push(&mut state, 1, 1000);
        }
        assert_eq!(taken(&mut state, 0), Some((one.clone(), 1000)));
        push(&mut state, 2, 10);
        assert_eq!(taken(&mut state, 0), Some((two.clone(), 10)), "it comes next");
        assert_eq!(taken(&mut state, 0), None, "a long one runs already, and the other may come again");
        push(&mut state, 2, 10);
        assert_eq!(taken(&mut state, 0), Some((two, 10)));
        let late = u32::try_from(LEAVES_ONE_FOR.as_millis()).expect("it is soon") + 1;
        assert_eq!(taken(&mut state, late), Some((one, 1000)), "it doesn't come any more");
    }
}
