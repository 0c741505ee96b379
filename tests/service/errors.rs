//! Every row of the table of errors: code, reason, details.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ascribe::serve::ServiceConfig;
use ascribe::wire::v1::{self, batch_extract_claims_response::item::Outcome};
use prost::Message;
use tokio::task::JoinSet;
use tonic::{Code, Request};
use tonic_types::{RpcStatusExt, StatusExt};

use crate::raw;
use crate::server::{
    PATIENCE, Scripted, Server, document, eventually, one_worker, reason, request, wrong_fields,
};

/// A document with one thing wrong in each field that can be wrong.
fn wrong_document() -> v1::Document {
    v1::Document {
        document_id: "x".repeat(257),
        text: String::new(),
        language_code: "de".to_owned(),
        publish_time: Some(pbjson_types::Timestamp { seconds: 0, nanos: -1 }),
    }
}

#[tokio::test]
async fn wrong_fields_are_told_with_their_paths() {
    let server = Server::scripted(&Scripted::new()).await;
    let options = v1::ExtractionOptions {
        offset_encoding: 9,
        view: 3,
        min_confidence: Some(1.5),
        kinds: vec![4],
        types: vec![1, 0],
        max_claims: -1,
        aliases: vec![v1::Alias { name: "x".repeat(300), ..v1::Alias::default() }],
    };
    let request = v1::ExtractClaimsRequest { document: Some(wrong_document()), options: Some(options) };
    let status = server.client().await.extract_claims(request).await.expect_err("all is wrong");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
    assert_eq!(
        wrong_fields(&status),
        [
            "document.document_id",
            "document.text",
            "document.language_code",
            "document.publish_time",
            "options.offset_encoding",
            "options.view",
            "options.kinds[0]",
            "options.types[1]",
            "options.min_confidence",
            "options.max_claims",
            "options.aliases[0].name",
        ]
    );
    assert_eq!(status.message(), "document.document_id has 257 bytes, more than 256 (and 10 more)");
}

#[tokio::test]
async fn a_document_is_required_and_may_not_be_too_long() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let nothing = v1::ExtractClaimsRequest::default();
    let status = client.extract_claims(nothing).await.expect_err("no document");
    assert_eq!((status.code(), wrong_fields(&status)), (Code::InvalidArgument, vec!["document".to_owned()]));

    let limit = 1 << 20;
    assert!(client.extract_claims(request(&"x".repeat(limit))).await.is_ok());
    let status = client.extract_claims(request(&"x".repeat(limit + 1))).await.expect_err("too long");
    assert_eq!(status.code(), Code::InvalidArgument);
    let told =
        "document.text has 1048577 bytes, more than 1048576: split it, or have max-document-bytes raised";
    assert_eq!(status.message(), told);
}

#[tokio::test]
async fn a_batch_is_refused_when_it_is_empty_too_large_or_its_options_are_wrong() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let wrong = v1::ExtractionOptions { view: 9, ..v1::ExtractionOptions::default() };
    for (count, options, field) in
        [(0, None, "documents"), (257, None, "documents"), (1, Some(wrong), "options.view")]
    {
        let request = v1::BatchExtractClaimsRequest { documents: vec![document("x"); count], options };
        let status = client.batch_extract_claims(request).await.expect_err("it is wrong");
        assert_eq!((status.code(), wrong_fields(&status)), (Code::InvalidArgument, vec![field.to_owned()]));
    }
}

#[tokio::test]
async fn a_bad_document_of_a_batch_has_a_status_of_its_own() {
    let server = Server::scripted(&Scripted::new()).await;
    let documents = vec![document("good"), wrong_document(), document("panic"), document("good")];
    let request = v1::BatchExtractClaimsRequest { documents, options: None };
    let response = server.client().await.batch_extract_claims(request).await.expect("the call succeeds");
    let outcomes: Vec<_> = response.into_inner().items.into_iter().map(|item| item.outcome).collect();
    let [
        Some(Outcome::Result(_)),
        Some(Outcome::Error(wrong)),
        Some(Outcome::Error(bug)),
        Some(Outcome::Result(_)),
    ] = outcomes.as_slice()
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!(Code::from(wrong.code), Code::InvalidArgument);
    // The item's status is google.rpc.Status, as foreign clients have it.
    let wrong = tonic_types::Status::decode(wrong.encode_to_vec().as_slice()).expect("the same message");
    let details = wrong.get_details_bad_request().expect("it has a BadRequest");
    assert_eq!(details.field_violations[1].field, "documents[1].text");
    assert_eq!(Code::from(bug.code), Code::Internal);
}

