//! The configuration of one server.

use std::path::PathBuf;
use std::time::Duration;

use crate::wire::Limits;

/// The service's settings. The default suits a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads that read documents, at least one.
    pub workers: usize,
    /// At most this many calls wait for a worker; the server refuses further ones, which may come back later.
    pub queue_capacity: usize,
    /// The server refuses calls whose estimated queue time exceeds this, once four calls wait per worker.
    pub max_queue_time: Duration,
    /// At most this many bytes of texts are held by all calls together, and at least one request of the largest size; the
    /// server refuses further calls. Streams, with their answers, take at most half of it, and one document each beyond.
    pub max_queued_bytes: usize,
    /// At most this many streams of documents are open at one time, over all connections; at least one. Each holds at most
    /// `limits.max_stream_in_flight` documents.
    pub max_streams: usize,
    /// The server closes a stream that is idle, or whose answers stay unread, for longer than this, while fewer than a
    /// quarter of the slots for streams are free.
    pub max_stream_idle: Duration,
    /// The server refuses a call whose message takes longer than this and arrives at less than 64 KiB a second, while fewer
    /// than a quarter of the slots for calls are free.
    pub slow_message: Duration,
    /// The most that a caller may send, and gets back.
    pub limits: Limits,
    /// A call that isn't a stream may take at most this long, from its headers to the last byte of its answer, however long
    /// its caller would wait.
    pub max_call_duration: Duration,
    /// How long the server still takes calls after it was told to stop and reports `NOT_SERVING`, so that load balancers
    /// turn to others. Zero: not at all.
    pub pre_drain: Duration,
    /// How long calls in flight may go on after `pre_drain`; then the server cuts them.
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
    /// At most this many connections are open at one time, at least one. The server closes further ones at once.
    pub max_connections: usize,
    /// How long the server pauses after it failed to accept a connection, as it does when no file descriptor is free.
    pub accept_pause: Duration,
    /// How long the TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a peer may take to send its first bytes, which tell HTTP/2 from HTTP/1.1.
    pub preface_timeout: Duration,
    /// The server drops a peer that leaves data unread for longer than this.
    pub write_timeout: Duration,
    /// At most this many calls are open at one time on one connection, at least one.
    pub max_concurrent_streams: u32,
    /// The server sends a keepalive ping to a peer that was silent this long.
    pub keepalive_interval: Duration,
    /// How long it waits for the reply.
    pub keepalive_timeout: Duration,
    /// How long a connection may last before the server tells its peer to open another (GOAWAY), give or take a tenth, so
    /// that load spreads over new servers. None: for ever.
    pub max_age: Option<Duration>,
    /// How long calls in flight may go on after that; then the server cuts them. Streams take in no more documents after
    /// half of it.
    pub age_grace: Duration,
    /// The most bytes that all headers of one call may have, uncompressed; over HTTP/1.1 its head.
    pub max_header_list_bytes: u32,
    /// At most this many calls may a peer begin and reset before the server looked at them; one more, and it is
    /// disconnected.
    pub max_pending_resets: usize,
    /// At most this many protocol errors may a peer make that each ended one call only; one more, and it is disconnected.
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

/// Where the files for encryption are. The server reads them again while it runs: it uses new ones for the next connection,
/// and logs broken ones, which change nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The server's certificate and those above it, PEM, its own first.
    pub certificate: PathBuf,
    /// The private key of the first certificate, PEM.
    pub key: PathBuf,
    /// The authorities that may sign callers' certificates, PEM. None: callers need no certificate.
    pub client_ca: Option<PathBuf>,
    /// How often the server looks at the files.
    pub reload_interval: Duration,
}
