//! The messages of an answer, compressed; long ones in the background.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{BufMut, Bytes};
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use super::background::{SHORT_BYTES, in_background};
use super::content_coding::ContentCoding;
use super::request_body::PREFIX_BYTES;
use crate::serve::status::Failure;

/// An answer's body whose messages are compressed. Each frame of the body within holds whole messages, as tonic makes it.
pub(super) struct AnswerBody {
    inner: Body,
    coding: ContentCoding,
    compressing: Option<Compressed>,
}

type Compressed = Pin<Box<dyn Future<Output = Result<Bytes, Failure>> + Send>>;

impl AnswerBody {
    pub(super) const fn new(inner: Body, coding: ContentCoding) -> Self {
        Self { inner, coding, compressing: None }
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.compressing.is_none() {
            let frame = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            let (messages, coding) = match frame.into_data() {
                Ok(messages) => (messages, self.coding),
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            };
            if messages.len() <= SHORT_BYTES {
                return Poll::Ready(Some(Ok(Frame::data(compressed(&messages, coding)))));
            }
            self.compressing = Some(Box::pin(in_background(move || compressed(&messages, coding))));
        }
        let Some(compressing) = &mut self.compressing else { return Poll::Ready(None) };
        let compressed = ready!(compressing.as_mut().poll(context));
        self.compressing = None;
        Poll::Ready(Some(compressed.map(Frame::data).map_err(Status::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.compressing.is_none() && self.inner.is_end_stream()
    }
}

/// Messages with their prefixes, each compressed.
fn compressed(mut messages: &[u8], coding: ContentCoding) -> Bytes {
    let mut all = Vec::new();
    while let Some((&[_, ref length @ ..], rest)) = messages.split_first_chunk::<PREFIX_BYTES>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (message, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let start = all.len();
        all.put_bytes(0, PREFIX_BYTES);
        let is_compressed = coding.compress(message, &mut all);
        if !is_compressed {
            all.truncate(start + PREFIX_BYTES);
            all.extend_from_slice(message);
        }
        let length = u32::try_from(all.len() - start - PREFIX_BYTES).unwrap_or(u32::MAX);
        all[start] = is_compressed.into();
        all[start + 1..start + PREFIX_BYTES].copy_from_slice(&length.to_be_bytes());
        messages = rest;
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_of_a_frame_is_compressed_by_itself() {
        let mut frame = Vec::new();
        for message in [&b"abc"[..], b"", &[b'x'; 300]] {
            frame.put_u8(0);
            frame.put_u32(u32::try_from(message.len()).expect("it is short"));
            frame.extend_from_slice(message);
        }
        for coding in [ContentCoding::Gzip, ContentCoding::Zstd] {
            let all = compressed(&frame, coding);
            let (mut rest, mut found) = (&all[..], Vec::new());
            while let Some((&[flag, ref length @ ..], after)) = rest.split_first_chunk::<PREFIX_BYTES>() {
                assert_eq!(flag, 1);
                let (message, after) = after.split_at(u32::from_be_bytes(*length) as usize);
                let mut plain = Vec::new();
                coding.decompress(message, 1000, &mut plain, |_| Ok(())).expect("it was just compressed");
                found.push(plain);
                rest = after;
            }
            assert_eq!(found, [b"abc".to_vec(), Vec::new(), vec![b'x'; 300]]);
        }
    }
}
