//! What ordinary clients send to the doors of the port: Connect, other forms of gRPC, GET, pages of other origins, and JSON
//! with mistakes in it.

use std::io::Write;
use std::net::SocketAddr;

use ascribe::serve::{AllowedHosts, CorsOrigins, ServiceConfig};
use ascribe::wire::v1;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tonic::Code;

use crate::http1::{Response, send};
use crate::raw;
use crate::server::{Scripted, Server, one_worker, reason, request};

const EXTRACT: &str = "/ascribe.v1.ClaimService/ExtractClaims";

async fn post(address: SocketAddr, path: &str, headers: &str, body: &[u8]) -> Response {
    send(address, &format!("POST {path} HTTP/1.1\r\n{headers}"), body).await
}

async fn extract(address: SocketAddr, body: &str) -> Response {
    post(address, "/v1/claims:extract", "content-type: application/json", body.as_bytes()).await
}

async fn get(address: SocketAddr, path: &str) -> Response {
    send(address, &format!("GET {path} HTTP/1.1"), b"").await
}

#[tokio::test]
async fn connects_unary_calls_are_answered_in_both_of_their_forms() {
    let server = Server::scripted(&Scripted::new()).await;
    let body = json!({"document": {"text": "x", "documentId": "a"}}).to_string();
    let headers =
        "content-type: application/json\r\nconnect-protocol-version: 1\r\nconnect-timeout-ms: 10000";
    let as_json = post(server.address, EXTRACT, headers, body.as_bytes()).await;
    assert_eq!(as_json.code, 200, "{}", as_json.head);
    assert!(as_json.has("content-type: application/json"), "{}", as_json.head);
    let plain = extract(server.address, &body).await;
    assert_eq!(as_json.json(), plain.json(), "it is the same call");

    let message = request("x").encode_to_vec();
    let as_message = post(server.address, EXTRACT, "content-type: application/proto", &message).await;
    assert_eq!(as_message.code, 200, "{}", as_message.head);
    assert!(as_message.has("content-type: application/proto"), "{}", as_message.head);
    let answer = v1::ExtractClaimsResponse::decode(as_message.body.as_slice()).expect("it is that message");
    assert_eq!(answer.result.expect("always set").claims.len(), 1);

    let info = "/ascribe.v1.ClaimService/GetExtractorInfo";
    let info = post(server.address, info, "content-type: application/json", b"{}").await;
    assert_eq!(info.json()["language_codes"], json!(["en"]));
}

