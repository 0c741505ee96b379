//! How the server stops: calls in flight are answered, and nobody holds it up for longer than it allows.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ascribe::serve::ServiceConfig;
use ascribe::wire::v1::{
    self,
    stream_extract_claims_request::{Item, Message as Streamed},
};
use prost::Message;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, document, eventually, one_worker, reason, request};

#[tokio::test]
async fn stopping_answers_calls_in_flight_and_takes_no_new_ones() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let address = server.address;
    let mut client = server.client().await;
    let call = tokio::spawn(async move { client.extract_claims(request("block")).await });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;

    let mut stopped = server.stop();
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("the listener is closed");
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut stopped).await.is_err());
    engine.release();
    assert!(call.await.expect("the task ends").is_ok());
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

fn item(sequence: i64, text: &str) -> v1::StreamExtractClaimsRequest {
    let item = Item { sequence, document: Some(document(text)) };
    v1::StreamExtractClaimsRequest { message: Some(Streamed::Item(item)) }
}

#[tokio::test]
async fn stopping_ends_streams_once_their_documents_are_answered() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let (requests, receiver) = mpsc::channel(4);
    requests.send(item(1, "block")).await.expect("the stream is open");
    let responses = server.client().await.stream_extract_claims(ReceiverStream::new(receiver)).await;
    let mut responses = responses.expect("the stream begins").into_inner();
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;

    let stopped = server.stop();
    engine.release();
    let answer = responses.next().await.expect("an answer").expect("no error");
    assert_eq!(answer.sequence, 1);
    let status = responses.next().await.expect("an end").expect_err("the server stops");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    // The client never ended its side.
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    drop(requests);
}

/// Those who never said anything, and those who have nothing to wait for, don't hold it up at all.
#[tokio::test]
async fn stopping_does_not_wait_for_peers_without_calls() {
    let config = ServiceConfig { drain_limit: PATIENCE * 2, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let silent = TcpStream::connect(server.address).await.expect("the server listens");
    let (idle, _connection) = raw::connect(server.address).await;
    // The answer shows that those who came before were accepted too.
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
    let stopped = tokio::time::timeout(PATIENCE, server.stop()).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    drop((silent, idle));
}

/// One that never reads, one with a text that is never done, one with a stream whose answers it doesn't take.
#[tokio::test]
async fn stopping_takes_no_longer_than_the_drain_limit() {
    let drain_limit = Duration::from_millis(300);
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { drain_limit, ..one_worker() }).await;
    let items: Vec<_> = (0..20).map(|n| item(n, &format!("claims 20 {}", "x".repeat(10_000)))).collect();
    let unread = server.client().await.stream_extract_claims(tokio_stream::iter(items)).await;
    let unread = unread.expect("the stream begins");
    eventually(|| engine.begun.load(Ordering::SeqCst) >= 2).await;

    let (socket, is_deaf) =
        raw::Deaf::new(TcpStream::connect(server.address).await.expect("the server listens"));
    let (deaf, _connection) =
        raw::handshake(socket, &h2::client::Builder::new()).await.expect("it speaks HTTP/2");
    is_deaf.store(true, Ordering::SeqCst);

    let (mut sender, _connection) = raw::connect(server.address).await;
    let (response, mut stream) =
        sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    stream.send_data(raw::framed(&request("block").encode_to_vec(), 0).into(), true).expect("it is sent");
    let endless = tokio::spawn(response);
    tokio::time::sleep(Duration::from_millis(50)).await;

    let started = Instant::now();
    let stopped = tokio::time::timeout(PATIENCE, server.stop()).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    assert!(started.elapsed() >= drain_limit);
    assert!(endless.await.expect("it ends").is_err(), "it was cut");
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
    drop((unread, deaf));
}
