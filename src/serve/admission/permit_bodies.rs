//! Bodies of calls that hold a permit: the request's, charged for its bytes; the answer's, holding the permit to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;

use super::admit::Permit;
use crate::serve::call::call_task::ReadMarker;
use crate::serve::call::deadline::later;
use crate::serve::call::poll_timer::PollTimer;
use crate::serve::status::Failure;

/// A message that arrives at least this fast isn't slow, however long it takes; in bytes a second.
const FAST_ENOUGH: f64 = 65_536.0;

/// How often a message that takes long is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// A request's body. Its call is charged for the bytes that have arrived, and refused when they arrive too slowly while
/// slots are scarce.
pub(crate) struct ChargedBody<B> {
    inner: B,
    permit: Arc<Permit>,
    bytes: usize,
    started: Instant,
    slow_after: Duration,
    /// Checks whether it is too slow, once there was something to wait for.
    timer: Option<PollTimer>,
}

impl<B> ChargedBody<B> {
    pub(crate) fn new(inner: B, permit: Arc<Permit>, slow_after: Duration) -> Self {
        Self { inner, permit, bytes: 0, started: Instant::now(), slow_after, timer: None }
    }

    /// Ready when the call is to be refused.
    fn poll_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.permit.has_message() {
            return Poll::Pending;
        }
        let first = later(self.started, self.slow_after);
        let (permit, started) = (&self.permit, self.started);
        self.timer.get_or_insert_with(|| PollTimer::at(first)).poll(context, || {
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let is_slow = (permit.held() as f64) < started.elapsed().as_secs_f64() * FAST_ENOUGH;
            let is_over = is_slow && permit.is_wanted_with_its_bytes();
            (!is_over).then(|| Instant::now() + CHECK_INTERVAL)
        })
    }
}

impl<B> http_body::Body for ChargedBody<B>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Into<tonic::codegen::StdError>,
{
    type Data = Bytes;
    type Error = tonic::codegen::StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) else {
            ready!(self.poll_slow(context));
            let failure = self.permit.refuse(Failure::MessageSlow);
            return Poll::Ready(Some(Err(Status::from(failure).into())));
        };
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.bytes += data.len();
            if let Err(failure) = self.permit.hold(self.bytes) {
                return Poll::Ready(Some(Err(Status::from(failure).into())));
            }
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// At most this many bytes of an answer are handed on at once. HTTP/2 asks for the next piece as soon as its client has
/// room for one byte of it, and keeps each piece until the client has read it.
const LONGEST_PIECE: usize = 32 << 10;

/// An answer's body, handed on in pieces. What a slow client hasn't read yet stays here, charged to its call, and is dropped
/// with it.
pub(crate) struct HeldBody {
    inner: Body,
    /// The part of the last frame that is still to be handed on.
    rest: Bytes,
    permit: Arc<Permit>,
    /// Whether the call is charged for its answer already: of a call that isn't a stream that is one frame.
    is_charged: bool,
    /// Of a stream: notes when its client asks for more.
    read_marker: Option<ReadMarker>,
}

impl HeldBody {
    pub(crate) const fn new(inner: Body, permit: Arc<Permit>, read_marker: Option<ReadMarker>) -> Self {
        // What a stream hands on is charged document by document.
        let is_charged = read_marker.is_some();
        Self { inner, rest: Bytes::new(), permit, is_charged, read_marker }
    }
}

impl http_body::Body for HeldBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(read_marker) = &self.read_marker {
            read_marker.note();
        }
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            if let Some(data) = frame.data_ref()
                && !self.is_charged
            {
                self.is_charged = true;
                self.permit.holds_answer(data.len());
            }
            match frame.into_data() {
                Ok(data) if data.len() > LONGEST_PIECE => self.rest = data,
                Ok(data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
        }
        let length = LONGEST_PIECE.min(self.rest.len());
        let piece = self.rest.split_to(length);
        // A copy, because a slice would keep the whole frame alive.
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, rest) = (self.inner.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower().saturating_add(rest));
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}
