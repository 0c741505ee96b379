//! The other doors of the same port: JSON over HTTP/1.1, the page, gRPC-Web.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use ascribe::serve::ServiceConfig;
use ascribe::wire::{Limits, v1};
use ascribe_engine::Extractor;

use crate::http1::{Response, send};
use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, document, one_worker, request};

async fn post(address: SocketAddr, method: &str, body: &Value) -> Response {
    let head = format!("POST /v1/claims:{method} HTTP/1.1\r\ncontent-type: application/json");
    send(address, &head, body.to_string().as_bytes()).await
}

#[tokio::test]
async fn json_and_grpc_give_the_same_answers() {
    let extractor = Arc::new(Extractor::default());
    let server = Server::start(extractor, ServiceConfig::default()).await;
    let mut client = server.client().await;
    for article in include_str!("../data/wikinews-dev.jsonl").lines().take(4) {
        let article: Value = serde_json::from_str(article).expect("each line is JSON");
        let text = article["text"].as_str().expect("it has a text");
        let answer = post(server.address, "extract", &json!({"document": {"text": text}})).await;
        assert_eq!(answer.code, 200);
        let over_grpc = client.extract_claims(request(text)).await.expect("it is answered").into_inner();
        let over_json: v1::ExtractClaimsResponse =
            serde_json::from_slice(&answer.body).expect("it is the same message");
        let claims = |answer: v1::ExtractClaimsResponse| answer.result.expect("it has a result").claims;
        assert_eq!(claims(over_json), claims(over_grpc));
    }
    let verify = json!({
        "document": {"text": "\"The bridge is safe,\" Mayor Ana Ruiz said."},
        "quotations": [{"text": "The bridge is safe", "speaker": "Ruiz"}, {"text": "Nobody saw the whale"}],
    });
    let items = post(server.address, "verifyQuotations", &verify).await.json();
    assert_eq!(items["items"][0]["verdict"], "VERDICT_VERBATIM");
    assert_eq!(items["items"][0]["speaker_matches"], true);
    assert_eq!(items["items"][1]["verdict"], "VERDICT_ABSENT");
}

#[tokio::test]
async fn json_and_grpc_give_the_same_errors() {
    let engine = Scripted::new();
    let limits = Limits { max_request_bytes: 1000, max_document_bytes: 100, ..Limits::default() };
    let server = Server::start(engine, ServiceConfig { limits, ..ServiceConfig::default() }).await;
    let mut client = server.client().await;
    for (text, code) in [("", 400), (&*"x".repeat(101), 400), (&*"x".repeat(1001), 413), ("panic", 500)] {
        let answer = post(server.address, "extract", &json!({"document": {"text": text}})).await;
        assert_eq!(answer.code, code, "{text}");
        let status = client.extract_claims(request(text)).await.expect_err("it is refused");
        let told = answer.json();
        assert_eq!(told["code"], i32::from(status.code()), "{text}");
        let (over_json, over_grpc) = (told["message"].as_str().unwrap_or_default(), status.message());
        // A fault is named by its call.
        assert_eq!(over_json.split(" as ").next(), over_grpc.split(" as ").next());
        assert_eq!(told["details"][0]["@type"], "type.googleapis.com/google.rpc.ErrorInfo", "{told}");
    }
    let batch = json!({"documents": [{"text": "a"}, {"text": ""}]});
    let items = post(server.address, "batchExtract", &batch).await.json();
    assert!(items["items"][0]["result"].is_object(), "{items}");
    assert_eq!(items["items"][1]["error"]["message"], "documents[1].text is empty");
}

#[tokio::test]
async fn a_name_that_an_enum_does_not_have_is_answered_with_those_that_it_has() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    for (options, by_name, allowed) in [
        (json!({"view": 9}), json!({"view": "EVERYTHING"}), "CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL"),
        (json!({"offset_encoding": 9}), json!({"offset_encoding": "BYTES"}), "OFFSET_ENCODING_CODE_POINTS"),
        (json!({"kinds": [9]}), json!({"kinds": ["DIRECT"]}), "QUOTATION_KIND_DIRECT"),
        (json!({"types": [9]}), json!({"types": ["X"]}), "ATTRIBUTION_TYPE_EVIDENCE"),
        (
            json!({"aliases": [{"name": "Ruiz", "entity_kind": 9}]}),
            json!({"aliases": [{"name": "Ruiz", "entity_kind": "MAYOR"}]}),
            "ENTITY_KIND_PERSON",
        ),
    ] {
        for options in [&options, &by_name] {
            let request = json!({"document": {"text": "x"}, "options": options});
            let answer = post(server.address, "extract", &request).await;
            let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
            assert_eq!(answer.code, 400, "{options}");
            assert!(message.contains(allowed) && !message.contains("UNSPECIFIED"), "{options}: {message}");
        }
    }
    let options = v1::ExtractionOptions { view: 9, ..Default::default() };
    let request = v1::ExtractClaimsRequest { document: Some(document("x")), options: Some(options) };
    let status = client.extract_claims(request).await.expect_err("there is no such view");
    let told = "options.view 9 is not allowed: allowed are CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL";
    assert_eq!(status.message(), told);
}

