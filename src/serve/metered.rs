//! Bodies of calls that have a place: of the request, counted; of the answer, keeping the place to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;

use super::admission::Place;
use super::deadline::later;
use super::executor::Asked;
use super::recheck::Recheck;
use super::status::Failure;

/// A message that comes at least this fast isn't slow, however long it takes; in bytes a second.
const FAST_ENOUGH: f64 = 65_536.0;

/// How often a message that takes long is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// A request's body. What came of it counts among the bytes of its place, which it gives up when it comes too slowly while
/// others need it.
pub(super) struct Counted<B> {
    inner: B,
    place: Arc<Place>,
    bytes: usize,
    started: Instant,
    slow_after: Duration,
    /// Whether it comes too slowly, once there was something to wait for.
    recheck: Option<Recheck>,
}

impl<B> Counted<B> {
    pub(super) fn new(inner: B, place: Arc<Place>, slow_after: Duration) -> Self {
        Self { inner, place, bytes: 0, started: Instant::now(), slow_after, recheck: None }
    }

    /// Ready when the place is to be given up.
    fn poll_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.place.has_message() {
            return Poll::Pending;
        }
        let first = later(self.started, self.slow_after);
        let (place, started) = (&self.place, self.started);
        self.recheck.get_or_insert_with(|| Recheck::at(first)).poll(context, || {
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let is_slow = (place.held() as f64) < started.elapsed().as_secs_f64() * FAST_ENOUGH;
            let is_over = is_slow && place.is_wanted_with_its_bytes();
            (!is_over).then(|| Instant::now() + LOOK)
        })
    }
}

impl<B> http_body::Body for Counted<B>
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
            let failure = self.place.refuse(Failure::MessageSlow);
            return Poll::Ready(Some(Err(Status::from(failure).into())));
        };
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.bytes += data.len();
            if let Err(failure) = self.place.hold(self.bytes) {
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

/// The longest piece of an answer that is handed on, in bytes. HTTP/2 asks for the next piece when its client
/// has room for a byte of it, and keeps each piece until the client has read it.
const LONGEST_PIECE: usize = 32 << 10;

/// An answer's body, handed on in pieces. What its client doesn't read stays here, and is dropped with it.
pub(super) struct Placed {
    inner: Body,
    /// What is still to be handed on of the last frame.
    rest: Bytes,
    _place: Arc<Place>,
    /// Of a stream, who wants to know that it is asked for more.
    asked: Option<Asked>,
}

impl Placed {
    pub(super) const fn new(inner: Body, place: Arc<Place>, asked: Option<Asked>) -> Self {
        Self { inner, rest: Bytes::new(), _place: place, asked }
    }
}

impl http_body::Body for Placed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(asked) = &self.asked {
            asked.note();
        }
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            match frame.into_data() {
                Ok(data) if data.len() > LONGEST_PIECE => self.rest = data,
                Ok(data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
        }
        let length = LONGEST_PIECE.min(self.rest.len());
        let piece = self.rest.split_to(length);
        // A copy, because a part of the whole would keep the whole alive.
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
