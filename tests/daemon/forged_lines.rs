//! The log and what callers chose of it: nothing that they send looks like a part of a line, or like another line.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::daemon::{Daemon, PATIENCE, Place};

const PATH: &str = "/x\u{9b}31mRED\u{2028}a\u{202e}b\u{85}c\u{ad}d";
const REQUEST_ID: &str = "x code=Ok\tcaller=\"boss\" ";

/// A call over gRPC-Web, whose path and name are logged whatever they are.
fn call(daemon: &Daemon, path: &str, request_id: &str) {
    let mut stream = TcpStream::connect(daemon.address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: 5\r\n\
         content-type: application/grpc-web+proto\r\nx-request-id: {request_id}\r\n\r\n\0\0\0\0\0",
        daemon.address
    );
    stream.write_all(head.as_bytes()).expect("it takes a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

/// Whether a line holds nothing that a terminal or a reader of lines obeys.
fn is_printable(line: &str) -> bool {
    line.chars().all(|c| c == ' ' || !(c.is_control() || c.is_whitespace() || "\u{ad}\u{202e}".contains(c)))
}

#[test]
fn no_field_of_a_text_log_can_be_forged() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    call(&daemon, PATH, REQUEST_ID);
    call(&daemon, "/ascribe.v1.ClaimService/ListCues", "mine-7");
    daemon.logs(r#"method="/x\u{9b}31mRED\u{2028}a\u{202e}b\u{85}c\u{ad}d" code="#);
    daemon.logs(r#"request_id="x code=Ok\tcaller=\"boss\"""#);
    // What can't be mistaken stays as it is.
    daemon.logs("method=/ascribe.v1.ClaimService/ListCues code=");
    daemon.logs("request_id=mine-7");
    assert!(daemon.log().iter().all(|line| is_printable(line)), "{:?}", daemon.log());
}

#[test]
fn a_json_log_is_printable_and_says_what_was_sent() {
    let daemon = Daemon::start(&Place::with(&[]), &["--log-format", "json"]);
    call(&daemon, PATH, REQUEST_ID);
    daemon.logs(r"/x\u009b31mRED\u2028a\u202eb\u0085c\u00add");
    let lines = daemon.log();
    assert!(lines.iter().all(|line| is_printable(line)), "{lines:?}");
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let call = lines.into_iter().find(|line| line["message"] == "call").expect("it is logged");
    assert_eq!(call["method"], PATH);
    assert_eq!(call["request_id"], REQUEST_ID.trim_end());
}

#[test]
fn a_level_of_the_log_is_no_line_of_it() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    for forged in ["info,x\n2026-11-30T00:00:00Z ERROR forged=debug", "info,a b=debug", "off,\u{2028}=info"] {
        assert_eq!(daemon.http("PUT", "/log-level", forged).0, 400, "{forged:?}");
    }
    assert_eq!(daemon.get("/log-level"), (200, "info\n".to_owned()));
    assert_eq!(daemon.http("PUT", "/log-level", "info,h2=debug,ascribe::serve=trace").0, 200);
}

#[test]
fn a_key_where_it_does_not_belong_is_not_shown() {
    let place = Place::with(&[]);
    let (code, _, told) = place.run(&["key", "desk"], &[]);
    assert_eq!(code, Some(0), "{told}");
    let key = told.split_whitespace().find(|word| word.starts_with("ascribe_")).expect("it tells the key");
    let shows = |text: &str| text.contains(&key[8..24]);

    let daemon = Daemon::start(&place, &[]);
    call(&daemon, &format!("/{key}"), key);
    daemon.logs("method=/ascribe_[hidden] ");
    assert!(!daemon.log().iter().any(|line| shows(line)), "{:?}", daemon.log());

    place.write("keys", &format!("{key}:desk\n"));
    place.write("a.toml", &format!("{key} = 1\n"));
    for arguments in [
        &["key", key][..],
        &["key", &key[..60]],
        &["key", "desk", "--rate", key],
        &["key", "desk", key],
        &["serve", "--api-keys", "keys"],
        &["serve", "--api-keys", key],
        &["serve", "--listen", key],
        &["serve", "--config", key],
        &["serve", "--config", "a.toml"],
        &["serve", "--lexicon", &format!("./{key}")],
        &["healthcheck", "--target", key],
        &["extract", key],
        &["extract", "--threads", key],
    ] {
        let (code, _, err) = place.run(arguments, &[]);
        assert_eq!(code, Some(2), "{err}");
        assert!(!err.is_empty() && !shows(&err), "{err}");
    }
    for variable in ["ASCRIBE_API_KEYS", "ASCRIBE_LOG_LEVEL", "TOKIO_WORKER_THREADS"] {
        let (code, _, err) = place.run(&["serve"], &[(variable, key)]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(variable) && !shows(&err), "{err}");
    }
    let (code, _, err) = place.run(&["healthcheck"], &[("ASCRIBE_LISTEN", key)]);
    assert_eq!(code, Some(2), "{err}");
    assert!(!shows(&err), "{err}");
}
