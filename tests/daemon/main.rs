//! The service as those who run it meet it: the built binary, real sockets, signals, files that change.

mod daemon;

mod configuration;
mod descriptors;
mod variables;
mod keys;
mod reloading;
mod hanging_files;
mod certificates;
mod certificates_read;
mod checking;
mod deployed;
mod admin;
mod broken_off;
mod logging;
mod forged_lines;
mod log_reader;
mod traces;
