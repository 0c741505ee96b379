//! More callers than the server can serve: who is let in, who is turned away, and what that costs.

use std::sync::atomic::Ordering;

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use ascribe::wire::v1::{
    self, batch_extract_claims_response::item::Outcome, stream_extract_claims_request as streamed,
};
use prost::Message;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Response, Status};

use crate::raw;
use crate::server::{PATIENCE, SLOW, Scripted, Server, document, eventually, one_worker, reason, request};

type Call = JoinHandle<Result<Response<v1::ExtractClaimsResponse>, Status>>;

/// A call of its own, on a connection of its own.
async fn begin(server: &Server, text: &str) -> Call {
    let mut client = server.client().await;
    let request = request(text);
    tokio::spawn(async move { client.extract_claims(request).await })
}

/// A worker that is busy and a queue that is full.
async fn occupied(engine: &std::sync::Arc<Scripted>) -> (Server, [Call; 2]) {
    let config = ServiceConfig { max_in_flight: 2, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let first = begin(&server, "block").await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let second = begin(&server, "block").await;
    let mut probe = server.client().await;
    // The second has its place once a third gets none.
    while probe.get_extractor_info(v1::GetExtractorInfoRequest {}).await.is_ok() {
        tokio::task::yield_now().await;
    }
    (server, [first, second])
}

#[tokio::test]
async fn a_caller_is_turned_away_before_its_message_is_read() {
    let engine = Scripted::new();
    let (server, calls) = occupied(&engine).await;
    let (mut sender, _connection) = raw::connect(server.address).await;
    // Its message never comes.
    let (response, _body) = sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
    let answer = tokio::time::timeout(PATIENCE, raw::whole(response)).await.expect("it is answered in time");
    let status = answer.status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    engine.release();
    for call in calls {
        assert!(call.await.expect("it ends").is_ok());
    }
}

#[tokio::test]
async fn callers_who_hang_up_leave_their_places() {
    let engine = Scripted::new();
    let (server, [first, second]) = occupied(&engine).await;
    second.abort();
    let third = begin(&server, "x").await;
    // The place is free as soon as the server knows.
    let mut probe = server.client().await;
    first.abort();
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
    let _ = third.await;
    assert!(probe.extract_claims(request("x")).await.is_ok());
}

#[tokio::test]
async fn a_caller_who_would_wait_for_too_long_is_told_at_once() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    assert!(server.client().await.extract_claims(request("slow")).await.is_ok());
    let blocking = begin(&server, "block").await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    let body = raw::framed(&request("x").encode_to_vec(), 0);
    let timeout = format!("{}m", SLOW.as_millis() * 2 / 3);
    let answer = raw::call(server.address, "ExtractClaims", &[("grpc-timeout", &timeout)], body).await;
    let status = answer.status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "WOULD_MISS_DEADLINE"));
    assert!(status.metadata().contains_key("grpc-retry-pushback-ms"));
    // Who has the time waits.
    let waiting = begin(&server, "x").await;
    engine.release();
    assert!(blocking.await.expect("it ends").is_ok());
    assert!(waiting.await.expect("it ends").is_ok());
}

#[tokio::test]
async fn a_queue_that_takes_too_long_takes_no_more_once_four_wait() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_queue_time: SLOW / 3, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    // Now the server knows how long they take.
    assert!(server.client().await.extract_claims(request("slow")).await.is_ok());
    let mut calls = vec![begin(&server, "block").await];
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    for _ in 0..12 {
        calls.push(begin(&server, "wait").await);
    }
    eventually(|| calls.iter().any(JoinHandle::is_finished)).await;
    engine.release();
    let mut refused = Vec::new();
    for call in calls {
        refused.extend(call.await.expect("it ends").err());
    }
    assert!((1..=8).contains(&refused.len()), "{refused:?}");
    for status in refused {
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
        assert!(status.metadata().contains_key("grpc-retry-pushback-ms"));
    }
}

/// Two texts of 40 kB fit, with what is kept for their answers; three don't.
const BYTES: usize = 560 << 10;

