//! The admin door, for operators: HTTP on an address of its own.
//!
//! `GET /metrics` (Prometheus), `GET /livez`, `GET /readyz`, `GET` and `PUT /log-level`. There are no keys and
//! there is no TLS here: whoever can reach it may use it.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::Service;

use crate::serve::generated::health::health_check_response::ServingStatus;
use crate::serve::json::failed;
use crate::serve::telemetry::log::{LogControl, LogLevel};
use crate::serve::telemetry::metrics::Metrics;
use crate::serve::transport::activity::IdleAfter;
use crate::serve::transport::hosts::HostCheck;
use crate::serve::transport::side_door::{SideDoorLimits, open_side_door};

/// The longest body of a request, in bytes; a level is shorter.
const LONGEST_BODY: usize = 1024;
/// The longest that a request's head, its answer, a client that reads nothing, and a connection without a request may take.
const LONGEST: Duration = Duration::from_secs(10);
/// How long a connection may last.
const MAX_AGE: Duration = Duration::from_mins(10);
/// How long the door pauses after it failed to accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What operators see and change there.
#[derive(Clone)]
pub(crate) struct Admin {
    pub(crate) metrics: Metrics,
    /// The health that the service reports.
    pub(crate) status: watch::Receiver<ServingStatus>,
    pub(crate) log: LogControl,
}

/// Answers on `listener` until it is dropped, at most `connections` at one time.
pub(crate) async fn run(listener: TcpListener, admin: Admin, hosts: HostCheck, connections: usize) {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/log-level", get(log_level).put(set_log_level))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(admin);
    let limits = SideDoorLimits {
        connections,
        longest: LONGEST,
        max_age: MAX_AGE,
        accept_pause: ACCEPT_PAUSE,
        idle_after: IdleAfter { call: Duration::from_secs(1), accept: Duration::from_secs(1) },
    };
    open_side_door(listener, limits, move |request| {
        let (mut routes, hosts) = (routes.clone(), hosts.clone());
        async move {
            if let Err(failure) = hosts.check(request.uri(), request.version(), request.headers()) {
                return failed(&failure.into());
            }
            let Ok(response) = routes.call(request).await;
            response.map(tonic::body::Body::new)
        }
    })
    .await;
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.text())
}

/// Whether a load balancer should send calls here: the engine is loaded, and nobody has told the service to stop.
async fn ready(State(admin): State<Admin>) -> impl IntoResponse {
    match *admin.status.borrow() {
        ServingStatus::Serving => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready: loading, or told to stop\n"),
    }
}

async fn log_level(State(admin): State<Admin>) -> String {
    format!("{}\n", admin.log.level())
}

/// The body is the level: `curl -X PUT -d debug http://…/log-level`.
async fn set_log_level(State(admin): State<Admin>, body: String) -> impl IntoResponse {
    let body = body.trim();
    let Ok(level) = body.parse::<LogLevel>() else {
        return (StatusCode::BAD_REQUEST, format!("{body:?}: allowed is {}\n", LogLevel::ALLOWED));
    };
    tracing::info!("the log's level is {level} from now on");
    admin.log.set_level(level);
    (StatusCode::OK, format!("{body}\n"))
}
