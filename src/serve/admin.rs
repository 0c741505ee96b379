//! The door for those who run the service: HTTP on an address of its own.
//!
//! `GET /metrics` (Prometheus), `GET /livez`, `GET /readyz`, `GET` and `PUT /log-level`. There are no keys and
//! there is no TLS here: whoever reaches it may use it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::log::{LogControl, LogLevel};
use super::metrics::Metrics;
use super::rpc::health::health_check_response::ServingStatus;

/// The longest body of a request, in bytes; a level is shorter.
const LONGEST_BODY: usize = 1024;

/// What the door shows and changes.
#[derive(Clone)]
pub(super) struct Admin {
    pub(super) metrics: Metrics,
    /// What the service says of its health.
    pub(super) status: watch::Receiver<ServingStatus>,
    pub(super) log: LogControl,
}

/// Answers on `listener` until it is dropped.
pub(super) async fn run(listener: TcpListener, admin: Admin) {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/log-level", get(log_level).put(set_log_level))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(admin);
    if let Err(error) = axum::serve(listener, routes).await {
        tracing::error!("the admin door is closed: {error}");
    }
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], admin.metrics.text())
}

/// Whether calls should be sent here: it has loaded what it reads with, and was not told to stop.
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
