//! `grpc.health.v1.Health`: whether calls are answered, for the server as a whole and for its one service.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Request, Response, Status};

use super::ending::Ending;
use super::rpc::claim_service_server::SERVICE_NAME;
use super::rpc::health::health_check_response::ServingStatus;
use super::rpc::health::health_server::Health;
use super::rpc::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};

/// What has a status: the server as a whole, and its one service.
const NAMES: [&str; 2] = ["", SERVICE_NAME];

/// Tells how the server is.
pub(super) struct HealthService {
    status: watch::Receiver<ServingStatus>,
}

impl HealthService {
    /// Tells what `status` holds: `NotServing` until the engine is there, and again when the server stops.
    pub(super) const fn new(status: watch::Receiver<ServingStatus>) -> Self {
        Self { status }
    }

    fn now(&self) -> HealthCheckResponse {
        response(*self.status.borrow())
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

#[tonic::async_trait]
impl Health for HealthService {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        if NAMES.contains(&request.get_ref().service.as_str()) {
            Ok(Response::new(self.now()))
        } else {
            Err(Status::not_found("no service of this name"))
        }
    }

    async fn list(&self, _: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let statuses = NAMES.map(|name| (name.to_owned(), self.now())).into_iter().collect();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let ending = Ending::in_extensions(request.extensions()).begun();
        let is_known = NAMES.contains(&request.get_ref().service.as_str());
        let statuses = if is_known {
            let watched = Watched { status: self.status.clone(), told: None, ending: Box::pin(ending) };
            stream::unfold(watched, Watched::next).left_stream()
        } else {
            let unknown = stream::iter([ServingStatus::ServiceUnknown]).chain(stream::pending());
            unknown.take_until(ending).right_stream()
        };
        Ok(Response::new(Box::pin(statuses.map(|status| Ok(response(status))))))
    }
}

/// What a caller watches.
struct Watched {
    status: watch::Receiver<ServingStatus>,
    /// What the caller was told last.
    told: Option<ServingStatus>,
    /// Ready once the server stops, or the connection is to end.
    ending: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Watched {
    /// The next status that isn't the one told last; none once the server stops and that was told: a stream
    /// that stayed open would hold up the drain.
    async fn next(mut self) -> Option<(ServingStatus, Self)> {
        let status = tokio::select! {
            biased;
            status = self.status.wait_for(|status| Some(*status) != self.told) => *status.ok()?,
            () = &mut self.ending => return None,
        };
        self.told = Some(status);
        Some((status, self))
    }
}
