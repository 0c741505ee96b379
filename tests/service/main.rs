//! The service, tested as a service: a port of its own, real clients, and raw HTTP/2 where no client will do.

mod server;
mod raw;
mod http1;

mod answers;
mod errors;
mod undecodable;
mod limits;
mod many_values;
mod stream;
mod stream_options;
mod cue_pages;
mod health;
mod overload;
mod bursts;
mod places;
mod addresses;
mod connections;
mod crowds;
mod hosts;
mod peers;
mod tls;
mod verification;
mod json;
mod compressed_json;
mod lifecycle;
mod healthchecks;
mod stopping;
mod process;
