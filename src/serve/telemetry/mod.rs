//! What operators see of a running service.
//!
//! In: calls, documents, connections, as they begin and end. Out: lines of the log, spans for a collector, numbers for
//! Prometheus. None of them ever holds a word of an article.

pub(super) mod traces; //   spans, sent to a collector over OTLP
mod log_line; //            what is logged -> one line that nobody can forge a part of
mod log_writer; //          lines -> standard error, by a thread of its own
pub(super) mod log; //      lines on standard error, as text or JSON
mod process_metrics; //     what the process takes: memory, processor time, open files
pub(super) mod metrics; //  counters, gauges and histograms, in the text that Prometheus reads
