//! Quotations verified over the wire.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use ascribe::wire::v1::verify_quotations_request::Quotation;
use ascribe::wire::v1::{self, OffsetEncoding, SpeakerVerdict, Verdict, WordEdit};
use ascribe_engine::Extractor;
use prost::Message;
use tokio::task::JoinSet;
use tonic::{Code, Status};

use crate::server::{Scripted, Server, document, eventually, one_worker, reason, wrong_fields};

const TEXT: &str = "👍🏽 “The dam is very safe,” said Mayor Ana Ruiz. The bridge will open in May.";

fn quotation(text: &str, speaker: &str) -> Quotation {
    Quotation { text: text.to_owned(), speaker: speaker.to_owned(), quotation_id: String::new() }
}

fn request(text: &str, quotations: Vec<Quotation>) -> v1::VerifyQuotationsRequest {
    v1::VerifyQuotationsRequest {
        document: Some(document(text)),
        quotations,
        offset_encoding: 0,
        aliases: vec![],
    }
}

fn alias(name: &str, variants: &[&str]) -> v1::Alias {
    v1::Alias {
        name: name.to_owned(),
        variants: variants.iter().map(|&variant| variant.to_owned()).collect(),
        ..v1::Alias::default()
    }
}

async fn refused(server: &Server, request: v1::VerifyQuotationsRequest) -> Status {
    server.client().await.verify_quotations(request).await.expect_err("it is wrong")
}

#[tokio::test]
async fn each_quotation_has_its_verdict_in_order() {
    let extractor = Arc::new(Extractor::default());
    let server = Server::start(extractor, ServiceConfig::default()).await;
    let quotations = vec![
        quotation("The dam is very safe", "Ruiz"),
        quotation("the dam is very safe.", "Joe Palmer"),
        quotation("The dam is safe 👍🏽 very", ""),
        quotation("The bridge will open in May", "Ana Ruiz"),
        quotation("Nobody knows what the flood has done to us", ""),
        quotation("The dam is not very safe", ""),
        Quotation {
            quotation_id: "q7".to_owned(),
            ..quotation("Nobody knows what the flood has done to us", "Ana Ruiz")
        },
    ];
    let given = quotations.clone();
    let mut request = request(TEXT, quotations);
    request.document.get_or_insert_default().document_id = "dam".to_owned();
    request.offset_encoding = OffsetEncoding::CodePoints.into();
    let response = server.client().await.verify_quotations(request).await.expect("an answer").into_inner();
    assert_eq!(response.offset_encoding(), OffsetEncoding::CodePoints);
    let found: Vec<_> = response
        .items
        .iter()
        .map(|item| (item.verdict(), item.speaker.as_str(), item.speaker_verdict(), item.speaker_matches))
        .collect();
    let expected = [
        (Verdict::Verbatim, "Ana Ruiz", SpeakerVerdict::Same, Some(true)),
        (Verdict::Typographic, "Ana Ruiz", SpeakerVerdict::Other, Some(false)),
        (Verdict::Altered, "Ana Ruiz", SpeakerVerdict::NotAsked, None),
        (Verdict::Verbatim, "", SpeakerVerdict::Unknown, Some(false)),
        (Verdict::Absent, "", SpeakerVerdict::NotAsked, None),
        (Verdict::Altered, "Ana Ruiz", SpeakerVerdict::NotAsked, None),
        (Verdict::Absent, "", SpeakerVerdict::Nobody, Some(false)),
    ];
    assert_eq!(found, expected);
    let echoed: Vec<_> = response.items.iter().filter_map(|item| item.quotation.clone()).collect();
    assert_eq!(echoed, given);
    assert_eq!(response.document_id, "dam");

    let slice = |text: &str, span: &v1::Span| {
        let edge = |edge: i32| usize::try_from(edge).expect("positive");
        text.chars().skip(edge(span.start)).take(edge(span.end - span.start)).collect::<String>()
    };
    for item in &response.items {
        let pieces: Vec<String> = item.spans.iter().map(|span| slice(TEXT, span)).collect();
        assert_eq!(pieces.join(" "), item.text);
        assert_eq!(item.span.is_none(), item.verdict() == Verdict::Absent);
        assert!((0.0..=1.0).contains(&item.similarity));
    }
    let [added] = &response.items[5].differences[..] else { panic!("{:?}", response.items[5]) };
    assert_eq!((added.edit(), added.quotation_text.as_str()), (WordEdit::Added, "not"));
    let span = added.quotation_span.as_ref().expect("it has one");
    assert_eq!(slice("The dam is not very safe", span), "not");
}

#[tokio::test]
async fn whom_the_caller_knows_may_be_named_by_any_of_their_variants() {
    let server = Server::start(Arc::new(Extractor::default()), ServiceConfig::default()).await;
    let text = "“The dam is safe,” the Pentagon chief said.";
    for (aliases, expected) in [
        (vec![], SpeakerVerdict::Other),
        (vec![alias("Lloyd Austin", &["the Pentagon chief", "Austin III"])], SpeakerVerdict::Same),
        (vec![alias("Joe Palmer", &["the Pentagon chief"])], SpeakerVerdict::Other),
    ] {
        let quotations = vec![quotation("The dam is safe", "Austin III")];
        let request = v1::VerifyQuotationsRequest { aliases, ..request(text, quotations) };
        let answer = server.client().await.verify_quotations(request).await.expect("an answer").into_inner();
        assert_eq!(answer.items[0].speaker_verdict(), expected, "{answer:?}");
    }
}

