//! Reads a request to its end although it was answered early.
//!
//! A server that answers a request of HTTP/1.1 and closes the connection, while the client still sends, resets it: the
//! answer is lost on its way, and the client sees a broken connection instead of why it was refused. So the server
//! reads the rest of the body first and throws it away, within bounds. Over HTTP/2 the client gets its answer at once;
//! but h2 resets the call with it, remembers fifty such calls, each for a second, and takes what comes later for those
//! it has forgotten as a fault of the client, of which a connection may have few: it would end with all its calls. So
//! there the rest is read after the answer, and the call isn't reset.

use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Version, header};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::runtime::Handle;
use tonic::Status;
use tonic::body::Body;

use super::activity::CallInFlight;
use super::http1_socket::UnsentAnswer;
use crate::serve::admission::shares::Shares;
use crate::serve::call::peer::Holder;

/// A request is read only to be thrown away for at most this long. Over HTTP/1.1 the answer waits for it. Over HTTP/2
/// nothing does, but it is one of the calls that a client may have open.
const PATIENCE_HTTP1: Duration = Duration::from_secs(2);
const PATIENCE_HTTP2: Duration = Duration::from_secs(30);

/// At most this many bytes of it.
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
pub(super) struct BodyDrain {
    body: SharedBody,
    /// Whether the client sends its body only once it is asked to (`expect: 100-continue`).
    waits: bool,
    patience: Duration,
}

/// The request, and the drain for what will be left of it.
pub(super) fn drainable(request: Request<Body>) -> (Request<Body>, BodyDrain) {
    let is_http2 = request.version() >= Version::HTTP_2;
    let waits = !is_http2 && waits_to_be_asked(request.headers());
    let patience = if is_http2 { PATIENCE_HTTP2 } else { PATIENCE_HTTP1 };
    let (head, body) = request.into_parts();
    let shared = Arc::new(Inner { body: Mutex::new(body), was_read: AtomicBool::new(false) });
    let drain = BodyDrain { body: SharedBody(shared.clone()), waits, patience };
    (Request::from_parts(head, Body::new(SharedBody(shared))), drain)
}

fn waits_to_be_asked(headers: &HeaderMap) -> bool {
    headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

impl BodyDrain {
    /// Whether nobody else reads it any more.
    pub(super) fn is_unread(&self) -> bool {
        Arc::strong_count(&self.body.0) == 1
    }

    /// Reads the rest. True when it reached the end, so that another request can follow on the connection.
    pub(super) async fn read_to_end(mut self) -> bool {
        if self.waits && !self.body.0.was_read.load(Ordering::Relaxed) {
            // Reading would ask for it.
            return false;
        }
        let patience = self.patience;
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
        tokio::time::timeout(patience, read).await.unwrap_or(false)
    }
}

/// The slots for rests that are read after their answers. Cheap to clone.
#[derive(Clone)]
pub(super) struct Drains {
    pub(super) slots: Shares,
    /// Whose they are.
    pub(super) holder: Holder,
}

/// What an answer holds until it was handed to its connection.
pub(super) enum Holds {
    /// Over HTTP/2: the call.
    Call {
        call: CallInFlight,
        /// Of rests that are read.
        drains: Drains,
    },
    /// Over HTTP/1.1 the connection has the call: what is handed to it may still wait to be written.
    Answer(UnsentAnswer),
}

/// The body of an answer. The rest of its request is read with its end.
pub(super) struct AnswerBody {
    inner: Body,
    is_over: bool,
    rest: Rest,
    holds: Holds,
}

/// The rest of the request.
enum Rest {
    /// There is none.
    None,
    /// It is read before the answer ends.
    Before(BodyDrain),
    /// It is being read.
    Draining(Pin<Box<dyn Future<Output = bool> + Send>>),
    /// It is read in a task of its own, after the answer.
    After(BodyDrain),
}

impl AnswerBody {
    /// The body of an answer to a request whose rest wasn't read yet; none where it was.
    pub(super) fn new(inner: Body, drain: Option<BodyDrain>, holds: Holds) -> Self {
        let rest = match (drain, &holds) {
            (None, _) => Rest::None,
            (Some(drain), Holds::Call { .. }) => Rest::After(drain),
            (Some(drain), Holds::Answer(_)) => Rest::Before(drain),
        };
        Self { inner, is_over: false, rest, holds }
    }

    /// Ready once the rest is read, where that comes before the end.
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.rest = match mem::replace(&mut self.rest, Rest::None) {
            Rest::Before(drain) => {
                // Whoever read the request so far reads no more.
                self.inner = Body::empty();
                Rest::Draining(Box::pin(drain.read_to_end()))
            }
            rest => rest,
        };
        if let Rest::Draining(draining) = &mut self.rest {
            ready!(draining.as_mut().poll(context));
            self.rest = Rest::None;
        }
        Poll::Ready(())
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if !this.is_over {
            let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
            this.is_over = match &frame {
                Some(Ok(frame)) => frame.is_trailers(),
                Some(Err(_)) => false,
                None => true,
            };
            if frame.is_some() {
                return Poll::Ready(frame);
            }
        }
        this.poll_rest(context).map(|()| None)
    }

    fn is_end_stream(&self) -> bool {
        let is_over = self.is_over || self.inner.is_end_stream();
        is_over && !matches!(self.rest, Rest::Before(_) | Rest::Draining(_))
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        if let Holds::Answer(answer) = &self.holds {
            answer.is_handed_on();
        }
        // An answer that doesn't come to its end resets its call.
        if (self.is_over || http_body::Body::is_end_stream(&self.inner))
            && let Rest::After(drain) = mem::replace(&mut self.rest, Rest::None)
            && !http_body::Body::is_end_stream(&drain.body)
            && let Holds::Call { call, drains } = &self.holds
        {
            match (drains.slots.take(&drains.holder), Handle::try_current()) {
                (Ok(slot), Ok(runtime)) => {
                    runtime.spawn(async move {
                        let _slot = slot;
                        drain.read_to_end().await
                    });
                }
                // HTTP/2 resets the call.
                _ => call.leaves_a_rest(),
            }
        }
    }
}
