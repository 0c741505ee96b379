//! The table of settings.

use super::Setting;
use super::field::Field;

const WHERE: &str = "Where it listens";
const READING: &str = "What it reads with";
const LOAD: &str = "How much it takes on";
const CONNECTIONS: &str = "What connections may do";
const CALLERS: &str = "Who may call";
const WATCHING: &str = "What it tells of itself";

/// The most bytes that one request message may be allowed: decoding holds it whole.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;
/// The most bytes that texts which wait may be allowed.
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
        help: "Where to listen for gRPC; port 0 takes a free one, which the log tells",
        field: Field::Address(|settings| &mut settings.listen),
    },
    Setting {
        name: "admin-listen",
        placeholder: "ADDRESS",
        heading: WHERE,
        help: "Where to listen with HTTP for those who run it: /metrics, /livez, /readyz, /log-level. Has no \
               keys and no TLS: keep it to yourself",
        field: Field::OptionalAddress(|settings| &mut settings.admin_listen),
    },
    Setting {
        name: "config",
        placeholder: "FILE",
        heading: WHERE,
        help: "A TOML file with settings. Can't stand in the file itself",
        field: Field::File(|settings| &mut settings.config),
    },
    Setting {
        name: "lexicon",
        placeholder: "FILE",
        heading: READING,
        help: "A lexicon file, whose entries are added to or replace the ones built in. Read again on SIGHUP \
               and when it changes",
        field: Field::File(|settings| &mut settings.lexicon),
    },
    Setting {
        name: "model",
        placeholder: "FILE",
        heading: READING,
        help: "A model file, which reads instead of the one built in. Read again on SIGHUP and when it changes",
        field: Field::File(|settings| &mut settings.model),
    },
    Setting {
        name: "reload-seconds",
        placeholder: "SECONDS",
        heading: READING,
        help: "How often files are looked at for changes: lexicon, model, keys and certificates",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.reload_interval),
    },
    Setting {
        name: "workers",
        placeholder: "N",
        heading: LOAD,
        help: "How many threads read texts; without it one for each processor",
        field: Field::Count(1..=1024, |settings| &mut settings.service.workers),
    },
    Setting {
        name: "max-in-flight",
        placeholder: "N",
        heading: LOAD,
        help: "How many calls may be under way at one time, over all connections; without it 256 more than \
               workers. Further callers are told to come back later",
        field: Field::OptionalCount(1..=100_000, |settings| &mut settings.max_in_flight),
    },
    Setting {
        name: "max-queue-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long a call may have to wait for a worker, as far as the last calls tell, once four wait for each \
               worker; further callers are told to come back later. More for callers who would rather wait than come back",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.max_queue_time),
    },
    Setting {
        name: "max-queued-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "What the texts of all calls under way may hold together, in bytes; at least one request. Streams, with their answers, take \
               half of it at most, and one document each beyond",
        field: Field::Count(1..=LARGEST_QUEUE, |settings| &mut settings.service.max_queued_bytes),
    },
    Setting {
        name: "max-streams",
        placeholder: "N",
        heading: LOAD,
        help: "How many streams of documents may be open at one time, over all connections",
        field: Field::Count(1..=100_000, |settings| &mut settings.service.max_streams),
    },
    Setting {
        name: "max-stream-idle-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long a stream may send nothing, or leave its answers unread, before it gives its place up, where fewer than a \
               quarter are free",
        field: Field::Seconds(10..=DAY, |settings| &mut settings.service.max_stream_idle),
    },
    Setting {
        name: "slow-message-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long a call's message may take before it gives its place up unless it comes fast enough (64 KiB a \
               second), where fewer than a quarter are free",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.slow_message),
    },
    Setting {
        name: "max-call-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long a call that is no stream may take, however long its caller would wait",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.max_call_duration),
    },
    Setting {
        name: "max-document-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "The longest text of one document, in bytes of UTF-8",
        field: Field::Count(1..=LARGEST_REQUEST, |settings| &mut settings.service.limits.max_document_bytes),
    },
    Setting {
        name: "max-request-bytes",
        placeholder: "BYTES",
        heading: LOAD,
        help: "The longest request message, in bytes, uncompressed",
        field: Field::Count(1..=LARGEST_REQUEST, |settings| &mut settings.service.limits.max_request_bytes),
    },
    Setting {
        name: "max-batch-documents",
        placeholder: "N",
        heading: LOAD,
        help: "How many documents one batch may hold",
        field: Field::Count(1..=10_000, |settings| &mut settings.service.limits.max_batch_documents),
    },
    Setting {
        name: "pre-drain-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long calls are still taken after it was told to stop and says so in health, so that those who balance \
               load turn elsewhere",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.pre_drain),
    },
    Setting {
        name: "drain-seconds",
        placeholder: "SECONDS",
        heading: LOAD,
        help: "How long calls in flight may go on after it was told to stop",
        field: Field::Seconds(0..=HOUR, |settings| &mut settings.service.drain_limit),
    },
    Setting {
        name: "max-connections",
        placeholder: "N",
        heading: CONNECTIONS,
        help: "How many connections may be open at one time; further ones are closed at once",
        field: Field::Count(1..=1_000_000, |settings| &mut settings.service.connections.max_connections),
    },
    Setting {
        name: "max-concurrent-streams",
        placeholder: "N",
        heading: CONNECTIONS,
        help: "How many calls may be open at one time on one connection",
        field: Field::SmallCount(1..=65_536, |settings| {
            &mut settings.service.connections.max_concurrent_streams
        }),
    },
    Setting {
        name: "max-connection-age-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "After which time, give or take a tenth, a client is told to open another connection, so that load spreads",
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
        help: "After how much silence a client is asked for a sign of life",
        field: Field::Seconds(SECOND..=DAY, |settings| &mut settings.service.connections.keepalive_interval),
    },
    Setting {
        name: "keepalive-timeout-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long it may take to give one",
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
        help: "How long a client may take to say that it speaks HTTP/2",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.preface_timeout),
    },
    Setting {
        name: "write-seconds",
        placeholder: "SECONDS",
        heading: CONNECTIONS,
        help: "How long a client may leave unread what is written to it",
        field: Field::Seconds(10..=HOUR, |settings| &mut settings.service.connections.write_timeout),
    },
    Setting {
        name: "tls-cert",
        placeholder: "FILE",
        heading: CALLERS,
        help: "The server's certificate and those above it, PEM, its own first; without it all is plain text",
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
        help: "The authorities of which one has to have signed a caller's certificate, PEM; without it callers need none",
        field: Field::File(|settings| &mut settings.tls_client_ca),
    },
    Setting {
        name: "api-keys",
        placeholder: "FILE",
        heading: CALLERS,
        help: "A file with the keys of which callers need one (`ascribe key` makes them). Read again on SIGHUP \
               and when it changes",
        field: Field::File(|settings| &mut settings.api_keys),
    },
    Setting {
        name: "reflection",
        placeholder: "SWITCH",
        heading: CALLERS,
        help: "Whether reflection is offered. With --api-keys it needs a key, as all but health does",
        field: Field::Switch(|settings| &mut settings.service.reflection),
    },
    Setting {
        name: "log-level",
        placeholder: "LEVEL",
        heading: WATCHING,
        help: "What is logged to standard error; can be changed at run time at /log-level",
        field: Field::LogLevel(|settings| &mut settings.log_level),
    },
    Setting {
        name: "log-format",
        placeholder: "FORMAT",
        heading: WATCHING,
        help: "How the log is written",
        field: Field::LogFormat(|settings| &mut settings.log_format),
    },
    Setting {
        name: "otlp-endpoint",
        placeholder: "URL",
        heading: WATCHING,
        help: "Where traces are sent, over OTLP with gRPC in plain text. What else there is to say of it is said by OpenTelemetry's own variables (OTEL_…)",
        field: Field::Url(|settings| &mut settings.otlp_endpoint),
    },
];
