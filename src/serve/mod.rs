//! The gRPC door: texts come in over HTTP/2, claims go out.
//!
//! In: an extractor, a configuration, a socket. Out: nothing, until it is told to stop. A call's way through
//! the room: `front` (log, panics, deadlines) -> `service`, `batch`, `stream` or `verification` (the methods) -> `reader` (one
//! document) -> `pool` (the worker threads, where the engine runs). Every error is made in `status`.

mod rpc;
mod config;
mod status;
mod engine;
mod pool;
mod reader;
mod cues;
mod batch;
mod stream;
mod verification;
mod service;
mod deadline;
mod call;
mod front;
mod log;
mod run;
mod healthcheck;

pub use config::ServiceConfig;
pub use engine::Engine;
pub use healthcheck::{HealthcheckError, healthcheck};
pub use rpc::claim_service_client::ClaimServiceClient;
pub use run::{ServeError, run, serve_until_signal};
