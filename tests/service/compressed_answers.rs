//! JSON that is answered compressed, where the caller accepts that (`accept-encoding`).

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::http1::{Response, send};
use crate::server::{Scripted, Server};

async fn post(server: &Server, accepted: &str, text: &str) -> Response {
    let head = format!(
        "POST /v1/claims:extract HTTP/1.1\r\ncontent-type: application/json\r\naccept-encoding: {accepted}"
    );
    let body = json!({"document": {"text": text}}).to_string();
    send(server.address, &head, body.as_bytes()).await
}

fn decoded(answer: &Response) -> Vec<u8> {
    let mut plain = Vec::new();
    if answer.has("content-encoding: gzip") {
        GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain).expect("it is gzip");
    } else if answer.has("content-encoding: zstd") {
        plain = zstd::decode_all(answer.body.as_slice()).expect("it is zstd");
    } else {
        plain.clone_from(&answer.body);
    }
    plain
}

#[tokio::test]
async fn an_answer_comes_in_the_coding_that_its_caller_accepts() {
    let server = Server::scripted(&Scripted::new()).await;
    // Short ones are compressed where they are made, long ones on a thread of their own.
    for text in
        [format!("claims 9 {}", "x".repeat(1000)), format!("claims 9 {}", "Ruiz said so. ".repeat(2000))]
    {
        let plain = post(&server, "identity", &text).await;
        assert_eq!(plain.code, 200);
        assert!(!plain.head.contains("content-encoding"), "{}", plain.head);
        for (accepted, coding) in [("gzip, deflate, br", "gzip"), ("gzip, deflate, br, zstd", "zstd")] {
            let answer = post(&server, accepted, &text).await;
            assert_eq!(answer.code, 200);
            assert!(answer.has(&format!("content-encoding: {coding}")), "{}", answer.head);
            assert!(answer.has("vary: accept-encoding"), "{}", answer.head);
            assert!(answer.has(&format!("content-length: {}", answer.body.len())), "{}", answer.head);
            assert!(answer.body.len() < plain.body.len() / 3, "{} {}", answer.body.len(), plain.body.len());
            assert_eq!(decoded(&answer), plain.body);
        }
        let refused = post(&server, "gzip;q=0, br", &text).await;
        assert_eq!(refused.body, plain.body);
    }
    let short = post(&server, "gzip", "x").await;
    assert!(!short.head.contains("content-encoding"), "{}", short.head);
}

#[tokio::test]
async fn the_page_and_the_description_come_compressed_too() {
    let server = Server::scripted(&Scripted::new()).await;
    for path in ["/", "/openapi.json"] {
        let plain = send(server.address, &format!("GET {path} HTTP/1.1"), b"").await;
        for _ in 0..2 {
            let head = format!("GET {path} HTTP/1.1\r\naccept-encoding: gzip");
            let answer = send(server.address, &head, b"").await;
            assert!(answer.has("content-encoding: gzip"), "{}", answer.head);
            assert_eq!(decoded(&answer), plain.body, "{path}");
        }
    }
}
