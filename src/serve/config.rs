//! What the service is told when it starts.

use std::path::PathBuf;
use std::time::Duration;

use crate::wire::Limits;

/// The service's settings. The default suits a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads that read documents, at least one.
    pub workers: usize,
    /// Calls that wait for a worker; further callers are told to come back later.
    pub queue_capacity: usize,
    /// How long a call may have to wait for a worker, as far as the last ones tell, once four wait for each worker;
    /// further callers are told to come back later.
    pub max_queue_time: Duration,
    /// What all calls that are under way may hold of texts together, in bytes; at least one request of the largest size.
    /// Further callers are told to come back later. Streams, with their answers, take at most half of it, and one document
    /// each beyond.
    pub max_queued_bytes: usize,
    /// Streams of documents that may be open at one time, over all connections; at least one. Each holds at
    /// most `limits.max_stream_in_flight` documents.
    pub max_streams: usize,
    /// How long a stream may send nothing, or leave its answers unread, before it gives its place up, where fewer than a
    /// quarter are free.
    pub max_stream_idle: Duration,
    /// How long a call's message may take before it gives its place up unless it comes fast enough (64 KiB a second), where
    /// fewer than a quarter are free.
    pub slow_message: Duration,
    /// What a caller may send, and gets back at most.
    pub limits: Limits,
    /// How long a call may take that isn't a stream, from its headers to the last byte of its answer, however
    /// long its caller would wait.
    pub max_call_duration: Duration,
    /// How long calls are still taken after the service was told to stop and says `NOT_SERVING`, so that
    /// those who balance load turn to others. Zero: not at all.
    pub pre_drain: Duration,
    /// How long calls in flight may go on after `pre_drain`; then they are cut.
    pub drain_limit: Duration,
    /// What connections may do.
    pub connections: ConnectionConfig,
    /// Encryption. None: plain text.
    pub tls: Option<TlsConfig>,
    /// Whether reflection is offered.
    pub reflection: bool,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            queue_capacity: 256,
            max_queue_time: Duration::from_millis(250),
            max_queued_bytes: 256 << 20,
            max_streams: 64,
            max_stream_idle: Duration::from_mins(1),
            slow_message: Duration::from_secs(2),
            limits: Limits::default(),
            max_call_duration: Duration::from_mins(1),
            pre_drain: Duration::ZERO,
            drain_limit: Duration::from_secs(30),
            connections: ConnectionConfig::default(),
            tls: None,
            reflection: true,
        }
    }
}

/// What one connection may do, and how many there may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionConfig {
    /// Connections at one time, at least one. Further ones are accepted and closed at once.
    pub max_connections: usize,
    /// How long accepting pauses after it failed, as it does when no file descriptor is free.
    pub accept_pause: Duration,
    /// How long the TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a peer may take to say that it speaks HTTP/2.
    pub preface_timeout: Duration,
    /// How long a peer may leave unread what waits to be written to it by TCP.
    pub write_timeout: Duration,
    /// Calls that may be open at one time on one connection, at least one.
    pub max_concurrent_streams: u32,
    /// A peer that was silent this long is asked for a sign of life.
    pub keepalive_interval: Duration,
    /// How long it may take to give one.
    pub keepalive_timeout: Duration,
    /// How long a connection may last before its peer is told to open another (GOAWAY), give or take a tenth,
    /// so that load spreads over new servers. None: for ever.
    pub max_age: Option<Duration>,
    /// How long calls in flight may go on after that; then they are cut. Streams take in no more documents after half
    /// of it.
    pub age_grace: Duration,
    /// Of all headers of one call, in bytes, uncompressed.
    pub max_header_list_bytes: u32,
    /// Calls that a peer began and took back before they were looked at; one more, and it is disconnected.
    pub max_pending_resets: usize,
    /// Faults of a peer that each ended one call only; one more, and it is disconnected.
    pub max_stream_errors: usize,
}

impl Default for ConnectionConfig {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            accept_pause: Duration::from_millis(100),
            handshake_timeout: Duration::from_secs(10),
            preface_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            max_concurrent_streams: 128,
            keepalive_interval: Duration::from_mins(1),
            keepalive_timeout: Duration::from_secs(20),
            max_age: Some(Duration::from_mins(30)),
            age_grace: Duration::from_mins(5),
            max_header_list_bytes: 16 << 10,
            max_pending_resets: 20,
            max_stream_errors: 128,
        }
    }
}

/// Where the files for encryption are. They are looked at again while the service runs: new ones hold for
/// the next connection, broken ones are reported in the log and change nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The server's certificate and those above it, PEM, its own first.
    pub certificate: PathBuf,
    /// The private key of the first certificate, PEM.
    pub key: PathBuf,
    /// The authorities of which one has to have signed a caller's certificate, PEM. None: callers need no
    /// certificate.
    pub client_ca: Option<PathBuf>,
    /// How often the files are looked at.
    pub reload_interval: Duration,
}
