//! Health checks beside the load: does the service still say that it lives while it works?

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::uri::PathAndQuery;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic_prost::ProstCodec;

use super::caller::Header;
use super::plan::Arrivals;
use super::recorder::{histogram, microseconds};
use super::report::HealthReport;
use super::schedule::{keep, schedule};

/// Checks that may be under way at one time. Further ones count as not answered.
const HEALTH_OUTSTANDING: usize = 256;

/// gRPC's own health protocol.
const CHECK: PathAndQuery = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
/// `ServingStatus.SERVING`.
const SERVING: i32 = 1;

/// `grpc.health.v1.HealthCheckRequest`; without a name it asks for the server as a whole.
#[derive(Clone, PartialEq, prost::Message)]
struct HealthCheckRequest {
    #[prost(string, tag = "1")]
    service: String,
}

/// `grpc.health.v1.HealthCheckResponse`.
#[derive(Clone, Copy, PartialEq, prost::Message)]
struct HealthCheckResponse {
    #[prost(int32, tag = "1")]
    status: i32,
}

/// Asks for health at a steady rate; nothing, where the rate is zero.
pub(super) async fn watch(
    channel: Channel,
    header: Header,
    rate: f64,
    start: Instant,
    duration: Duration,
    patience: Duration,
) -> Option<HealthReport> {
    if rate <= 0.0 {
        return None;
    }
    let record = Arc::new(Mutex::new((histogram(), 0_u64)));
    let places = Arc::new(Semaphore::new(HEALTH_OUTSTANDING));
    let runtime = Handle::current();
    let asking = {
        let (record, places) = (record.clone(), places.clone());
        tokio::task::spawn_blocking(move || {
            let mut asked = 0_u64;
            keep(start, schedule(rate, Arrivals::Even, duration), |intended| {
                asked += 1;
                let Ok(place) = places.clone().try_acquire_owned() else { return };
                let (record, channel, header) = (record.clone(), channel.clone(), header.clone());
                runtime.spawn(async move {
                    let serves = serves(channel, &header).await;
                    let mut record = record.lock().expect("recording never panics");
                    record.0.saturating_record(microseconds(intended.elapsed()));
                    record.1 += u64::from(!serves);
                    drop((record, place));
                });
            });
            asked
        })
    };
    let asked = asking.await.expect("keeping time never panics");
    let all = u32::try_from(HEALTH_OUTSTANDING).unwrap_or(u32::MAX);
    // Who isn't answered by then is counted as such.
    let _ = tokio::time::timeout(patience, places.acquire_many(all)).await;
    let record = record.lock().expect("recording never panics");
    Some(HealthReport::new(asked, record.1, &record.0))
}

/// Asks once whether the service serves.
async fn serves(channel: Channel, header: &Header) -> bool {
    let mut grpc = Grpc::new(channel);
    if grpc.ready().await.is_err() {
        return false;
    }
    let codec: ProstCodec<HealthCheckRequest, HealthCheckResponse> = ProstCodec::default();
    let answer = grpc.unary(header.before(HealthCheckRequest::default()), CHECK, codec).await;
    answer.is_ok_and(|answer| answer.get_ref().status == SERVING)
}
