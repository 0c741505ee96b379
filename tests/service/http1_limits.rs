//! What HTTP/1.1 may cost: long heads, answers that nobody reads.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::ServiceConfig;
use prost::Message;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, request};

/// The first line of the answer to a request without a body, after which the connection is closed.
async fn first_line(address: SocketAddr, headers: &str) -> String {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    let head = format!("GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    socket.write_all(head.as_bytes()).await.expect("it is read");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    read.expect("it is closed in time").expect("it is answered");
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn heads_are_no_longer_than_over_http2() {
    let server = Server::scripted(&Scripted::new()).await;
    let long = |length| format!("x-long: {}\r\n", "x".repeat(length));
    let many = |count| (0..count).map(|n| format!("x-{n}: x\r\n")).collect::<Vec<_>>().concat();
    for (headers, code) in [
        (long(15 << 10), "200"),
        (many(90), "200"),
        (long(17 << 10), "431"),
        (long(300 << 10), "431"),
        (many(110), "431"),
    ] {
        let line = first_line(server.address, &headers).await;
        assert!(line.starts_with(&format!("HTTP/1.1 {code}")), "{line} after {} bytes", headers.len());
    }
}

/// A call whose answer fills every buffer on its way.
const LONG_ANSWER: usize = 300;

fn long_text() -> String {
    format!("claims {LONG_ANSWER} {}", "x".repeat(10_000))
}

/// Sends a request, of whose answer the socket takes little.
async fn unread(address: SocketAddr, head: &str, body: &[u8]) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("it is open");
    let mut socket = socket.connect(address).await.expect("the server listens");
    let head = format!("POST {head}\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
    socket.write_all(head.as_bytes()).await.expect("it is sent");
    socket.write_all(body).await.expect("it is sent");
    socket
}

#[tokio::test]
async fn answers_that_nobody_reads_end_with_their_calls_time() {
    let max_call_duration = Duration::from_millis(300);
    let config = ServiceConfig { max_in_flight: 2, max_call_duration, ..one_worker() };
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), config).await;
    let json = json!({"document": {"text": long_text()}}).to_string();
    let head = "/v1/claims:extract HTTP/1.1\r\ncontent-type: application/json";
    let _as_json = unread(server.address, head, json.as_bytes()).await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let message = raw::framed(&request(&long_text()).encode_to_vec(), 0);
    let head = "/ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc-web+proto";
    let _as_grpc_web = unread(server.address, head, &message).await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    // Both places are taken.
    let mut client = server.client().await;
    let answered = async {
        while client.extract_claims(request("x")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("their places are given up");
}

#[tokio::test]
async fn a_connection_outlives_the_time_of_calls_whose_answers_were_read() {
    let max_call_duration = Duration::from_millis(300);
    let server = Server::start(Scripted::new(), ServiceConfig { max_call_duration, ..one_worker() }).await;
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    let body = json!({"document": {"text": "x"}}).to_string();
    let head = "POST /v1/claims:extract HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    let sent = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for _ in 0..3 {
        socket.write_all(sent.as_bytes()).await.expect("it is open");
        let mut answer = vec![0; 64 << 10];
        let length = socket.read(&mut answer).await.expect("it is answered");
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
        tokio::time::sleep(max_call_duration * 2).await;
    }
}
