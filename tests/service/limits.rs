//! What is too large, in either direction, compressed or not.

use std::io::Write;

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use ascribe::wire::v1::{self, batch_extract_claims_response::item::Outcome};
use flate2::{Compression, write::GzEncoder};
use http::HeaderValue;
use prost::Message;
use tonic::Code;
use tonic::codec::CompressionEncoding;
use tonic_types::StatusExt;

use crate::raw;
use crate::server::{Scripted, Server, document, one_worker, reason, request};

/// What clients take without being told otherwise.
const CLIENT_LIMIT: usize = 4 << 20;

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn check_too_large(status: &tonic::Status) {
    assert_eq!((status.code(), reason(status).as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    let info = status.get_details_error_info().expect("it has an ErrorInfo");
    assert_eq!(info.metadata["max_request_bytes"], CLIENT_LIMIT.to_string());
}

/// A request one byte over the limit isn't read; one that just fits is, and found to be too long a text.
#[tokio::test]
async fn a_request_over_the_limit_is_told_so() {
    let server = Server::scripted(&Scripted::new()).await;
    let overhead = request(&"x".repeat(CLIENT_LIMIT)).encoded_len() - CLIENT_LIMIT;
    for length in [CLIENT_LIMIT - 1, CLIENT_LIMIT] {
        let message = request(&"x".repeat(length - overhead));
        assert_eq!(message.encoded_len(), length);
        let status = server.client().await.extract_claims(message).await.expect_err("too long a text");
        assert_eq!(status.code(), Code::InvalidArgument);
    }
    let long = request(&"x".repeat(CLIENT_LIMIT + 1 - overhead));
    let status = server.client().await.extract_claims(long).await.expect_err("too large");
    check_too_large(&status);
}

/// 64 MiB of zeros are 64 KiB of gzip: the limit is on what comes out of it.
#[tokio::test]
async fn a_decompression_bomb_is_over_the_limit() {
    let server = Server::scripted(&Scripted::new()).await;
    let bomb = raw::framed(&gzipped(&vec![0; 64 << 20]), 1);
    assert!(bomb.len() < 100_000);
    for method in ["ExtractClaims", "StreamExtractClaims"] {
        let answer = raw::call(server.address, method, &[("grpc-encoding", "gzip")], bomb.clone()).await;
        check_too_large(&answer.status());
    }
}

#[tokio::test]
async fn compressed_requests_are_read() {
    let server = Server::scripted(&Scripted::new()).await;
    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let mut client = server.client().await.send_compressed(encoding).accept_compressed(encoding);
        let text = "compressible ".repeat(1000);
        let result = client.extract_claims(request(&text)).await.expect("it is read").into_inner().result;
        let result = result.expect("the document was read");
        assert_eq!(
            result.claims[0].content.as_ref().map(|content| content.text.as_str()),
            Some(text.as_str())
        );
    }
}

/// Most clients always say that they accept gzip; only one that sends it is answered in it.
#[tokio::test]
async fn an_answer_is_compressed_as_its_request() {
    let server = Server::scripted(&Scripted::new()).await;
    let message = request("x").encode_to_vec();
    let accept = ("grpc-accept-encoding", "identity, deflate, gzip, zstd");
    for (encoding, body, expected) in [
        (None, raw::framed(&message, 0), None),
        (Some("gzip"), raw::framed(&gzipped(&message), 1), Some("gzip")),
    ] {
        let headers: Vec<_> =
            encoding.map(|name| ("grpc-encoding", name)).into_iter().chain([accept]).collect();
        let answer = raw::call(server.address, "ExtractClaims", &headers, body).await;
        assert_eq!(answer.status().code(), Code::Ok);
        let used = answer.headers.get("grpc-encoding").map(HeaderValue::as_bytes);
        assert_eq!(used, expected.map(str::as_bytes));
    }
}

/// Eight hundred claims, each with a content of 10 kB, are 8 MB.
#[tokio::test]
async fn an_answer_stays_under_what_clients_take() {
    let server = Server::scripted(&Scripted::new()).await;
    let text = format!("claims 800 {}", "x".repeat(10_000));
    let response = server.client().await.extract_claims(request(&text)).await;
    let response = response.expect("the client takes it").into_inner();
    let (length, limit) = (response.encoded_len(), CLIENT_LIMIT);
    assert!(length <= limit && length > limit - 30_000, "{length} of {limit} bytes");
    let result = response.result.expect("the document was read");
    assert!(result.truncated);
    assert_eq!(result.claims[0].claim_id, "c0");
}

#[tokio::test]
async fn a_batch_stays_under_what_clients_take() {
    let server = Server::scripted(&Scripted::new()).await;
    // Each answer is 1.5 MB.
    let large = document(&format!("claims 150 {}", "x".repeat(10_000)));
    let documents = vec![large.clone(), large.clone(), large, document("small")];
    let request = v1::BatchExtractClaimsRequest { documents, options: None };
    let response = server.client().await.batch_extract_claims(request).await;
    let response = response.expect("the client takes it").into_inner();
    assert!(response.encoded_len() <= CLIENT_LIMIT);
    let outcomes: Vec<_> = response.items.into_iter().map(|item| item.outcome).collect();
    let [
        Some(Outcome::Result(_)),
        Some(Outcome::Result(_)),
        Some(Outcome::Error(full)),
        Some(Outcome::Result(_)),
    ] = outcomes.as_slice()
    else {
        panic!("{outcomes:?}")
    };
    assert_eq!(Code::from(full.code), Code::ResourceExhausted);
    assert!(full.message.contains("StreamExtractClaims"), "{}", full.message);
}

#[tokio::test]
async fn a_document_alone_in_its_batch_is_cut_as_in_a_call_of_its_own() {
    let server = Server::scripted(&Scripted::new()).await;
    let documents = vec![document(&format!("claims 800 {}", "x".repeat(10_000)))];
    let request = v1::BatchExtractClaimsRequest { documents, options: None };
    let response = server.client().await.batch_extract_claims(request).await;
    let response = response.expect("the client takes it").into_inner();
    assert!(response.encoded_len() <= CLIENT_LIMIT);
    let Some(Outcome::Result(result)) = &response.items[0].outcome else { panic!("no result") };
    assert!(result.truncated && result.claims.len() > 400);
}

#[tokio::test]
async fn limits_are_the_servers_to_set() {
    let limits = Limits { max_document_bytes: 10, max_claims: 2, ..Limits::default() };
    let config = ServiceConfig { limits, ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let mut client = server.client().await;
    let status = client.extract_claims(request("more than ten")).await.expect_err("too long");
    assert_eq!(
        status.message(),
        "document.text has 13 bytes, more than 10: split it, or have max-document-bytes raised"
    );
    let result = client.extract_claims(request("claims 9")).await.expect("it is read").into_inner().result;
    let result = result.expect("the document was read");
    assert_eq!((result.claims.len(), result.truncated), (2, true));
    let info = client.get_extractor_info(v1::GetExtractorInfoRequest {}).await.expect("an answer");
    let limits = info.into_inner().limits.expect("it has limits");
    assert_eq!((limits.max_document_bytes, limits.max_claims), (10, 2));
}
