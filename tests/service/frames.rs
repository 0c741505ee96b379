//! HTTP/2 frame by frame: for clients that don't keep to what was agreed, or not in the order in which others do.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::raw;
use crate::server::PATIENCE;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;

/// `END_STREAM` of HEADERS and DATA, ACK of PING.
pub(crate) const END: u8 = 1;

pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const ENHANCE_YOUR_CALM: u32 = 11;

/// What the server says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn ends_stream(&self) -> bool {
        matches!(self.kind, HEADERS | DATA) && self.flags & END != 0
    }

    /// The code of a GOAWAY: it comes after the last stream.
    pub(crate) fn goaway(&self) -> Option<u32> {
        let code = self.payload.get(4..8).and_then(|code| code.first_chunk());
        code.copied().map(u32::from_be_bytes).filter(|_| self.kind == GOAWAY)
    }
}

/// A frame of HTTP/2 (RFC 9113, 4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short");
    let head = [&length.to_be_bytes()[1..], &[kind, flags], &stream.to_be_bytes()];
    [&head.concat(), payload].concat()
}

/// The head of a call whose message is still to come: POST, http, a path, a content type, each as it is (RFC 7541, 6.2.2).
pub(crate) fn head(stream: u32, path: &str, content_type: &str) -> Vec<u8> {
    let literal = |name: &[u8], value: &str| {
        let length = u8::try_from(value.len()).ok().filter(|length| *length < 127).expect("it is short");
        [name, &[length], value.as_bytes()].concat()
    };
    let fields = [vec![0x83, 0x86], literal(&[0x04], path), literal(&[0x0f, 0x10], content_type)];
    frame(HEADERS, 4, stream, &fields.concat())
}

/// The head of a gRPC call of the claim service.
pub(crate) fn grpc_head(stream: u32, method: &str) -> Vec<u8> {
    head(stream, &format!("/ascribe.v1.ClaimService/{method}"), "application/grpc")
}

/// A message of a call, the last one.
pub(crate) fn message(stream: u32, message: &[u8]) -> Vec<u8> {
    frame(DATA, END, stream, &raw::framed(message, 0))
}

/// Odd ones are the client's.
pub(crate) fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}

/// A connection.
pub(crate) struct Frames {
    pub(crate) socket: TcpStream,
}

impl Frames {
    /// A connection on which the preface was sent.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.expect("the server listens");
        socket.set_nodelay(true).expect("it is open");
        let mut connection = Self { socket };
        // With room for all answers of a test.
        let window = frame(WINDOW_UPDATE, 0, 0, &(1_u32 << 30).to_be_bytes());
        connection.send(&[raw::PREFACE, &window].concat()).await;
        connection
    }

    /// Sends bytes; whether the server still takes them is to be seen in what it says.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let _ = self.socket.write_all(bytes).await;
    }

    /// The next frame; none once the server has closed the connection.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let read = async {
            let mut head = [0; 9];
            self.socket.read_exact(&mut head).await.ok()?;
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.socket.read_exact(&mut payload).await.ok()?;
            Some(Frame { kind, flags, stream: u32::from_be_bytes(stream), payload })
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the server says something in time")
    }

    /// Reads until a frame that is wanted comes; panics where the connection ends before.
    pub(crate) async fn until(&mut self, is_wanted: impl Fn(&Frame) -> bool) -> Frame {
        loop {
            let frame = self.next().await.expect("the connection goes on");
            assert!(frame.kind != GOAWAY || is_wanted(&frame), "{frame:?}");
            if is_wanted(&frame) {
                return frame;
            }
        }
    }

    /// Whether the server answers a PING after all that was sent before, or with which code it has ended the connection.
    pub(crate) async fn is_alive(&mut self) -> Result<(), u32> {
        self.send(&frame(PING, 0, 0, &[7; 8])).await;
        loop {
            let frame = self.next().await.expect("it says why it closes");
            if let Some(code) = frame.goaway() {
                return Err(code);
            }
            if frame.kind == PING && frame.flags == END && frame.payload == [7; 8] {
                return Ok(());
            }
        }
    }
}
