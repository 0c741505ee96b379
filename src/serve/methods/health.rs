//! `grpc.health.v1.Health`: whether calls are answered, for the server as a whole and for its one service.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Request, Response, Status};

use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::generated::claim_service_server::SERVICE_NAME;
use crate::serve::generated::health::health_check_response::ServingStatus;
use crate::serve::generated::health::health_server::Health;
use crate::serve::generated::health::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};
use crate::serve::status::Failure;

/// What has a status: the server as a whole, and its one service.
const NAMES: [&str; 2] = ["", SERVICE_NAME];

/// Reports the health of the server.
pub(crate) struct HealthService {
    status: watch::Receiver<ServingStatus>,
}

impl HealthService {
    /// Reports what `status` holds: `NotServing` until the engine is loaded, and again when the server stops.
    pub(crate) const fn new(status: watch::Receiver<ServingStatus>) -> Self {
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
            Err(Failure::NoSuchService(request.into_inner().service).into())
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
        let shutdown = StreamShutdown::in_extensions(request.extensions()).started();
        let is_known = NAMES.contains(&request.get_ref().service.as_str());
        let statuses = if is_known {
            let watch = StatusWatch { status: self.status.clone(), sent: None, shutdown: Box::pin(shutdown) };
            stream::unfold(watch, StatusWatch::next).left_stream()
        } else {
            let unknown = stream::iter([ServingStatus::ServiceUnknown]).chain(stream::pending());
            unknown.take_until(shutdown).right_stream()
        };
        Ok(Response::new(Box::pin(statuses.map(|status| Ok(response(status))))))
    }
}

/// The status that a caller watches.
struct StatusWatch {
    status: watch::Receiver<ServingStatus>,
    /// The status that the caller got last.
    sent: Option<ServingStatus>,
    /// Ready once the server stops, or the connection is old.
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl StatusWatch {
    /// The next status that differs from the last one sent; none once the server stops and has sent that: a stream that
    /// stayed open would hold up the drain.
    async fn next(mut self) -> Option<(ServingStatus, Self)> {
        let status = tokio::select! {
            biased;
            status = self.status.wait_for(|status| Some(*status) != self.sent) => *status.ok()?,
            () = &mut self.shutdown => return None,
        };
        self.sent = Some(status);
        Some((status, self))
    }
}
