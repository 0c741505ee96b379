//! The checks that the fuzzer's targets (`fuzz/`) run, replayed over the inputs under `tests/data/fuzz/`:
//! small ones of every form, and each that ever broke something.

mod extract;
mod request;
mod lexicon;
mod config;
mod evaluation;
mod verify;
mod aliases;
mod http2;

use std::fs;
use std::path::Path;

/// Runs a check over every input of a target.
fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz").join(target);
    let mut inputs: Vec<_> = fs::read_dir(&folder)
        .expect("each target has inputs")
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{} holds inputs", folder.display());
    for input in inputs {
        // Shown only where the check panics.
        println!("{}", input.display());
        check(&fs::read(&input).expect("an input can be read"));
    }
}

#[test]
fn extract_replays() {
    replay("extract", extract::check);
}

#[test]
fn request_replays() {
    replay("request", request::check);
}

#[test]
fn lexicon_replays() {
    replay("lexicon", lexicon::check);
}

#[test]
fn config_replays() {
    replay("config", config::check);
}

#[test]
fn evaluation_replays() {
    replay("evaluation", evaluation::check);
}

#[test]
fn verify_replays() {
    replay("verify", verify::check);
}

#[test]
fn aliases_replay() {
    replay("aliases", aliases::check);
}

#[test]
fn http2_replays() {
    replay("http2", http2::check);
}
