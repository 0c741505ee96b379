//! Requests over HTTP/1.1 that were answered before they were read.
//!
//! Who answers such a request and closes the connection, while the caller still sends, resets it: the answer is lost on
//! its way, and the caller sees a broken connection instead of why it was turned away. So what is still to come is read
//! first and thrown away, within bounds. HTTP/2 needs none of it: there a stream is reset with what was answered.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tonic::Status;
use tonic::body::Body;

/// For how long, and how many bytes of it, a request is read only to be thrown away.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST_BYTES: usize = 32 << 20;

/// A request's body, of which the rest can still be read when its reader is gone.
struct Lent(Arc<Shared>);

struct Shared {
    body: Mutex<Body>,
    was_read: AtomicBool,
}

impl Shared {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.0.was_read.store(true, Ordering::Relaxed);
        Pin::new(&mut *self.0.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.body().size_hint()
    }
}

/// What is left of a request's body.
pub(super) struct Rest {
    lent: Lent,
    /// Whether the caller sends its body only once it is asked for it.
    waits: bool,
}

/// The request, and what will be left of it.
pub(super) fn lend(request: Request<Body>) -> (Request<Body>, Rest) {
    let waits = waits_to_be_asked(request.headers());
    let (head, body) = request.into_parts();
    let shared = Arc::new(Shared { body: Mutex::new(body), was_read: AtomicBool::new(false) });
    let rest = Rest { lent: Lent(shared.clone()), waits };
    (Request::from_parts(head, Body::new(Lent(shared))), rest)
}

fn waits_to_be_asked(headers: &HeaderMap) -> bool {
    headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

impl Rest {
    /// Reads what is left. Whether it came to its end, so that another request can follow.
    pub(super) async fn read_to_end(mut self) -> bool {
        if self.waits && !self.lent.0.was_read.load(Ordering::Relaxed) {
            // Reading would ask for it.
            return false;
        }
        let read = async {
            let mut bytes = 0;
            while let Some(frame) = self.lent.frame().await {
                let Ok(frame) = frame else { return false };
                bytes += frame.data_ref().map_or(0, Bytes::len);
                if bytes > MOST_BYTES {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap_or(false)
    }
}
