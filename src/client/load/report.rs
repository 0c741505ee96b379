//! What a run showed: as a table to read, or as JSON.

use std::fmt;
use std::time::Instant;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::health::HealthReport;
use super::latency::{Latency, milliseconds};
use super::outcome::Outcome;
use super::plan::{Arrivals, LoadPlan, Pace};
use super::recorder::{Interval, Recorder};
use super::schedule::Pacing;

/// Points of a percentile curve for each power of ten.
const POINTS_A_DECADE: u32 = 10;
/// The curve ends with the slowest call in ten to this power.
const MOST_DECADES: u32 = 6;

/// What a run showed.
#[derive(Clone, Debug, Serialize)]
pub struct LoadReport {
    /// Where the service is.
    pub target: String,
    /// The method's name in the contract.
    pub method: &'static str,
    /// When calls began, in words.
    pub pace: String,
    /// Connections that calls were spread over.
    pub connections: usize,
    /// From the start to the last answer, at least as long as planned.
    pub seconds: f64,
    /// Calls a second that were planned; none for a closed pace, which has no plan.
    pub offered_per_second: Option<f64>,
    /// Calls a second that were answered with OK.
    pub accepted_per_second: f64,
    /// Documents a second that were read.
    pub documents_per_second: f64,
    /// Documents that were refused or failed, alone or with their call.
    pub documents_failed: u64,
    /// Calls that began.
    pub begun: u64,
    /// Calls that were never sent, because as many as the plan allows were under way.
    pub unsent: u64,
    /// Calls that had no answer when the plan's patience ran out.
    pub unanswered: u64,
    /// Bytes of all messages that were sent, without headers and frames.
    pub sent_bytes: u64,
    /// The same, of the answers.
    pub received_bytes: u64,
    /// How late calls began: the share of this program in the latencies.
    pub lateness: Latency,
    /// The calls by how they ended.
    pub outcomes: Vec<OutcomeReport>,
    /// Health checks during the run; none, where none were asked for.
    pub health: Option<HealthReport>,
    /// How things stood over time.
    pub intervals: Vec<Interval>,
}

/// The calls that ended in one way.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeReport {
    /// A code as gRPC writes it, or `unreachable` or `broken`.
    pub outcome: &'static str,
    /// How many calls.
    pub calls: u64,
    /// How long they took.
    pub latency: Latency,
    /// Percent of the calls, and the milliseconds in which they ended.
    pub curve: Vec<(f64, f64)>,
}

impl OutcomeReport {
    fn new(outcome: Outcome, histogram: &Histogram<u64>) -> Self {
        Self {
            outcome: outcome.name(),
            calls: histogram.len(),
            latency: Latency::of(histogram),
            curve: curve(histogram),
        }
    }
}

/// The percentile curve: dense towards 100, up to the slowest single call.
fn curve(histogram: &Histogram<u64>) -> Vec<(f64, f64)> {
    let points =
        (0..=POINTS_A_DECADE * MOST_DECADES).map(|point| f64::from(point) / f64::from(POINTS_A_DECADE));
    let told = points.map(|decades| 10_f64.powf(-decades)).take_while(|left| {
        #[expect(clippy::cast_precision_loss, reason = "nobody makes 2^52 calls")]
        let calls = histogram.len() as f64;
        left * calls >= 1.0
    });
    told.map(|left| (100.0 * (1.0 - left), milliseconds(histogram.value_at_quantile(1.0 - left)))).collect()
}

