//! More connections than there are places: who gets one, who gives one up, and what those are told who get none.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use prost::Message;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tonic::Code;

use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, reason, request};
use crate::{http1, raw};

/// So short that a test waits for it, so long that nothing else passes it.
const SOON: Duration = Duration::from_millis(200);

/// Connections are idle at once, and nothing else closes them.
fn crowded(max_connections: usize) -> ConnectionConfig {
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

async fn server(engine: &Arc<Scripted>, connections: ConnectionConfig) -> Server {
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
        assert_eq!(json["details"][0]["reason"], "TOO_MANY_CONNECTIONS");
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
    let server = server(&Scripted::new(), crowded(4)).await;
    let mut peers = Vec::new();
    for said in [&b""[..], &raw::PREFACE[..20], b"GET / HTTP/1.1\r\nhost: localhost\r\nx: "] {
        let mut peer = TcpStream::connect(server.address).await.expect("the server listens");
        peer.write_all(said).await.expect("it is sent");
        peers.push(peer);
    }
    for _ in 0..3 {
        assert!(raw::is_served(server.address).await);
    }
    for peer in peers {
        raw::closed(peer).await;
    }
}

/// As a browser or Node.js does: all at once, and none is closed by its client.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_clients_is_answered() {
    let server = server(&Scripted::new(), crowded(16)).await;
    let address = server.address;
    let ask = async move || {
        let mut socket = TcpStream::connect(address).await.expect("the server listens");
        let body = text();
        let head = format!("{JSON}\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
        socket.write_all(&[head.as_bytes(), &body].concat()).await.expect("it is sent");
        let mut first = [0; 12];
        socket.read_exact(&mut first).await.expect("it is answered");
        (socket, first)
    };
    let asked: Vec<_> = (0..40).map(|_| tokio::spawn(ask())).collect();
    let mut kept = Vec::new();
    for asked in asked {
        let (socket, first) = timeout(PATIENCE, asked).await.expect("in time").expect("it doesn't panic");
        assert_eq!(&first, b"HTTP/1.1 200");
        kept.push(socket);
    }
}

/// A connection from another address of this machine, which only Linux has without being told to.
async fn from(last: u8, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into()).expect("it is the loopback's");
    socket.connect(address).await.expect("the server listens")
}

/// Whether the server answers over this connection.
async fn is_answered(mut socket: TcpStream) -> bool {
    let head = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut answer = String::new();
    let asked = async {
        socket.write_all(head.as_bytes()).await?;
        socket.read_to_string(&mut answer).await
    };
    timeout(PATIENCE, asked).await.expect("it ends in time").is_ok() && answer.starts_with("HTTP/1.1 200 ")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_address_leaves_places_to_others() {
    let never = PATIENCE * 2;
    let config = ConnectionConfig { idle_after: never, silent_after: never, ..crowded(8) };
    let server = server(&Scripted::new(), ConnectionConfig { place_timeout: SOON, ..config }).await;
    let mut held = Vec::new();
    for _ in 0..6 {
        held.push(raw::connect(server.address).await);
    }
    let told = raw::call(server.address, "GetExtractorInfo", &[], raw::framed(&[], 0)).await.status();
    assert_eq!(told.code(), Code::Unavailable);
    assert!(told.message().starts_with("your address"), "{}", told.message());
    assert!(is_answered(from(2, server.address).await).await);
    for (sender, _) in held {
        assert!(sender.ready().await.is_ok(), "no other lost its connection");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_holds_most_gives_way_to_who_holds_less() {
    let server = server(&Scripted::new(), crowded(8)).await;
    // They have no call yet, so that none of them gives way to the next.
    let mut most = Vec::new();
    for _ in 0..6 {
        most.push(raw::connect(server.address).await);
    }
    let few = from(2, server.address).await;
    tokio::time::sleep(SOON).await;
    for last in 3..6 {
        assert!(is_answered(from(last, server.address).await).await);
    }
    let mut left = 0;
    for (sender, _) in &most {
        left += u32::from(sender.clone().ready().await.is_ok());
    }
    assert!(left < 6, "some of the address that held most are gone");
    assert!(is_answered(few).await, "but not the only one of another");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_trusted_proxy_may_have_all_connections_but_a_few() {
    let never = PATIENCE * 2;
    let config = ConnectionConfig {
        idle_after: never,
        silent_after: never,
        place_timeout: SOON,
        trusted_proxies: vec!["127.0.0.2/32".parse().expect("a network")],
        ..crowded(32)
    };
    let server = server(&Scripted::new(), config).await;
    let mut held = Vec::new();
    for _ in 0..29 {
        held.push(from(2, server.address).await);
    }
    assert!(is_answered(from(2, server.address).await).await, "three quarters are no limit for it");
    held.push(from(2, server.address).await);
    assert!(!is_answered(from(2, server.address).await).await);
    assert!(is_answered(from(3, server.address).await).await, "others find one");
}
