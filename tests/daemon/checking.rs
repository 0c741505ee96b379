//! `ascribe serve --check`: all that a service would start with, and all that is wrong with it, in one run.

use std::net::TcpListener;

use crate::daemon::Place;

const KEY: &str = "desk:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

#[test]
fn what_is_right_is_told_and_no_port_is_opened() {
    // Somebody else has the port: a service couldn't open it.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it has an address").to_string();
    let settings = format!("listen = '{address}'\nadmin-listen = '{address}'\napi-keys = 'keys'\n");
    let place = Place::with(&[("a.toml", &settings), ("keys", KEY), ("mine.tsv", "# none\n")]);
    let flags = ["serve", "--check", "--config", "a.toml", "--lexicon", "mine.tsv"];
    let (code, out, err) = place.run(&flags, &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let told: Vec<&str> = out.lines().collect();
    assert_eq!(told.len(), 5, "{out}");
    assert_eq!(told[0], format!("settings      a.toml, for calls at {address}, for operators at {address}"));
    assert!(told[1].starts_with("lexicon       mine.tsv: "), "{out}");
    assert!(told[2].starts_with("model         built in: tagger "), "{out}");
    assert_eq!(told[3], "keys          keys: 1 callers");
    assert_eq!(told[4], "the service would start; no port was opened");
}

#[test]
fn all_that_is_wrong_is_told_in_one_run() {
    let place =
        Place::with(&[("keys", "desk\nx:y\n"), ("mine.tsv", "blorp\n\nblorp\tverb\n"), ("m", "no model")]);
    let flags = ["serve", "--check", "--api-keys", "keys", "--lexicon", "mine.tsv", "--model", "m"];
    let tls = ["--tls-cert", "none.pem", "--tls-key", "none.pem"];
    let (code, out, err) = place.run(&[&flags[..], &tls].concat(), &[]);
    assert_eq!(code, Some(2), "{out}{err}");
    for fault in [
        "ascribe: lexicon: mine.tsv: line 1: has 1 columns",
        "mine.tsv: line 3: has 2 columns",
        "ascribe: model: m: ",
        "ascribe: keys: keys: line 1: has 1 parts",
        "keys: line 2: the hash is not of 64",
        "ascribe: certificates: tls-cert: can't read none.pem: there is no such file",
        "ascribe: the service would not start",
    ] {
        assert!(err.lines().any(|line| line.starts_with(fault)), "{fault}\n{err}");
    }
    assert!(!out.contains("would start"), "{out}");
    // Settings come first: without them nobody knows which files there are.
    let (code, _, err) =
        place.run(&["serve", "--check", "--workers", "none"], &[("ASCRIBE_MAX_INFLIGHT", "3")]);
    assert_eq!((code, err.lines().count()), (Some(2), 2), "{err}");
}

#[test]
fn what_is_not_followed_is_a_warning() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let (code, _, err) = Place::with(&[]).run(&["serve", "--check"], &variables);
    assert_eq!(code, Some(0));
    assert!(err.starts_with("ascribe: warning: no traces are sent: OTEL_EXPORTER_OTLP_PROTOCOL"), "{err}");
}
