//! See `tests/fuzzed/http2.rs`, which a normal test replays.
#![no_main]

#[path = "../../tests/fuzzed/http2.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
