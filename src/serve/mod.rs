//! The gRPC door: texts come in over HTTP/2, claims go out.
//!
//! In: an extractor, a configuration, a socket. Out: nothing, until it is told to stop. A call's way through
//! the room: `accept` -> `connection` (TLS, HTTP/2) -> `front` (log, panics, deadlines, gate, `admission`) ->
//! `service`, `batch` or `stream` (the methods) -> `reader` (one document) -> `pool` (the worker threads, where
//! the engine runs). Every error is made in `status`.

mod rpc;
mod config;
mod status;
mod engine;
mod queue;
mod pool;
mod reader;
mod cues;
mod batch;
mod stream;
mod service;
mod health;
mod admission;
mod metered;
mod deadline;
mod call;
mod executor;
mod front;
mod tls;
mod connection;
mod accept;
mod log;
mod signals;
mod run;
mod healthcheck;

pub use config::{ConnectionConfig, ServiceConfig, TlsConfig};
pub use engine::Engine;
pub use healthcheck::{HealthcheckError, healthcheck};
pub use rpc::claim_service_client::ClaimServiceClient;
pub use run::{ServeError, run, run_while_loading, serve_until_signal};
pub use tls::TlsError;
