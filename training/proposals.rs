//! Articles -> the claims that the patterns alone propose for them, in the form of `ascribe extract --view full
//! --min-confidence 0 --offsets code-points`: what `cue_reliability.py` counts.
//!
//! `cargo run --release --example proposals -- ARTICLES.jsonl > PROPOSED.jsonl`

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use ascribe::wire::{OffsetUnit, Options, Provenance, View, document_claims};
use ascribe_engine::{Extraction, Extractor};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let articles = std::env::args().nth(1).ok_or("usage: proposals ARTICLES.jsonl")?;
    let extractor = Extractor::default();
    let options = Options {
        offsets: OffsetUnit::CodePoints,
        view: View::Full,
        min_confidence: 0.0,
        ..Options::default()
    };
    let provenance = Provenance::of(&extractor);
    let mut out = BufWriter::new(io::stdout().lock());
    for line in BufReader::new(fs::File::open(articles)?).lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().ok_or("an article has no text")?;
        let id = article["id"].as_str().ok_or("an article has no id")?;
        let proposed = Extraction::of_claims(text, extractor.propose(text));
        let claims = document_claims(id, &proposed, &options, provenance);
        writeln!(out, "{}", serde_json::to_string(&claims)?)?;
    }
    Ok(out.flush()?)
}
