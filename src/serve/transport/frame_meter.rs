//! Follows the frames of an HTTP/2 connection in both directions, and ends it when its peer keeps it busy with nothing.
//!
//! Frames that carry nothing of a call cost their sender as little as they cost the server, and their sender may have
//! many machines. So they are counted: control frames without a HEADERS or DATA frame in between, and DATA frames of a
//! few bytes. What a client does in earnest is far from the limits, which forget with time. The meter also knows which
//! answers aren't sent yet: what a call has handed on may still wait for room in the peer's window.

use std::collections::HashSet;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::linger::Linger;

/// More frames of a kind than this, and the peer is disconnected.
const MOST_FRAMES: f64 = 10_000.0;

/// So long it takes to forget as many.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(10);

/// A DATA frame that is shorter is tiny: what begins a message of gRPC has 5 bytes alone. Some clients send those in a
/// frame of their own, so each longer one makes up for one.
const TINY: usize = 8;

/// Each call makes up for this many: one with an empty message has one or two.
const TINY_FRAMES_OF_A_CALL: f64 = 8.0;

/// The length of what stands before each frame's payload.
const HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const ENHANCE_YOUR_CALM: u32 = 11;

/// What stands before a frame's payload (RFC 9113, 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FrameHead {
    length: usize,
    kind: u8,
    flags: u8,
    stream: u32,
}

impl FrameHead {
    fn of(bytes: [u8; HEAD]) -> Self {
        let [a, b, c, kind, flags, stream @ ..] = bytes;
        Self {
            length: usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c),
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & 0x7fff_ffff,
        }
    }

    const fn ends_stream(self) -> bool {
        matches!(self.kind, DATA | HEADERS) && self.flags & END_STREAM != 0
    }
}

/// Finds the frames in a flow of bytes that comes in pieces of any size.
#[derive(Default)]
struct Frames {
    head: [u8; HEAD],
    head_bytes: usize,
    /// The bytes of a payload that are still to come.
    missing: usize,
}

impl Frames {
    /// Takes the next piece, and tells of each frame whose head is complete.
    fn take(&mut self, mut piece: &[u8], mut seen: impl FnMut(FrameHead)) {
        while !piece.is_empty() {
            if self.missing > 0 {
                let taken = self.missing.min(piece.len());
                self.missing -= taken;
                piece = &piece[taken..];
                continue;
            }
            let taken = (HEAD - self.head_bytes).min(piece.len());
            self.head[self.head_bytes..][..taken].copy_from_slice(&piece[..taken]);
            self.head_bytes += taken;
            piece = &piece[taken..];
            if self.head_bytes == HEAD {
                let head = FrameHead::of(self.head);
                (self.head_bytes, self.missing) = (0, head.length);
                seen(head);
            }
        }
    }

    /// Whether the last frame is complete, so that another can follow.
    const fn is_at_border(&self) -> bool {
        self.head_bytes == 0 && self.missing == 0
    }
}

/// What the peer did that led to nothing.
struct Idling {
    control_frames: f64,
    tiny_frames: f64,
    counted_at: Instant,
}

impl Idling {
    fn new() -> Self {
        Self { control_frames: 0.0, tiny_frames: 0.0, counted_at: Instant::now() }
    }

    /// Forgets what is long ago.
    fn forget(&mut self, now: Instant) {
        let passed = now.duration_since(self.counted_at).as_secs_f64();
        self.counted_at = now;
        let forgotten = MOST_FRAMES * passed / FORGOTTEN_AFTER.as_secs_f64();
        for count in [&mut self.control_frames, &mut self.tiny_frames] {
            *count = (*count - forgotten).max(0.0);
        }
    }

