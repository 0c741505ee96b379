//! More connections than there are places: who gets one, who gives one up, and what those are told who get none.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use prost::Message;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::Code;

use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, reason, request};
use crate::{http1, raw, tls};

/// So short that a test waits for it, so long that nothing else passes it.
pub(crate) const SOON: Duration = Duration::from_millis(200);

/// Connections are idle at once, and nothing else closes them.
pub(crate) fn crowded(max_connections: usize) -> ConnectionConfig {
    ConnectionConfig {
        max_connections,
        idle_after: Duration::ZERO,
        silent_after: SOON / 4,
        place_timeout: PATIENCE,
        preface_timeout: PATIENCE * 2,
        handshake_timeout: PATIENCE * 2,
        ..ConnectionConfig::default()
    }
}

pub(crate) async fn server(engine: &Arc<Scripted>, connections: ConnectionConfig) -> Server {
    Server::start(engine.clone(), ServiceConfig { connections, ..one_worker() }).await
}

/// A connection with a call, and the code of its answer.
struct Busy {
    answered: tokio::task::JoinHandle<Code>,
    _sender: h2::client::SendRequest<bytes::Bytes>,
    _connection: raw::Task,
}

/// A connection with a call that ends when the engine is released.
async fn busy(server: &Server, engine: &Scripted) -> Busy {
    let (mut sender, connection) = raw::connect(server.address).await;
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    stream.send_data(raw::framed(&request("block").encode_to_vec(), 0).into(), true).expect("it is sent");
    // One text at a time is read: the others wait.
    eventually(|| engine.begun.load(Ordering::SeqCst) >= 1).await;
    let answered = tokio::spawn(async move { raw::whole(response).await.status().code() });
    Busy { answered, _sender: sender, _connection: connection }
}

/// A connection with HTTP/2 that had a call, and has none now; its task ends when the server closes it.
async fn idle(server: &Server) -> raw::Task {
    let (mut sender, connection) = raw::connect(server.address).await;
    let (response, mut stream) =
        sender.send_request(raw::post("GetExtractorInfo", &[]), false).expect("it is sent");
    stream.send_data(raw::framed(&[], 0).into(), true).expect("it is sent");
    assert_eq!(raw::whole(response).await.status().code(), Code::Ok);
    tokio::spawn(async move {
        let _sender = sender;
        connection.await.expect("it doesn't panic");
    })
}

const JSON: &str = "POST /v1/claims:extract HTTP/1.1\r\ncontent-type: application/json";

fn text() -> Vec<u8> {
    json!({ "document": { "text": "Ana Ruiz said it was late." } }).to_string().into_bytes()
}

#[tokio::test]
async fn a_client_waits_for_a_place_and_is_served() {
    let engine = Scripted::new();
    let server = server(&engine, crowded(1)).await;
    let busy = busy(&server, &engine).await;
    let mut waits = Box::pin(http1::send(server.address, JSON, b"{}"));
    assert!(timeout(SOON, &mut waits).await.is_err(), "the only place is taken");
    engine.release();
    drop(busy);
    let answer = timeout(PATIENCE, waits).await.expect("it is served in time");
    assert_eq!(answer.code, 400, "it was read: {}", answer.head);
}

#[tokio::test]
async fn a_client_without_a_place_is_told_why() {
    let engine = Scripted::new();
    let server = server(&engine, ConnectionConfig { place_timeout: SOON, ..crowded(1) }).await;
    let busy = busy(&server, &engine).await;
    for content_type in ["application/json", "application/grpc-web+proto"] {
        let head = format!("POST /v1/claims:extract HTTP/1.1\r\ncontent-type: {content_type}");
        let told = timeout(PATIENCE, http1::send(server.address, &head, &text())).await.expect("in time");
        assert_eq!(told.code, 503, "{content_type}");
        assert!(told.has("retry-after: 1"), "{}", told.head);
        let json = told.json();
        assert!(json["message"].as_str().is_some_and(|told| told.contains("max-connections")), "{json}");
        assert!(json["details"].to_string().contains("TOO_MANY_CONNECTIONS"), "{json}");
    }
    let told = raw::call(server.address, "GetExtractorInfo", &[], raw::framed(&[], 0)).await.status();
    assert_eq!((told.code(), reason(&told).as_str()), (Code::Unavailable, "TOO_MANY_CONNECTIONS"));
    // One that has nothing to ask yet is told by GOAWAY.
    let (sender, connection) = raw::connect(server.address).await;
    timeout(PATIENCE, connection).await.expect("it is closed in time").expect("it doesn't panic");
    assert!(sender.ready().await.is_err());
    drop(busy);
}

