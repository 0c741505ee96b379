//! Places that are of no use where others need them, and work that waits for other work.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use ascribe::wire::Limits;
use ascribe::wire::v1::{
    self, batch_extract_claims_response::item::Outcome, stream_extract_claims_request as streamed,
};
use prost::Message;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Code, Request, Streaming};

use crate::raw;
use crate::server::{PATIENCE, SLOW, Scripted, Server, document, eventually, one_worker, reason, request};

/// So short that a test waits for it, so long that nothing else passes it.
const SOON: Duration = Duration::from_millis(300);

fn item(sequence: i64, text: &str) -> v1::StreamExtractClaimsRequest {
    let item = streamed::Item { sequence, document: Some(document(text)) };
    v1::StreamExtractClaimsRequest { message: Some(streamed::Message::Item(item)) }
}

async fn open(
    server: &Server,
    requests: impl Stream<Item = v1::StreamExtractClaimsRequest> + Send + 'static,
) -> Streaming<v1::StreamExtractClaimsResponse> {
    let mut client = server.client().await;
    client.stream_extract_claims(requests).await.expect("the stream begins").into_inner()
}

/// Waits until a stream has a place.
async fn another_begins(server: &Server) {
    let mut client = server.client().await;
    let begin = async {
        while client.stream_extract_claims(tokio_stream::pending()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, begin).await.expect("a place is free");
}

/// Heads without messages, on a connection each: they cost their sender next to nothing.
async fn begun_without_message(server: &Server, count: usize) -> Vec<impl Sized + use<>> {
    let mut begun = Vec::new();
    for _ in 0..count {
        let (mut sender, connection) = raw::connect(server.address).await;
        let head = raw::post("ExtractClaims", &[]);
        let (response, body) = sender.send_request(head, false).expect("it is sent");
        begun.push((tokio::spawn(raw::whole(response)), body, connection));
    }
    begun
}

#[tokio::test]
async fn calls_whose_message_does_not_come_give_up_their_places_to_others() {
    let config = ServiceConfig { max_in_flight: 8, slow_message: SOON, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let _begun = begun_without_message(&server, 8).await;
    let mut client = server.client().await;
    let answered = async {
        // Refused as long as all places are taken.
        while let Err(status) = client.extract_claims(request("x")).await {
            assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, answered).await.expect("a place is free long before those calls end by themselves");
}

#[tokio::test]
async fn a_slow_message_is_waited_for_where_nobody_needs_its_place() {
    let config = ServiceConfig { max_in_flight: 8, slow_message: SOON, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let (mut sender, _connection) = raw::connect(server.address).await;
    let head = raw::post("ExtractClaims", &[]);
    let (response, mut body) = sender.send_request(head, false).expect("it is sent");
    let message = raw::framed(&request("x").encode_to_vec(), 0);
    for byte in message.chunks(2) {
        tokio::time::sleep(SOON / 2).await;
        body.send_data(byte.to_vec().into(), false).expect("it is sent");
    }
    body.send_data(Vec::new().into(), true).expect("it is sent");
    assert_eq!(raw::whole(response).await.status().code(), Code::Ok);
}

#[tokio::test]
async fn a_stream_that_sends_nothing_gives_its_place_up_to_another() {
    let config = ServiceConfig { max_streams: 1, max_stream_idle: SOON, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let (requests, receiver) = mpsc::channel(1);
    let mut idle = open(&server, ReceiverStream::new(receiver)).await;
    requests.send(item(1, "x")).await.expect("the stream is open");
    assert_eq!(idle.next().await.expect("an answer").expect("no error").sequence, 1);
    let status = timeout(PATIENCE, idle.next()).await.expect("it ends in time");
    let status = status.expect("an end").expect_err("it was idle");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "STREAM_IDLE"));
    another_begins(&server).await;
}

/// Answers of eight megabytes, far more than what a client takes without reading, whatever time it gives itself.
#[tokio::test]
async fn a_stream_that_nobody_reads_gives_its_place_up_to_another() {
    for deadline in [None, Some(Duration::from_hours(1))] {
        let config = ServiceConfig { max_streams: 1, max_stream_idle: SOON, ..one_worker() };
        let server = Server::start(Scripted::new(), config).await;
        let items: Vec<_> = (0..40).map(|n| item(n, &format!("claims 20 {}", "x".repeat(10_000)))).collect();
        let mut requests = Request::new(tokio_stream::iter(items).chain(tokio_stream::pending()));
        if let Some(deadline) = deadline {
            requests.set_timeout(deadline);
        }
        let _unread = server.client().await.stream_extract_claims(requests).await.expect("it begins");
        another_begins(&server).await;
    }
}

#[tokio::test]
async fn a_stream_that_sends_nothing_stays_open_where_nobody_needs_its_place() {
    let config = ServiceConfig { max_streams: 8, max_stream_idle: SOON, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let (requests, receiver) = mpsc::channel(1);
    let mut idle = open(&server, ReceiverStream::new(receiver)).await;
    tokio::time::sleep(SOON * 3).await;
    requests.send(item(1, "x")).await.expect("the stream is open");
    assert_eq!(idle.next().await.expect("an answer").expect("no error").sequence, 1);
}

/// A stream whose connection gets old ends like one whose server stops: with the answers to all that it took in.
#[tokio::test]
async fn an_old_connection_ends_its_streams_once_their_documents_are_answered() {
    let engine = Scripted::new();
    let connections =
        ConnectionConfig { max_age: Some(SOON), age_grace: SOON * 6, ..ConnectionConfig::default() };
    let config = ServiceConfig { connections, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let (requests, receiver) = mpsc::channel(4);
    requests.send(item(1, "block")).await.expect("the stream is open");
    let mut answers = open(&server, ReceiverStream::new(receiver)).await;
    // The connection is old now, but the stream goes on: half of the grace is for that.
    tokio::time::sleep(SOON * 2).await;
    requests.send(item(2, "x")).await.expect("the stream is open");
    engine.release();
    let mut sequences = Vec::new();
    let end = loop {
        match timeout(PATIENCE, answers.next()).await.expect("it ends in time").expect("an end") {
            Ok(answer) => sequences.push(answer.sequence),
            Err(status) => break status,
        }
    };
    assert_eq!(sequences, [1, 2]);
    assert_eq!((end.code(), reason(&end).as_str()), (Code::Unavailable, "CONNECTION_OLD"));
    // On another connection it goes on.
    let mut again = open(&server, tokio_stream::iter([item(3, "x")])).await;
    assert_eq!(again.next().await.expect("an answer").expect("no error").sequence, 3);
    drop(requests);
}

/// A batch holds most of what all may hold, and waits for its turn behind the documents of a stream.
#[tokio::test]
async fn batches_and_streams_do_not_wait_for_each_other() {
    let engine = Scripted::new();
    let limits = Limits { max_request_bytes: 64 << 10, max_stream_in_flight: 3, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 560 << 10, limits, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let blocking = tokio::spawn({
        let mut client = server.client().await;
        async move { client.extract_claims(request("block")).await }
    });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let text = "x".repeat(6_000);
    let mut client = server.client().await;
    let batch = v1::BatchExtractClaimsRequest { documents: vec![document(&text); 10], options: None };
    let batch = tokio::spawn(async move { client.batch_extract_claims(batch).await });
    // The stream's documents come after the first of the batch, and before the last.
    tokio::time::sleep(SOON).await;
    let items: Vec<_> = (0..10).map(|sequence| item(sequence, &text)).collect();
    let answers = open(&server, tokio_stream::iter(items)).await;
    tokio::time::sleep(SOON).await;
    engine.release();
    let items = timeout(PATIENCE, batch).await.expect("it is answered in time").expect("it ends");
    let items = items.expect("it is read").into_inner().items;
    assert!(items.iter().all(|item| matches!(item.outcome, Some(Outcome::Result(_)))));
    let count = answers.filter(Result::is_ok).fold(0, |sum, _| sum + 1);
    assert_eq!(timeout(PATIENCE, count).await.expect("they are answered in time"), 10);
    assert!(blocking.await.expect("it ends").is_ok());
}

/// Streams may hold half of what all may, so that there is room for calls.
#[tokio::test]
async fn streams_leave_room_for_calls() {
    let engine = Scripted::new();
    let limits = Limits { max_request_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 400 << 10, limits, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let text = format!("block {}", "x".repeat(20_000));
    let mut streams = Vec::new();
    for _ in 0..2 {
        let items: Vec<_> = (0..10).map(|sequence| item(sequence, &text)).collect();
        streams.push(open(&server, tokio_stream::iter(items)).await);
    }
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    tokio::time::sleep(SOON).await;
    let mut client = server.client().await;
    let call = tokio::spawn(async move { client.extract_claims(request(&"x".repeat(20_000))).await });
    tokio::time::sleep(SOON).await;
    engine.release();
    let answer = timeout(PATIENCE, call).await.expect("it is answered in time").expect("it ends");
    assert!(answer.is_ok(), "{answer:?}");
    for answers in streams {
        let count = answers.filter(Result::is_ok).fold(0, |sum, _| sum + 1);
        assert_eq!(timeout(PATIENCE, count).await.expect("they are answered in time"), 10);
    }
}

/// The documents of a stream on the same connection come first.
#[tokio::test]
async fn a_batch_that_would_wait_for_too_long_is_told_at_once() {
    let engine: Arc<Scripted> = Scripted::new();
    let server = Server::scripted(&engine).await;
    assert!(server.client().await.extract_claims(request("slow")).await.is_ok());
    let items: Vec<_> = (0..16).map(|sequence| item(sequence, "block, but as slow as others")).collect();
    let mut client = server.client().await;
    let stream = client.stream_extract_claims(tokio_stream::iter(items)).await.expect("it begins");
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    tokio::time::sleep(SOON).await;
    let batch = v1::BatchExtractClaimsRequest { documents: vec![document("x")], options: None };
    let mut batch = Request::new(batch);
    batch.set_timeout(SLOW * 10);
    let status = client.batch_extract_claims(batch).await.expect_err("it would come too late");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "WOULD_MISS_DEADLINE"));
    engine.release();
    drop(stream);
}
