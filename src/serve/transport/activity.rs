//! What happens on one connection: how many calls it has in flight, since when it has none, whether it still sends.
//!
//! A call is in flight from its head until its whole answer was handed to HTTP. What HTTP then keeps of it for a client that
//! reads slowly shows only in the bytes that are written ([`NotedWrites`]).

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;

/// The activity of one connection. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Inner>);

struct Inner {
    calls: Mutex<Calls>,
    /// How often bytes were written.
    writes: AtomicU64,
}

struct Calls {
    in_flight: usize,
    /// Whether there was none so far.
    is_new: bool,
    /// When the last one ended, or the connection began.
    last: Instant,
}

/// For how long a connection may be without a call before it counts as idle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdleAfter {
    /// Between two calls: clients send the next one on a connection that they used just now.
    pub(crate) call: Duration,
    /// Before the first one, from when the connection was accepted.
    pub(crate) accept: Duration,
}

impl Activity {
    /// That of a connection that begins now.
    pub(crate) fn new() -> Self {
        let calls = Mutex::new(Calls { in_flight: 0, is_new: true, last: Instant::now() });
        Self(Arc::new(Inner { calls, writes: AtomicU64::new(0) }))
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.calls.lock().expect("nothing panics while it is held")
    }

    /// Notes a call; it is in flight until what is returned is dropped.
    pub(crate) fn call(&self) -> CallInFlight {
        let mut calls = self.calls();
        calls.in_flight += 1;
        calls.is_new = false;
        CallInFlight(self.clone())
    }

    /// Whether no call is in flight.
    pub(crate) fn has_no_call(&self) -> bool {
        self.calls().in_flight == 0
    }

    /// How long the connection has been without a call by `now`; none while it has one, or not for long enough to count as
    /// idle.
    pub(crate) fn idle(&self, after: IdleAfter, now: Instant) -> Option<Duration> {
        let calls = self.calls();
        let longest = if calls.is_new { after.accept } else { after.call };
        let idle = now.saturating_duration_since(calls.last);
        (calls.in_flight == 0 && idle >= longest).then_some(idle)
    }

    /// How often bytes were written so far.
    pub(crate) fn writes(&self) -> u64 {
        self.0.writes.load(Ordering::Relaxed)
    }
}

/// A call that is in flight.
pub(crate) struct CallInFlight(Activity);

impl CallInFlight {
    /// The answer's body, which ends the call when it is dropped.
    pub(crate) fn until_dropped(self, body: Body) -> Body {
        Body::new(CountedBody { body, _call: self })
    }
}

impl Drop for CallInFlight {
    fn drop(&mut self) {
        let mut calls = self.0.calls();
        calls.in_flight -= 1;
        calls.last = Instant::now();
    }
}

struct CountedBody {
    body: Body,
    _call: CallInFlight,
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A socket whose writes are noted.
pub(crate) struct NotedWrites<S> {
    socket: S,
    activity: Activity,
}

impl<S> NotedWrites<S> {
    pub(crate) const fn new(socket: S, activity: Activity) -> Self {
        Self { socket, activity }
    }

    fn noted(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.activity.0.writes.fetch_add(1, Ordering::Relaxed);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for NotedWrites<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for NotedWrites<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_once_it_had_no_call_for_long_enough() {
        let (long, at_once) = (Duration::from_hours(1), Duration::ZERO);
        let activity = Activity::new();
        let idle = |call, accept| activity.idle(IdleAfter { call, accept }, Instant::now()).is_some();
        assert!(idle(long, at_once) && !idle(at_once, long), "it is new");
        let (one, another) = (activity.call(), activity.call());
        drop(one);
        assert!(!idle(at_once, at_once) && !activity.has_no_call());
        let body = another.until_dropped(Body::new(http_body_util::Full::from("an answer")));
        assert!(!activity.has_no_call());
        drop(body);
        assert!(activity.has_no_call() && idle(at_once, long) && !idle(long, at_once));
    }
}
