//! Placeholder until the room has a bench.
fn main() {}
