//! Peers that do harm: that don't read, that reset what they began.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use h2::Reason;
use prost::Message;
use tokio::net::TcpStream;
use tonic::Code;

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, request};

const SOON: Duration = Duration::from_millis(300);

/// A text whose answer has about 4 MB.
fn large() -> Vec<u8> {
    raw::framed(&request(&format!("claims 400 {}", "x".repeat(10_000))).encode_to_vec(), 0)
}

/// Asks for a large answer and reads only its beginning, as much as comes by itself.
async fn read_only_the_beginning(server: &Server, headers: &[(&str, &str)]) -> Unread {
    let (mut sender, connection) = raw::connect(server.address).await;
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", headers), false).expect("it is sent");
    stream.send_data(large().into(), true).expect("it is sent");
    let mut body = response.await.expect("an answer").into_body();
    let first = body.data().await.expect("it has a beginning").expect("no error");
    Unread { body, length: first.len(), connection }
}

/// An answer of which more is to come.
struct Unread {
    body: h2::RecvStream,
    /// Of what has come, in bytes.
    length: usize,
    #[expect(dead_code, reason = "ends with it")]
    connection: raw::Task,
}

impl Unread {
    /// Reads on: how much comes in all, in bytes, and how it ends.
    async fn read(mut self) -> (usize, Result<(), h2::Error>) {
        let mut unsaid = self.length;
        let reading = async {
            loop {
                self.body.flow_control().release_capacity(unsaid).expect("it was counted");
                match self.body.data().await {
                    Some(Ok(chunk)) => unsaid = chunk.len(),
                    Some(Err(error)) => return (self.length, Err(error)),
                    None => return (self.length, Ok(())),
                }
                self.length += unsaid;
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("it ends in time")
    }
}

/// The most that comes of an answer that is given up: what the client had room for, and a piece.
const LITTLE: usize = 200_000;

/// Nothing can be said to one who doesn't read; but its place is free, and nothing is kept for it.
#[tokio::test]
async fn a_deadline_passes_though_the_answer_is_not_read() {
    let config = ServiceConfig { max_in_flight: 2, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let mut unread = Vec::new();
    for _ in 0..2 {
        unread.push(read_only_the_beginning(&server, &[("grpc-timeout", "3S")]).await);
    }
    let mut client = server.client().await;
    assert!(client.extract_claims(request("x")).await.is_err(), "they have all places");
    let waiting = async {
        while client.extract_claims(request("x")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("a place is free in time");
    // The first place to be free was that of the first, whose deadline comes first.
    let (length, ended) = unread.swap_remove(0).read().await;
    assert_eq!(ended.expect_err("it was given up").reason(), Some(Reason::CANCEL));
    assert!(length < LITTLE, "{length} bytes");
}

#[tokio::test]
async fn a_call_without_deadline_ends_too() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_call_duration: SOON * 2, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let unread = read_only_the_beginning(&server, &[]).await;
    tokio::time::sleep(SOON * 4).await;
    let (length, ended) = unread.read().await;
    assert_eq!(ended.expect_err("it was given up").reason(), Some(Reason::CANCEL));
    assert!(length < LITTLE, "{length} bytes");
    // Neither does one wait for ever whose message never comes.
    let (mut sender, _connection) = raw::connect(server.address).await;
    let (response, _body) = sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    let answer = tokio::time::timeout(PATIENCE, raw::whole(response)).await.expect("it ends in time");
    assert_eq!(answer.status().code(), Code::DeadlineExceeded);
    // Nor one whose text takes too long.
    let body = raw::framed(&request("block").encode_to_vec(), 0);
    let answer = raw::call(server.address, "ExtractClaims", &[("grpc-timeout", "1H")], body).await;
    assert_eq!(answer.status().code(), Code::DeadlineExceeded);
}

/// It has the only connection, takes all that its window allows, and leaves it lying in the socket.
#[tokio::test]
async fn a_peer_that_leaves_everything_unread_is_dropped() {
    let connections =
        ConnectionConfig { max_connections: 1, write_timeout: SOON, ..ConnectionConfig::default() };
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { connections, ..one_worker() }).await;
    let socket = TcpStream::connect(server.address).await.expect("the server listens");
    let (socket, is_deaf) = raw::Deaf::new(socket);
    let mut settings = h2::client::Builder::new();
    settings.initial_window_size(1 << 30).initial_connection_window_size(1 << 30);
    let (mut sender, _connection) = raw::handshake(socket, &settings).await.expect("HTTP/2");
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    stream.send_data(raw::framed(&request("x").encode_to_vec(), 0).into(), true).expect("it is sent");
    assert_eq!(raw::whole(response).await.status().code(), Code::Ok);
    is_deaf.store(true, Ordering::SeqCst);
    let mut unread = Vec::new();
    for _ in 0..16 {
        let (response, mut stream) =
            sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
        stream.send_data(large().into(), true).expect("it is sent");
        unread.push(response);
    }
    let waiting = async {
        while !raw::is_served(server.address).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("its place is free again");
}

/// HTTP/2 "rapid reset": a peer begins calls and takes them back as fast as it can.
#[tokio::test]
async fn a_storm_of_resets_leaves_nothing_behind() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_in_flight: 2, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let body = raw::framed(&request("block").encode_to_vec(), 0);
    let mut begun = 0;
    for _ in 0..20 {
        let (sender, _connection) = raw::connect(server.address).await;
        let Ok(mut sender) = sender.ready().await else { continue };
        for _ in 0..500 {
            let Ok((_, mut stream)) = sender.send_request(raw::post("ExtractClaims", &[]), false) else {
                break;
            };
            let _ = stream.send_data(body.clone().into(), true);
            stream.send_reset(Reason::CANCEL);
            begun += 1;
            if begun % 100 == 0 {
                tokio::task::yield_now().await;
            }
            let Ok(ready) = sender.ready().await else { break };
            sender = ready;
        }
    }
    assert!(begun > 1000, "{begun}");
    // One text at a time is read, and each whose caller is gone is given up.
    let is_quiet = || engine.begun.load(Ordering::SeqCst) == engine.abandoned.load(Ordering::SeqCst);
    eventually(is_quiet).await;
    let mut client = server.client().await;
    let answered = async {
        while client.extract_claims(request("x")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("others are served");
}
