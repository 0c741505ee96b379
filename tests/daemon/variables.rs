//! Variables of the environment that the start reads: misspelt ones, and those of libraries.

use crate::daemon::{Daemon, Place};

#[test]
fn misspelt_variables_are_refused_together_with_everything_else() {
    let variables = [
        ("ASCRIBE_MAX_INFLIGHT", "3"),
        ("ASCRIBE_API_KEY", "secret"),
        ("ASCRIBE_LOG_FORMAT", "xml"),
        ("TOKIO_WORKER_THREADS", "0"),
    ];
    let (code, out, err) = Place::with(&[]).run(&["serve", "--listen", "nowhere"], &variables);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    let told: Vec<&str> = err.lines().collect();
    assert_eq!(told.len(), 5, "{err}");
    for fault in [
        "--listen is \"nowhere\", which has no port: allowed is an address",
        "ASCRIBE_LOG_FORMAT is \"xml\": allowed is text or json",
        "ASCRIBE_MAX_INFLIGHT is no setting: perhaps ASCRIBE_MAX_IN_FLIGHT is meant",
        "ASCRIBE_API_KEY is what `ascribe load` calls with, and no setting: ASCRIBE_API_KEYS names",
        "TOKIO_WORKER_THREADS is \"0\": allowed is a whole number from 1 to 1024",
    ] {
        assert!(err.contains(fault), "{err}");
    }
}

#[test]
fn variables_of_others_pass() {
    let variables = [
        ("ASCRIBE_SCORER", "/eval/score.py"),
        ("ASCRIBE_PORT_50051_TCP_ADDR", "10.0.0.1"),
        ("ASCRIBE_SERVICE_HOST", "10.0.0.1"),
        ("ASCRIBE_MAX_INFLIGHT", ""),
        ("TOKIO_WORKER_THREADS", "1"),
        ("RUST_MIN_STACK", ""),
    ];
    let daemon = Daemon::start_with(&Place::with(&[]), &[], &variables);
    daemon.signal("TERM");
    assert_eq!(daemon.end().0, Some(0));
}

/// None of the other commands minds, and none of them panics.
#[test]
fn commands_that_read_no_settings_take_any_environment() {
    let variables = [("ASCRIBE_MAX_INFLIGHT", "3"), ("TOKIO_WORKER_THREADS", "0")];
    let place = Place::with(&[("a.txt", "Ana Ruiz said it was late.")]);
    let (code, _, err) = place.run(&["extract", "a.txt"], &variables);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let load = ["load", "--target", "http://127.0.0.1:1", "--rate", "1", "--seconds", "1"];
    let (code, _, err) = place.run(&load, &variables);
    assert_eq!(code, Some(2), "{err}");
    assert!(!err.contains("panic"), "{err}");
}
