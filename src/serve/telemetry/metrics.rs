//! Counters, gauges and histograms, in the text that Prometheus reads.
//!
//! Metrics of calls have the names of gRFC A66 (`grpc.server.call.duration` and the like), as Prometheus writes them; our
//! own begin with `ascribe_`. No label holds anything that a caller chose, so the number of series is bounded.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tonic::Code;

use super::process_metrics::ProcessMetrics;
use crate::serve::code_names::code_name;
use crate::wire::Method;

/// The label of calls to a method that doesn't exist.
const OTHER: &str = "other";

/// Why calls are refused. Every value that a label can have is counted from 0 on: else an alert would miss the first.
const REFUSAL_REASONS: [&str; 11] = [
    "QUEUE_FULL",
    "WOULD_MISS_DEADLINE",
    "MESSAGE_SLOW",
    "STREAM_IDLE",
    "NOT_LOADED",
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "QUOTA_EXCEEDED",
    "HOST_NOT_ALLOWED",
    "ORIGIN_NOT_ALLOWED",
    // Of a request without a host, or with two.
    "INVALID_FIELDS",
];
/// What became of documents.
const FATES: [&str; 3] = [READ, ABANDONED, FAILED];
const READ: &str = "read";
const ABANDONED: &str = "abandoned";
const FAILED: &str = "failed";
/// Why connections are turned away.
const CONNECTION_REASONS: [&str; 4] = ["none-free", "share-of-address", "none-to-wait", "no-tls"];
/// Why peers get no TLS connection.
const HANDSHAKE_REASONS: [&str; 8] = [
    "no_certificate",
    "bad_certificate",
    "refused_by_peer",
    "incompatible",
    "no_tls",
    "unfinished",
    "closed",
    "other",
];
/// Which files are read again, and with what outcome.
const RELOADED: [&str; 3] = ["lexicon", "keys", "certificates"];
const TAKEN: &str = "taken";
const REFUSED: &str = "refused";

/// The bounds that gRFC A66 gives for latencies, in seconds.
const SECONDS: [f64; 41] = [
    0.0, 0.000_01, 0.000_05, 0.000_1, 0.000_3, 0.000_6, 0.000_8, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006,
    0.008, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3,
    0.4, 0.5, 0.65, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];
