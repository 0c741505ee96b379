//! The stream: bounded both ways, and not ended by a bad document.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ascribe::wire::v1::{
    self, stream_extract_claims_request as request, stream_extract_claims_response::Outcome,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Code, Status, Streaming};

use crate::server::{PATIENCE, Scripted, Server, document, eventually, reason, wrong_fields};

type Answers = Streaming<v1::StreamExtractClaimsResponse>;

fn item(sequence: i64, text: &str) -> v1::StreamExtractClaimsRequest {
    let item = request::Item { sequence, document: Some(document(text)) };
    v1::StreamExtractClaimsRequest { message: Some(request::Message::Item(item)) }
}

fn options(options: v1::ExtractionOptions) -> v1::StreamExtractClaimsRequest {
    v1::StreamExtractClaimsRequest { message: Some(request::Message::Options(options)) }
}

async fn open(
    server: &Server,
    requests: impl Stream<Item = v1::StreamExtractClaimsRequest> + Send + 'static,
) -> Answers {
    let response = server.client().await.stream_extract_claims(requests).await;
    response.expect("the stream begins").into_inner()
}

/// The answers until the stream ends, and the error that it ends with.
async fn all(mut answers: Answers) -> (Vec<v1::StreamExtractClaimsResponse>, Option<Status>) {
    let reading = async move {
        let mut found = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(answer) => found.push(answer),
                Err(status) => return (found, Some(status)),
            }
        }
        (found, None)
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the stream ends in time")
}

#[tokio::test]
async fn a_bad_document_is_answered_and_the_stream_goes_on() {
    let server = Server::scripted(&Scripted::new()).await;
    let requests = vec![item(1, "good"), item(2, ""), item(3, "panic"), item(-4, "good")];
    let (mut answers, error) = all(open(&server, tokio_stream::iter(requests)).await).await;
    assert!(error.is_none(), "{error:?}");
    answers.sort_by_key(|answer| answer.sequence);
    let codes = answers.iter().map(|answer| match &answer.outcome {
        Some(Outcome::Result(_)) => (answer.sequence, Code::Ok),
        Some(Outcome::Error(status)) => (answer.sequence, Code::from(status.code)),
        None => panic!("an answer without outcome"),
    });
    let expected = [(-4, Code::Ok), (1, Code::Ok), (2, Code::InvalidArgument), (3, Code::Internal)];
    assert_eq!(codes.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn options_hold_for_the_documents_after_them() {
    let server = Server::scripted(&Scripted::new()).await;
    let one = v1::ExtractionOptions { max_claims: 1, ..v1::ExtractionOptions::default() };
    let requests = vec![
        item(1, "claims 4"),
        options(one),
        item(2, "claims 4"),
        item(3, "claims 4"),
        options(v1::ExtractionOptions::default()),
        item(4, "claims 4"),
    ];
    let (answers, error) = all(open(&server, tokio_stream::iter(requests)).await).await;
    assert!(error.is_none(), "{error:?}");
    for answer in answers {
        let Some(Outcome::Result(result)) = answer.outcome else { panic!("{answer:?}") };
        let expected = if matches!(answer.sequence, 2 | 3) { 1 } else { 4 };
        assert_eq!(result.claims.len(), expected, "document {}", answer.sequence);
    }
}

#[tokio::test]
async fn what_no_answer_could_name_ends_the_stream_after_the_answers_before() {
    let server = Server::scripted(&Scripted::new()).await;
    let wrong = v1::ExtractionOptions { max_claims: -1, ..v1::ExtractionOptions::default() };
    let nothing = v1::StreamExtractClaimsRequest { message: None };
    for (request, field) in [(nothing, "message"), (options(wrong), "options.max_claims")] {
        let requests = vec![item(1, "good"), item(2, "good"), request, item(3, "good")];
        let (answers, error) = all(open(&server, tokio_stream::iter(requests)).await).await;
        assert_eq!(answers.len(), 2);
        let error = error.expect("the stream ends with an error");
        assert_eq!((error.code(), wrong_fields(&error)), (Code::InvalidArgument, vec![field.to_owned()]));
    }
}

#[tokio::test]
async fn a_document_over_the_transport_limit_ends_the_stream() {
    let server = Server::scripted(&Scripted::new()).await;
    let requests = vec![item(1, "good"), item(2, &"x".repeat(4 << 20))];
    let (answers, error) = all(open(&server, tokio_stream::iter(requests)).await).await;
    assert_eq!(answers.len(), 1);
    let error = error.expect("the stream ends with an error");
    assert_eq!((error.code(), reason(&error).as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
}

/// Each answer has 100 kB. Of a thousand documents only those are read that fit in flight, in the answer
/// that is being sent, and in the buffers of HTTP/2.
#[tokio::test]
async fn a_client_that_does_not_read_is_not_read_from() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let text = format!("x{}", "y".repeat(100_000));
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let requests = tokio_stream::iter(0..1000).map(move |sequence| {
        counter.fetch_add(1, Ordering::SeqCst);
        item(sequence, &text)
    });
    let answers = open(&server, requests).await;

    eventually(|| engine.begun.load(Ordering::SeqCst) > 0).await;
    let mut before = usize::MAX;
    while before != engine.begun.load(Ordering::SeqCst) {
        before = engine.begun.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(before < 100, "{before} documents were read for nobody");
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 200, "{sent} documents were taken from the client");

    // Once it reads, all is answered.
    let (answers, error) = all(answers).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(answers.len(), 1000);
}

#[tokio::test]
async fn no_more_documents_are_in_flight_than_the_server_says() {
    let engine = Scripted::new();
    let config = ascribe::serve::ServiceConfig { workers: 40, ..Default::default() };
    let server = Server::start(engine.clone(), config).await;
    let requests: Vec<_> = (0..40).map(|sequence| item(sequence, "block")).collect();
    let answers = open(&server, tokio_stream::iter(requests)).await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 16).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(engine.begun.load(Ordering::SeqCst), 16);
    engine.release();
    assert_eq!(all(answers).await.0.len(), 40);
}

#[tokio::test]
async fn answers_come_as_soon_as_they_are_ready() {
    let engine = Scripted::new();
    let config = ascribe::serve::ServiceConfig { workers: 2, ..Default::default() };
    let server = Server::start(engine.clone(), config).await;
    let (requests, receiver) = mpsc::channel(4);
    let mut answers = open(&server, ReceiverStream::new(receiver)).await;
    requests.send(item(1, "block")).await.expect("the stream is open");
    requests.send(item(2, "quick")).await.expect("the stream is open");
    let first = answers.next().await.expect("an answer").expect("no error");
    assert_eq!(first.sequence, 2);
    engine.release();
    let second = answers.next().await.expect("an answer").expect("no error");
    assert_eq!(second.sequence, 1);
    drop(requests);
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn documents_of_a_client_that_goes_away_are_given_up() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let (requests, receiver) = mpsc::channel(8);
    let answers = open(&server, ReceiverStream::new(receiver)).await;
    for sequence in 0..5 {
        requests.send(item(sequence, "block")).await.expect("the stream is open");
    }
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    drop(answers);
    drop(requests);
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
    let last = all(open(&server, tokio_stream::iter([item(9, "good")])).await).await;
    assert_eq!(last.0.len(), 1);
    // One was given up while it was read. Of the four that waited none was begun, but for one whose turn may
    // have come while they were being dropped.
    let begun = engine.begun.load(Ordering::SeqCst);
    assert!(begun <= 3, "{begun} documents were begun");
}
