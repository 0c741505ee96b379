//! A request's body -> messages that can be decoded without harm.
//!
//! A message is handed on once all of it is there, decompressed and looked over: a few hundred bytes of compressed empty
//! submessages would else become hundreds of megabytes before anybody counts them. A call that takes one message gets it
//! once its caller has sent all, so that nothing decoded waits for that; a second message ends the call at once.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;

use super::background::{SHORT_BYTES, in_background, paced};
use super::content_coding::{ContentCoding, Undone};
use crate::serve::admission::admit::Permit;
use crate::serve::status::Failure;
use crate::wire::{Limits, Method, Size, look_over};

/// The prefix of a gRPC message: one byte that says whether it is compressed, four for its length.
pub(super) const PREFIX_BYTES: usize = 5;

/// A request's body that hands on whole messages, each in a frame of its own.
pub(super) struct RequestBody {
    inner: Body,
    rules: Arc<Rules>,
    /// What has come and isn't handed on.
    read: BytesMut,
    /// The caller has sent all.
    has_ended: bool,
    trailers: Option<HeaderMap>,
    state: State,
}

/// What the messages of a call may be.
pub(super) struct Rules {
    pub(super) method: Method,
    pub(super) limits: Limits,
    /// The longest message, in bytes, compressed or not.
    pub(super) max_bytes: usize,
    /// How messages are compressed that say so; none where tonic is to refuse them.
    pub(super) coding: Option<ContentCoding>,
    /// What is charged for the message; none of a stream, which is charged document by document.
    pub(super) permit: Option<Arc<Permit>>,
}

enum State {
    Reading,
    /// A message is being decompressed, or waits for its turn.
    Preparing(Prepared),
    Ended,
}

type Prepared = Pin<Box<dyn Future<Output = Result<Bytes, Failure>> + Send>>;

impl RequestBody {
    pub(super) fn new(inner: Body, rules: Rules) -> Self {
        Self {
            inner,
            rules: Arc::new(rules),
            read: BytesMut::new(),
            has_ended: false,
            trailers: None,
            state: State::Reading,
        }
    }

    /// The next message that may be handed on, with its prefix; none where more has to come.
    fn next_message(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(&[flag, ref length @ ..]) = self.read.first_chunk::<PREFIX_BYTES>() else { return Ok(None) };
        if flag > 1 {
            // tonic says what is wrong with it.
            return Ok(Some(mem::take(&mut self.read).freeze()));
        }
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if length > self.rules.max_bytes {
            return Err(Failure::MessageTooLarge { limit: self.rules.max_bytes });
        }
        let whole = PREFIX_BYTES + length;
        // At once, so that a long message isn't moved while it comes; memory that isn't written to costs nothing.
        self.read.reserve(whole.saturating_sub(self.read.len()));
        if self.rules.method.takes_many() {
            return Ok((self.read.len() >= whole).then(|| self.read.split_to(whole).freeze()));
        }
        if self.read.len() > whole {
            return Err(Failure::Malformed("the request holds more than one message".to_owned()));
        }
        let is_there = self.has_ended && self.read.len() == whole;
        Ok(is_there.then(|| mem::take(&mut self.read).freeze()))
    }

    /// Reads a frame; ready once it has come, or nothing more comes.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Status>> {
        match ready!(http_body::Body::poll_frame(Pin::new(&mut self.inner), context)) {
            None => self.has_ended = true,
            Some(frame) => match frame?.into_data() {
                Ok(data) => self.read.extend_from_slice(&data),
                Err(frame) => {
                    self.trailers = frame.into_trailers().ok();
                    self.has_ended = true;
                }
            },
        }
        Poll::Ready(Ok(()))
    }

    /// Ready with what is to be handed on next; with nothing at the end.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Frame<Bytes>>, Status>> {
        loop {
            match &mut self.state {
                State::Ended => return Poll::Ready(Ok(self.trailers.take().map(Frame::trailers))),
                State::Preparing(prepared) => {
                    let prepared = ready!(prepared.as_mut().poll(context));
                    self.state = State::Reading;
                    return Poll::Ready(Ok(Some(Frame::data(prepared?))));
                }
                State::Reading => {
                    if let Some(message) = self.next_message()? {
                        self.state = State::Preparing(self.rules.clone().prepare(message));
                    } else if self.has_ended {
                        self.state = State::Ended;
                        if !self.read.is_empty() {
                            // tonic says that it ends too early.
                            return Poll::Ready(Ok(Some(Frame::data(mem::take(&mut self.read).freeze()))));
                        }
                    } else {
                        ready!(self.poll_read(context))?;
                    }
                }
            }
        }
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let next = ready!(self.poll_next(context));
        if next.is_err() {
            self.state = State::Ended;
            self.trailers = None;
        }
        Poll::Ready(next.transpose())
    }
}

impl Rules {
    /// Makes of a message with its prefix one that can be decoded without harm. One that is much longer once it is
    /// decompressed is decompressed in the background.
    fn prepare(self: Arc<Self>, message: Bytes) -> Prepared {
        let coding = match (message[0], self.coding) {
            (0, _) => None,
            (1, Some(coding)) => Some(coding),
            // tonic says what is wrong with it.
            _ => return Box::pin(std::future::ready(Ok(message))),
        };
        Box::pin(async move {
            let (message, size) = match coding {
                None => self.looked_over(message),
                Some(coding) => match self.decompressed(coding, &message, SHORT_BYTES.min(self.max_bytes)) {
                    Err(Undone::TooLarge) if self.max_bytes > SHORT_BYTES => {
                        let rules = self.clone();
                        in_background(move || {
                            let decompressed = rules.decompressed(coding, &message, rules.max_bytes);
                            rules.told(coding, decompressed).and_then(|message| rules.looked_over(message))
                        })
                        .await?
                    }
                    decompressed => {
                        self.told(coding, decompressed).and_then(|message| self.looked_over(message))
                    }
                },
            }?;
            self.hold(message.len() + size.bytes)?;
            paced(size.values).await;
            Ok(message)
        })
    }

    /// The message, and how large it is going to be.
    fn looked_over(&self, message: Bytes) -> Result<(Bytes, Size), Failure> {
        let size = look_over(self.method, &message[PREFIX_BYTES..], &self.limits);
        let size = size.map_err(|violation| Failure::Invalid(vec![violation]))?;
        Ok((message, size))
    }

    /// A message without its coding, at most `limit` bytes long. The call is charged for both.
    fn decompressed(&self, coding: ContentCoding, message: &[u8], limit: usize) -> Result<Bytes, Undone> {
        let mut decompressed = vec![0; PREFIX_BYTES];
        coding.decompress(&message[PREFIX_BYTES..], limit, &mut decompressed, |length| {
            self.hold(message.len() + length)
        })?;
        let length = u32::try_from(decompressed.len() - PREFIX_BYTES).map_err(|_| Undone::TooLarge)?;
        decompressed[1..PREFIX_BYTES].copy_from_slice(&length.to_be_bytes());
        Ok(decompressed.into())
    }

    fn told(&self, coding: ContentCoding, done: Result<Bytes, Undone>) -> Result<Bytes, Failure> {
        done.map_err(|undone| match undone {
            Undone::TooLarge => coding.too_large(self.max_bytes),
            Undone::Refused(failure) => failure,
            Undone::Wrong(why) => Failure::Malformed(format!("the request can't be decompressed: {why}")),
        })
    }

    fn hold(&self, bytes: usize) -> Result<(), Failure> {
        self.permit.as_ref().map_or(Ok(()), |permit| permit.hold(bytes))
    }
}
