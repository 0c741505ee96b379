//! Messages that would be far larger once they are decoded, and calls with more messages than they take: refused before
//! that, at every door.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use tonic::{Code, Status};

use ascribe::serve::ServiceConfig;
use ascribe::wire::{Limits, v1};

use crate::http1::send;
use crate::raw::{self, framed};
use crate::server::{PATIENCE, Scripted, Server, document, one_worker, reason, request, wrong_fields};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writing to memory never fails");
    encoder.finish().expect("writing to memory never fails")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("reading memory never fails")
}

/// A message of two million empty submessages or numbers, the method it is sent to, and the list that is too long.
fn bombs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let many = (2 << 20) - 1000;
    let within = |number: u8, content: &[u8]| {
        let mut message = vec![number << 3 | 2];
        prost::encoding::encode_varint(content.len() as u64, &mut message);
        message.extend_from_slice(content);
        message
    };
    vec![
        ("BatchExtractClaims", b"\x0a\x00".repeat(many), "documents"),
        ("VerifyQuotations", b"\x12\x00".repeat(many), "quotations"),
        ("VerifyQuotations", b"\x22\x00".repeat(many), "aliases"),
        ("ExtractClaims", within(2, &b"\x3a\x00".repeat(many)), "options.aliases"),
        ("ExtractClaims", within(2, &within(7, &b"\x12\x00".repeat(many))), "options.aliases[0].variants"),
        ("ExtractClaims", within(2, &within(4, &b"\x01".repeat(4 << 19))), "request"),
        ("ExtractClaims", b"\x0a\x00".repeat(many), "request"),
        ("ListCues", b"\xf8\x06\x01".repeat(1 << 20), "request"),
        ("GetExtractorInfo", b"\xf8\x06\x01".repeat(1 << 20), "request"),
        ("StreamExtractClaims", within(1, &b"\x3a\x00".repeat(many)), "options.aliases"),
    ]
}

fn check_refused(status: &Status, field: &str) {
    assert_eq!(
        (status.code(), reason(status).as_str()),
        (Code::InvalidArgument, "INVALID_FIELDS"),
        "{status:?}"
    );
    assert_eq!(wrong_fields(status), [field]);
    assert!(status.message().contains("more than"), "{}", status.message());
}

#[tokio::test]
async fn millions_of_values_are_refused_however_they_come() {
    let server = Server::scripted(&Scripted::new()).await;
    for (method, message, field) in bombs() {
        for (coding, body) in [
            (None, framed(&message, 0)),
            (Some("gzip"), framed(&gzip(&message), 1)),
            (Some("zstd"), framed(&zstd(&message), 1)),
        ] {
            let headers: Vec<_> = coding.map(|coding| ("grpc-encoding", coding)).into_iter().collect();
            let (mut sender, _connection) = raw::connect(server.address).await;
            let (response, mut stream) =
                sender.send_request(raw::post(method, &headers), false).expect("it is sent");
            stream.send_data(body.into(), true).expect("it is sent");
            let answer = tokio::time::timeout(PATIENCE, raw::whole(response)).await;
            check_refused(&answer.expect("it is answered in time").status(), field);
        }
    }
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
}

#[tokio::test]
async fn millions_of_values_are_refused_over_grpc_web_and_as_json() {
    let server = Server::scripted(&Scripted::new()).await;
    let (method, message, _) = bombs().swap_remove(5);
    let head = format!(
        "POST /ascribe.v1.ClaimService/{method} HTTP/1.1\r\ncontent-type: application/grpc-web+proto\r\n\
         x-grpc-web: 1\r\ngrpc-encoding: gzip"
    );
    let answer = send(server.address, &head, &framed(&gzip(&message), 1)).await;
    let said = format!("{}{}", answer.head, String::from_utf8_lossy(&answer.body));
    assert!(said.contains("grpc-status: 3") && said.contains("holds%20more%20than"), "{said}");
}

