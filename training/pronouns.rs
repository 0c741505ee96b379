//! Articles -> whom their third-person pronouns were read as, and what was weighed: what `coreference.py` scores and
//! `antecedents.py` learns from.
//!
//! `cargo run --release --example pronouns -- ARTICLES.jsonl > PRONOUNS.jsonl`
//!
//! Each line of ARTICLES has an `id` and a `text`. Spans are in Unicode code points; `nearest` is the nearest name that
//! agrees with the pronoun.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use ascribe_engine::rooms::PronounReading;
use ascribe_engine::{Extractor, Span};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let articles = std::env::args().nth(1).ok_or("usage: pronouns ARTICLES.jsonl")?;
    let extractor = Extractor::default();
    let mut out = BufWriter::new(io::stdout().lock());
    for line in BufReader::new(fs::File::open(articles)?).lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().ok_or("an article has no text")?;
        let points = code_points(text);
        let readings = extractor.read_pronouns(text);
        let pronouns: Vec<Value> = readings.iter().map(|reading| record(reading, &points)).collect();
        writeln!(out, "{}", json!({"id": article["id"], "pronouns": pronouns}))?;
    }
    Ok(out.flush()?)
}

fn record(reading: &PronounReading, points: &[usize]) -> Value {
    let span = |span: &Span| json!([points[span.start], points[span.end]]);
    let nearest = reading.candidates.iter().find(|candidate| candidate.is_name);
    json!({
        "pronoun": span(&reading.pronoun),
        "antecedent": reading.antecedent.as_ref().map(span),
        "nearest": nearest.map(|candidate| span(&candidate.mention)),
        "mentions": reading.mentions.iter().map(span).collect::<Vec<_>>(),
        "column": reading.column,
        "candidates": reading
            .candidates
            .iter()
            .map(|it| json!([points[it.mention.start], points[it.mention.end], it.features]))
            .collect::<Vec<_>>(),
    })
}

/// For each byte the code points before it.
fn code_points(text: &str) -> Vec<usize> {
    let mut points = Vec::with_capacity(text.len() + 1);
    for (count, letter) in text.chars().enumerate() {
        points.extend(std::iter::repeat_n(count, letter.len_utf8()));
    }
    points.push(text.chars().count());
    points
}