#[tokio::test]
async fn errors_name_the_wrong_fields() {
    let server = Server::scripted(&Scripted::new()).await;
    let good = || quotation("x", "");
    let limits = Limits::default();
    for (request, expected) in [
        (request(TEXT, vec![]), vec!["quotations"]),
        (request("", vec![good()]), vec!["document.text"]),
        (request(TEXT, vec![good(), good(), good(), quotation(" ", "")]), vec!["quotations[3].text"]),
        (request(TEXT, vec![quotation("x", &"y".repeat(257))]), vec!["quotations[0].speaker"]),
        (
            request(TEXT, vec![quotation(&"x".repeat(limits.max_quotation_bytes + 1), "")]),
            vec!["quotations[0].text"],
        ),
        (
            request(TEXT, vec![Quotation { quotation_id: "y".repeat(257), ..good() }]),
            vec!["quotations[0].quotation_id"],
        ),
        (
            v1::VerifyQuotationsRequest {
                aliases: vec![alias("Ana Ruiz", &[]), alias("", &[])],
                ..request(TEXT, vec![good()])
            },
            vec!["aliases[1].name"],
        ),
        (
            v1::VerifyQuotationsRequest {
                aliases: vec![alias("Ana Ruiz", &[]); 1001],
                ..request(TEXT, vec![good()])
            },
            vec!["aliases"],
        ),
        (request(TEXT, vec![good(); limits.max_quotations + 1]), vec!["quotations"]),
        (
            v1::VerifyQuotationsRequest {
                document: None,
                quotations: vec![],
                offset_encoding: 9,
                aliases: vec![],
            },
            vec!["document", "quotations", "offset_encoding"],
        ),
    ] {
        let status = refused(&server, request).await;
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
        assert_eq!(wrong_fields(&status), expected);
    }
}

/// A thousand quotations of a passage of 4 kB are 4 MB of passages.
#[tokio::test]
async fn an_answer_stays_under_what_clients_take() {
    let server = Server::scripted(&Scripted::new()).await;
    let text = "The dam is safe and the bridge will open. ".repeat(100);
    let quotations = vec![quotation("and the bridge", ""); 999];
    let mut quotations: Vec<_> = quotations.into_iter().chain([quotation(&text, "")]).collect();
    let limits = Limits { max_response_bytes: 60_000, ..Limits::default() };
    let server_of_less = Server::start(Scripted::new(), ServiceConfig { limits, ..one_worker() }).await;
    let short = server_of_less.client().await.verify_quotations(request(&text, quotations.clone())).await;
    let short = short.expect("an answer").into_inner();
    assert!(short.encoded_len() <= 60_000, "{}", short.encoded_len());
    let last = short.items.last().expect("an item each");
    assert!(last.truncated && last.text.is_empty() && last.span.is_some());
    assert_eq!(last.verdict(), Verdict::Verbatim);

    // Names of quotations are kept where their texts are not, and fit, too.
    let id = "q".repeat(256);
    quotations =
        vec![Quotation { quotation_id: id.clone(), ..quotation(text.trim_end(), &"s".repeat(256)) }; 850];
    let response = server.client().await.verify_quotations(request(&text, quotations)).await;
    let response = response.expect("the client takes it").into_inner();
    assert!(response.encoded_len() <= 4 << 20);
    assert_eq!(response.items.len(), 850);
    let quotation = |item: &v1::verify_quotations_response::Item| item.quotation.clone().unwrap_or_default();
    assert!(response.items.iter().all(|item| quotation(item).quotation_id == id));
    let last = response.items.last().expect("an item each");
    assert!(last.truncated && quotation(last).text.is_empty());
    assert_eq!(last.speaker_verdict(), SpeakerVerdict::Unknown);
}

#[tokio::test]
async fn a_full_queue_refuses_and_a_fault_is_told() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { max_in_flight: 2, ..one_worker() }).await;
    let panicked = refused(&server, request("panic", vec![quotation("x", "")])).await;
    assert_eq!((panicked.code(), reason(&panicked).as_str()), (Code::Internal, "BUG"));

    let client = server.client().await;
    let call = || {
        let mut client = client.clone();
        async move { client.verify_quotations(request("block", vec![quotation("x", "")])).await }
    };
    // One text occupies the worker, and of three more one gets the only place in the queue.
    let mut calls = JoinSet::new();
    calls.spawn(call());
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    for _ in 0..3 {
        calls.spawn(call());
    }
    let refused = calls.join_next().await.expect("a call").expect("the task ends");
    assert_eq!(reason(&refused.expect_err("the queue is full")), "QUEUE_FULL");
    engine.release();
    let answered = calls.join_all().await.into_iter().flatten().count();
    assert_eq!(answered, 2);
}