/// As much as the limits allow, in one message, at limits that are set as high as they can be.
#[tokio::test]
async fn what_is_within_the_limits_is_read_however_much_that_is() {
    let limits = Limits { max_batch_documents: 10_000, max_request_bytes: 16 << 20, ..Limits::default() };
    let config = ServiceConfig { limits, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let alias = v1::Alias {
        name: "Lloyd Austin".to_owned(),
        variants: vec!["the Pentagon chief".to_owned(); 64],
        title: "Secretary".to_owned(),
        entity_kind: v1::EntityKind::Person.into(),
    };
    let options = v1::ExtractionOptions {
        offset_encoding: 1,
        view: 1,
        min_confidence: Some(0.5),
        kinds: vec![1, 2, 3],
        types: vec![1, 2, 3, 4, 5],
        max_claims: 1,
        aliases: vec![alias.clone(); 1000],
    };
    let one = v1::Document {
        document_id: "d".to_owned(),
        language_code: "en".to_owned(),
        publish_time: Some(pbjson_types::Timestamp { seconds: 1, nanos: 1 }),
        ..document("x")
    };
    let documents = vec![one.clone(); 10_000];
    let batch = v1::BatchExtractClaimsRequest { documents, options: Some(options.clone()) };
    let answer = server.client().await.max_decoding_message_size(64 << 20).batch_extract_claims(batch).await;
    assert_eq!(answer.expect("it is legal").into_inner().items.len(), 10_000);
    let single = v1::ExtractClaimsRequest { document: Some(one.clone()), options: Some(options) };
    assert!(server.client().await.extract_claims(single).await.is_ok());
    let quotation = v1::verify_quotations_request::Quotation {
        text: "x".to_owned(),
        speaker: "y".to_owned(),
        quotation_id: "q".to_owned(),
    };
    let (quotations, aliases) = (vec![quotation; 1000], vec![alias; 1000]);
    let verify = v1::VerifyQuotationsRequest { document: Some(one), quotations, offset_encoding: 1, aliases };
    assert!(server.client().await.verify_quotations(verify).await.is_ok());
}

/// Before its caller has sent all: what comes after the first message isn't waited for.
#[tokio::test]
async fn a_second_message_ends_a_call_that_takes_one() {
    let server = Server::scripted(&Scripted::new()).await;
    let message = framed(&request("x").encode_to_vec(), 0);
    for (path, body) in [
        ("/ascribe.v1.ClaimService/ExtractClaims", message.repeat(2)),
        ("/ascribe.v1.ClaimService/BatchExtractClaims", message.repeat(30)),
        ("/ascribe.v1.ClaimService/VerifyQuotations", [&message[..], b"\0"].concat()),
        ("/ascribe.v1.ClaimService/ListCues", framed(&[], 0).repeat(2)),
        ("/ascribe.v1.ClaimService/GetExtractorInfo", framed(&[], 0).repeat(2)),
        ("/grpc.health.v1.Health/Check", framed(&[], 0).repeat(2)),
        ("/grpc.health.v1.Health/List", framed(&[], 0).repeat(2)),
        ("/grpc.health.v1.Health/Watch", framed(&[], 0).repeat(2)),
    ] {
        let (mut sender, _connection) = raw::connect(server.address).await;
        let (response, mut stream) = sender.send_request(raw::post_to(path, &[]), false).expect("it is sent");
        stream.send_data(body.into(), false).expect("it is sent");
        let answer =
            tokio::time::timeout(PATIENCE, raw::whole(response)).await.expect("it is answered in time");
        let status = answer.status();
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "MALFORMED_MESSAGE"),
            "{path}"
        );
        assert_eq!(status.message(), "the request holds more than one message", "{path}");
    }
    let head = "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc-web+proto\r\nx-grpc-web: 1";
    let answer = send(server.address, head, &message.repeat(2)).await;
    let said = format!("{}{}", answer.head, String::from_utf8_lossy(&answer.body));
    assert!(said.contains("grpc-status: 3") && said.contains("more%20than%20one%20message"), "{said}");
    // Of a stream every message is one of its own, however they are packed.
    let item = |sequence| {
        let item = v1::stream_extract_claims_request::Item { sequence, document: Some(document("x")) };
        let message = Some(v1::stream_extract_claims_request::Message::Item(item));
        framed(&v1::StreamExtractClaimsRequest { message }.encode_to_vec(), 0)
    };
    let body = [item(1), item(2), item(3)].concat();
    let answer = raw::call(server.address, "StreamExtractClaims", &[], body).await;
    assert_eq!(answer.status().code(), Code::Ok);
}