    fn received(&mut self, frame: FrameHead) {
        let is_tiny = frame.kind == DATA && frame.length < TINY && !frame.ends_stream();
        match frame.kind {
            DATA if is_tiny => self.tiny_frames += 1.0,
            DATA => self.tiny_frames = (self.tiny_frames - 1.0).max(0.0),
            HEADERS => self.tiny_frames = (self.tiny_frames - TINY_FRAMES_OF_A_CALL).max(0.0),
            // The end of the headers is HTTP/2's to wait for.
            CONTINUATION => {}
            _ => self.control_frames += 1.0,
        }
        self.carried(frame);
    }

    /// Notes a frame in either direction.
    fn carried(&mut self, frame: FrameHead) {
        if matches!(frame.kind, DATA | HEADERS) {
            self.control_frames = 0.0;
        }
    }

    fn is_too_much(&self) -> bool {
        self.control_frames > MOST_FRAMES || self.tiny_frames > MOST_FRAMES
    }
}

/// How many calls of a connection have an answer that isn't sent to its end. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct UnsentAnswers(Arc<AtomicUsize>);

impl UnsentAnswers {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The calls that are open.
#[derive(Default)]
struct Open {
    streams: HashSet<u32>,
    /// The last one that was begun.
    last: u32,
    count: UnsentAnswers,
}

impl Open {
    fn received(&mut self, frame: FrameHead) {
        match frame.kind {
            // Trailers come in such frames too, and half a head is no call yet.
            HEADERS | CONTINUATION if frame.flags & END_HEADERS != 0 && frame.stream > self.last => {
                self.last = frame.stream;
                self.streams.insert(frame.stream);
            }
            RST_STREAM => {
                self.streams.remove(&frame.stream);
            }
            _ => return,
        }
        self.tell();
    }

    fn sent(&mut self, frame: FrameHead) {
        if (frame.ends_stream() || frame.kind == RST_STREAM) && self.streams.remove(&frame.stream) {
            self.tell();
        }
    }

