//! Bodies of calls that have a place: of the request, counted; of the answer, keeping the place to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use super::admission::Place;

/// A request's body. What came of it counts among the bytes of its place.
pub(super) struct Counted<B> {
    inner: B,
    place: Arc<Place>,
    bytes: usize,
}

impl<B> Counted<B> {
    pub(super) const fn new(inner: B, place: Arc<Place>) -> Self {
        Self { inner, place, bytes: 0 }
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
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
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
/// has room for a byte of it, and keeps each piece until the client has read it, whatever becomes of the call.
const LONGEST_PIECE: usize = 32 << 10;

/// An answer's body, handed on in pieces. What its client doesn't read stays here, and is dropped with it.
pub(super) struct Placed {
    inner: Body,
    /// What is still to be handed on of the last frame.
    rest: Bytes,
    _place: Arc<Place>,
}

impl Placed {
    pub(super) const fn new(inner: Body, place: Arc<Place>) -> Self {
        Self { inner, rest: Bytes::new(), _place: place }
    }
}

impl http_body::Body for Placed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
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
}
