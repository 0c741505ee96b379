//! gRPC by hand over HTTP/2: what tonic's own client would not send, or would answer by itself.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::server::PATIENCE;

/// The task in which a connection runs.
pub(crate) type Task = tokio::task::JoinHandle<()>;

/// What came back.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) headers: HeaderMap,
    pub(crate) trailers: HeaderMap,
    /// With its prefix.
    pub(crate) message: Vec<u8>,
}

impl RawAnswer {
    /// The status, wherever it stands.
    pub(crate) fn status(&self) -> tonic::Status {
        let status = tonic::Status::from_header_map(&self.trailers);
        status.or_else(|| tonic::Status::from_header_map(&self.headers)).expect("every answer has a status")
    }
}

/// A message with its gRPC prefix.
pub(crate) fn framed(message: &[u8], is_compressed: u8) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message");
    [&[is_compressed], &length.to_be_bytes()[..], message].concat()
}

/// Calls a method with these headers and this body, and waits for all of the answer.
pub(crate) async fn call(
    address: SocketAddr,
    method: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> RawAnswer {
    let (mut sender, _connection) = connect(address).await;
    let (response, mut stream) =
        sender.send_request(post(method, headers), false).expect("the request is sent");
    stream.send_data(body.into(), true).expect("the body is sent");
    tokio::time::timeout(PATIENCE, whole(response)).await.expect("the answer comes in time")
}

/// All of an answer.
pub(crate) async fn whole(response: ResponseFuture) -> RawAnswer {
    let (parts, mut body) = response.await.expect("an answer").into_parts();
    let mut message = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.expect("the body comes whole");
        body.flow_control().release_capacity(chunk.len()).expect("the chunk was counted");
        message.extend_from_slice(&chunk);
    }
    let trailers = body.trailers().await.expect("the trailers come whole").unwrap_or_default();
    RawAnswer { headers: parts.headers, trailers, message }
}

/// A connection; it lives as long as its task, which ends with the test.
pub(crate) async fn connect(address: SocketAddr) -> (SendRequest<Bytes>, Task) {
    let socket = TcpStream::connect(address).await.expect("the server listens");
    handshake(socket, &h2::client::Builder::new()).await.expect("the server speaks HTTP/2")
}

/// HTTP/2 over a socket, with settings of one's own. The connection's task ends when it does.
pub(crate) async fn handshake(
    socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    settings: &h2::client::Builder,
) -> Result<(SendRequest<Bytes>, Task), h2::Error> {
    let (sender, connection) = settings.handshake(socket).await?;
    let task = tokio::spawn(async move {
        // How the connection ends is for the calls on it to judge.
        let _ = connection.await;
    });
    Ok((sender.ready().await?, task))
}

/// Whether a call on a connection of its own is answered with success.
pub(crate) async fn is_served(address: SocketAddr) -> bool {
    let asked = async {
        let socket = TcpStream::connect(address).await.expect("the server listens");
        let (mut sender, _connection) = handshake(socket, &h2::client::Builder::new()).await?;
        let (response, mut stream) = sender.send_request(post("GetExtractorInfo", &[]), false)?;
        stream.send_data(framed(&[], 0).into(), true)?;
        let mut answer = response.await?.into_body();
        while let Some(chunk) = answer.data().await {
            answer.flow_control().release_capacity(chunk?.len())?;
        }
        answer.trailers().await
    };
    // Where it fails at once, its status stands in the headers.
    let trailers = asked.await.ok().flatten();
    trailers.is_some_and(|trailers| trailers.get("grpc-status").is_some_and(|code| code == "0"))
}

/// The head of a call of the claim service.
pub(crate) fn post(method: &str, headers: &[(&str, &str)]) -> Request<()> {
    post_to(&format!("/ascribe.v1.ClaimService/{method}"), headers)
}

/// The head of a call.
pub(crate) fn post_to(path: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::post(format!("http://localhost{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("valid headers")
}

/// What a client of HTTP/2 says first, with settings that are all default.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Waits until the server has closed a connection, whatever it says before.
pub(crate) async fn closed(mut socket: TcpStream) {
    let reading = async {
        let mut bytes = [0; 1024];
        while !matches!(socket.read(&mut bytes).await, Ok(0) | Err(_)) {}
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the server closes it in time");
}

/// Says `bytes` on a connection of their own, and waits until the server has closed it.
pub(crate) async fn closed_after(address: SocketAddr, bytes: &[u8]) {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    socket.write_all(bytes).await.expect("they are sent");
    closed(socket).await;
}

/// A socket that can go deaf: nothing is read from it any more, though it stays open.
pub(crate) struct Deaf {
    socket: TcpStream,
    is_deaf: Arc<AtomicBool>,
}

impl Deaf {
    pub(crate) fn new(socket: TcpStream) -> (Self, Arc<AtomicBool>) {
        let is_deaf = Arc::new(AtomicBool::new(false));
        (Self { socket, is_deaf: is_deaf.clone() }, is_deaf)
    }
}

impl AsyncRead for Deaf {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_deaf.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for Deaf {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
