//! JSON that comes compressed (`content-encoding`): taken within the limits, or refused by name.

use std::io::Write;
use std::time::Instant;

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;

use crate::http1::{Response, send};
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, request};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writing to memory never fails");
    encoder.finish().expect("writing to memory never fails")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writing to memory never fails");
    encoder.finish().expect("writing to memory never fails")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("reading memory never fails")
}

async fn post(server: &Server, coding: &str, body: &[u8]) -> Response {
    let head = format!(
        "POST /v1/claims:extract HTTP/1.1\r\ncontent-type: application/json\r\ncontent-encoding: {coding}"
    );
    send(server.address, &head, body).await
}

#[tokio::test]
async fn a_compressed_request_is_read_as_a_plain_one() {
    let server = Server::scripted(&Scripted::new()).await;
    // Short ones are read where they come, long ones on a thread of their own.
    for text in ["Mayor Ana Ruiz said so.".to_owned(), "Ruiz said so. ".repeat(20_000)] {
        let body = json!({"document": {"document_id": "a", "text": text}}).to_string().into_bytes();
        let plain = post(&server, "identity", &body).await;
        assert_eq!(plain.code, 200);
        let claims = &plain.json()["result"]["claims"];
        assert_eq!(claims[0]["content"]["text"], text);
        for (coding, body) in [
            ("gzip", gzip(&body)),
            ("X-GZIP", gzip(&body)),
            ("deflate", deflate(&body)),
            ("zstd", zstd(&body)),
            ("identity, gzip", gzip(&body)),
            // Two members, one after the other.
            ("gzip", [gzip(&body[..10]), gzip(&body[10..])].concat()),
        ] {
            let answer = post(&server, coding, &body).await;
            assert_eq!(answer.code, 200, "{coding}: {}", answer.json());
            assert_eq!(&answer.json()["result"]["claims"], claims, "{coding}");
        }
    }
}

#[tokio::test]
async fn a_coding_that_is_not_accepted_is_refused_by_name() {
    let server = Server::scripted(&Scripted::new()).await;
    let body = json!({"document": {"text": "x"}}).to_string();
    for (coding, named) in [
        ("br", "br"),
        ("compress", "compress"),
        ("gzip, gzip", "gzip, gzip"),
        ("deflate, GZIP", "deflate, gzip"),
    ] {
        let answer = post(&server, coding, body.as_bytes()).await;
        assert_eq!(answer.code, 415, "{coding}");
        assert!(answer.has("accept-encoding: gzip, deflate, zstd"), "{}", answer.head);
        let status = answer.json();
        assert_eq!(status["code"], 3, "{status}");
        assert_eq!(status["details"][0]["reason"], "UNSUPPORTED_CONTENT_ENCODING");
        let message = status["message"].as_str().unwrap_or_default();
        assert!(message.contains(&format!("{named:?}")), "{coding}: {message}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_in_its_coding_is_told() {
    let server = Server::scripted(&Scripted::new()).await;
    let body = json!({"document": {"text": "x".repeat(100_000)}}).to_string();
    let whole = gzip(body.as_bytes());
    for (coding, body, told) in [
        ("gzip", body.as_bytes(), "is not valid gzip"),
        ("gzip", &whole[..whole.len() - 9], "is not valid gzip"),
        ("gzip", &[&whole[..], b"more"].concat(), "is not valid gzip"),
        ("deflate", &whole, "is not valid deflate"),
        ("deflate", &[&deflate(body.as_bytes())[..], b"more"].concat(), "something follows after its end"),
        ("zstd", &whole, "is not valid zstd"),
        ("gzip", &gzip(b"{\"document\": "), "ends too early"),
    ] {
        let answer = post(&server, coding, body).await;
        let status = answer.json();
        assert_eq!(answer.code, 400, "{told}: {status}");
        let field = if told == "ends too early" { "document" } else { "body" };
        assert_eq!(status["details"][1]["field_violations"][0]["field"], field, "{status}");
        assert!(status["message"].as_str().unwrap_or_default().contains(told), "{told}: {status}");
    }
}

/// The limits hold for the bytes that come out, of which no more is made than they allow.
#[tokio::test]
async fn a_bomb_is_refused_early() {
    let server = Server::scripted(&Scripted::new()).await;
    let too_long = json!({"document": {"text": "x".repeat(5_000_000)}}).to_string();
    // A gibibyte of white space in a megabyte: gzip's members one after the other.
    let bomb = gzip(&vec![b' '; 16 << 20]).repeat(64);
    let zeros = zstd(&vec![b' '; 256 << 20]);
    for (coding, body) in [("gzip", gzip(too_long.as_bytes())), ("gzip", bomb), ("zstd", zeros)] {
        let started = Instant::now();
        let answer = post(&server, coding, &body).await;
        let status = answer.json();
        assert_eq!((answer.code, &status["code"]), (413, &json!(8)), "{status}");
        assert_eq!(status["details"][0]["reason"], "MESSAGE_TOO_LARGE");
        assert_eq!(status["details"][0]["metadata"]["max_request_bytes"], "4194304");
        assert!(status["message"].as_str().unwrap_or_default().contains(coding), "{status}");
        assert!(started.elapsed() < PATIENCE / 4, "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn decompressed_bytes_count_among_those_that_all_calls_hold() {
    let engine = Scripted::new();
    let limits = Limits { max_request_bytes: 64 << 10, max_document_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 128 << 10, limits, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let mut client = server.client().await;
    let blocked = format!("block{}", " ".repeat(60 << 10));
    let blocking = tokio::spawn(async move { client.extract_claims(request(&blocked)).await });
    eventually(|| engine.begun.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    let body = format!("{}{}", json!({"document": {"text": "x"}}), " ".repeat(100 << 10));
    let answer = post(&server, "gzip", &gzip(body.as_bytes())).await;
    let details = answer.json()["details"].to_string();
    assert!(answer.code == 503 && details.contains("QUEUE_FULL"), "{} {details}", answer.code);
    engine.release();
    assert!(blocking.await.expect("the task ends").is_ok());
    assert_eq!(post(&server, "gzip", &gzip(body.as_bytes())).await.code, 200);
}