#[tokio::test]
async fn errors_of_connect_have_its_shape() {
    let server = Server::scripted(&Scripted::new()).await;
    let headers = "content-type: application/json\r\nconnect-protocol-version: 1";
    let wrong = post(server.address, EXTRACT, headers, br#"{"document": {"txet": "x"}}"#).await;
    let told = wrong.json();
    assert_eq!((wrong.code, &told["code"]), (400, &json!("invalid_argument")));
    assert!(told["message"].to_string().contains("perhaps text is meant"), "{told}");
    assert_eq!(told["details"][1]["type"], "google.rpc.BadRequest");
    assert!(told["details"][1]["value"].as_str().is_some_and(|value| !value.contains('=')), "{told}");

    let message = v1::ExtractClaimsRequest::default().encode_to_vec();
    let wrong = post(server.address, EXTRACT, "content-type: application/proto", &message).await;
    assert_eq!((wrong.code, &wrong.json()["message"]), (400, &json!("document is required")));
    let wrong = post(server.address, EXTRACT, "content-type: application/proto", b"\xff\xff").await;
    assert_eq!((wrong.code, &wrong.json()["code"]), (400, &json!("invalid_argument")));

    for (headers, path, code, told) in [
        (
            "content-type: application/json\r\nconnect-protocol-version: 2",
            EXTRACT,
            400,
            "connect-protocol-version is not 1",
        ),
        (
            "content-type: application/json\r\nconnect-timeout-ms: soon",
            EXTRACT,
            400,
            "connect-timeout-ms is no whole",
        ),
        ("content-type: text/plain", EXTRACT, 415, "send \\\"content-type: application/json\\\""),
        ("x: y", EXTRACT, 415, "content-type is missing"),
        (
            "content-type: application/json",
            "/ascribe.v1.ClaimService/StreamExtractClaims",
            501,
            "POST /v1/claims:batchExtract",
        ),
    ] {
        let answer = post(server.address, path, headers, b"{}").await;
        assert_eq!(answer.code, code, "{headers}");
        assert!(answer.json()["message"].to_string().contains(told), "{}", answer.json());
    }
    let got = get(server.address, EXTRACT).await;
    assert_eq!(got.code, 405);
    assert!(got.has("allow: POST"), "{}", got.head);
}

#[tokio::test]
async fn streams_of_connect_end_with_what_to_use() {
    let server = Server::scripted(&Scripted::new()).await;
    for (method, told) in [
        ("StreamExtractClaims", "use a gRPC or gRPC-Web transport, or BatchExtractClaims"),
        ("ExtractClaims", "ExtractClaims is no stream"),
    ] {
        for form in ["json", "proto"] {
            let path = format!("/ascribe.v1.ClaimService/{method}");
            let headers = format!("content-type: application/connect+{form}\r\nconnect-protocol-version: 1");
            let answer = post(server.address, &path, &headers, b"\0\0\0\0\x02{}").await;
            assert_eq!(answer.code, 200, "the error stands in the stream");
            assert!(answer.has(&format!("content-type: application/connect+{form}")), "{}", answer.head);
            assert_eq!(answer.body[0], 2, "it is the last message");
            let end: Value = serde_json::from_slice(&answer.body[5..]).expect("it is JSON");
            assert_eq!(end["error"]["code"], "unimplemented");
            assert!(end["error"]["message"].to_string().contains(told), "{end}");
        }
    }
}

#[tokio::test]
async fn grpc_with_other_messages_than_protobuf_is_told_what_to_use() {
    let server = Server::scripted(&Scripted::new()).await;
    let (mut sender, _connection) = raw::connect(server.address).await;
    let head = http::Request::post(format!("http://localhost{EXTRACT}"))
        .header("content-type", "application/grpc+json")
        .header("te", "trailers");
    let (response, mut stream) =
        sender.send_request(head.body(()).expect("a head"), false).expect("it is sent");
    stream.send_data(raw::framed(b"{}", 0).into(), true).expect("it is sent");
    let answer = raw::whole(response).await;
    let status = answer.status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unimplemented, "NOT_SPOKEN"));
    assert!(status.message().contains("application/grpc\", or JSON without gRPC to /v1/claims:extract"));

    for form in ["application/grpc-web+json", "application/grpc-web-text+json"] {
        let answer = post(server.address, EXTRACT, &format!("content-type: {form}"), b"\0\0\0\0\x02{}").await;
        assert_eq!(answer.code, 200);
        assert!(answer.has("grpc-status: 12"), "{}", answer.head);
        assert!(answer.has("content-type: application/grpc-web+proto"), "{}", answer.head);
        assert!(answer.head.contains("/v1/claims:extract"), "{}", answer.head);
    }
    // Parameters and capitals change nothing.
    let message = raw::framed(&request("x").encode_to_vec(), 0);
    let headers = "content-type: Application/gRPC-Web+proto; charset=utf-8";
    let answer = post(server.address, EXTRACT, headers, &message).await;
    assert!(String::from_utf8_lossy(&answer.body).contains("grpc-status:0"), "{}", answer.head);
}

#[tokio::test]
async fn a_method_or_path_that_is_not_there_is_answered_with_the_nearest() {
    let server = Server::scripted(&Scripted::new()).await;
    let answer = raw::call(server.address, "ExtractClaim", &[], raw::framed(&[], 0)).await;
    let status = answer.status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unimplemented, "NO_SUCH_METHOD"));
    assert!(
        status.message().ends_with("perhaps /ascribe.v1.ClaimService/ExtractClaims is meant"),
        "{status}"
    );
    let answer = get(server.address, "/v1/claim:extract").await;
    assert_eq!((answer.code, &answer.json()["details"][0]["reason"]), (404, &json!("NOTHING_THERE")));
    assert!(answer.json()["message"].to_string().contains("perhaps /v1/claims:extract is meant"));
    assert!(get(server.address, "/elsewhere").await.json()["message"].to_string().contains("there are /, "));
}

