//! Who said what in a text on standard input: `cargo run -p ascribe-engine --example who_said_what < article.txt`.

use std::io::{self, Read};

use ascribe_engine::Extractor;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let found = Extractor::default().extract(&text);
    for claim in &found {
        println!(
            "{} | {} | {}",
            claim.speaker().unwrap_or("nobody"),
            claim.cue_lemma(),
            found.content(claim)
        );
    }
    Ok(())
}
