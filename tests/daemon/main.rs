//! The service as those who run it meet it: the built binary, real sockets, signals, files that change.

mod daemon;

mod configuration;
mod descriptors;
mod keys;
mod reloading;
mod admin;
mod logging;
mod traces;
