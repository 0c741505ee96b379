//! Health checks beside the load: does the service still say that it lives while it works?

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tonic::transport::Channel;

use super::headers::CallHeaders;
use super::latency::{Latency, histogram, microseconds};
use super::plan::Arrivals;
use super::schedule::{keep, schedule};
use crate::client::generated::health::HealthCheckRequest;
use crate::client::generated::health::health_check_response::ServingStatus;
use crate::client::generated::health::health_client::HealthClient;

/// At most this many checks are under way at one time. Further ones count as unanswered.
const HEALTH_OUTSTANDING: usize = 256;

/// Health checks during the run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HealthReport {
    /// Checks that were to be made.
    pub checks: u64,
    /// Those that ended with another answer than SERVING.
    pub failed: u64,
    /// Those that had no answer in time.
    pub unanswered: u64,
    /// How long the answers took.
    pub latency: Latency,
}

impl HealthReport {
    pub(super) fn new(checks: u64, failed: u64, latencies: &Histogram<u64>) -> Self {
        let unanswered = checks.saturating_sub(latencies.len());
        Self { checks, failed, unanswered, latency: Latency::of(latencies) }
    }
}

/// Asks for health at a steady rate; nothing, where the rate is zero.
pub(super) async fn check_steadily(
    channel: Channel,
    headers: CallHeaders,
    rate: f64,
    start: Instant,
    duration: Duration,
    patience: Duration,
) -> Option<HealthReport> {
    if rate <= 0.0 {
        return None;
    }
    let record = Arc::new(Mutex::new((histogram(), 0_u64)));
    let permits = Arc::new(Semaphore::new(HEALTH_OUTSTANDING));
    let runtime = Handle::current();
    let asking = {
        let (record, permits) = (record.clone(), permits.clone());
        tokio::task::spawn_blocking(move || {
            let mut asked = 0_u64;
            keep(start, schedule(rate, Arrivals::Even, duration), |intended| {
                asked += 1;
                let Ok(permit) = permits.clone().try_acquire_owned() else { return };
                let (record, channel, headers) = (record.clone(), channel.clone(), headers.clone());
                runtime.spawn(async move {
                    let serves = serves(channel, &headers).await;
                    let mut record = record.lock().expect("recording never panics");
                    record.0.saturating_record(microseconds(intended.elapsed()));
                    record.1 += u64::from(!serves);
                    drop((record, permit));
                });
            });
            asked
        })
    };
    let asked = asking.await.expect("keeping time never panics");
    let all = u32::try_from(HEALTH_OUTSTANDING).unwrap_or(u32::MAX);
    // Checks that have no answer by then are counted as unanswered.
    let _ = tokio::time::timeout(patience, permits.acquire_many(all)).await;
    let record = record.lock().expect("recording never panics");
    Some(HealthReport::new(asked, record.1, &record.0))
}

/// Asks once whether the service serves.
async fn serves(channel: Channel, headers: &CallHeaders) -> bool {
    let answer = HealthClient::new(channel).check(headers.before(HealthCheckRequest::default())).await;
    answer.is_ok_and(|answer| answer.get_ref().status() == ServingStatus::Serving)
}
