//! See `tests/fuzzed/aliases.rs`, which a normal test replays.
#![no_main]

#[path = "../../tests/fuzzed/aliases.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));
