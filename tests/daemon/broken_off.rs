//! Callers who break off in the middle of their request, at each door: `CANCELLED` in log and metrics, since no fault of
//! the service's is behind it. What isn't HTTP is told as the caller's fault.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use bytes::Bytes;
use prost::Message;
use tokio::net::TcpStream as AsyncStream;

use crate::daemon::{Daemon, PATIENCE, Place, request};

const EXTRACT: &str = "grpc_method=\"ascribe.v1.ClaimService/ExtractClaims\"";
const STREAM: &str = "grpc_method=\"ascribe.v1.ClaimService/StreamExtractClaims\"";
const PATH: &str = "/ascribe.v1.ClaimService/ExtractClaims";

/// How many calls ended so.
fn ended(daemon: &Daemon, method: &str, status: &str) -> f64 {
    let name = "grpc_server_call_duration_seconds_count";
    daemon.metric(&format!("{name}{{{method},grpc_status=\"{status}\"}}")).unwrap_or_default()
}

/// Waits for a further call that was cancelled, and no other end.
#[track_caller]
fn is_cancelled(daemon: &Daemon, method: &str, before: f64, what: &str) {
    daemon.eventually(what, |daemon| {
        let name = "ascribe_calls_in_flight";
        daemon.metric(name) == Some(0.0) && ended(daemon, method, "CANCELLED") > before
    });
    assert!((ended(daemon, method, "CANCELLED") - before - 1.0).abs() < 0.1, "{what}");
    for status in ["OK", "UNKNOWN", "INTERNAL", "INVALID_ARGUMENT"] {
        assert!(ended(daemon, method, status) < 0.1, "{what} is {status}");
    }
    // A line comes a moment after the metric.
    let of_both = ended(daemon, EXTRACT, "CANCELLED") + ended(daemon, STREAM, "CANCELLED");
    let lines = |daemon: &Daemon| -> Vec<String> {
        daemon.log().into_iter().filter(|line| line.contains("method=")).collect()
    };
    daemon.eventually("the call is logged", |daemon| {
        f64::from(u32::try_from(lines(daemon).len()).expect("few")) >= of_both
    });
    for line in lines(daemon) {
        assert!(line.contains("Cancelled"), "{what}: {line}");
    }
}

fn head(path: &str, content_type: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\n{more}\r\n")
}

fn connect(daemon: &Daemon) -> TcpStream {
    let socket = TcpStream::connect(daemon.address).expect("it listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    socket
}

/// Waits until the service has read what was sent.
fn was_begun(daemon: &Daemon) {
    daemon.eventually("the call has begun", |daemon| daemon.metric("ascribe_calls_in_flight") == Some(1.0));
}

#[test]
fn a_request_over_http_1_that_breaks_off_is_cancelled() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let length = "content-length: 1000\r\n";
    let chunked = "transfer-encoding: chunked\r\n";
    for (what, head, sent) in [
        ("JSON", head("/v1/claims:extract", "application/json", length), &b"{\"docu"[..]),
        ("JSON in chunks", head("/v1/claims:extract", "application/json", chunked), b"400\r\n{\"docu"),
        ("gRPC-Web", head(PATH, "application/grpc-web+proto", length), b"\0\0\0\x01\0abc"),
        ("gRPC-Web as text", head(PATH, "application/grpc-web-text", length), b"AAAAAQ"),
        ("gRPC-Web with all of its message", head(PATH, "application/grpc-web+proto", length), b"\0\0\0\0\0"),
    ] {
        for end in [Shutdown::Both, Shutdown::Write] {
            let before = ended(&daemon, EXTRACT, "CANCELLED");
            let mut socket = connect(&daemon);
            socket.write_all(&[head.as_bytes(), sent].concat()).expect("it is sent");
            was_begun(&daemon);
            socket.shutdown(end).expect("it breaks off");
            is_cancelled(&daemon, EXTRACT, before, what);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_over_http_2_that_breaks_off_is_cancelled() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let half = Bytes::from_static(b"\0\0\0\x01\0abc");
    for (content_type, path, method) in [
        ("application/grpc", PATH, EXTRACT),
        ("application/grpc-web+proto", PATH, EXTRACT),
        ("application/json", "/v1/claims:extract", EXTRACT),
        ("application/grpc", "/ascribe.v1.ClaimService/StreamExtractClaims", STREAM),
    ] {
        for resets in [true, false] {
            let before = ended(&daemon, method, "CANCELLED");
            let socket = AsyncStream::connect(daemon.address).await.expect("it listens");
            let (sender, connection) = h2::client::handshake(socket).await.expect("it speaks HTTP/2");
            let connection = tokio::spawn(connection);
            let mut sender = sender.ready().await.expect("it is ready");
            let head = http::Request::post(format!("http://localhost{path}"))
                .header("content-type", content_type)
                .header("te", "trailers");
            let (response, mut body) =
                sender.send_request(head.body(()).expect("a head"), false).expect("it is sent");
            body.send_data(half.clone(), false).expect("it is sent");
            was_begun(&daemon);
            if resets {
                body.send_reset(h2::Reason::CANCEL);
            } else {
                connection.abort();
            }
            is_cancelled(&daemon, method, before, &format!("{content_type} {path} {resets}"));
            drop(response);
        }
    }
}

#[test]
fn a_bad_chunk_is_told_as_what_it_is() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    let json = head("/v1/claims:extract", "application/json", "transfer-encoding: chunked\r\n");
    for sent in ["zz\r\n", "5;\n", "-1\r\n", "fffffffffffffffff\r\n", "2\r\n{}0\r\n\r\n"] {
        let mut socket = connect(&daemon);
        socket.write_all(format!("{json}{sent}").as_bytes()).expect("it is sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it is answered, and the connection closed");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{sent:?}: {answer}");
        assert!(answer.contains("\"reason\":\"MALFORMED_MESSAGE\""), "{sent:?}: {answer}");
        assert!(answer.contains("the request's body is not what HTTP allows"), "{sent:?}: {answer}");
    }
    let web = head(PATH, "application/grpc-web+proto", "transfer-encoding: chunked\r\nconnection: close\r\n");
    let mut socket = connect(&daemon);
    socket.write_all(format!("{web}zz\r\n").as_bytes()).expect("it is sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("it is answered");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("grpc-status: 3"), "{answer}");
    // A good one, in as many chunks as it has bytes, is read.
    let message = request("Bob said so.").encode_to_vec();
    let length = u8::try_from(message.len()).expect("it is short");
    let mut body = Vec::new();
    for byte in [&[0, 0, 0, 0, length], &message[..]].concat() {
        body.extend_from_slice(&[b'1', b'\r', b'\n', byte, b'\r', b'\n']);
    }
    let mut socket = connect(&daemon);
    socket.write_all(&[web.as_bytes(), &body, b"0\r\n\r\n"].concat()).expect("it is sent");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("it is answered");
    assert!(String::from_utf8_lossy(&answer).contains("grpc-status:0"));
}
