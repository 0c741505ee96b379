//! `ascribe --version`: the release, the commit that it was built from, and the versions of all that it knows.
//!
//! `ascribe -V` stays one line, which is also the first line of the long form.

use std::io::{self, Write};

use ascribe_engine::Extractor;

/// The long form, as far as the build knows it.
pub(super) const LONG: &str = concat!(env!("CARGO_PKG_VERSION"), "\ncommit     ", env!("ASCRIBE_COMMIT"));

/// Prints what clap made of the version, and of the long form the rest.
pub(super) fn print(version: &str) {
    let mut version = version.trim_end().to_owned();
    if version.lines().count() > 1 {
        version.push_str(&known());
    }
    // Whoever reads has seen enough.
    let _ = writeln!(io::stdout(), "{version}");
}

/// The versions of what is built in. Loads all of it, which takes a moment.
fn known() -> String {
    let extractor = Extractor::default();
    format!(
        "\nlexicon    {}\nknowledge  {}\ntagger     {}",
        extractor.lexicon().version(),
        extractor.knowledge_version(),
        extractor.tagger_version()
    )
}
