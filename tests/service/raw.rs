//! gRPC by hand over HTTP/2: what tonic's own client would not send, or would answer by itself.

use std::net::SocketAddr;

use h2::client::SendRequest;
use http::{HeaderMap, Request};
use tokio::net::TcpStream;

use crate::server::PATIENCE;

/// What came back, but for the messages.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) headers: HeaderMap,
    pub(crate) trailers: HeaderMap,
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
    let answered = async {
        let (parts, mut body) = response.await.expect("an answer").into_parts();
        while let Some(chunk) = body.data().await {
            let chunk = chunk.expect("the body comes whole");
            body.flow_control().release_capacity(chunk.len()).expect("the chunk was counted");
        }
        let trailers = body.trailers().await.expect("the trailers come whole").unwrap_or_default();
        RawAnswer { headers: parts.headers, trailers }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("the answer comes in time")
}

/// A connection; it lives as long as its task, which ends with the test.
pub(crate) async fn connect(address: SocketAddr) -> (SendRequest<bytes::Bytes>, tokio::task::JoinHandle<()>) {
    let socket = TcpStream::connect(address).await.expect("the server listens");
    let (sender, connection) = h2::client::handshake(socket).await.expect("the server speaks HTTP/2");
    let task = tokio::spawn(async move {
        // How the connection ends is for the calls on it to judge.
        let _ = connection.await;
    });
    (sender.ready().await.expect("the connection is up"), task)
}

/// The head of a call.
pub(crate) fn post(method: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::post(format!("http://localhost/ascribe.v1.ClaimService/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("valid headers")
}