#[tokio::test]
async fn an_idle_connection_gives_its_place_to_a_new_one() {
    let engine = Scripted::new();
    let server = server(&engine, crowded(4)).await;
    let busy = busy(&server, &engine).await;
    let (oldest, newer) = (idle(&server).await, idle(&server).await);
    assert!(raw::is_served(server.address).await);
    timeout(PATIENCE, oldest).await.expect("it is closed in time").expect("it doesn't panic");
    engine.release();
    assert_eq!(busy.answered.await.expect("it ends"), Code::Ok, "the one with a call stayed");
    drop(newer);
}

#[tokio::test]
async fn peers_that_say_nothing_give_their_places_up() {
    let server = server(&Scripted::new(), crowded(1)).await;
    for said in [&b""[..], &raw::PREFACE[..20], b"GET / HTTP/1.1\r\nhost: localhost\r\nx: "] {
        let mut peer = TcpStream::connect(server.address).await.expect("the server listens");
        peer.write_all(said).await.expect("it is sent");
        assert!(raw::is_served(server.address).await);
        raw::closed(peer).await;
    }
}

#[tokio::test]
async fn peers_that_do_not_end_their_handshake_give_their_places_up() {
    let files = tls::Files::new(&tls::authority("one"), None);
    let config = ServiceConfig { connections: crowded(1), tls: Some(files.config.clone()), ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let silent = TcpStream::connect(server.address).await.expect("the server listens");
    let next = TcpStream::connect(server.address).await.expect("the server listens");
    raw::closed(silent).await;
    drop(next);
}

/// Asks over HTTP/1.1, and keeps the connection; the beginning of the answer.
async fn ask(address: SocketAddr) -> (TcpStream, [u8; 12]) {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    let body = text();
    let head = format!("{JSON}\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
    socket.write_all(&[head.as_bytes(), &body].concat()).await.expect("it is sent");
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.expect("it is answered");
    (socket, first)
}

/// As a browser or Node.js does: all at once, and none is closed by its client.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_clients_is_answered() {
    let config = ConnectionConfig { silent_after: PATIENCE, ..crowded(16) };
    let server = server(&Scripted::new(), config).await;
    let asked: Vec<_> = (0..40).map(|_| tokio::spawn(ask(server.address))).collect();
    let mut kept = Vec::new();
    for asked in asked {
        let (socket, first) = timeout(PATIENCE, asked).await.expect("in time").expect("it doesn't panic");
        assert_eq!(&first, b"HTTP/1.1 200");
        kept.push(socket);
    }
}

#[tokio::test]
async fn the_more_connections_a_peer_has_the_fewer_calls_a_further_one_may_have_open() {
    let server = Server::start(Scripted::new(), one_worker()).await;
    let mut open = Vec::new();
    let mut streams = Vec::new();
    for _ in 0..128 {
        let (mut sender, connection) = raw::connect(server.address).await;
        // An answer comes after the settings.
        let (response, _) =
            sender.send_request(raw::post("GetExtractorInfo", &[]), true).expect("it is sent");
        response.await.expect("it is answered");
        streams.push(sender.current_max_send_streams());
        open.push((sender, connection));
    }
    assert_eq!((streams[0], streams[31], streams[63], streams[127]), (128, 128, 64, 32));
}
