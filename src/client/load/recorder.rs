//! What came back, in bounded memory: a histogram for each outcome, and how things stood over time.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::latency::{histogram, microseconds, milliseconds};
use super::outcome::{Answer, Outcome};

/// At most this many points of time are kept, whatever the length of the run.
const MOST_INTERVALS: u32 = 300;
/// No interval is shorter.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// One stretch of the run, by the time at which answers came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// When it began, in seconds from the start of the run.
    pub start_seconds: f64,
    /// Calls that were answered with OK.
    pub accepted: u64,
    /// Calls that ended in another way.
    pub other: u64,
    /// Latencies of the accepted ones, in milliseconds; zero where there are none.
    pub p50_ms: f64,
    /// The same, of the slowest in a hundred.
    pub p99_ms: f64,
    /// The same, of the slowest.
    pub max_ms: f64,
}

/// All that is known of a run.
pub(super) struct Recorder {
    start: Instant,
    width: Duration,
    by_outcome: Vec<Option<Histogram<u64>>>,
    now: Histogram<u64>,
    now_other: u64,
    /// The number of the interval that is open.
    open: u32,
    pub(super) intervals: Vec<Interval>,
    pub(super) last_answer: Instant,
    pub(super) read: u64,
    pub(super) failed: u64,
    pub(super) sent_bytes: u64,
    pub(super) received_bytes: u64,
}

impl Recorder {
    /// A record of a run of that length.
    pub(super) fn new(start: Instant, duration: Duration) -> Self {
        Self {
            start,
            width: (duration / MOST_INTERVALS).max(SHORTEST_INTERVAL),
            by_outcome: vec![None; Outcome::COUNT],
            now: histogram(),
            now_other: 0,
            open: 0,
            intervals: Vec::new(),
            last_answer: start,
            read: 0,
            failed: 0,
            sent_bytes: 0,
            received_bytes: 0,
        }
    }

    /// A call that was to begin at `intended` ended at `now`.
    pub(super) fn note(&mut self, intended: Instant, now: Instant, answer: &Answer) {
        self.turn_to(now);
        let latency = microseconds(now.saturating_duration_since(intended));
        let all = self.by_outcome[answer.outcome.index()].get_or_insert_with(histogram);
        all.saturating_record(latency);
        if answer.outcome == Outcome::OK {
            self.now.saturating_record(latency);
        } else {
            self.now_other += 1;
        }
        self.last_answer = self.last_answer.max(now);
        self.read += answer.read as u64;
        self.failed += answer.failed as u64;
        self.sent_bytes += answer.sent_bytes as u64;
        self.received_bytes += answer.received_bytes as u64;
    }

    /// Closes the intervals before the one that holds `now`; the last one stays open for late answers.
    fn turn_to(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.start).as_nanos() / self.width.as_nanos();
        let number = u32::try_from(passed).unwrap_or(u32::MAX).min(MOST_INTERVALS);
        while self.open < number {
            self.close();
            self.open += 1;
        }
    }

    fn close(&mut self) {
        let (accepted, other) = (self.now.len(), std::mem::take(&mut self.now_other));
        self.intervals.push(Interval {
            start_seconds: (self.width * self.open).as_secs_f64(),
            accepted,
            other,
            p50_ms: milliseconds(self.now.value_at_quantile(0.5)),
            p99_ms: milliseconds(self.now.value_at_quantile(0.99)),
            max_ms: milliseconds(self.now.max()),
        });
        self.now.reset();
    }

    /// Closes the last interval.
    pub(super) fn finish(&mut self) {
        if !self.now.is_empty() || self.now_other > 0 {
            self.close();
        }
    }

    /// The outcomes that occurred, with their latencies.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (Outcome, &Histogram<u64>)> {
        Outcome::all()
            .zip(&self.by_outcome)
            .filter_map(|(outcome, latencies)| Some((outcome, latencies.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: Answer =
        Answer { outcome: Outcome::OK, read: 1, failed: 0, sent_bytes: 10, received_bytes: 20 };

    #[test]
    fn latencies_begin_with_the_intended_time_and_stand_where_the_answer_came() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut recorder = Recorder::new(start, Duration::from_secs(5));
        recorder.note(at(100), at(900), &OK);
        recorder.note(at(200), at(2500), &OK);
        recorder.note(at(300), at(2600), &Answer::failed(Outcome::SHED, 1, 10));
        recorder.finish();
        let found: Vec<_> = recorder.intervals.iter().map(|one| (one.accepted, one.other)).collect();
        assert_eq!(found, [(1, 0), (0, 0), (1, 1)]);
        assert!((recorder.intervals[2].max_ms - 2300.0).abs() < 2.5, "{:?}", recorder.intervals[2]);
        let outcomes: Vec<_> =
            recorder.outcomes().map(|(outcome, all)| (outcome.name(), all.len())).collect();
        assert_eq!(outcomes, [("OK", 2), ("UNAVAILABLE", 1)]);
        assert_eq!((recorder.read, recorder.failed), (2, 1));
        assert_eq!((recorder.sent_bytes, recorder.received_bytes), (30, 40));
    }

    #[test]
    fn a_long_run_has_no_more_points_than_a_short_one() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start, Duration::from_hours(24));
        for minute in 0..3000 {
            let now = start + Duration::from_mins(minute);
            recorder.note(now, now, &OK);
        }
        recorder.finish();
        assert_eq!(recorder.intervals.len(), MOST_INTERVALS as usize + 1);
        assert_eq!(recorder.intervals.iter().map(|one| one.accepted).sum::<u64>(), 3000);
    }
}
