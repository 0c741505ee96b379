//! What is noted of a call while it is answered, and told at its end: how long its documents waited and were read, and which
//! document an error is about.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{Extensions, HeaderMap, HeaderValue};

use crate::wire::cut_document_id;

/// The trailer of gRPC and header of HTTP that tells how long a call's documents waited for a worker and how long workers
/// read them, in milliseconds, as W3C's Server Timing has it: `queue;dur=1.204, compute;dur=12.518`. Of several documents
/// these are the sums.
pub(crate) const SERVER_TIMING: &str = "server-timing";

/// The notes of one call. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallNotes(Arc<Notes>);

#[derive(Debug, Default)]
struct Notes {
    /// Nanoseconds.
    queued: AtomicU64,
    computed: AtomicU64,
    document_id: OnceLock<String>,
}

impl CallNotes {
    /// Those of the call that a request belongs to.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Self {
        extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Notes that work for the call waited and was done for so long.
    pub(crate) fn worked(&self, queued: Duration, computed: Duration) {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.queued.fetch_add(nanoseconds(queued), Ordering::Relaxed);
        // Work that is done took some time: 0 stands for none.
        self.0.computed.fetch_add(nanoseconds(computed).max(1), Ordering::Relaxed);
    }

    /// Notes that the call is about this one document.
    pub(crate) fn is_about(&self, document_id: &str) {
        if !document_id.is_empty() {
            // A call has one document at most, so that it is noted once.
            let _ = self.0.document_id.set(cut_document_id(document_id).to_owned());
        }
    }

    /// The name that the caller gave the call's one document; "" where there is none.
    pub(crate) fn document_id(&self) -> &str {
        self.0.document_id.get().map_or("", String::as_str)
    }

    /// Tells in headers or trailers how long was waited and worked; nothing where no work was done.
    pub(crate) fn tell_times(&self, headers: &mut HeaderMap) {
        let [queued, computed] = [&self.0.queued, &self.0.computed].map(|time| time.load(Ordering::Relaxed));
        if computed == 0 {
            return;
        }
        let milliseconds = |time: u64| Duration::from_nanos(time).as_secs_f64() * 1000.0;
        let told =
            format!("queue;dur={:.3}, compute;dur={:.3}", milliseconds(queued), milliseconds(computed));
        if let Ok(told) = HeaderValue::try_from(told) {
            headers.insert(SERVER_TIMING, told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_several_documents_are_added() {
        let notes = CallNotes::default();
        let mut headers = HeaderMap::new();
        notes.tell_times(&mut headers);
        assert!(headers.is_empty(), "nothing was read");
        notes.worked(Duration::from_micros(1204), Duration::from_millis(12));
        notes.clone().worked(Duration::ZERO, Duration::from_micros(518));
        notes.tell_times(&mut headers);
        assert_eq!(headers[SERVER_TIMING], "queue;dur=1.204, compute;dur=12.518");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let notes = CallNotes::default();
        notes.is_about(&"é".repeat(1000));
        assert_eq!(notes.document_id(), "é".repeat(128));
    }
}
