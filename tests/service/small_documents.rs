//! Streams of documents of a sentence each, from clients that send faster than they read.

use std::time::Duration;

use ascribe::wire::v1::{
    self,
    stream_extract_claims_request::{Item, Message as Streamed},
};
use bytes::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use prost::Message;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::frames::{DATA, ENHANCE_YOUR_CALM, Frames, frame, grpc_head};
use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, document, one_worker, request};
use ascribe::serve::ServiceConfig;

/// A message with a document; with its prefix it has about sixty bytes.
fn item(sequence: i64) -> Vec<u8> {
    let document = Some(document("The mayor said that the bridge would stay closed."));
    let message = Some(Streamed::Item(Item { sequence, document }));
    raw::framed(&v1::StreamExtractClaimsRequest { message }.encode_to_vec(), 0)
}

/// Begins a stream, and sends its messages in a frame each, as fast as it may.
fn send(sender: &mut SendRequest<Bytes>, count: i64) -> (ResponseFuture, JoinHandle<()>) {
    let head = raw::post("StreamExtractClaims", &[]);
    let (response, mut stream) = sender.send_request(head, false).expect("it is sent");
    let sending = tokio::spawn(async move {
        for sequence in 0..count {
            let message = item(sequence);
            stream.reserve_capacity(message.len());
            while stream.capacity() < message.len() {
                std::future::poll_fn(|context| stream.poll_capacity(context))
                    .await
                    .expect("the stream is open")
                    .expect("the connection lives");
            }
            stream.send_data(message.into(), false).expect("the connection lives");
        }
        stream.send_data(Bytes::new(), true).expect("the connection lives");
    });
    (response, sending)
}

/// A connection of a client that doesn't mind small answers.
async fn connect(server: &Server) -> (SendRequest<Bytes>, raw::Task) {
    let socket = TcpStream::connect(server.address).await.expect("the server listens");
    let mut settings = h2::client::Builder::new();
    settings.data_frame_budget(usize::MAX);
    raw::handshake(socket, &settings).await.expect("the server speaks HTTP/2")
}

/// How many messages an answer has; it has to end well.
async fn count(response: ResponseFuture) -> usize {
    let answer = tokio::time::timeout(PATIENCE, raw::whole(response)).await.expect("it comes in time");
    assert_eq!(answer.status().code(), tonic::Code::Ok);
    let (mut rest, mut count) = (&answer.message[..], 0);
    while let [0, a, b, c, d, messages @ ..] = rest {
        rest = &messages[u32::from_be_bytes([*a, *b, *c, *d]) as usize..];
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_stream_may_send_many_small_documents_before_it_reads() {
    let server = Server::scripted(&Scripted::new()).await;
    let (mut sender, _connection) = connect(&server).await;
    let (response, sending) = send(&mut sender, 8_000);
    // Its windows are full in both directions.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(count(response).await, 8_000);
    sending.await.expect("all was sent");
}

#[tokio::test]
async fn many_streams_may_do_so_on_one_connection_and_another_call_beside_them() {
    let server = Server::scripted(&Scripted::new()).await;
    let (mut sender, _connection) = connect(&server).await;
    let begun: Vec<_> = (0..20).map(|_| send(&mut sender, 300)).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let head = raw::post("ExtractClaims", &[]);
    let (unary, mut stream) = sender.send_request(head, false).expect("it is sent");
    stream.send_data(raw::framed(&request("x").encode_to_vec(), 0).into(), true).expect("it is sent");
    let unary = tokio::spawn(raw::whole(unary));
    let begun = begun.into_iter().map(|(response, sending)| (tokio::spawn(count(response)), sending));
    for (counted, sending) in begun.collect::<Vec<_>>() {
        assert_eq!(counted.await.expect("it is counted"), 300);
        sending.await.expect("all was sent");
    }
    let unary = tokio::time::timeout(PATIENCE, unary).await.expect("it comes in time").expect("it ends");
    assert_eq!(unary.status().code(), tonic::Code::Ok);
}

/// The server is busy with the first documents of a stream while what comes of it is next to nothing.
#[tokio::test]
async fn floods_of_frames_with_next_to_nothing_are_ended() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { max_streams: 4, ..one_worker() }).await;
    let block = {
        let message = Some(Streamed::Item(Item { sequence: 0, document: Some(document("block")) }));
        raw::framed(&v1::StreamExtractClaimsRequest { message }.encode_to_vec(), 0)
    };
    for (payload, count) in [(&b""[..], 200), (b"x", 12_000)] {
        let mut connection = Frames::connect(server.address).await;
        connection.send(&grpc_head(1, "StreamExtractClaims")).await;
        connection.send(&frame(DATA, 0, 1, &block.repeat(16))).await;
        connection.send(&frame(DATA, 0, 1, payload).repeat(count)).await;
        assert_eq!(connection.is_alive().await, Err(ENHANCE_YOUR_CALM), "{payload:?}");
    }
    engine.release();
}