    fn tell(&self) {
        self.count.0.store(self.streams.len(), Ordering::Relaxed);
    }
}

/// A socket over which HTTP/2 is spoken; the client's preface was read from it.
pub(super) struct FrameMeter<S> {
    socket: S,
    received: Frames,
    sent: Frames,
    idling: Idling,
    open: Open,
    /// While the peer is being disconnected.
    end: Option<Linger>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> FrameMeter<S> {
    pub(super) fn new(socket: S) -> Self {
        Self {
            socket,
            received: Frames::default(),
            sent: Frames::default(),
            idling: Idling::new(),
            open: Open::default(),
            end: None,
        }
    }

    pub(super) fn unsent_answers(&self) -> UnsentAnswers {
        self.open.count.clone()
    }

    fn note_received(&mut self, piece: &[u8]) {
        let Self { received, idling, open, .. } = self;
        idling.forget(Instant::now());
        received.take(piece, |frame| {
            idling.received(frame);
            open.received(frame);
        });
    }

    fn note_sent(&mut self, piece: &[u8]) {
        let Self { sent, idling, open, .. } = self;
        sent.take(piece, |frame| {
            idling.carried(frame);
            open.sent(frame);
        });
    }

    /// Tells the peer why the connection ends, where that can be told: in between of two frames, if there is room.
    fn say_goodbye(&mut self, context: &mut Context<'_>) -> Linger {
        if self.sent.is_at_border() {
            let payload = [self.open.last.to_be_bytes(), ENHANCE_YOUR_CALM.to_be_bytes()].concat();
            let goaway = [&[0, 0, 8, GOAWAY, 0, 0, 0, 0, 0], &payload[..]].concat();
            let _ = Pin::new(&mut self.socket).poll_write(context, &goaway);
        }
        let _ = Pin::new(&mut self.socket).poll_shutdown(context);
        Linger::begin()
    }

    /// Ready with the error that the connection ends with.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.end.is_none() {
            self.end = Some(self.say_goodbye(context));
        }
        if let Some(end) = &mut self.end {
            ready!(end.poll(Pin::new(&mut self.socket), context));
        }
        Poll::Ready(io::Error::other("the peer sent more frames that carry nothing than it may"))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for FrameMeter<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.idling.is_too_much() {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.socket).poll_read(context, buffer))?;
            this.note_received(&buffer.filled()[before..]);
        }
        if !this.idling.is_too_much() {
            return Poll::Ready(Ok(()));
        }
        this.poll_end(context).map(Err)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for FrameMeter<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.socket).poll_write(context, bytes))?;
        this.note_sent(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.socket).poll_write_vectored(context, slices))?;
        let mut left = written;
        for slice in slices {
            let taken = left.min(slice.len());
            this.note_sent(&slice[..taken]);
            left -= taken;
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: u8 = 6;

    fn head(length: usize, kind: u8, flags: u8, stream: u32) -> FrameHead {
        FrameHead { length, kind, flags, stream }
    }

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let flow = [
            &[0, 0, 2, HEADERS, 4, 0, 0, 0, 1, 7, 7][..],
            &[0, 0, 0, DATA, END_STREAM, 0, 0, 0, 1],
            &[0, 1, 0, DATA, 0, 0x80, 0, 1, 3],
            &[9; 256],
        ];
        let flow = flow.concat();
        for size in 1..flow.len() {
            let (mut frames, mut found) = (Frames::default(), Vec::new());
            for piece in flow.chunks(size) {
                frames.take(piece, |head| found.push(head));
            }
            let expected = [head(2, HEADERS, 4, 1), head(0, DATA, END_STREAM, 1), head(256, DATA, 0, 259)];
            assert_eq!(found, expected, "in pieces of {size}");
            assert!(frames.is_at_border());
        }
    }

    fn after(frames: impl IntoIterator<Item = FrameHead>) -> Idling {
        let mut idling = Idling::new();
        for frame in frames {
            idling.received(frame);
        }
        idling
    }

    #[test]
    fn frames_that_carry_nothing_are_counted_until_one_does() {
        let pings = |count| std::iter::repeat_n(head(8, PING, 0, 0), count);
        assert!(!after(pings(10_000)).is_too_much());
        assert!(after(pings(10_001)).is_too_much());
        let with_a_call = pings(9_000).chain([head(9, HEADERS, 4, 1)]).chain(pings(9_000));
        assert!(!after(with_a_call).is_too_much());
        let tiny = |length, count| std::iter::repeat_n(head(length, DATA, 0, 1), count);
        assert!(after(tiny(1, 10_001)).is_too_much());
        assert!(!after(tiny(TINY, 100_000)).is_too_much());
        let prefixes_and_messages = (0..100_000).map(|n| head(if n % 2 == 0 { 5 } else { 40 }, DATA, 0, 1));
        assert!(!after(prefixes_and_messages).is_too_much());
        let empty_calls =
            (0..100_000).map(|n| if n % 2 == 0 { head(9, HEADERS, 4, n) } else { head(5, DATA, 0, n) });
        assert!(!after(empty_calls).is_too_much());
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let mut idling = after(std::iter::repeat_n(head(8, PING, 0, 0), 9_000));
        idling.forget(idling.counted_at + FORGOTTEN_AFTER / 2);
        assert!((idling.control_frames - 4_000.0).abs() < 1.0);
    }

    #[test]
    fn answers_are_unsent_until_their_streams_end() {
        let mut open = Open::default();
        for stream in [1, 3] {
            open.received(head(9, HEADERS, END_HEADERS, stream));
        }
        open.received(head(9, HEADERS, 0, 5));
        assert_eq!(open.count.count(), 2);
        open.received(head(9, CONTINUATION, END_HEADERS, 5));
        open.received(head(9, HEADERS, END_HEADERS | END_STREAM, 1));
        open.sent(head(9, HEADERS, END_HEADERS, 1));
        assert_eq!(open.count.count(), 3);
        open.sent(head(9, HEADERS, END_HEADERS | END_STREAM, 1));
        open.received(head(4, RST_STREAM, 0, 3));
        open.sent(head(0, DATA, END_STREAM, 5));
        assert_eq!(open.count.count(), 0);
    }
}
