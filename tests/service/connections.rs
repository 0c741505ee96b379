//! What a connection may do and how long it lives: stages with a limit each, age, cap.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, request};

/// So short that a test waits for it, so long that nothing else passes it.
const SOON: Duration = Duration::from_millis(300);

async fn server(engine: &std::sync::Arc<Scripted>, connections: ConnectionConfig) -> Server {
    Server::start(engine.clone(), ServiceConfig { connections, ..one_worker() }).await
}

#[tokio::test]
async fn a_peer_that_does_not_begin_with_http2_in_time_is_dropped() {
    let config = ConnectionConfig { preface_timeout: SOON, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let silent = TcpStream::connect(server.address).await.expect("the server listens");
    let mut slow = TcpStream::connect(server.address).await.expect("the server listens");
    slow.write_all(&raw::PREFACE[..23]).await.expect("it is sent");
    raw::closed(silent).await;
    raw::closed(slow).await;
    // One that begins and then has nothing to ask is kept.
    let (sender, _connection) = raw::connect(server.address).await;
    tokio::time::sleep(SOON * 2).await;
    assert!(sender.ready().await.is_ok());
}

#[tokio::test]
async fn a_peer_that_speaks_something_else_is_dropped() {
    let server = Server::scripted(&Scripted::new()).await;
    raw::closed_after(server.address, b"SSH-2.0-something else\r\n\r\n").await;
}

/// Headers that begin and never end can't be answered, but neither can a ping in the middle of them.
#[tokio::test]
async fn a_peer_that_shows_no_sign_of_life_is_dropped() {
    let config =
        ConnectionConfig { keepalive_interval: SOON, keepalive_timeout: SOON, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let mut idle = TcpStream::connect(server.address).await.expect("the server listens");
    idle.write_all(raw::PREFACE).await.expect("it is sent");
    let mut slow = TcpStream::connect(server.address).await.expect("the server listens");
    slow.write_all(raw::PREFACE).await.expect("it is sent");
    // HEADERS of stream 1, one byte, without END_HEADERS: ":method: POST".
    slow.write_all(&[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]).await.expect("it is sent");
    raw::closed(idle).await;
    raw::closed(slow).await;
    let (sender, _connection) = raw::connect(server.address).await;
    tokio::time::sleep(SOON * 3).await;
    assert!(sender.ready().await.is_ok(), "one that answers pings is kept");
}

#[tokio::test]
async fn connections_over_the_cap_are_closed_in_time() {
    let (place_timeout, silent_after) = (SOON, PATIENCE);
    let config =
        ConnectionConfig { max_connections: 2, place_timeout, silent_after, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let (first, first_task) = raw::connect(server.address).await;
    let (second, _second_task) = raw::connect(server.address).await;
    raw::closed_after(server.address, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(first.clone().ready().await.is_ok() && second.ready().await.is_ok());
    drop(first);
    tokio::time::timeout(PATIENCE, first_task).await.expect("it closes in time").expect("it ends");
    let again = async {
        while !raw::is_served(server.address).await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("the place is free again");
}

#[tokio::test]
async fn a_peer_is_told_how_many_calls_it_may_have_open() {
    let config = ConnectionConfig { max_concurrent_streams: 7, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let socket = TcpStream::connect(server.address).await.expect("the server listens");
    let mut settings = h2::client::Builder::new();
    settings.initial_max_send_streams(1);
    let (sender, _connection) = raw::handshake(socket, &settings).await.expect("HTTP/2");
    eventually(|| sender.current_max_send_streams() == 7).await;
}

#[tokio::test]
async fn headers_over_the_limit_are_refused() {
    let config = ConnectionConfig { max_header_list_bytes: 4096, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let (mut sender, _connection) = raw::connect(server.address).await;
    let long = "x".repeat(5000);
    let head = raw::post("ExtractClaims", &[("x-long", &long)]);
    let (response, _body) = sender.send_request(head, false).expect("it is sent");
    let refused = tokio::time::timeout(PATIENCE, response).await.expect("it is answered in time");
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431));
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
}

/// Calls in flight are answered, new ones find no connection.
#[tokio::test]
async fn an_old_connection_is_closed_without_cutting_calls() {
    let engine = Scripted::new();
    let config = ConnectionConfig { max_age: Some(SOON), ..ConnectionConfig::default() };
    let server = server(&engine, config).await;
    let (mut sender, connection) = raw::connect(server.address).await;
    let body = raw::framed(&request("block").encode_to_vec(), 0);
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    stream.send_data(body.into(), true).expect("it is sent");
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let told = async {
        while sender.clone().ready().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("GOAWAY comes in time");
    engine.release();
    assert_eq!(raw::whole(response).await.status().code(), Code::Ok);
    tokio::time::timeout(PATIENCE, connection).await.expect("it is closed in time").expect("it ends");
}

#[tokio::test]
async fn calls_on_an_old_connection_are_cut_after_the_grace() {
    let engine = Scripted::new();
    let config = ConnectionConfig { max_age: Some(SOON), age_grace: SOON, ..ConnectionConfig::default() };
    let server = server(&engine, config).await;
    let (mut sender, connection) = raw::connect(server.address).await;
    let body = raw::framed(&request("block").encode_to_vec(), 0);
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    stream.send_data(body.into(), true).expect("it is sent");
    let cut = tokio::time::timeout(PATIENCE, response).await.expect("it ends in time");
    assert!(cut.is_err());
    tokio::time::timeout(PATIENCE, connection).await.expect("it is closed in time").expect("it ends");
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// A frame of HTTP/2 (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short");
    let head = [&length.to_be_bytes()[1..], &[kind, flags], &stream.to_be_bytes()];
    [&head.concat(), payload].concat()
}

/// Sends frames after the preface, all at once, then asks for a sign of life. The code of the server's GOAWAY; none where
/// it answers.
async fn goaway_after(server: &Server, frames: &[Vec<u8>]) -> Option<u32> {
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    let ping = frame(PING, 0, 0, &[7; 8]);
    let sent = [raw::PREFACE.to_vec(), frame(SETTINGS, 0, 0, &[]), frames.concat(), ping].concat();
    socket.write_all(&sent).await.expect("it is sent");
    let told = async {
        loop {
            let mut head = [0; 9];
            socket.read_exact(&mut head).await.expect("it says why it closes");
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            socket.read_exact(&mut payload).await.expect("a frame is whole");
            match (head[3], head[4]) {
                // After the last stream comes the code.
                (GOAWAY, _) => break payload[4..].first_chunk().copied().map(u32::from_be_bytes),
                (PING, 1) if payload == [7; 8] => break None,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("it is told in time")
}

/// Odd ones are the client's.
fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}

#[tokio::test]
async fn a_peer_that_takes_back_more_calls_than_it_may_is_disconnected() {
    let config = ConnectionConfig { max_pending_resets: 5, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    let begun_and_taken_back = |count| -> Vec<Vec<u8>> {
        // POST http / by the static table of HPACK (RFC 7541, appendix A); the end of the headers.
        let begin = |stream| frame(HEADERS, 4, stream, &[0x83, 0x86, 0x84]);
        let cancel = |stream| frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes());
        streams(count).map(|stream| [begin(stream), cancel(stream)].concat()).collect()
    };
    assert_eq!(goaway_after(&server, &begun_and_taken_back(5)).await, None);
    assert_eq!(goaway_after(&server, &begun_and_taken_back(15)).await, Some(ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn a_peer_that_makes_more_mistakes_than_it_may_is_disconnected() {
    let config = ConnectionConfig { max_stream_errors: 5, ..ConnectionConfig::default() };
    let server = server(&Scripted::new(), config).await;
    // No method, no path: malformed, which ends that call alone.
    let mistakes =
        |count| -> Vec<_> { streams(count).map(|stream| frame(HEADERS, 5, stream, &[0x86])).collect() };
    assert_eq!(goaway_after(&server, &mistakes(5)).await, None);
    assert_eq!(goaway_after(&server, &mistakes(15)).await, Some(ENHANCE_YOUR_CALM));
}
