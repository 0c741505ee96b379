//! Counts the bytes of a call's messages, compressed, without their frames: what gRFC A66 measures.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The prefix of every message: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;

/// Adds up the sizes of the messages in a flow of bytes that comes in pieces of any size.
#[derive(Debug, Default)]
pub(crate) struct MessageSizes {
    /// The part of the next message's prefix that has come.
    prefix: [u8; PREFIX_BYTES],
    prefix_bytes: usize,
    /// The bytes of a message that are still to come.
    missing: usize,
    total: u64,
}

impl MessageSizes {
    /// Takes the next piece; returns the size of all messages so far.
    pub(crate) fn add(&mut self, mut piece: &[u8]) -> u64 {
        while !piece.is_empty() {
            if self.missing > 0 {
                let taken = self.missing.min(piece.len());
                self.missing -= taken;
                self.total += u64::try_from(taken).unwrap_or(u64::MAX);
                piece = &piece[taken..];
                continue;
            }
            let taken = (PREFIX_BYTES - self.prefix_bytes).min(piece.len());
            self.prefix[self.prefix_bytes..][..taken].copy_from_slice(&piece[..taken]);
            self.prefix_bytes += taken;
            piece = &piece[taken..];
            if self.prefix_bytes == PREFIX_BYTES {
                let [_, length @ ..] = self.prefix;
                self.missing = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                self.prefix_bytes = 0;
            }
        }
        self.total
    }

    /// The size of all messages so far, in bytes.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }
}

/// A request's body that reports how many bytes of messages have come.
pub(crate) struct SizedBody<B> {
    inner: B,
    messages: MessageSizes,
    received: Arc<AtomicU64>,
}

impl<B> SizedBody<B> {
    pub(crate) fn new(inner: B, received: Arc<AtomicU64>) -> Self {
        Self { inner, messages: MessageSizes::default(), received }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for SizedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let total = self.messages.add(data);
            self.received.store(total, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_count_however_they_are_cut() {
        let flow = [&[0, 0, 0, 0, 3][..], b"abc", &[1, 0, 0, 0, 0], &[0, 0, 0, 1, 0], &[7; 256]].concat();
        for size in 1..flow.len() {
            let mut messages = MessageSizes::default();
            for piece in flow.chunks(size) {
                messages.add(piece);
            }
            assert_eq!(messages.total(), 3 + 256, "in pieces of {size}");
        }
    }
}
