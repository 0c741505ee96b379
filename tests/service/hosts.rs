//! Which host a request names: a page of another site may use a service on this machine only if it is allowed to.

use std::net::SocketAddr;

use ascribe::serve::{AllowedHosts, ServiceConfig};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::Code;

use crate::http1::Response;
use crate::raw;
use crate::server::{Scripted, Server, one_worker, request};

async fn server(allowed_hosts: AllowedHosts) -> Server {
    Server::start(Scripted::new(), ServiceConfig { allowed_hosts, ..one_worker() }).await
}

/// What a request is answered whose head is all of this.
async fn answer(address: SocketAddr, head: &str) -> Response {
    let mut socket = TcpStream::connect(address).await.expect("the server listens");
    socket.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("it is answered");
    Response::parse(&answer)
}

/// Every door that a browser can come to.
const DOORS: [&str; 4] = [
    "GET / HTTP/1.1",
    "GET /openapi.json HTTP/1.1",
    "POST /v1/claims:extract HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 0",
    "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc-web+proto\r\ncontent-length: 0",
];

#[tokio::test]
async fn on_the_loopback_a_request_names_the_loopback() {
    let server = server(AllowedHosts::default()).await;
    for door in DOORS {
        let own = server.address.to_string();
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:50051", &own] {
            let answer = answer(server.address, &format!("{door}\r\nhost: {host}")).await;
            assert_ne!(answer.code, 421, "{door} {host}");
        }
        for host in ["evil.example", "evil.example:50051", "localhost.evil.example", "192.0.2.1"] {
            let answer = answer(server.address, &format!("{door}\r\nhost: {host}")).await;
            assert_eq!(answer.code, 421, "{door} {host}");
            let told = answer.json();
            let message = told["message"].as_str().unwrap_or_default();
            let name = host.split(':').next().expect("a name");
            assert!(message.contains(name) && message.contains("allowed-hosts"), "{message}");
            assert_eq!(told["details"][0]["reason"], "HOST_NOT_ALLOWED");
        }
    }
    // The target of a request counts more than its header.
    let answer = answer(server.address, "GET http://evil.example/ HTTP/1.1\r\nhost: localhost").await;
    assert_eq!(answer.code, 421);
}

#[tokio::test]
async fn a_request_names_exactly_one_host() {
    let server = server(AllowedHosts::Any).await;
    for (hosts, code) in [
        ("", 400),
        ("\r\nhost: localhost\r\nhost: localhost", 400),
        ("\r\nhost: me@localhost", 400),
        ("\r\nhost:", 400),
        ("\r\nhost: a", 200),
    ] {
        let answer = answer(server.address, &format!("GET / HTTP/1.1{hosts}")).await;
        assert_eq!(answer.code, code, "{hosts:?}");
        if code == 400 {
            assert_eq!(answer.json()["details"][0]["reason"], "INVALID_FIELDS", "{hosts:?}");
        }
    }
    assert_eq!(answer(server.address, "GET / HTTP/1.0").await.code, 200, "there it may be left out");
}

#[tokio::test]
async fn hosts_can_be_allowed() {
    let server = server(AllowedHosts::Listed(vec!["claims.example.org".to_owned()])).await;
    for (host, code) in [("claims.example.org:443", 200), ("localhost", 200), ("evil.example", 421)] {
        let answer = answer(server.address, &format!("GET / HTTP/1.1\r\nhost: {host}")).await;
        assert_eq!(answer.code, code, "{host}");
    }
}

#[tokio::test]
async fn over_http2_the_authority_is_the_host() {
    let server = server(AllowedHosts::default()).await;
    let asked = async |uri: &str, content_type: &str, path: &str| {
        let (mut sender, _connection) = raw::connect(server.address).await;
        let head = http::Request::post(format!("{uri}{path}")).header("content-type", content_type);
        let head = head.header("te", "trailers").body(()).expect("a valid head");
        let (response, mut stream) = sender.send_request(head, false).expect("it is sent");
        stream.send_data(raw::framed(&request("x").encode_to_vec(), 0).into(), true).expect("it is sent");
        response.await.expect("it is answered")
    };
    let (json, grpc) = ("/v1/claims:extract", "/ascribe.v1.ClaimService/ExtractClaims");
    assert_eq!(asked("http://evil.example", "application/json", json).await.status(), 421);
    assert_eq!(asked("http://evil.example", "application/grpc-web", grpc).await.status(), 421);
    assert_eq!(asked("http://localhost", "application/json", json).await.status(), 400);
    // No browser speaks gRPC, and its clients may call the server what they like.
    let answer = asked("http://evil.example", "application/grpc", grpc).await;
    assert_eq!(answer.status(), 200);
    let mut body = answer.into_body();
    while body.data().await.is_some() {}
    let trailers = body.trailers().await.expect("it comes whole").expect("it has trailers");
    let status = tonic::Status::from_header_map(&trailers).expect("it has a status");
    assert_eq!(status.code(), Code::Ok);
}
