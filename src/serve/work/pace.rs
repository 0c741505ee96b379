//! How long workers take for what there is to do, learnt from what they did last.

use std::time::Duration;

use ascribe_engine::Work;

/// How long a worker took for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) all: Duration,
    /// The part that went into searching; none where nobody measured it apart from reading.
    pub(crate) searching: Option<Duration>,
}

/// The weight that earlier jobs keep in the estimate after each further job.
const REMEMBERED: f64 = 7.0 / 8.0;

/// No job is estimated to take longer, so that times can be added up.
const LONGEST: Duration = Duration::from_hours(1);

/// What each text costs beside its bytes, as so many bytes more: a headline isn't read forty times as fast as forty are.
const BYTES_OF_A_TEXT: usize = 128;

/// How fast workers are at each kind of work, and how long the average job takes, the last jobs counting most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    reading: Rate,
    searching: Rate,
    /// Seconds of jobs, and how many.
    jobs: Rate,
}

impl Pace {
    /// How long a worker takes for the work; none: for that of the average job. Zero while nothing is known.
    pub(crate) fn duration(&self, work: Option<Work>) -> Duration {
        let seconds = match work {
            None => self.jobs.seconds(1),
            Some(Work { read_bytes: read, search_bytes: searched, .. }) => {
                let reading = if read == 0 { 0.0 } else { self.reading.seconds(read + BYTES_OF_A_TEXT) };
                reading + self.searching.seconds(searched)
            }
        };
        Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST)
    }

    /// Learns from work that was done to its end.
    pub(crate) fn note(&mut self, work: Work, spent: Spent) {
        self.jobs.note(1, spent.all);
        match spent.searching {
            Some(searching) => {
                self.searching.note(work.search_bytes, searching);
                self.reading.note(work.read_bytes + BYTES_OF_A_TEXT, spent.all.saturating_sub(searching));
            }
            None if work.search_bytes == 0 => self.reading.note(work.read_bytes + BYTES_OF_A_TEXT, spent.all),
            None if work.read_bytes == 0 => self.searching.note(work.search_bytes, spent.all),
            // Nobody knows which of the two took the time.
            None => {}
        }
    }
}

/// Seconds for so many units, the last ones counting most.
#[derive(Clone, Copy, Debug, Default)]
struct Rate {
    seconds: f64,
    units: f64,
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
impl Rate {
    fn seconds(&self, units: usize) -> f64 {
        if self.units == 0.0 { 0.0 } else { self.seconds / self.units * units as f64 }
    }

    fn note(&mut self, units: usize, spent: Duration) {
        self.seconds = self.seconds * REMEMBERED + spent.as_secs_f64();
        self.units = self.units * REMEMBERED + units.max(1) as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    fn is_about(found: Duration, expected: Duration) -> bool {
        found.abs_diff(expected) < MILLISECOND / 5
    }

    fn spent(milliseconds: u32) -> Spent {
        Spent { all: milliseconds * MILLISECOND, searching: None }
    }

    #[test]
    fn the_pace_is_that_of_the_last_jobs() {
        let mut pace = Pace::default();
        assert_eq!(pace.duration(Some(Work::reading(1 << 20))), Duration::ZERO);
        for _ in 0..100 {
            pace.note(Work::reading(1000 - BYTES_OF_A_TEXT), spent(10));
        }
        assert!(is_about(pace.duration(None), 10 * MILLISECOND), "{:?}", pace.duration(None));
        // One long job says nothing new of how fast they are.
        pace.note(Work::reading(1_000_000 - BYTES_OF_A_TEXT), spent(10_000));
        let twice = pace.duration(Some(Work::reading(2000 - BYTES_OF_A_TEXT)));
        assert!(is_about(twice, 20 * MILLISECOND), "{twice:?}");
        assert_eq!(pace.duration(Some(Work::reading(usize::MAX / 2))), LONGEST);
    }

    /// Many quotations for a text of one byte say nothing of how fast texts are read.
    #[test]
    fn reading_and_searching_are_learnt_apart() {
        let mut pace = Pace::default();
        for _ in 0..20 {
            pace.note(Work::reading(4000), spent(30));
        }
        let before = pace.duration(Some(Work::reading(4000)));
        for _ in 0..100 {
            let searching = Some(90 * MILLISECOND);
            pace.note(
                Work::reading(1) + Work::searching(4_000_000),
                Spent { all: 91 * MILLISECOND, searching },
            );
            pace.note(Work::reading(1) + Work::searching(4_000_000), spent(500));
        }
        let after = pace.duration(Some(Work::reading(4000)));
        assert!(after < 2 * before, "{before:?} {after:?}");
        let searching = pace.duration(Some(Work::searching(4_000_000)));
        assert!(is_about(searching, 90 * MILLISECOND), "{searching:?}");
    }
}
