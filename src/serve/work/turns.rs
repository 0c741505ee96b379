//! Whose job is next: callers take turns by what their jobs cost, so that nobody waits for another's many.
//!
//! Start-time fair queueing (Goyal, Vin and Cheng, IEEE/ACM Transactions on Networking 5, 1997): each caller has a time of
//! its own, which its jobs move on by what they cost; the caller whose time is earliest is next. One that comes anew begins
//! at the time of the job that was taken last, so that it neither waits for what others have put in nor gets anything for
//! having been away. Among one caller's jobs the one that is due first is first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use crate::serve::call::peer::TurnTaker;

/// When a job is due, and its number, which orders jobs that are due at the same time.
pub(super) type Due = (Instant, u64);

/// Jobs of several callers.
pub(super) struct Turns<J> {
    takers: HashMap<TurnTaker, Taker<J>>,
    /// Who has jobs, in the order of their turns.
    order: BTreeSet<Turn>,
    /// Who has none, but is ahead of the others' time by what its last jobs cost.
    ahead: BTreeSet<(u64, TurnTaker)>,
    /// The time of the job that was taken last, in nanoseconds of work.
    time: u64,
    /// The number of the next turn: of callers with the same time the one is first that had its turn longest ago.
    next: u64,
    len: usize,
}

/// At most so many callers are remembered who have no jobs: those who are ahead the most.
const MOST_AHEAD: usize = 10_000;

type Turn = (u64, u64, TurnTaker);

struct Taker<J> {
    /// Its time.
    time: u64,
    turn: u64,
    jobs: BTreeMap<Due, Costly<J>>,
    /// What its jobs cost together.
    cost: u64,
}

struct Costly<J> {
    cost: u64,
    job: J,
}

impl<J> Default for Turns<J> {
    fn default() -> Self {
        Self {
            takers: HashMap::new(),
            order: BTreeSet::new(),
            ahead: BTreeSet::new(),
            time: 0,
            next: 0,
            len: 0,
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    // So many that the sum of all jobs fits.
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).min(u64::MAX >> 20)
}

impl<J> Turns<J> {
    /// How many jobs there are.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Puts in a job that will cost about this much.
    pub(super) fn push(&mut self, of: &TurnTaker, due: Due, cost: Duration, job: J) {
        let cost = nanoseconds(cost);
        let time = self.time;
        let taker = self.takers.entry(of.clone()).or_insert_with(|| Taker {
            time,
            turn: 0,
            jobs: BTreeMap::new(),
            cost: 0,
        });
        if taker.jobs.is_empty() {
            self.ahead.remove(&(taker.time, of.clone()));
            taker.time = taker.time.max(time);
            taker.turn = self.next;
            self.next += 1;
            self.order.insert((taker.time, taker.turn, of.clone()));
        }
        taker.cost += cost;
        taker.jobs.insert(due, Costly { cost, job });
        self.len += 1;
    }

    /// Takes the next job of those that may be taken.
    pub(super) fn pop_if(&mut self, may: impl Fn(&TurnTaker, &J) -> bool) -> Option<(TurnTaker, J)> {
        let found = self.order.iter().find_map(|turn| {
            let taker = &self.takers[&turn.2];
            let due = taker.jobs.iter().find(|(_, costly)| may(&turn.2, &costly.job))?.0;
            Some((turn.clone(), *due))
        });
        let (turn, due) = found?;
        self.order.remove(&turn);
        let (time, _, of) = turn;
        self.time = self.time.max(time);
        let taker = self.takers.get_mut(&of).expect("who has a turn is known");
        let Costly { cost, job } = taker.jobs.remove(&due).expect("it was found");
        taker.cost -= cost;
        taker.time += cost;
        self.len -= 1;
        self.settle(&of);
        Some((of, job))
    }

    /// Takes out a job that is no longer wanted, if it is still there.
    pub(super) fn remove(&mut self, of: &TurnTaker, due: Due) -> Option<J> {
        let taker = self.takers.get_mut(of)?;
        let Costly { cost, job } = taker.jobs.remove(&due)?;
        taker.cost -= cost;
        self.len -= 1;
        if taker.jobs.is_empty() {
            self.order.remove(&(taker.time, taker.turn, of.clone()));
            self.settle(of);
        }
        Some(job)
    }

    /// Corrects what a caller's job was thought to cost, now that it is done.
    pub(super) fn correct(&mut self, of: &TurnTaker, thought: Duration, was: Duration) {
        let Some(taker) = self.takers.get_mut(of) else { return };
        if taker.jobs.is_empty() {
            self.ahead.remove(&(taker.time, of.clone()));
        } else {
            self.order.remove(&(taker.time, taker.turn, of.clone()));
        }
        taker.time = (taker.time + nanoseconds(was)).saturating_sub(nanoseconds(thought));
        self.settle(of);
    }

    /// Forgets who has had how much: nothing waits and nothing runs, so nobody has to be held back.
    pub(super) fn forget(&mut self) {
        if self.len == 0 {
            *self = Self { next: self.next, ..Self::default() };
        }
    }

