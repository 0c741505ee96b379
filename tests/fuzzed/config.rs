//! Any bytes as a file of settings: no panic, settings within their bounds, or refusals of one line each that point into
//! the file.

use ascribe::serve::{Given, Settings, assemble};

const FILE: &str = "ascribe.toml";

/// Bytes that are no UTF-8 never come this far.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(file) = std::str::from_utf8(bytes) else { return };
    let nothing = Given { flag: &|_| None, variable: &|_| None, names: &[] };
    match assemble(nothing, Some((FILE, file))) {
        Ok(settings) => check_bounds(&settings),
        Err(refusals) => {
            assert!(!refusals.0.is_empty());
            for refusal in refusals.0 {
                let told = refusal.to_string();
                assert!(!told.contains(|letter: char| letter.is_control()), "{told:?}");
                // What contradicts itself is of no line.
                if let Some(place) = refusal.origin.strip_prefix(FILE) {
                    let line = place.trim_start_matches(':').split(':').next().expect("there is a first");
                    let line: usize = line.parse().unwrap_or_else(|_| panic!("no line in {told:?}"));
                    assert!((1..=file.lines().count().max(1)).contains(&line), "{told:?} in {file:?}");
                }
            }
        }
    }
    // Flags win, whatever the file says that is no flag.
    let flag = |name: &str| (name == "workers").then(|| "3".to_owned());
    let flags = Given { flag: &flag, variable: &|_| None, names: &[] };
    if let Ok(settings) = assemble(flags, Some((FILE, file))) {
        assert_eq!(settings.service.workers, 3);
    }
}

fn check_bounds(settings: &Settings) {
    let service = &settings.service;
    assert!((1..=1024).contains(&service.workers));
    assert!((1..=100_000).contains(&service.max_in_flight));
    assert!(service.limits.max_document_bytes <= service.limits.max_request_bytes);
    assert!(service.limits.max_request_bytes <= 64 << 20);
    assert_eq!(service.tls.is_some(), settings.tls_cert.is_some() && settings.tls_key.is_some());
}
