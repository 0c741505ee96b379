//! The configuration of one server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use crate::wire::Limits;

/// The service's settings. The default suits a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads that read documents, at least one.
    pub workers: usize,
    /// At most this many calls run or wait for a worker, at least one; of one caller at most three times as many as are
    /// free, so that others always find some. The server refuses further ones, which may come back later.
    pub max_in_flight: usize,
    /// The server refuses calls whose estimated queue time exceeds this, once four calls wait per worker.
    pub max_queue_time: Duration,
    /// At most this many bytes are held by all calls together, as requests or as answers that nobody has read yet, and at
    /// least one request of the largest size; the server refuses further calls. Streams, with their answers, take at most half of it, and one document each beyond.
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
    /// The hosts that requests from browsers may name.
    pub allowed_hosts: AllowedHosts,
    /// The origins whose pages may call from browsers.
    pub cors_origins: CorsOrigins,
    /// Whether reflection is offered.
    pub reflection: bool,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            max_in_flight: 4096,
            max_queue_time: Duration::from_secs(30),
            max_queued_bytes: 128 << 20,
            max_streams: 64,
            max_stream_idle: Duration::from_mins(1),
            slow_message: Duration::from_secs(2),
            limits: Limits::default(),
            max_call_duration: Duration::from_mins(1),
            pre_drain: Duration::ZERO,
            drain_limit: Duration::from_secs(30),
            connections: ConnectionConfig::default(),
            tls: None,
            allowed_hosts: AllowedHosts::default(),
            cors_origins: CorsOrigins::default(),
            reflection: true,
        }
    }
}

/// What one connection may do, and how many there may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionConfig {
    /// At most this many connections are open at one time, at least one. One address has at most three quarters of them, and
    /// fewer the more others have. Where no more than a quarter are free, an idle one of the address that has most is closed for
    /// each new one.
    pub max_connections: usize,
    /// At most this many more wait for one of those to be closed, at least one; the server closes further ones at once.
    pub max_waiting: usize,
    /// How long a connection waits so. Then the server tells the client over HTTP that it has too many.
    pub place_timeout: Duration,
    /// A connection counts as idle that has had no call for this long since the last one.
    pub idle_after: Duration,
    /// The same, of one that has had no call at all, since it was accepted.
    pub silent_after: Duration,
    /// Networks of proxies: their connections are bounded by `max_connections` alone, and whom they name in `X-Forwarded-For` or
    /// `Forwarded` is taken for who sent a request.
    pub trusted_proxies: Vec<IpNet>,
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
            max_connections: 4096,
            max_waiting: 1024,
            place_timeout: Duration::from_secs(5),
            idle_after: Duration::from_secs(1),
            silent_after: Duration::from_secs(3),
            trusted_proxies: Vec::new(),
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

/// The hosts that requests may name, which browsers can send: all but gRPC over HTTP/2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Where the server listens on the loopback, its names and addresses; elsewhere any.
    #[default]
    ByListener,
    /// Any.
    Any,
    /// These names and addresses, which have no port, the loopback's, and where the server doesn't listen on the loopback any
    /// address.
    Listed(Vec<String>),
}

/// The origins whose pages may call from browsers; the service's own page always may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CorsOrigins {
    /// None.
    #[default]
    None,
    /// Any.
    Any,
    /// These, as browsers write them: `https://news.example.org`, with a port where it isn't the scheme's own.
    Listed(Arc<[String]>),
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
