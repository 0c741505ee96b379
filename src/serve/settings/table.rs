//! The table of settings: the one list of them.

use super::Setting;
use super::field::Field;

const WHERE: &str = "Where it listens";
const READING: &str = "What it reads with";
const LOAD: &str = "How much it takes on";
const CONNECTIONS: &str = "What connections may do";
const CALLERS: &str = "Who may call";
const WATCHING: &str = "What it reports";

/// `max-request-bytes` may be at most this: decoding holds the whole message.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;
/// `max-queued-bytes` may be at most this.
const LARGEST_QUEUE: usize = 64 * 1024 * LARGEST_REQUEST;
/// In milliseconds.
const SECOND: u32 = 1000;
const HOUR: u32 = 3600 * SECOND;
const DAY: u32 = 24 * HOUR;

/// Every setting, in the order of the help and the page.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        placeholder: "ADDRESS",
        heading: WHERE,
        help: "The address to listen on for calls; port 0 takes a free port, which the log names",
        field: Field::Address(|settings| &mut settings.listen),
    },
    Setting {
        name: "admin-listen",
        placeholder: "ADDRESS",
        heading: WHERE,
        help: "The address to listen on for operators, over HTTP: /metrics, /livez, /readyz, /log-level. It has neither \
               keys nor TLS: don't expose it",
        field: Field::OptionalAddress(|settings| &mut settings.admin_listen),
    },
    Setting {
        name: "config",
        placeholder: "FILE",
        heading: WHERE,
        help: "A TOML file with settings; the file itself can't set this",
        field: Field::File(|settings| &mut settings.config),
    },
    Setting {
        name: "lexicon",
        placeholder: "FILE",
        heading: READING,
        help: "A lexicon file; its entries extend or replace the built-in ones. The service reads it again on SIGHUP and \
               when it changes",
        field: Field::File(|settings| &mut settings.lexicon),
    },
    Setting {
        name: "model",
        placeholder: "FILE",
        heading: READING,
        help: "A model file, used instead of the built-in one. The service reads it again on SIGHUP and when it changes",
        field: Field::File(|settings| &mut settings.model),
    },
    Setting {
        name: "reload-seconds",
        placeholder: "SECONDS",
        heading: READING,
        help: "How often the service checks its files for changes: lexicon, model, keys and certificates",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.reload_interval),
    },
    Setting {
        name: "workers",
        placeholder: "N",
        heading: LOAD,
        help: "How many threads read texts; by default one per processor",
        field: Field::Count(1..=1024, |settings| &mut settings.service.workers),
    },
    Setting {
        name: "max-in-flight",
        placeholder: "N",
        heading: LOAD,
        help: "At most this many calls run or wait at one time, over all connections, and of one caller at most three times \
               as many as are free. The service rejects further calls, which may come back later",
        field: Field::Count(1..=100_000, |settings| &mut settings.service.max_in_flight),
    },
    Setting {
        name: "max-queue-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "Reject calls whose estimated queue time exceeds this (once four calls wait per worker), or their own deadline. \
               Lower it where clients have no deadlines and would rather ask another server than wait",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.max_queue_time),
    },
    Setting {
        name: "max-queued-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "At most this many bytes are held by all calls together, as requests or as answers that are still to be read; \
               at least one request. Streams take at most half of it, and one document each beyond",
        field: Field::Count(1..=LARGEST_QUEUE, |settings| &mut settings.service.max_queued_bytes),
    },
    Setting {
        name: "max-streams",
        placeholder: "N",
        heading: LOAD,
        help: "At most this many streams of documents are open at one time, over all connections",
        field: Field::Count(1..=100_000, |settings| &mut settings.service.max_streams),
    },
    Setting {
        name: "max-stream-idle-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "Close a stream that is idle, or whose client leaves answers unread, for this long while fewer than a quarter \
               of the slots for streams are free",
        field: Field::Seconds(10..=DAY, |settings| &mut settings.service.max_stream_idle),
    },
    Setting {
        name: "slow-message-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "Reject a call whose message takes longer than this and arrives at less than 64 KiB a second while fewer than \
               a quarter of the slots for calls are free",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.slow_message),
    },
    Setting {
        name: "max-call-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "Fail a call (streams excepted) that takes longer than this, even if its deadline is later",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.max_call_duration),
    },
    Setting {
        name: "max-document-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "Reject documents with a longer text, in bytes of UTF-8",
        field: Field::Count(1..=LARGEST_REQUEST, |settings| &mut settings.service.limits.max_document_bytes),
    },
    Setting {
        name: "max-request-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "Reject longer request messages, in bytes, uncompressed",
        field: Field::Count(1..=LARGEST_REQUEST, |settings| &mut settings.service.limits.max_request_bytes),
    },
    Setting {
        name: "max-batch-documents",
        placeholder: "N",
        heading: LOAD,
        help: "Reject batches of more documents",
        field: Field::Count(1..=10_000, |settings| &mut settings.service.limits.max_batch_documents),
    },
    Setting {
        name: "pre-drain-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long the service still takes calls after it was told to stop and reports NOT_SERVING, so that load \
               balancers turn elsewhere",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.pre_drain),
    },
    Setting {
        name: "drain-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long calls in flight may go on once the service takes no new ones; then it cuts them",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.drain_limit),
    },
    Setting {
        name: "max-connections",
        placeholder: "N",
        heading: CONNECTIONS,
        help: "At most this many connections are open at one time, or fewer where the limit of open files says so; one \
               address has at most three quarters of them. Where few are free, idle ones are closed for new ones; these wait \
               up to five seconds",
        field: Field::Count(1..=1_000_000, |settings| &mut settings.service.connections.max_connections),
    },
    Setting {
        name: "trusted-proxies",
        placeholder: "NETWORKS",
        heading: CONNECTIONS,
        help: "Proxies before the service: one address of theirs may have all connections, and the last address in \
               X-Forwarded-For or Forwarded that isn't theirs counts as the client's",
        field: Field::Networks(|settings| &mut settings.service.connections.trusted_proxies),
    },
    Setting {
        name: "max-concurrent-streams",
        placeholder: "N",
        heading: CONNECTIONS,
        help: "At most this many calls are open at one time on one connection",
        field: Field::SmallCount(1..=65_536, |settings| {
            &mut settings.service.connections.max_concurrent_streams
        }),
    },
    Setting {
        name: "max-connection-age-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "After this time, give or take a tenth, the service asks the client to open another connection, so that load \
               spreads",
        field: Field::SecondsOrNever(SECOND..=DAY, |settings| &mut settings.service.connections.max_age),
    },
    Setting {
        name: "max-connection-age-grace-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long calls in flight on such a connection may go on; streams take in no more documents after half of it",
        field: Field::Seconds(0..=DAY, |settings| &mut settings.service.connections.age_grace),
    },
    Setting {
        name: "keepalive-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "After this much silence the service sends the client a keepalive ping",
        field: Field::Seconds(SECOND..=DAY, |settings| &mut settings.service.connections.keepalive_interval),
    },
    Setting {
        name: "keepalive-timeout-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long to wait for a keepalive reply before closing the connection",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.keepalive_timeout),
    },
    Setting {
        name: "handshake-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long the TLS handshake may take",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.handshake_timeout),
    },
    Setting {
        name: "preface-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long a client may take to send its first bytes",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.preface_timeout),
    },
    Setting {
        name: "write-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "Close a connection whose client reads nothing for this long while data waits for it",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.write_timeout),
    },
    Setting {
        name: "tls-cert",
        placeholder: "FILE",
        heading: CALLERS,
        help: "The server's certificate chain, PEM, its own certificate first; without it connections are plain text",
        field: Field::File(|settings| &mut settings.tls_cert),
    },
    Setting {
        name: "tls-key",
        placeholder: "FILE",
        heading: CALLERS,
        help: "The private key of the certificate, PEM",
        field: Field::File(|settings| &mut settings.tls_key),
    },
    Setting {
        name: "tls-client-ca",
        placeholder: "FILE",
        heading: CALLERS,
        help: "The authorities that may sign callers' certificates, PEM; without it callers need none",
        field: Field::File(|settings| &mut settings.tls_client_ca),
    },
    Setting {
        name: "api-keys",
        placeholder: "FILE",
        heading: CALLERS,
        help: "A file of keys, one of which every call needs (`ascribe key` makes them). The service reads it again on \
               SIGHUP and when it changes",
        field: Field::File(|settings| &mut settings.api_keys),
    },
    Setting {
        name: "allowed-hosts",
        placeholder: "HOSTS",
        heading: CALLERS,
        help: "The hosts that requests may name (all but gRPC over HTTP/2; the admin door's too), beside the loopback's. Without \
               it any may be named, but on the loopback (127.0.0.1) only the loopback's",
        field: Field::Hosts(|settings| &mut settings.service.allowed_hosts),
    },
    Setting {
        name: "cors-origin",
        placeholder: "ORIGINS",
        heading: CALLERS,
        help: "The origins whose pages may call from browsers, by JSON, gRPC-Web and Connect; none unless it is set. The \
               service's own page needs it not. Keys are asked for all the same",
        field: Field::Origins(|settings| &mut settings.service.cors_origins),
    },
    Setting {
        name: "reflection",
        placeholder: "SWITCH",
        heading: CALLERS,
        help: "Whether the service offers reflection. With --api-keys it needs a key, as everything but health does",
        field: Field::Switch(|settings| &mut settings.service.reflection),
    },
    Setting {
        name: "log-level",
        placeholder: "LEVEL",
        heading: WATCHING,
        help: "What the service logs to standard error; PUT /log-level changes it at run time",
        field: Field::LogLevel(|settings| &mut settings.log_level),
    },
    Setting {
        name: "log-format",
        placeholder: "FORMAT",
        heading: WATCHING,
        help: "The format of the log",
        field: Field::LogFormat(|settings| &mut settings.log_format),
    },
    Setting {
        name: "otlp-endpoint",
        placeholder: "URL",
        heading: WATCHING,
        help: "The collector to send traces to, over OTLP with gRPC in plain text. Without it, and for other options of the \
               exporter: OpenTelemetry's `OTEL_…` variables, below",
        field: Field::Url(|settings| &mut settings.otlp_endpoint),
    },
];