    /// Puts a caller, whose turn is over or whose jobs have changed, where it belongs now.
    fn settle(&mut self, of: &TurnTaker) {
        let taker = self.takers.get_mut(of).expect("it is known");
        if taker.jobs.is_empty() {
            self.ahead.insert((taker.time, of.clone()));
        } else {
            taker.turn = self.next;
            self.next += 1;
            self.order.insert((taker.time, taker.turn, of.clone()));
        }
        while let Some((time, _)) = self.ahead.first()
            && (*time <= self.time || self.ahead.len() > MOST_AHEAD)
        {
            let (_, gone) = self.ahead.pop_first().expect("it is the first");
            self.takers.remove(&gone);
        }
    }

    /// What the jobs cost together that come before one of this caller that is due then.
    pub(super) fn cost_before(&self, of: &TurnTaker, due: Instant) -> Duration {
        let own = self.takers.get(of);
        let own_cost: u64 = own.map_or(0, |own| {
            own.jobs.iter().take_while(|((other, _), _)| *other <= due).map(|(_, job)| job.cost).sum()
        });
        let begins = own.map_or(self.time, |own| own.time.max(self.time)) + own_cost;
        let others = self.order.iter().take_while(|(time, ..)| *time <= begins);
        let others = others.filter(|(.., other)| other != of).map(|(time, _, other)| {
            let taker = &self.takers[other];
            let first = taker.jobs.first_key_value().map_or(0, |(_, job)| job.cost);
            (begins - time).max(first).min(taker.cost)
        });
        Duration::from_nanos(own_cost.saturating_add(others.fold(0, u64::saturating_add)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    fn caller(number: u64) -> TurnTaker {
        TurnTaker::Connection(number)
    }

    struct Test {
        turns: Turns<u64>,
        came: Instant,
        next: u64,
    }

    impl Test {
        fn new() -> Self {
            Self { turns: Turns::default(), came: Instant::now(), next: 0 }
        }

        fn push(&mut self, of: u64, cost: u32) {
            self.next += 1;
            self.turns.push(&caller(of), (self.came, self.next), cost * MILLISECOND, self.next);
        }

        /// Whose jobs are taken, until none is left.
        fn taken(&mut self) -> Vec<u64> {
            std::iter::from_fn(|| self.turns.pop_if(|_, _| true))
                .map(|(of, _)| match of {
                    TurnTaker::Connection(number) => number,
                    other => panic!("{other:?}"),
                })
                .collect()
        }

        fn before(&self, of: u64) -> Duration {
            self.turns.cost_before(&caller(of), self.came)
        }
    }

    #[test]
    fn a_single_job_passes_anothers_many() {
        let mut test = Test::new();
        for _ in 0..5 {
            test.push(1, 10);
        }
        assert_eq!(test.turns.pop_if(|_, _| true).map(|(of, _)| of), Some(caller(1)));
        assert_eq!(test.before(1), 40 * MILLISECOND);
        assert_eq!(test.before(2), Duration::ZERO);
        test.push(2, 10);
        assert_eq!(test.taken(), [2, 1, 1, 1, 1]);
    }

    #[test]
    fn turns_are_counted_by_cost_and_not_by_jobs() {
        let mut test = Test::new();
        for _ in 0..3 {
            test.push(1, 30);
        }
        for _ in 0..6 {
            test.push(2, 10);
        }
        assert_eq!(test.taken(), [1, 2, 2, 2, 1, 2, 2, 2, 1]);
    }

    #[test]
    fn who_goes_away_and_comes_back_gains_nothing() {
        let mut test = Test::new();
        test.push(1, 50);
        for _ in 0..4 {
            test.push(2, 20);
        }
        assert_eq!(test.turns.pop_if(|_, _| true).map(|(of, _)| of), Some(caller(1)));
        // Its first cost as much as three of the other's.
        test.push(1, 50);
        assert_eq!(test.taken(), [2, 2, 2, 1, 2]);
    }

    #[test]
    fn a_cost_that_was_thought_too_small_is_made_up_for() {
        let mut test = Test::new();
        for _ in 0..3 {
            test.push(1, 1);
            test.push(2, 10);
        }
        assert_eq!(test.turns.pop_if(|_, _| true).map(|(of, _)| of), Some(caller(1)));
        test.turns.correct(&caller(1), MILLISECOND, 25 * MILLISECOND);
        assert_eq!(test.taken(), [2, 2, 2, 1, 1]);
    }

    #[test]
    fn what_is_taken_out_costs_nobody_anything() {
        let mut test = Test::new();
        test.push(1, 10);
        test.push(1, 10);
        test.push(2, 10);
        assert_eq!(test.turns.remove(&caller(1), (test.came, 1)), Some(1));
        assert_eq!(test.turns.remove(&caller(1), (test.came, 1)), None);
        assert_eq!(test.before(3), 20 * MILLISECOND);
        assert_eq!((test.turns.len(), test.taken()), (2, vec![1, 2]));
        test.turns.forget();
        assert!(test.turns.takers.is_empty() && test.turns.ahead.is_empty(), "nobody is remembered for ever");
    }
}