#[tokio::test]
async fn what_is_no_such_request_is_told() {
    let server = Server::scripted(&Scripted::new()).await;
    let misspelt = post(server.address, "extract", &json!({"documnt": {}})).await;
    assert_eq!(misspelt.code, 400);
    let message = misspelt.json()["message"].to_string();
    assert!(
        message.contains("documnt is no field here: perhaps document is meant (line 1, column"),
        "{message}"
    );
    let form = "POST /v1/claims:extract HTTP/1.1\r\ncontent-type: text/plain";
    assert_eq!(send(server.address, form, b"{}").await.code, 415, "forms of other sites can't call");
    let wrong_method = send(server.address, "GET /v1/claims:extract HTTP/1.1", b"").await;
    assert_eq!(wrong_method.code, 405);
    assert!(wrong_method.has("allow: POST"), "{}", wrong_method.head);
    assert_eq!(send(server.address, "GET /elsewhere HTTP/1.1", b"").await.code, 404);
    let grpc = "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc";
    assert_eq!(send(server.address, grpc, b"").await.code, 501);
}

/// Short values take a hundred times their bytes while they are read.
#[tokio::test]
async fn json_that_would_take_too_much_memory_is_refused() {
    let server = Server::scripted(&Scripted::new()).await;
    let zeros = vec![0; 2_000_000];
    let many = post(server.address, "extract", &json!({"options": {"kinds": zeros}})).await;
    assert_eq!(many.code, 400);
    let message = many.json()["message"].to_string();
    assert!(message.contains("more than 131072 values"), "{message}");
    // As long in JSON as any message may be, and longer than it may be as a message.
    let long = post(server.address, "extract", &json!({"document": {"text": "x".repeat(5_000_000)}})).await;
    assert_eq!(long.code, 413);
    assert_eq!(long.json()["details"][0]["reason"], "MESSAGE_TOO_LARGE");
}

/// What has come of JSON counts, as what has come of messages does.
#[tokio::test]
async fn the_bytes_of_json_that_never_ends_are_bounded() {
    let limits = Limits { max_request_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 100 << 10, limits, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let head = "POST /v1/claims:extract HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 60000\r\n\r\n";
    let begin = async || {
        let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
        socket.write_all(head.as_bytes()).await.expect("it is sent");
        socket.write_all(" ".repeat(40_000).as_bytes()).await.expect("it is sent");
        socket
    };
    let mut calls = [begin().await, begin().await, begin().await];
    let [first, second, third] = &mut calls;
    let mut answer = [0; 12];
    let answered = async {
        tokio::select! {
            read = first.read_exact(&mut answer) => read.map(|_| ()),
            read = second.readable() => read,
            read = third.readable() => read,
        }
    };
    let answered = tokio::time::timeout(PATIENCE, answered).await.expect("one is answered in time");
    answered.expect("it is answered");
}

/// An answer that nobody reads keeps its place, as one of gRPC does.
#[tokio::test]
async fn a_json_answer_keeps_its_place_until_it_is_read() {
    let config = ServiceConfig { max_in_flight: 1, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let socket = TcpStream::connect(server.address).await.expect("the server listens");
    let (mut sender, _connection) =
        raw::handshake(socket, &h2::client::Builder::new()).await.expect("it speaks HTTP/2");
    let head =
        http::Request::post("http://localhost/v1/claims:extract").header("content-type", "application/json");
    let (response, mut body) =
        sender.send_request(head.body(()).expect("a head"), false).expect("it is sent");
    let text = format!("claims 20 {}", "x".repeat(10_000));
    let message = json!({"document": {"text": text}}).to_string();
    body.send_data(message.into(), true).expect("it is sent");
    let unread = response.await.expect("it is answered");
    assert_eq!(unread.status(), 200);
    let mut client = server.client().await;
    let status = client.list_cues(v1::ListCuesRequest::default()).await.expect_err("the place is taken");
    assert_eq!(status.code(), Code::Unavailable);
    drop((unread, body));
    let freed = async {
        while client.list_cues(v1::ListCuesRequest::default()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, freed).await.expect("the place is given back");
}

#[tokio::test]
async fn the_page_and_the_description_are_served() {
    let server = Server::scripted(&Scripted::new()).await;
    let page = send(server.address, "GET / HTTP/1.1", b"").await;
    assert_eq!(page.code, 200);
    assert!(page.has("content-type: text/html; charset=utf-8"), "{}", page.head);
    assert!(page.head.contains("content-security-policy: default-src 'none'; script-src 'sha256-"));
    assert!(page.body.starts_with(b"<!doctype html>") || page.body.starts_with(b"<!DOCTYPE html>"));
    let openapi = send(server.address, "GET /openapi.json HTTP/1.1", b"").await.json();
    let paths: Vec<&String> = openapi["paths"].as_object().expect("it has paths").keys().collect();
    let expected = [
        "/health",
        "/v1/claims:batchExtract",
        "/v1/claims:extract",
        "/v1/claims:verifyQuotations",
        "/v1/cues",
        "/v1/info",
    ];
    assert_eq!(paths, expected);
    assert_eq!(openapi["servers"][0]["url"], "/");
    assert_eq!(openapi["paths"]["/v1/cues"]["get"]["parameters"][0]["name"], "page_size");
    assert_eq!(openapi["paths"]["/v1/claims:extract"]["post"]["tags"], json!(["claims"]));
    let request = &openapi["components"]["schemas"]["ascribe.v1.ExtractClaimsRequest"];
    assert_eq!(request["required"], json!(["document"]));
}

#[tokio::test]
async fn browsers_may_speak_grpc_web() {
    let server = Server::scripted(&Scripted::new()).await;
    let head = "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc-web+proto\r\nx-grpc-web: 1";
    let message = v1::ExtractClaimsRequest { document: Some(document("x")), ..Default::default() };
    let answer = send(server.address, head, &raw::framed(&message.encode_to_vec(), 0)).await;
    assert_eq!(answer.code, 200);
    assert!(answer.head.to_lowercase().contains("application/grpc-web"), "{}", answer.head);
    let trailers = String::from_utf8_lossy(&answer.body).to_lowercase();
    assert!(trailers.contains("grpc-status:0"), "{trailers}");
}