#[tokio::test]
async fn a_wrong_page_is_refused() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let token = |token: &str| v1::ListCuesRequest { page_token: token.to_owned(), ..Default::default() };
    let negative = v1::ListCuesRequest { page_size: -1, ..Default::default() };
    for (request, field) in [
        (negative, "page_size"),
        (token("x"), "page_token"),
        (token("é"), "page_token"),
        // Of the right form, but of another lexicon.
        (token("00000000000000000001"), "page_token"),
    ] {
        let status = client.list_cues(request).await.expect_err("it is wrong");
        assert_eq!((status.code(), wrong_fields(&status)), (Code::InvalidArgument, vec![field.to_owned()]));
    }
}

#[tokio::test]
async fn a_full_queue_turns_callers_away_and_says_when_to_come_back() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_in_flight: 2, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let client = server.client().await;
    let call = || {
        let mut client = client.clone();
        async move { client.extract_claims(request("block")).await }
    };
    // One text occupies the worker, and of three more one gets the only place in the queue.
    let mut calls = JoinSet::new();
    calls.spawn(call());
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    for _ in 0..3 {
        calls.spawn(call());
    }
    let mut next = async || calls.join_next().await.expect("a call").expect("the task ends");
    let status = next().await.expect_err("the queue is full");
    assert_eq!(next().await.expect_err("the queue is full").code(), Code::Unavailable);
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(reason(&status), "QUEUE_FULL");
    let retry = status.get_details_retry_info().expect("it has a RetryInfo");
    let delay = retry.retry_delay.expect("it says when to come back");
    assert!((250..=1000).contains(&delay.as_millis()), "{delay:?}");
    let pushback = status.metadata().get("grpc-retry-pushback-ms").and_then(|value| value.to_str().ok());
    assert_eq!(pushback, Some(delay.as_millis().to_string().as_str()));

    let batch = v1::BatchExtractClaimsRequest { documents: vec![document("x")], options: None };
    let status = client.clone().batch_extract_claims(batch).await.expect_err("no worker is free");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));

    engine.release();
    assert!(next().await.is_ok() && next().await.is_ok());
}

/// tonic's client would say so by itself, so this asks over bare HTTP/2.
#[tokio::test]
async fn a_deadline_that_passes_while_a_text_is_read_or_waits_is_told() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let body = raw::framed(&request("block").encode_to_vec(), 0);
    let call = |timeout: &'static str| {
        let (address, body) = (server.address, body.clone());
        async move {
            let started = Instant::now();
            let answer = raw::call(address, "ExtractClaims", &[("grpc-timeout", timeout)], body).await;
            (answer, started.elapsed())
        }
    };
    let read = tokio::spawn(call("600m"));
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let waited = call("100m").await;
    let read = read.await.expect("the task ends");
    for ((answer, took), timeout) in [(read, 600), (waited, 100)] {
        let status = answer.status();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::DeadlineExceeded, "DEADLINE_PASSED"));
        assert!(took >= Duration::from_millis(timeout) && took < PATIENCE / 4, "{took:?}");
    }
    // The one that was being read is given up; the one that waited is never begun.
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
    assert_eq!(engine.begun.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_deadline_that_has_passed_before_is_told() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let body = raw::framed(&request("x").encode_to_vec(), 0);
    let answer = raw::call(server.address, "ExtractClaims", &[("grpc-timeout", "0n")], body).await;
    assert_eq!(answer.status().code(), Code::DeadlineExceeded);
    assert_eq!(engine.begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_panic_is_internal_and_names_the_call() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let mut named = Request::new(request("panic"));
    named.metadata_mut().insert("x-request-id", "desk-7".parse().expect("a valid value"));
    let status = client.extract_claims(named).await.expect_err("the engine panics");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Internal, "BUG"));
    let details = status.get_details_request_info().expect("it has a RequestInfo");
    assert_eq!(details.request_id, "desk-7");
    assert!(client.extract_claims(request("x")).await.is_ok(), "the worker lives on");
}

#[tokio::test]
async fn what_cannot_be_decoded_is_told_without_alarm() {
    let server = Server::scripted(&Scripted::new()).await;
    // A document whose text is Latin-1.
    let latin1 = [&[0x0a, 6, 0x12, 4][..], b"Zo\xe9!"].concat();
    let answer = raw::call(server.address, "ExtractClaims", &[], raw::framed(&latin1, 0)).await;
    let status = answer.status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented() {
    let server = Server::scripted(&Scripted::new()).await;
    let answer = raw::call(server.address, "CountQuotations", &[], raw::framed(&[], 0)).await;
    assert_eq!(answer.status().code(), Code::Unimplemented);
}