#[tokio::test]
async fn health_info_and_cues_are_there_without_grpc() {
    let engine = Scripted::new();
    let (engine_comes, loading) = oneshot::channel();
    let server = Server::loading(loading, one_worker()).await;
    let health = get(server.address, "/health").await;
    assert_eq!((health.code, health.json()), (503, json!({"status": "NOT_SERVING"})));
    assert!(engine_comes.send(engine as _).is_ok());
    while get(server.address, "/health?probe=1").await.code != 200 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(get(server.address, "/health").await.json(), json!({"status": "SERVING"}));
    let head = send(server.address, "HEAD /health HTTP/1.1", b"").await;
    assert_eq!((head.code, head.body.len()), (200, 0));

    let info = get(server.address, "/v1/info").await;
    assert_eq!((info.code, &info.json()["tagger_version"]), (200, &json!("scripted")));
    let mut client = server.client().await;
    let over_grpc = client.list_cues(v1::ListCuesRequest { page_size: 2, ..Default::default() }).await;
    let over_grpc = over_grpc.expect("it is answered").into_inner();
    let page = get(server.address, "/v1/cues?page_size=2").await.json();
    assert_eq!(page["cues"][1]["lemma"], over_grpc.cues[1].lemma);
    assert_eq!(page["next_page_token"], over_grpc.next_page_token);
    let next = format!("/v1/cues?page_size=2&page_token={}", over_grpc.next_page_token);
    assert_ne!(get(server.address, &next).await.json()["cues"], page["cues"]);

    for (path, told) in [
        ("/v1/cues?pagesize=2", "pagesize is no field here: perhaps page_size is meant"),
        (
            "/v1/cues?page_size=many",
            "page_size is \"many\": a whole number from -2147483648 to 2147483647 is wanted",
        ),
        ("/v1/cues?page_size=-1", "page_size -1 is negative"),
        ("/v1/cues?page_size=1&page_size=2", "page_size stands there twice"),
        ("/v1/info?x=1", "x is no field here: there are none"),
    ] {
        let answer = get(server.address, path).await;
        assert_eq!((answer.code, &answer.json()["message"]), (400, &json!(told)));
    }
    let posted = post(server.address, "/v1/info", "content-type: application/json", b"{}").await;
    assert_eq!(posted.code, 405);
    assert!(posted.has("allow: GET, HEAD"), "{}", posted.head);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_however_it_comes() {
    let server = Server::scripted(&Scripted::new()).await;
    let body = json!({"document": {"text": "x".repeat(6 << 20)}}).to_string();
    let huge = json!({"document": {"text": "x".repeat(25 << 20)}}).to_string();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(huge.as_bytes()).expect("writing to memory never fails");
    let bomb = encoder.finish().expect("writing to memory never fails");
    let json = "content-type: application/json";
    for (headers, body) in [
        (json.to_owned(), body.as_bytes()),
        (json.to_owned(), huge.as_bytes()),
        (format!("{json}\r\ncontent-encoding: gzip"), &bomb),
    ] {
        let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
        let length = body.len();
        let head = format!(
            "POST /v1/claims:extract HTTP/1.1\r\nhost: localhost\r\n{headers}\r\ncontent-length: {length}\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.expect("it is sent");
        // The server may answer, and close, before it has all.
        let _ = socket.write_all(body).await;
        let answer = first_answer(&mut socket).await;
        assert_eq!((answer.code, &answer.json()["details"][0]["reason"]), (413, &json!("MESSAGE_TOO_LARGE")));
    }
    // In chunks, without a length.
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    let head = "POST /v1/claims:extract HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n";
    socket.write_all(format!("{head}{json}\r\n\r\n").as_bytes()).await.expect("it is sent");
    for chunk in body.as_bytes().chunks(1 << 20) {
        socket.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.expect("it is sent");
        socket.write_all(chunk).await.expect("it is sent");
        socket.write_all(b"\r\n").await.expect("it is sent");
    }
    socket.write_all(b"0\r\n\r\n").await.expect("it is sent");
    assert_eq!(first_answer(&mut socket).await.code, 413);
}

/// The next answer of a connection, which may stay open.
async fn first_answer(socket: &mut TcpStream) -> Response {
    let mut read = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.expect("it is answered");
        read.extend_from_slice(&piece[..length]);
        let end = read.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|end| end + 4);
        let body = end.and_then(|end| {
            let head = std::str::from_utf8(&read[..end]).ok()?.to_ascii_lowercase();
            let length =
                head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
            Some(end + length)
        });
        if length == 0 || body.is_some_and(|body| read.len() >= body) {
            return Response::parse(&read);
        }
    }
}

