//! What operators see of a running service.
//!
//! In: calls, documents, connections, as they begin and end. Out: lines of the log, spans for a collector, numbers for
//! Prometheus. None of them ever holds a word of an article.

pub(super) mod traces; //   spans, sent to a collector over OTLP
pub(super) mod log; //      lines on standard error, as text or JSON
pub(super) mod metrics; //  counters, gauges and histograms, in the text that Prometheus reads
