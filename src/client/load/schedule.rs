//! The times at which calls begin, counted from the start of the run.

use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::plan::Arrivals;

/// Times from zero on, `rate` a second, before `duration` is over.
pub(super) fn schedule(rate: f64, arrivals: Arrivals, duration: Duration) -> impl Iterator<Item = Duration> {
    let end = duration.as_secs_f64();
    let mut random = match arrivals {
        Arrivals::Even => None,
        Arrivals::Poisson { seed } => Some(fastrand::Rng::with_seed(seed)),
    };
    let mut number = 0.0;
    let mut chance = 0.0;
    let times = std::iter::from_fn(move || {
        if let Some(random) = &mut random {
            // Distances of a Poisson process are exponentially distributed.
            chance += -(1.0 - random.f64()).ln() / rate;
            return Some(chance);
        }
        // A product, not a sum: errors of rounding don't add up.
        let time = number / rate;
        number += 1.0;
        Some(time)
    });
    times.take_while(move |time| *time < end).map(Duration::from_secs_f64)
}

/// Calls `begin` with each time of a schedule when it has come; at once, where it has passed. Blocks: a thread
/// sleeps to some 50 microseconds, where a runtime's timer counts in milliseconds.
pub(super) fn keep(start: Instant, times: impl Iterator<Item = Duration>, mut begin: impl FnMut(Instant)) {
    for time in times {
        let intended = start + time;
        thread::sleep(intended.saturating_duration_since(Instant::now()));
        begin(intended);
    }
}

/// What became of the schedule.
pub(super) struct Pacing {
    pub(super) begun: u64,
    /// Calls that were never sent: until the run was over, as many as the plan allows were under way.
    pub(super) unsent: u64,
    /// How late calls began, in microseconds: how well this program keeps time.
    pub(super) lateness: Histogram<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(rate: f64, arrivals: Arrivals, seconds: u64) -> Vec<Duration> {
        schedule(rate, arrivals, Duration::from_secs(seconds)).collect()
    }

    #[test]
    fn even_calls_stand_at_equal_distances() {
        let found = times(4.0, Arrivals::Even, 1);
        assert_eq!(found, [0, 250, 500, 750].map(Duration::from_millis));
        assert_eq!(times(3.0, Arrivals::Even, 100).len(), 300);
    }

    #[test]
    fn chance_keeps_the_rate_and_repeats_with_its_seed() {
        let found = times(1000.0, Arrivals::Poisson { seed: 7 }, 60);
        assert!(found.is_sorted());
        assert_eq!(found, times(1000.0, Arrivals::Poisson { seed: 7 }, 60));
        assert_ne!(found, times(1000.0, Arrivals::Poisson { seed: 8 }, 60));
        // 60,000 are expected; the standard deviation is 245.
        assert!((59_000..61_000).contains(&found.len()), "{}", found.len());
        // In a Poisson process a distance is longer than the mean in 37 of 100 cases.
        let long = found.windows(2).filter(|pair| pair[1] > pair[0] + Duration::from_millis(1)).count();
        assert!((35..39).contains(&(long * 100 / found.len())), "{long} of {}", found.len());
    }

    #[test]
    fn who_is_late_begins_at_once_and_keeps_the_time() {
        let start = Instant::now();
        let mut begun = Vec::new();
        keep(start, [0, 1, 2, 40].map(Duration::from_millis).into_iter(), |intended| {
            if begun.is_empty() {
                thread::sleep(Duration::from_millis(20));
            }
            begun.push(intended - start);
        });
        assert_eq!(begun, [0, 1, 2, 40].map(Duration::from_millis));
        assert!(start.elapsed() >= Duration::from_millis(40));
    }
}