impl LoadReport {
    pub(super) fn new(
        plan: &LoadPlan,
        recorder: &Recorder,
        start: Instant,
        pacing: &Pacing,
        unanswered: u64,
        health: Option<HealthReport>,
    ) -> Self {
        let lasted = recorder.last_answer.saturating_duration_since(start).max(plan.duration);
        let seconds = lasted.as_secs_f64().max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_precision_loss, reason = "nobody makes 2^52 calls")]
        let per_second = |count: u64| count as f64 / seconds;
        let outcomes: Vec<_> =
            recorder.outcomes().map(|(outcome, latencies)| OutcomeReport::new(outcome, latencies)).collect();
        let accepted = recorder.outcomes().find(|(outcome, _)| *outcome == Outcome::OK);
        Self {
            target: plan.target.clone(),
            method: plan.method.name(),
            pace: plan.pace.to_string(),
            connections: plan.connections,
            seconds,
            offered_per_second: match plan.pace {
                Pace::Open { rate, .. } => Some(rate),
                Pace::Closed { .. } => None,
            },
            accepted_per_second: per_second(accepted.map_or(0, |(_, latencies)| latencies.len())),
            documents_per_second: per_second(recorder.read),
            documents_failed: recorder.failed,
            begun: pacing.begun,
            unsent: pacing.unsent,
            unanswered,
            sent_bytes: recorder.sent_bytes,
            received_bytes: recorder.received_bytes,
            lateness: Latency::of(&pacing.lateness),
            outcomes,
            health,
            intervals: recorder.intervals.clone(),
        }
    }

    /// Whether every call was begun, and the service answered each, be it with an error.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let lost = [Outcome::UNREACHABLE.name(), Outcome::BROKEN.name()];
        let any_lost = self.outcomes.iter().any(|one| lost.contains(&one.outcome));
        self.unsent == 0 && self.unanswered == 0 && !any_lost
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { rate, arrivals: Arrivals::Even } => {
                write!(formatter, "{rate} calls a second, evenly")
            }
            Self::Open { rate, arrivals: Arrivals::Poisson { seed } } => {
                write!(formatter, "{rate} calls a second, by chance (seed {seed})")
            }
            Self::Closed { outstanding } => write!(formatter, "{outstanding} calls at one time"),
        }
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} at {}: {}", self.method, self.target, self.pace)?;
        writeln!(formatter, "{:.1} s over {} connections\n", self.seconds, self.connections)?;
        if let Some(offered) = self.offered_per_second {
            writeln!(formatter, "offered    {offered:10.1} calls/s")?;
        }
        writeln!(
            formatter,
            "accepted   {:10.1} calls/s, {:.1} documents/s; {} documents failed",
            self.accepted_per_second, self.documents_per_second, self.documents_failed
        )?;
        writeln!(
            formatter,
            "calls      {:10} begun, {} unsent, {} unanswered",
            self.begun, self.unsent, self.unanswered
        )?;
        let megabytes = |bytes: u64| std::time::Duration::from_micros(bytes).as_secs_f64();
        writeln!(
            formatter,
            "messages   {:10.2} MB sent, {:.2} MB received\n",
            megabytes(self.sent_bytes),
            megabytes(self.received_bytes)
        )?;
        writeln!(
            formatter,
            "{:<20}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "milliseconds", "calls", "p50", "p90", "p99", "p99.9", "max"
        )?;
        for one in &self.outcomes {
            row(formatter, one.outcome, one.calls, one.latency)?;
        }
        if let Some(health) = self.health {
            row(formatter, "health checks", health.checks - health.unanswered, health.latency)?;
            if health.failed + health.unanswered > 0 {
                let (failed, unanswered) = (health.failed, health.unanswered);
                writeln!(formatter, "  of these {failed} not SERVING; {unanswered} more unanswered")?;
            }
        }
        if self.offered_per_second.is_some() {
            row(formatter, "begun late by", self.begun, self.lateness)?;
        }
        Ok(())
    }
}

fn row(formatter: &mut fmt::Formatter<'_>, name: &str, calls: u64, latency: Latency) -> fmt::Result {
    let Latency { p50_ms, p90_ms, p99_ms, p999_ms, max_ms } = latency;
    writeln!(
        formatter,
        "{name:<20}{calls:>9}{p50_ms:>10.2}{p90_ms:>10.2}{p99_ms:>10.2}{p999_ms:>10.2}{max_ms:>10.2}"
    )
}
