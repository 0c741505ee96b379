//! The service: texts come in over gRPC, gRPC-Web or as JSON, claims go out.
//!
//! In: an extractor, a configuration, a socket. Out: nothing, until it is told to stop. A call's way through
//! the room: `accept` -> `connection` (TLS, HTTP) -> `doors` (which protocol; `json`) -> `front` (log, panics, deadlines, gate, `admission`) ->
//! `service`, `batch`, `stream`, `verification` (the methods) -> `reader` (one document; one of many in `turns`) -> `pool` (the
//! worker threads, where the engine runs). Every error is made in `status`.
//!
//! Around it stands the process (`daemon`): `settings`, `log`, `traces` and `metrics`, files that are read again
//! while it runs (`reload`), and a door for those who run it (`admin`).

mod rpc;
mod config;
mod settings;
mod status;
mod ending;
mod engine;
mod queue;
mod pool;
mod turns;
mod reader;
mod cues;
mod batch;
mod stream;
mod verification;
mod service;
mod health;
mod budget;
mod admission;
mod metered;
mod metrics;
mod measured;
mod keys;
mod deadline;
mod recheck;
mod call;
mod executor;
mod front;
mod lingering;
mod json;
mod doors;
mod tls;
mod connection;
mod accept;
mod traces;
mod log;
mod signals;
mod run;
mod files;
mod reload;
mod admin;
mod daemon;
mod healthcheck;

pub use config::{ConnectionConfig, ServiceConfig, TlsConfig};
pub use daemon::{Load, serve_until_signal};
pub use engine::Engine;
pub use healthcheck::{HealthcheckError, admin_healthcheck, healthcheck};
pub use keys::{NewKey, new_key};
pub use log::{LogFormat, LogLevel};
pub use rpc::claim_service_client::ClaimServiceClient;
pub use run::{ServeError, run, run_while_loading};
pub use settings::{Given, Refusal, Refusals, SETTINGS, Setting, Settings, assemble, config_file, page};
pub use tls::TlsError;
