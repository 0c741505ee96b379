//! HTTP/1.1 by hand: one request, one answer.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back over HTTP/1.1.
pub(crate) struct Response {
    pub(crate) code: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// All that came back over a connection.
    pub(crate) fn parse(answer: &[u8]) -> Self {
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("it has a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("a head is text");
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("it has a code");
        Self { code, head, body: answer[end + 4..].to_vec() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn has(&self, header: &str) -> bool {
        self.head.lines().any(|line| line.eq_ignore_ascii_case(header))
    }
}

/// Sends a request, whose head lacks what every request has, and reads the answer until the connection is closed.
pub(crate) async fn send(address: SocketAddr, head: &str, body: &[u8]) -> Response {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    let length = body.len();
    let head = format!("{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.expect("it is sent");
    socket.write_all(body).await.expect("it is sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("it is answered");
    Response::parse(&answer)
}
