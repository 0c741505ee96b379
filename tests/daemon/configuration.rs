//! Settings: where they come from, what is refused, and the page about them.

use std::fs;
use std::path::Path;

use ascribe::serve::{SETTINGS, page};
use ascribe::wire::v1;

use crate::daemon::{Daemon, Place};

#[tokio::test]
async fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "max-document-bytes = 2001\nmax-batch-documents = 21\nmax-request-bytes = 0x4c_4b41\n";
    let place = Place::with(&[("a.toml", file)]);
    let variables = [
        ("ASCRIBE_CONFIG", "a.toml"),
        ("ASCRIBE_MAX_DOCUMENT_BYTES", "2002"),
        ("ASCRIBE_MAX_BATCH_DOCUMENTS", "22"),
        // What Kubernetes sets for a service of this name.
        ("ASCRIBE_PORT", "tcp://10.0.0.1:50051"),
    ];
    let daemon = Daemon::start_with(&place, &["--max-document-bytes", "2003"], &variables);
    let info = daemon.client().await.get_extractor_info(v1::GetExtractorInfoRequest {}).await;
    let limits = info.expect("it tells").into_inner().limits.expect("it has limits");
    assert_eq!(limits.max_document_bytes, 2003);
    assert_eq!(limits.max_batch_documents, 22);
    assert_eq!(limits.max_request_bytes, 5_000_001);
}

#[test]
fn everything_that_is_wrong_is_said_before_a_port_opens() {
    let place = Place::with(&[("a.toml", "drain-seconds = \"long\"\nwokers = 3\n")]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    let arguments = ["serve", "--listen", &address, "--config", "a.toml", "--workers", "-1"];
    let (code, out, err) = place.run(&arguments, &[("ASCRIBE_LOG_FORMAT", "xml")]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    // Had it tried to open the port, it would say that it is taken.
    assert_eq!(
        err,
        "ascribe: a.toml:2: wokers is no setting: perhaps workers is meant\n\
         --workers is \"-1\": allowed is a whole number from 1 to 1024\n\
         a.toml:1: drain-seconds is \"long\": allowed is a number of seconds from 0 to 3600\n\
         ASCRIBE_LOG_FORMAT is \"xml\": allowed is text or json\n"
    );
}

#[test]
fn files_that_can_not_be_used_are_said_before_a_port_opens() {
    let place = Place::with(&[("a.pem", "no certificate"), ("keys", "desk"), ("mine.tsv", "a")]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    for (flags, told) in [
        (&["--tls-cert", "no.pem", "--tls-key", "a.pem"][..], "tls-cert: can't read no.pem"),
        (&["--tls-cert", "a.pem", "--tls-key", "no.pem"], "tls-key: can't read no.pem"),
        (&["--tls-cert", "a.pem", "--tls-key", "a.pem"], "tls-key: a.pem holds no valid private key"),
        (&["--api-keys", "keys"], "api-keys: keys: line 1"),
        (&["--lexicon", "mine.tsv"], "mine.tsv: line 1"),
    ] {
        let arguments = [&["serve", "--listen", &address, "--admin-listen", &address], flags].concat();
        let (code, _, err) = place.run(&arguments, &[]);
        assert_eq!(code, Some(2), "{err}");
        // Had it tried to open a port, it would say that it is taken.
        assert!(err.contains(told) && !err.contains("door on"), "{err}");
    }
}

#[test]
fn the_help_and_the_page_tell_of_every_setting() {
    let (code, help, _) = Place::with(&[]).run(&["serve", "--help"], &[]);
    assert_eq!(code, Some(0));
    for setting in SETTINGS {
        for name in [format!("--{}", setting.name), setting.environment()] {
            assert!(help.contains(&name), "{name}");
        }
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    if fs::read_to_string(kept).ok().as_deref() != Some(&page()) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configuration.md");
        fs::write(&new, page()).expect("a file can be written");
        panic!("docs/configuration.md isn't what the code says: replace it with {}", new.display());
    }
}