/// Compressed or not.
#[tokio::test]
async fn the_bytes_of_all_callers_together_are_bounded() {
    let limits = Limits { max_request_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: BYTES, limits, ..one_worker() };
    for encoding in [None, Some(CompressionEncoding::Gzip)] {
        let engine = Scripted::new();
        let server = Server::start(engine.clone(), config.clone()).await;
        let text = format!("block {}", "x".repeat(40_000));
        let mut client = server.client().await;
        if let Some(encoding) = encoding {
            client = client.send_compressed(encoding);
        }
        let call = || {
            let (mut client, request) = (client.clone(), request(&text));
            tokio::spawn(async move { client.extract_claims(request).await })
        };
        let calls = [call(), call(), call()];
        eventually(|| calls.iter().any(JoinHandle::is_finished)).await;
        engine.release();
        let mut refused = Vec::new();
        for call in calls {
            refused.extend(call.await.expect("it ends").err());
        }
        let [status] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!((status.code(), reason(status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
        // All is given back.
        let again = [call(), call()];
        for call in again {
            assert!(call.await.expect("it ends").is_ok());
        }
    }
}

/// Messages that are still on their way count as far as they have come.
#[tokio::test]
async fn the_bytes_of_messages_that_never_end_are_bounded() {
    let limits = Limits { max_request_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 100 << 10, limits, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let beginning = &raw::framed(&request(&"x".repeat(60_000)).encode_to_vec(), 0)[..40_000];
    let mut calls = Vec::new();
    for _ in 0..3 {
        let (mut sender, connection) = raw::connect(server.address).await;
        let (response, mut body) =
            sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
        body.send_data(beginning.to_vec().into(), false).expect("it is sent");
        calls.push((tokio::spawn(raw::whole(response)), body, connection));
    }
    eventually(|| calls.iter().any(|(call, ..)| call.is_finished())).await;
    let ended = calls.into_iter().find(|(call, ..)| call.is_finished()).expect("one has ended");
    let status = ended.0.await.expect("it is answered").status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
}

fn item(sequence: i64, text: &str) -> v1::StreamExtractClaimsRequest {
    let item = streamed::Item { sequence, document: Some(document(text)) };
    v1::StreamExtractClaimsRequest { message: Some(streamed::Message::Item(item)) }
}

#[tokio::test]
async fn no_more_streams_are_open_than_the_server_says() {
    let config = ServiceConfig { max_streams: 1, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let mut client = server.client().await;
    let (requests, receiver) = mpsc::channel(1);
    let first = client.stream_extract_claims(ReceiverStream::new(receiver)).await;
    let first = first.expect("the stream begins");
    let second = client.stream_extract_claims(tokio_stream::pending()).await;
    let status = second.expect_err("one is open");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    assert!(client.extract_claims(request("x")).await.is_ok(), "streams take no places of calls");
    drop((first, requests));
    let again = async {
        while client.stream_extract_claims(tokio_stream::pending()).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("the place is given back");
}

/// Each of these answers is larger than what a client takes without reading.
#[tokio::test]
async fn streams_that_nobody_reads_hold_up_no_others() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut unread = Vec::new();
    for _ in 0..4 {
        let items: Vec<_> = (0..20).map(|sequence| item(sequence, "claims 20 x")).collect();
        let large = item(99, &format!("claims 20 {}", "x".repeat(10_000)));
        let requests = tokio_stream::iter([large]).chain(tokio_stream::iter(items));
        unread.push(server.client().await.stream_extract_claims(requests).await.expect("it begins"));
    }
    let mut client = server.client().await;
    let read = async {
        let answers = client.stream_extract_claims(tokio_stream::iter((0..50).map(|n| item(n, "x")))).await;
        let count = answers.expect("it begins").into_inner().filter(Result::is_ok).fold(0, |sum, _| sum + 1);
        assert_eq!(count.await, 50);
        let batch = v1::BatchExtractClaimsRequest { documents: vec![document("x"); 50], options: None };
        let items = client.batch_extract_claims(batch).await.expect("it is read").into_inner().items;
        assert!(items.iter().all(|item| matches!(item.outcome, Some(Outcome::Result(_)))));
    };
    tokio::time::timeout(PATIENCE, read).await.expect("all are read in time");
    drop(unread);
}

/// A stream has at most a few documents in the queue, whatever it sends: a call comes between them.
#[tokio::test]
async fn calls_come_between_the_documents_of_streams() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let items: Vec<_> = (0..16).map(|sequence| item(sequence, "slow")).collect();
    let mut answers = server.client().await.stream_extract_claims(tokio_stream::iter(items)).await;
    eventually(|| engine.begun.load(Ordering::SeqCst) >= 1).await;
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
    let begun = engine.begun.load(Ordering::SeqCst);
    assert!(begun < 8, "{begun} documents were begun before the call was answered");
    engine.release();
    drop(answers.as_mut().map(Response::get_mut));
}
