//! Reads an HTTP/1.1 request to its end although it was answered early.
//!
//! A server that answers such a request and closes the connection, while the client still sends, resets it: the answer is
//! lost on its way, and the client sees a broken connection instead of why it was refused. So the server reads the rest of
//! the body first and throws it away, within bounds. HTTP/2 needs none of this: there the server resets one stream, and
//! the client gets the answer.

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

/// A request is read only to be thrown away for at most this long, and at most this many bytes of it.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST_BYTES: usize = 32 << 20;

/// A request's body, whose rest can still be read when the one who read it before is gone.
struct SharedBody(Arc<Inner>);

struct Inner {
    body: Mutex<Body>,
    was_read: AtomicBool,
}

impl Inner {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for SharedBody {
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

/// Drains what is left of a request's body.
pub(crate) struct BodyDrain {
    body: SharedBody,
    /// Whether the client sends its body only once it is asked to (`expect: 100-continue`).
    waits: bool,
}

/// The request, and the drain for what will be left of it.
pub(crate) fn drainable(request: Request<Body>) -> (Request<Body>, BodyDrain) {
    let waits = waits_to_be_asked(request.headers());
    let (head, body) = request.into_parts();
    let shared = Arc::new(Inner { body: Mutex::new(body), was_read: AtomicBool::new(false) });
    let drain = BodyDrain { body: SharedBody(shared.clone()), waits };
    (Request::from_parts(head, Body::new(SharedBody(shared))), drain)
}

fn waits_to_be_asked(headers: &HeaderMap) -> bool {
    headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

impl BodyDrain {
    /// Reads the rest. True when it reached the end, so that another request can follow on the connection.
    pub(crate) async fn read_to_end(mut self) -> bool {
        if self.waits && !self.body.0.was_read.load(Ordering::Relaxed) {
            // Reading would ask for it.
            return false;
        }
        let read = async {
            let mut bytes = 0;
            while let Some(frame) = self.body.frame().await {
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
