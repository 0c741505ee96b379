//! The process around a server.
//!
//! In: settings. Out: a server that runs until a signal ends it, with files that are read again while it runs.

pub(super) mod signals; //      SIGTERM, SIGINT, SIGHUP
pub(super) mod descriptors; //  how many files and sockets may be open, and for what
pub(super) mod reload; //       reads files again when they change
pub(super) mod admin; //        HTTP for operators: metrics, probes, the log's level
pub(super) mod service_manager; // systemd, told when the service is ready
pub(super) mod daemon; //       all of it around one server
pub(super) mod check; //        all that a server starts with, looked at without starting
