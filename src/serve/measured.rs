//! How many bytes the messages of a call have, compressed, without their frames: what gRFC A66 measures.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// What stands before every message: whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;

/// Adds up the messages in a flow of bytes that comes in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct MessageBytes {
    /// What is there of the next message's prefix.
    prefix: [u8; PREFIX_BYTES],
    prefix_bytes: usize,
    /// What is still to come of a message.
    missing: usize,
    total: u64,
}

impl MessageBytes {
    /// Takes the next piece; all messages so far, in bytes.
    pub(super) fn add(&mut self, mut piece: &[u8]) -> u64 {
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

    /// All messages so far, in bytes.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }
}

/// A request's body, which tells how much has come.
pub(super) struct Measured<B> {
    inner: B,
    messages: MessageBytes,
    received: Arc<AtomicU64>,
}

impl<B> Measured<B> {
    pub(super) fn new(inner: B, received: Arc<AtomicU64>) -> Self {
        Self { inner, messages: MessageBytes::default(), received }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Measured<B> {
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
            let mut messages = MessageBytes::default();
            for piece in flow.chunks(size) {
                messages.add(piece);
            }
            assert_eq!(messages.total(), 3 + 256, "in pieces of {size}");
        }
    }
}
