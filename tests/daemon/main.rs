//! The service as those who run it meet it: the built binary, real sockets, signals, files that change.

mod daemon;

mod configuration;
mod keys;
mod reloading;
mod admin;
mod broken_off;
mod logging;
mod traces;
