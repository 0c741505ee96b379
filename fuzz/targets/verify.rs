//! See `tests/fuzzed/verify.rs`, which a normal test replays.
#![no_main]

#[path = "../../tests/fuzzed/verify.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
