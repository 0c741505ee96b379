//! The service: texts come in over gRPC, gRPC-Web or as JSON, claims go out.
//!
//! In: an extractor, a configuration, a socket. Out: nothing; it serves until a signal stops it. The modules stand in the
//! order in which a call meets them. Every error that a caller can get is made in `status`.

mod generated; //    what the build makes of proto/: the traits that `methods` fills, and their routers
mod config; //       the configuration of one server
mod code_names; //   codes of gRPC -> their names
mod request_id; //   the name of a call
mod files; //        files that are watched, read within a limit of time
mod status; //       every error that a caller can get, as a gRPC status
mod cors; //         pages of other origins: which may call
mod telemetry; //    log, traces, metrics
mod transport; //    socket -> HTTP connection -> which protocol a request speaks
mod json; //         JSON over HTTP -> the gRPC call that it stands for, and back
mod call; //         what every call passes, whatever its method: log, panics, deadline, key, admission
mod messages; //     a request's messages, checked before they are decoded; an answer's, compressed
mod admission; //    how many calls and bytes the server takes on, and what it sheds
mod methods; //      the methods themselves
mod work; //         worker threads behind one queue, where documents are read
mod run; //          one server: starting, stopping, the order in which things end
mod settings; //     flags, environment and file -> what a process is started with
mod errors_page; //  docs/errors.md, made from the errors themselves
mod process; //      the process around a server: signals, files that change, the admin door

pub use call::keys::{NewKey, new_key};
pub use config::{AllowedHosts, ConnectionConfig, CorsOrigins, ServiceConfig, TlsConfig};
pub use errors_page::errors_page;
pub(crate) use files::read_in_time;
pub use process::check::{CheckedPart, check};
pub use process::daemon::{EngineFiles, EngineLoader, serve_until_signal};
pub use run::{ServeError, run, run_while_loading};
pub use settings::{Given, Refusal, Refusals, SETTINGS, Setting, Settings, assemble, config_file, page};
pub use telemetry::log::{LogFormat, LogLevel};
pub use transport::tls::TlsError;
pub use work::engine::Engine;
