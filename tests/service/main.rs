//! The service, tested as a service: a port of its own, real clients, and raw HTTP/2 where no client will do.

mod server;
mod raw;
mod frames;
mod http1;

mod answers;
mod errors;
mod undecodable;
mod limits;
mod many_values;
mod stream;
mod stream_options;
mod small_documents;
mod cue_pages;
mod health;
mod overload;
mod bursts;
mod places;
mod addresses;
mod connections;
mod crowds;
mod hosts;
mod control_frames;
mod http1_limits;
mod late_data;
mod peers;
mod tls;
mod verification;
mod json;
mod compressed_json;
mod contract;
mod lifecycle;
mod healthchecks;
mod stopping;
mod stopping_peers;
mod process;
