//! The log: objects that programs read, and never a word of an article.

use ascribe::wire::v1::{self, stream_extract_claims_request as item};
use serde_json::Value;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Request};

use crate::daemon::{Daemon, Place, request};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_json_log_is_an_object_and_a_calls_holds_its_ids() {
    let daemon = Daemon::start(&Place::with(&[]), &["--log-format", "json"]);
    let mut request = Request::new(request("Ana Ruiz said it was late."));
    let metadata = request.metadata_mut();
    metadata.insert("x-request-id", "mine-7".parse().expect("a value"));
    metadata.insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse().expect("a value"));
    daemon.client().await.extract_claims(request).await.expect("it is read");
    daemon.logs("ExtractClaims");
    daemon.signal("TERM");
    let (_, log) = daemon.end();
    let lines: Vec<Value> =
        log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    assert!(lines.iter().all(|line| line["level"].is_string() && line["timestamp"].is_string()));
    let call = lines.iter().find(|line| line["message"] == "call").expect("the call is logged");
    assert_eq!(call["request_id"], "mine-7");
    assert_eq!(call["trace_id"], TRACE);
    assert_eq!(call["method"], "/ascribe.v1.ClaimService/ExtractClaims");
    assert_eq!(call["code"], "Ok");
    assert!(call["milliseconds"].is_number());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_refused_call_says_why() {
    let place = Place::with(&[("keys", &format!("desk:{}\n", "0".repeat(64)))]);
    let daemon = Daemon::start(&place, &["--log-format", "json", "--api-keys", "keys"]);
    let failed = daemon.client().await.extract_claims(request("Ana Ruiz said it.")).await;
    assert_eq!(failed.expect_err("it has no key").code(), Code::Unauthenticated);
    daemon.logs("\"reason\":\"UNAUTHENTICATED\"");
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let mut client = daemon.client().await;
    client.extract_claims(request("")).await.expect_err("there is no text");
    daemon.logs("code=InvalidArgument reason=\"INVALID_FIELDS\"");
    client.extract_claims(request("Ana Ruiz said it.")).await.expect("it is read");
    daemon.logs("code=Ok milliseconds=");
}

/// A message whose document is bytes: what the contract doesn't allow can be sent with it.
#[derive(Clone, PartialEq, prost::Message)]
struct Malformed {
    #[prost(bytes = "vec", tag = "1")]
    document: Vec<u8>,
}

/// In every text that is sent, and in the keys.
const WORD: &str = "QuindeciMviri";

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_an_article_and_no_key_is_ever_logged() {
    let flags = ["--log-level", "trace", "--max-document-bytes", "1000"];
    let daemon = Daemon::start(&Place::with(&[]), &flags);
    let mut client = daemon.client().await.send_compressed(CompressionEncoding::Gzip);
    let good = format!("Mayor Ana {WORD} said the {WORD} is safe. “{WORD},” she added.");
    client.extract_claims(request(&good)).await.expect("it is read");
    let mut client = daemon.client().await;
    let mut with_key = Request::new(request(&good));
    for header in ["authorization", "x-api-key"] {
        with_key.metadata_mut().insert(header, format!("Bearer {WORD}").parse().expect("a header's value"));
    }
    client.extract_claims(with_key).await.expect("it is read");
    let refused = client.extract_claims(request(&good.repeat(100))).await.expect_err("it is too long");
    assert_eq!(refused.code(), Code::InvalidArgument);
    let mut wrong = request(&good);
    wrong.document.as_mut().expect("there is one").language_code = "xx".to_owned();
    let wrong = client.extract_claims(wrong).await.expect_err("it isn't English");
    assert_eq!(wrong.code(), Code::InvalidArgument);
    let documents = [good.clone(), good.repeat(100), String::new()].map(|text| request(&text).document);
    let documents = documents.into_iter().flatten().collect();
    let batch = v1::BatchExtractClaimsRequest { documents, options: None };
    client.batch_extract_claims(batch).await.expect("it is answered");
    let streamed = [good.clone(), good.repeat(100)].map(|text| {
        let item = item::Item { sequence: 1, document: request(&text).document };
        v1::StreamExtractClaimsRequest { message: Some(item::Message::Item(item)) }
    });
    let stream = client.stream_extract_claims(tokio_stream::iter(streamed)).await;
    let mut answers = stream.expect("the stream begins").into_inner();
    while answers.message().await.expect("no error").is_some() {}
    assert_eq!(malformed(&daemon).await, Code::InvalidArgument);
    daemon.http("PUT", "/log-level", WORD);

    daemon.eventually("the calls have ended", |daemon| daemon.metric("ascribe_calls_in_flight") == Some(0.0));
    daemon.signal("TERM");
    let (_, log) = daemon.end();
    // It did log at that level.
    assert!(log.iter().any(|line| line.contains("TRACE")), "nothing was logged");
    let leaks = log.iter().filter(|line| line.to_lowercase().contains(&WORD.to_lowercase()));
    assert_eq!(leaks.collect::<Vec<_>>(), [""; 0]);
}

/// Sends a text that isn't UTF-8.
async fn malformed(daemon: &Daemon) -> Code {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{}", daemon.address));
    let channel = endpoint.expect("a valid address").connect().await.expect("it listens");
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.expect("it is ready");
    let text = [WORD.as_bytes(), b"\xff\xfe", WORD.as_bytes()].concat();
    let length = u8::try_from(text.len()).expect("it is short");
    // Field 2 of a document is its text.
    let document = [&[2 << 3 | 2, length][..], &text].concat();
    let method = http::uri::PathAndQuery::from_static("/ascribe.v1.ClaimService/ExtractClaims");
    let codec = tonic_prost::ProstCodec::<Malformed, v1::ExtractClaimsResponse>::default();
    let answer = client.unary(Request::new(Malformed { document }), method, codec).await;
    answer.expect_err("it is malformed").code()
}