#[tokio::test]
async fn a_wrong_document_of_a_batch_in_json_is_refused_alone() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut documents: Vec<Value> =
        (0..100).map(|number| json!({"text": format!("text {number}")})).collect();
    documents[97] = json!({"text": "x", "document_id": "a", "publish_time": "March 7, 2024"});
    documents[98] = json!({"text": 7});
    let batch = json!({"documents": documents}).to_string();
    let path = "/v1/claims:batchExtract";
    let answer = post(server.address, path, "content-type: application/json", batch.as_bytes()).await;
    assert_eq!(answer.code, 200, "{}", answer.json());
    let items = answer.json()["items"].as_array().expect("it has items").clone();
    assert_eq!(items.len(), 100);
    for (number, item) in items.iter().enumerate() {
        assert_eq!(item["result"].is_object(), number != 97 && number != 98, "{number}: {item}");
    }
    let error = &items[97]["error"];
    assert_eq!(error["code"], 3);
    let violation = &error["details"][1]["field_violations"][0];
    assert_eq!(violation["field"], "documents[97].publish_time");
    let told = violation["description"].as_str().expect("it has a description");
    assert!(told.starts_with("is \"March 7, 2024\": a time with its zone, like"), "{told}");
    assert!(told.contains("is wanted (line 1, column "), "{told}");
    assert_eq!(items[98]["error"]["details"][1]["field_violations"][0]["field"], "documents[98].text");

    let unary = extract(server.address, r#"{"document": {"text": "x", "publish_time": 7}}"#).await;
    assert_eq!(unary.code, 400);
    assert_eq!(unary.json()["details"][1]["field_violations"][0]["field"], "document.publish_time");
}

#[tokio::test]
async fn text_in_another_encoding_is_told_to_come_as_utf8() {
    let server = Server::scripted(&Scripted::new()).await;
    let body = br#"{"document": {"text": "x"}}"#;
    for (content_type, code) in [
        ("application/json; charset=windows-1252", 415),
        ("application/json;charset=\"ISO-8859-1\"", 415),
        ("application/json; charset=UTF-8", 200),
        ("application/json; charset=\"utf-8\"", 200),
        ("application/json; charset=us-ascii", 200),
        ("application/x-www-form-urlencoded", 415),
    ] {
        for path in ["/v1/claims:extract", EXTRACT] {
            let answer = post(server.address, path, &format!("content-type: {content_type}"), body).await;
            assert_eq!(answer.code, code, "{content_type}");
            let message = answer.json()["message"].to_string();
            assert!(!content_type.contains("1252") || message.contains("UTF-8"), "{message}");
        }
    }
    let latin1 =
        post(server.address, "/v1/claims:extract", "content-type: application/json", b"{\"a\": \"\xeb\"}");
    let latin1 = latin1.await.json()["message"].to_string();
    assert!(latin1.contains("body is not UTF-8: its byte 8, counted from 1, is 0xeb"), "{latin1}");
}

