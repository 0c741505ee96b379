//! Any text at all: no panic, claims that keep every promise, the same in each unit of offsets.

#[path = "../support/invariants_sound.rs"]
mod sound;
#[path = "../support/invariants_wire.rs"]
mod units;

use std::sync::LazyLock;

use ascribe_engine::Extractor;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

/// Bytes that are no UTF-8 become a text as a careless client makes one of them.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let claims = EXTRACTOR.extract(&text).into_all();
    sound::assert_sound(&text, &claims);
    units::assert_units_agree(&text, &claims);
    sound::assert_sound(&text, &EXTRACTOR.propose(&text));
}
