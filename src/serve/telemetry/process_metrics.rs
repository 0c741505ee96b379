//! What the process takes, by the names that every Prometheus client gives it: memory, processor time, open files.
//!
//! In: `/proc/self`, looked at on each scrape. Out: metrics; where the system tells nothing of a kind (there is no `/proc`
//! beyond Linux), the metrics of that kind are left out.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Tells what the process takes.
#[derive(Debug)]
pub(super) struct ProcessMetrics {
    /// When the process began to count, in seconds since 1970.
    started: f64,
}

impl ProcessMetrics {
    /// Of a process that starts now.
    pub(super) fn starting_now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: since.as_secs_f64() }
    }
}

/// What the system says of the process; none of what it doesn't say.
#[derive(Debug, Default)]
struct Usage {
    cpu_seconds: Option<f64>,
    resident_bytes: Option<f64>,
    virtual_bytes: Option<f64>,
    threads: Option<f64>,
    open_files: Option<f64>,
    max_files: Option<f64>,
}

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let usage = Usage::now();
        let bytes = Some(Unit::Bytes);
        if let Some(seconds) = usage.cpu_seconds {
            let counter = ConstCounter::new(seconds);
            let help = "Processor time of the process, of user and system";
            counter.encode(encoder.encode_descriptor(
                "process_cpu",
                help,
                Some(&Unit::Seconds),
                counter.metric_type(),
            )?)?;
        }
        let gauges = [
            (
                "process_resident_memory",
                "Memory of the process that is in RAM",
                bytes.as_ref(),
                usage.resident_bytes,
            ),
            ("process_virtual_memory", "Addresses that the process has", bytes.as_ref(), usage.virtual_bytes),
            ("process_threads", "Threads of the process", None, usage.threads),
            (
                "process_open_fds",
                "Files, sockets and the like that the process has open",
                None,
                usage.open_files,
            ),
            ("process_max_fds", "How many of them it may have open", None, usage.max_files),
            (
                "process_start_time",
                "When the process started, since 1970",
                Some(&Unit::Seconds),
                Some(self.started),
            ),
        ];
        for (name, help, unit, value) in gauges {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

impl Usage {
    #[cfg(target_os = "linux")]
    fn now() -> Self {
        use procfs::process::{LimitValue, Process};

        let Ok(process) = Process::myself() else { return Self::default() };
        let stat = process.stat().ok();
        let of_stat = |value: &dyn Fn(&procfs::process::Stat) -> u64| stat.as_ref().map(value).map(as_float);
        let ticks = of_stat(&|stat| stat.utime + stat.stime);
        let max_files = process.limits().ok().map(|limits| limits.max_open_files.soft_limit);
        Self {
            cpu_seconds: ticks.map(|ticks| ticks / as_float(procfs::ticks_per_second())),
            resident_bytes: of_stat(&|stat| stat.rss * procfs::page_size()),
            virtual_bytes: of_stat(&|stat| stat.vsize),
            threads: of_stat(&|stat| stat.num_threads.try_into().unwrap_or(0)),
            open_files: process.fd_count().ok().map(|count| as_float(count.try_into().unwrap_or(u64::MAX))),
            max_files: max_files.map(|limit| match limit {
                LimitValue::Value(value) => as_float(value),
                LimitValue::Unlimited => f64::INFINITY,
            }),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn now() -> Self {
        Self::default()
    }
}

/// Exact below 2^52, and what is above that isn't counted by ones.
#[expect(clippy::cast_precision_loss, reason = "no process has petabytes")]
#[cfg(target_os = "linux")]
const fn as_float(value: u64) -> f64 {
    value as f64
}