/// Its bounds for sizes, in bytes, without those that are larger than any call here.
const BYTES: [f64; 11] = [
    0.0,
    1024.0,
    2048.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct MethodLabel {
    grpc_method: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EndLabels {
    grpc_method: &'static str,
    grpc_status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReloadLabels {
    what: &'static str,
    outcome: &'static str,
}

/// Of a metric that is there only once it has a value.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct NoLabels;

impl EncodeLabelSet for NoLabels {
    fn encode(&self, _: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        Ok(())
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Versions {
    version: &'static str,
    lexicon_version: String,
    tagger_version: String,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// The metrics of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    started: Family<MethodLabel, Counter>,
    duration: Histograms<EndLabels>,
    sent: Histograms<EndLabels>,
    received: Histograms<EndLabels>,
    in_flight: Gauge,
    refused: Family<ReasonLabel, Counter>,
    documents: Family<OutcomeLabel, Counter>,
    document_bytes: Counter,
    claims: Counter,
    queue: Histogram,
    compute: Histogram,
    connections: Gauge,
    connections_refused: Family<ReasonLabel, Counter>,
    connections_gave_way: Counter,
    reloads: Family<ReloadLabels, Counter>,
    handshakes_refused: Family<ReasonLabel, Counter>,
    certificate_expires: Family<NoLabels, Gauge>,
    log_lines_lost: Counter,
    versions: Family<Versions, Gauge>,
}

/// What became of a document, counted when this is dropped: it was read, it failed by a fault of the server, or it was
/// abandoned because its caller went away or its deadline passed.
pub(crate) struct DocumentFate {
    outcomes: Metrics,
    outcome: &'static str,
}

impl DocumentFate {
    pub(crate) fn abandoned_unless_told(metrics: &Metrics) -> Self {
        Self { outcomes: metrics.clone(), outcome: ABANDONED }
    }

    /// The document was read: its bytes, and the claims that its answer has.
    pub(crate) fn is_read(&mut self, bytes: usize, claims: usize) {
        self.outcome = READ;
        self.outcomes.document_bytes.inc_by(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.outcomes.claims.inc_by(u64::try_from(claims).unwrap_or(u64::MAX));
    }

    pub(crate) const fn is_failed(&mut self) {
        self.outcome = FAILED;
    }
}

impl Drop for DocumentFate {
    fn drop(&mut self) {
        self.outcomes.documents.get_or_create(&OutcomeLabel { outcome: self.outcome }).inc();
    }
}

/// How a call ended; the sizes are those of its compressed messages, without frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallEnd {
    pub(crate) code: Code,
    pub(crate) duration: Duration,
    pub(crate) sent_bytes: u64,
    pub(crate) received_bytes: u64,
}

/// Counts one more in a gauge until this is dropped.
#[derive(Debug)]
pub(crate) struct GaugeGuard(Gauge);

impl GaugeGuard {
    fn begin(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn of_seconds() -> Histogram {
    Histogram::new(SECONDS)
}

fn of_bytes() -> Histogram {
    Histogram::new(BYTES)
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Arc::default(),
            started: Family::default(),
            duration: Family::new_with_constructor(of_seconds),
            sent: Family::new_with_constructor(of_bytes),
            received: Family::new_with_constructor(of_bytes),
            in_flight: Gauge::default(),
            refused: Family::default(),
            documents: Family::default(),
            document_bytes: Counter::default(),
            claims: Counter::default(),
            queue: of_seconds(),
            compute: of_seconds(),
            connections: Gauge::default(),
            connections_refused: Family::default(),
            connections_gave_way: Counter::default(),
            reloads: Family::default(),
            handshakes_refused: Family::default(),
            certificate_expires: Family::default(),
            log_lines_lost: Counter::default(),
            versions: Family::default(),
        };
        metrics.count_from_zero();
        metrics.registry = Arc::new(metrics.registered());
        metrics
    }
}

impl Metrics {
    /// Makes the counters of all labels that there can be. Histograms come with the first call that they tell of: of every
    /// method and code they would be 9,000 lines.
    fn count_from_zero(&self) {
        for grpc_method in Method::ALL.into_iter().map(Method::label).chain([OTHER]) {
            drop(self.started.get_or_create(&MethodLabel { grpc_method }));
        }
        for outcome in FATES {
            drop(self.documents.get_or_create(&OutcomeLabel { outcome }));
        }
        let of_reasons: [(&Family<ReasonLabel, Counter>, &[&'static str]); 3] = [
            (&self.refused, &REFUSAL_REASONS),
            (&self.connections_refused, &CONNECTION_REASONS),
            (&self.handshakes_refused, &HANDSHAKE_REASONS),
        ];
        for (counters, reasons) in of_reasons {
            for &reason in reasons {
                drop(counters.get_or_create(&ReasonLabel { reason }));
            }
        }
        for what in RELOADED {
            for outcome in [TAKEN, REFUSED] {
                drop(self.reloads.get_or_create(&ReloadLabels { what, outcome }));
            }
        }
    }

    fn registered(&self) -> Registry {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(ProcessMetrics::starting_now()));
        let calls = registry.sub_registry_with_prefix("grpc_server_call");
        calls.register("started", "Calls that were begun", self.started.clone());
        calls.register_with_unit(
            "duration",
            "From a call's headers to its end",
            Unit::Seconds,
            self.duration.clone(),
        );
        let size = "Of all messages of a call, compressed, without frames";
        let (sent, received) = (self.sent.clone(), self.received.clone());
        calls.register_with_unit("sent_total_compressed_message_size", size, Unit::Bytes, sent);
        calls.register_with_unit("rcvd_total_compressed_message_size", size, Unit::Bytes, received);
        let ours = registry.sub_registry_with_prefix("ascribe");
        ours.register("calls_in_flight", "Calls that have begun and not ended", self.in_flight.clone());
        ours.register(
            "calls_refused",
            "Calls turned away before their method, by reason",
            self.refused.clone(),
        );
        ours.register("documents", "Documents, by what became of them", self.documents.clone());
        let bytes = self.document_bytes.clone();
        ours.register("document_bytes", "Of the texts that were read, in UTF-8", bytes);
        ours.register("claims", "Claims that were found", self.claims.clone());
        ours.register_with_unit("queue", "A document's wait for a worker", Unit::Seconds, self.queue.clone());
        ours.register_with_unit(
            "compute",
            "A worker's time for a document",
            Unit::Seconds,
            self.compute.clone(),
        );
        ours.register("connections", "Connections that are open", self.connections.clone());
        ours.register(
            "connections_refused",
            "Connections turned away before their first request, by reason",
            self.connections_refused.clone(),
        );
        ours.register(
            "connections_gave_way",
            "Idle connections closed because others needed their place",
            self.connections_gave_way.clone(),
        );
        ours.register("reloads", "Files that changed, by what became of them", self.reloads.clone());
        ours.register(
            "tls_handshakes_refused",
            "Peers without a TLS connection, by reason",
            self.handshakes_refused.clone(),
        );
        ours.register_with_unit(
            "certificate_expires_timestamp",
            "When the server's certificate in use ends, since 1970",
            Unit::Seconds,
            self.certificate_expires.clone(),
        );
        let lost = "Lines of the log that nobody read in time, or that couldn't be written";
        ours.register("log_lines_lost", lost, self.log_lines_lost.clone());
        ours.register("build_info", "What runs here; always 1", self.versions.clone());
        registry
    }

    /// All metrics as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string doesn't fail.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }

    /// A call has begun; the caller keeps the returned guard until it ends.
    pub(crate) fn call_begins(&self, path: &str) -> GaugeGuard {
        self.started.get_or_create(&MethodLabel { grpc_method: method(path) }).inc();
        GaugeGuard::begin(&self.in_flight)
    }

    /// A call has ended.
    pub(crate) fn call_ends(&self, path: &str, end: CallEnd) {
        let labels = EndLabels { grpc_method: method(path), grpc_status: code_name(end.code) };
        self.duration.get_or_create(&labels).observe(end.duration.as_secs_f64());
        self.sent.get_or_create(&labels).observe(as_float(end.sent_bytes));
        self.received.get_or_create(&labels).observe(as_float(end.received_bytes));
    }

    /// A call was refused before its method saw it.
    pub(crate) fn refused(&self, reason: &'static str) {
        debug_assert!(REFUSAL_REASONS.contains(&reason), "{reason} isn't counted from 0 on");
        self.refused.get_or_create(&ReasonLabel { reason }).inc();
    }

    /// A worker finished a document: how long that had waited, and how long it took.
    pub(crate) fn worked(&self, queued: Duration, computed: Duration) {
        self.queue.observe(queued.as_secs_f64());
        self.compute.observe(computed.as_secs_f64());
    }

    /// A connection was opened; the caller keeps the returned guard until it is closed.
    pub(crate) fn connection(&self) -> GaugeGuard {
        GaugeGuard::begin(&self.connections)
    }

    /// A connection was refused before its first request.
    pub(crate) fn connection_refused(&self, reason: &'static str) {
        debug_assert!(CONNECTION_REASONS.contains(&reason), "{reason} isn't counted from 0 on");
        self.connections_refused.get_or_create(&ReasonLabel { reason }).inc();
    }

    /// An idle connection is to leave because others need its place.
    pub(crate) fn connection_gave_way(&self) {
        self.connections_gave_way.inc();
    }

    /// A file was read again.
    pub(crate) fn reloaded(&self, what: &'static str, is_taken: bool) {
        debug_assert!(RELOADED.contains(&what), "{what} isn't counted from 0 on");
        let outcome = if is_taken { TAKEN } else { REFUSED };
        self.reloads.get_or_create(&ReloadLabels { what, outcome }).inc();
    }

    /// A peer got no TLS connection.
    pub(crate) fn handshake_refused(&self, reason: &'static str) {
        debug_assert!(HANDSHAKE_REASONS.contains(&reason), "{reason} isn't counted from 0 on");
        self.handshakes_refused.get_or_create(&ReasonLabel { reason }).inc();
    }

    /// The certificate in use ends then, in seconds since 1970.
    pub(crate) fn certificate_expires(&self, timestamp: i64) {
        self.certificate_expires.get_or_create(&NoLabels).set(timestamp);
    }

    /// Lines of the log were lost.
    pub(crate) fn log_lines_lost(&self, count: u64) {
        self.log_lines_lost.inc_by(count);
    }

    /// How many lines of the log were lost so far.
    pub(crate) fn lost_log_lines(&self) -> u64 {
        self.log_lines_lost.get()
    }

    /// The versions that texts are read with from now on.
    pub(crate) fn runs(&self, lexicon_version: &str, tagger_version: &str) {
        self.versions.clear();
        let versions = Versions {
            version: env!("CARGO_PKG_VERSION"),
            lexicon_version: lexicon_version.to_owned(),
            tagger_version: tagger_version.to_owned(),
        };
        self.versions.get_or_create(&versions).set(1);
    }
}

/// The label of the method that a request with this path calls.
pub(crate) fn method(path: &str) -> &'static str {
    Method::at(path).map_or(OTHER, Method::label)
}

/// A number of bytes as a float: it is far below those that a float can't hold exactly.
#[expect(clippy::cast_precision_loss, reason = "sizes of messages are below 2^52")]
const fn as_float(bytes: u64) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::wire;

    #[test]
    fn every_method_of_ours_has_a_label() {
        let set = prost_types::FileDescriptorSet::decode(wire::DESCRIPTORS).expect("they are descriptors");
        let services = set.file.iter().flat_map(|file| {
            file.service.iter().map(|service| (format!("/{}.{}", file.package(), service.name()), service))
        });
        for (service_path, service) in services {
            for one in &service.method {
                let path = format!("{service_path}/{}", one.name());
                assert_eq!(format!("/{}", method(&path)), path);
            }
        }
        for path in ["", "/", "/ascribe.v1.ClaimService/Nothing", "ascribe.v1.ClaimService/ListCues"] {
            assert_eq!(method(path), OTHER, "{path}");
        }
    }

    #[test]
    fn every_counter_is_there_before_it_counts() {
        let text = Metrics::default().text();
        for line in [
            "grpc_server_call_started_total{grpc_method=\"other\"} 0",
            "grpc_server_call_started_total{grpc_method=\"ascribe.v1.ClaimService/VerifyQuotations\"} 0",
            "ascribe_calls_refused_total{reason=\"QUEUE_FULL\"} 0",
            "ascribe_documents_total{outcome=\"failed\"} 0",
            "ascribe_connections_refused_total{reason=\"none-free\"} 0",
            "ascribe_tls_handshakes_refused_total{reason=\"bad_certificate\"} 0",
            "ascribe_reloads_total{what=\"certificates\",outcome=\"refused\"} 0",
            "ascribe_connections_gave_way_total 0",
            "ascribe_log_lines_lost_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_process_tells_what_it_takes() {
        let metrics = Metrics::default();
        let value = |name: &str| -> f64 {
            let text = metrics.text();
            let found =
                text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
            found.unwrap_or_else(|| panic!("no {name}\n{text}"))
        };
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_virtual_memory_bytes") >= value("process_resident_memory_bytes"));
        assert!(value("process_cpu_seconds_total") < 1e6);
        assert!(value("process_threads") >= 1.0);
        assert!((3.0..=value("process_max_fds")).contains(&value("process_open_fds")));
        // Between 2001 and 2286.
        assert!((1e9..1e10).contains(&value("process_start_time_seconds")));
    }

    #[test]
    fn a_call_is_in_flight_until_it_ends() {
        let metrics = Metrics::default();
        let path = "/ascribe.v1.ClaimService/ListCues";
        let call = metrics.call_begins(path);
        assert!(metrics.text().contains("\nascribe_calls_in_flight 1\n"), "{}", metrics.text());
        let (duration, code) = (Duration::from_millis(3), Code::NotFound);
        metrics.call_ends(path, CallEnd { code, duration, sent_bytes: 7, received_bytes: 5000 });
        drop(call);
        let text = metrics.text();
        let method = "grpc_method=\"ascribe.v1.ClaimService/ListCues\"";
        for line in [
            "ascribe_calls_in_flight 0".to_owned(),
            format!("grpc_server_call_started_total{{{method}}} 1"),
            format!("grpc_server_call_duration_seconds_count{{{method},grpc_status=\"NOT_FOUND\"}} 1"),
            format!(
                "grpc_server_call_sent_total_compressed_message_size_bytes_sum{{{method},grpc_status=\"NOT_FOUND\"}} 7.0"
            ),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