#[tokio::test]
async fn codes_of_english_are_read_as_people_write_them() {
    let server = Server::scripted(&Scripted::new()).await;
    for (code, http) in
        [("en_US", 200), ("eng", 200), ("und", 200), ("EN-gb", 200), ("de", 400), ("english", 400)]
    {
        let body = json!({"document": {"text": "x", "language_code": code}}).to_string();
        assert_eq!(extract(server.address, &body).await.code, http, "{code}");
    }
}

const PREFLIGHT: &str =
    "access-control-request-method: POST\r\naccess-control-request-headers: content-type,x-api-key";

async fn preflight(server: &Server, path: &str, origin: &str) -> Response {
    let head = format!("OPTIONS {path} HTTP/1.1\r\norigin: {origin}\r\n{PREFLIGHT}");
    send(server.address, &head, b"").await
}

async fn with_origins(cors_origins: CorsOrigins) -> Server {
    let config = ServiceConfig { cors_origins, allowed_hosts: AllowedHosts::default(), ..one_worker() };
    Server::start(Scripted::new(), config).await
}

#[tokio::test]
async fn pages_of_other_origins_may_call_only_where_that_is_allowed() {
    let ours = "https://news.example.org";
    let closed = with_origins(CorsOrigins::None).await;
    let refused = preflight(&closed, "/v1/claims:extract", ours).await;
    assert_eq!((refused.code, &refused.json()["details"][0]["reason"]), (403, &json!("ORIGIN_NOT_ALLOWED")));
    assert!(!refused.head.contains("access-control"), "{}", refused.head);

    let open = with_origins(CorsOrigins::Listed([ours.to_owned()].into())).await;
    for path in ["/v1/claims:extract", EXTRACT, "/v1/info"] {
        let asked = preflight(&open, path, ours).await;
        assert_eq!(asked.code, 204, "{path}");
        for header in [
            "access-control-allow-origin: https://news.example.org",
            "access-control-allow-methods: GET, HEAD, POST",
            "access-control-allow-headers: content-type,x-api-key",
            "access-control-max-age: 7200",
        ] {
            assert!(asked.has(header), "{header} in {}", asked.head);
        }
        assert!(!asked.head.contains("allow-credentials"), "{}", asked.head);
    }
    assert_eq!(preflight(&open, EXTRACT, "https://news.example.org.evil.example").await.code, 403);
    assert_eq!(preflight(&open, EXTRACT, "null").await.code, 403);

    let body = br#"{"document": {"text": "x"}}"#;
    let message = raw::framed(&request("x").encode_to_vec(), 0);
    for (path, content_type, body) in [
        ("/v1/claims:extract", "application/json", &body[..]),
        (EXTRACT, "application/proto", &request("x").encode_to_vec()),
        (EXTRACT, "application/grpc-web+proto", &message),
        ("/nowhere", "application/json", b"{}"),
    ] {
        for (origin, may_read) in [(ours, true), ("https://evil.example", false)] {
            let headers = format!("content-type: {content_type}\r\norigin: {origin}");
            let answer = post(open.address, path, &headers, body).await;
            let allows = answer.has(&format!("access-control-allow-origin: {ours}"));
            assert_eq!(allows, may_read, "{path} {content_type} {}", answer.head);
            let exposes = answer.head.contains("access-control-expose-headers: grpc-status, grpc-message, ");
            assert_eq!(exposes, may_read, "{}", answer.head);
        }
    }

    let any = with_origins(CorsOrigins::Any).await;
    assert!(preflight(&any, EXTRACT, "https://a.example").await.has("access-control-allow-origin: *"));
    // Whoever may call has still to name a host that is allowed.
    let head = format!("OPTIONS / HTTP/1.1\r\nhost: evil.example\r\norigin: {ours}\r\n{PREFLIGHT}\r\n\r\n");
    let mut socket = TcpStream::connect(any.address).await.expect("the server listens");
    socket.write_all(head.as_bytes()).await.expect("it is sent");
    assert_eq!(first_answer(&mut socket).await.code, 421);
}
