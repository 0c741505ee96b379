//! Certificates of the server: when they end, keys that nobody can open, peers that get no connection.

use std::io::{Read, Write};
use std::net::TcpStream;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use crate::daemon::{Daemon, PATIENCE, Place};

const FLAGS: [&str; 4] = ["--tls-cert", "tls.crt", "--tls-key", "tls.key"];

/// A certificate that ends with the year before this one, and its key.
fn ended_with(year: i32) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(year, 1, 1));
    (params.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}

#[test]
fn an_expired_certificate_is_warned_of_at_the_start_and_when_it_is_read_again() {
    let (old, key) = ended_with(2020);
    let place = Place::with(&[("tls.crt", &old), ("tls.key", &key)]);
    let daemon = Daemon::start(&place, &FLAGS);
    daemon.logs("tls-cert: certificate 1 of tls.crt expired on Jan  1 00:00:00 2020");
    let ends = |daemon: &Daemon| daemon.metric("ascribe_certificate_expires_timestamp_seconds");
    assert_eq!(ends(&daemon), Some(1_577_836_800.0));

    let (older, key) = ended_with(2019);
    place.write("tls.key", &key);
    place.write("tls.crt", &older);
    daemon.logs("tls-cert: certificate 1 of tls.crt expired on Jan  1 00:00:00 2019");
    let (good, key) = ended_with(4000);
    place.write("tls.key", &key);
    place.write("tls.crt", &good);
    daemon.eventually("it is used", |daemon| ends(daemon) == Some(64_060_588_800.0));
    let warnings = daemon.log().iter().filter(|line| line.contains("expired on")).count();
    assert_eq!(warnings, 2, "each was said once");
}

#[test]
fn a_service_without_certificates_has_no_metric_of_their_end() {
    let daemon = Daemon::start(&Place::with(&[]), &[]);
    assert_eq!(daemon.metric("ascribe_certificate_expires_timestamp_seconds"), None);
}

#[test]
fn an_encrypted_key_is_called_that_and_no_key_is_shown() {
    let (cert, key) = ended_with(4000);
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let old_form = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n\
                    -----END RSA PRIVATE KEY-----\n";
    // Where a variable lost its line breaks.
    let one_line = key.replace('\n', "");
    let place = Place::with(&[("tls.crt", &cert)]);
    for (key, told) in [
        (encrypted.as_str(), "tls-key: the private key in tls.key is encrypted"),
        (old_form, "tls-key: the private key in tls.key is encrypted"),
        (&one_line, "tls-key: tls.key holds no valid private key: a line begins a section"),
    ] {
        place.write("tls.key", key);
        let (code, _, err) = place.run(&[&["serve", "--listen", "127.0.0.1:0"], &FLAGS[..]].concat(), &[]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(told), "{err}");
        // Its bytes as numbers would be the key too.
        assert!(!err.contains("MIG") && !err.contains("77, 73, 71"), "{err}");
    }
}

#[test]
fn peers_without_a_tls_connection_are_counted() {
    let (cert, key) = ended_with(4000);
    let place = Place::with(&[("tls.crt", &cert), ("tls.key", &key)]);
    let daemon = Daemon::start(&place, &[&FLAGS[..], &["--handshake-seconds", "0.05"]].concat());
    let send = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(daemon.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        stream.write_all(bytes).expect("it takes them");
        // An alert, or nothing.
        let _ = stream.read_to_end(&mut Vec::new());
    };
    for (reason, bytes) in [("no_tls", &b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"[..]), ("unfinished", b"")] {
        send(bytes);
        let metric = format!("ascribe_tls_handshakes_refused_total{{reason=\"{reason}\"}}");
        daemon.eventually(reason, |daemon| daemon.metric(&metric) == Some(1.0));
    }
}
