//! Requests that can't be decoded: their callers' fault, whatever is wrong with them and whichever way they come.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

use prost::Message;
use tonic::{Code, Status};

use crate::http1::send;
use crate::raw::{self, framed};
use crate::server::{Scripted, Server, reason, request};

/// A document whose text is Latin-1: field 1, which holds field 2.
const LATIN_1: &[u8] = b"\x0a\x06\x12\x04Zo\xe9!";
/// The same as an item of a stream: field 2, which holds field 2, which holds field 2.
const LATIN_1_ITEM: &[u8] = b"\x12\x08\x12\x06\x12\x04Zo\xe9!";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writing to memory never fails");
    encoder.finish().expect("writing to memory never fails")
}

/// Bodies that can't be decoded: the request's own coding, the bytes, and what the error says.
fn undecodable(latin_1: &[u8]) -> Vec<(Option<&'static str>, Vec<u8>, &'static str)> {
    let truncated = framed(latin_1, 0);
    vec![
        (None, framed(latin_1, 0), "invalid string value: data is not UTF-8 encoded"),
        (None, framed(b"\xff\xff", 0), "the request is no valid protobuf message: invalid varint"),
        // A number where a message should be.
        (None, framed(b"\x08\x01\x10\x01", 0), "invalid wire type"),
        // A field that is longer than its message.
        (None, framed(b"\x0a\x7f\x12", 0), "the request is no valid protobuf message"),
        (None, truncated[..truncated.len() - 3].to_vec(), "the request ends in the middle of a message"),
        (None, truncated[..3].to_vec(), "the request ends in the middle of a message"),
        (None, framed(latin_1, 7), "invalid compression flag: 7 (valid flags are 0 and 1)"),
        (None, framed(latin_1, 1), "marked as compressed, but the call has no grpc-encoding"),
        (Some("gzip"), framed(b"no such thing", 1), "the request can't be decompressed: "),
        (Some("zstd"), framed(b"no such thing", 1), "the request can't be decompressed: "),
        (Some("gzip"), framed(&gzip(latin_1)[..15], 1), "the request can't be decompressed: "),
        (Some("gzip"), framed(&gzip(latin_1), 1), "data is not UTF-8 encoded"),
    ]
}

fn check(status: &Status, told: &str) {
    let found = (status.code(), reason(status));
    assert_eq!(found, (Code::InvalidArgument, "MALFORMED_MESSAGE".to_owned()), "{told}: {status:?}");
    let message = status.message();
    assert!(message.starts_with("the request") && message.contains(told), "{told}: {message}");
    assert!(!message.contains("while sending"), "that is said by who sends: {message}");
}

#[tokio::test]
async fn a_unary_request_that_cannot_be_decoded_is_the_callers_fault() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut bodies = undecodable(LATIN_1);
    bodies.push((None, Vec::new(), "the request holds no message"));
    for (coding, body, told) in bodies {
        let headers: Vec<_> = coding.map(|coding| ("grpc-encoding", coding)).into_iter().collect();
        for method in ["ExtractClaims", "BatchExtractClaims", "VerifyQuotations"] {
            let answer = raw::call(server.address, method, &headers, body.clone()).await;
            check(&answer.status(), told);
        }
    }
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
}

#[tokio::test]
async fn a_message_of_a_stream_that_cannot_be_decoded_is_the_callers_fault() {
    let server = Server::scripted(&Scripted::new()).await;
    for (coding, body, told) in undecodable(LATIN_1_ITEM) {
        let headers: Vec<_> = coding.map(|coding| ("grpc-encoding", coding)).into_iter().collect();
        let answer = raw::call(server.address, "StreamExtractClaims", &headers, body).await;
        check(&answer.status(), told);
    }
}

#[tokio::test]
async fn a_grpc_web_request_that_cannot_be_decoded_is_the_callers_fault() {
    let server = Server::scripted(&Scripted::new()).await;
    let good = request("x").encode_to_vec();
    for (content_type, body, told) in [
        ("application/grpc-web+proto", framed(LATIN_1, 0), "data%20is%20not%20UTF-8%20encoded"),
        (
            "application/grpc-web+proto",
            framed(&good, 0)[..6].to_vec(),
            "in%20the%20middle%20of%20a%20message",
        ),
        ("application/grpc-web-text+proto", b"!!!!".to_vec(), "no%20valid%20base64"),
        ("application/grpc-web-text+proto", b"AAA".to_vec(), "no%20valid%20base64"),
    ] {
        let head = format!(
            "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: {content_type}\r\nx-grpc-web: 1"
        );
        let answer = send(server.address, &head, &body).await;
        let said = format!("{}{}", answer.head, String::from_utf8_lossy(&answer.body));
        assert!(said.contains("grpc-status: 3") && said.contains(told), "{told}: {said}");
    }
}
