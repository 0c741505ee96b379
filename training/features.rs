//! Annotated articles -> what the network is trained on, with the product's own tokens and features.
//!
//! `cargo run --release --example features -- VOCABULARY ARTICLES.jsonl > FEATURES.jsonl`
//!
//! VOCABULARY has one word piece a line. Each line of ARTICLES has an `id` and a `text`; the line written for it
//! has the tokens' spans in Unicode code points, their word pieces, features, sentences and quotations, and
//! what the patterns propose. Gold spans are laid over the tokens by `data.py`.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Write};

use ascribe_engine::rooms::{FEATURES, FIRST_LEXICAL, FIRST_PROPOSED, Features, Vocabulary};
use ascribe_engine::{Document, Extractor};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [vocabulary, articles] = &arguments[..] else {
        return Err("usage: features VOCABULARY ARTICLES.jsonl".into());
    };
    let vocabulary =
        Vocabulary::new(&fs::read_to_string(vocabulary)?).ok_or("the vocabulary has no [UNK]")?;
    let extractor = Extractor::default();
    let mut out = BufWriter::new(io::stdout().lock());
    let about =
        json!({"features": FEATURES, "first_lexical": FIRST_LEXICAL, "first_proposed": FIRST_PROPOSED});
    writeln!(out, "{about}")?;
    for line in BufReader::new(fs::File::open(articles)?).lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = article["text"].as_str().ok_or("an article has no text")?;
        let (document, features) = extractor.features(text);
        writeln!(out, "{}", record(&article["id"], &document, &features, &vocabulary))?;
    }
    Ok(out.flush()?)
}

fn record(id: &Value, document: &Document<'_>, features: &Features, vocabulary: &Vocabulary) -> Value {
    let tokens = 0..document.tokens.len();
    let pieces: Vec<Vec<u32>> = tokens
        .clone()
        .map(|token| {
            let mut numbers = Vec::new();
            vocabulary.cut(document.word(token), &mut numbers);
            numbers
        })
        .collect();
    let proposals: Vec<Value> = features
        .proposals
        .iter()
        .map(|it| {
            json!({
                "cue": [it.cue.start, it.cue.end],
                "source": it.source.as_ref().map(|source| [source.start, source.end]),
                "contents": it.contents.iter().map(|piece| [piece.start, piece.end]).collect::<Vec<_>>(),
                "level": it.level,
            })
        })
        .collect();
    json!({
        "id": id,
        "tokens": code_points(document),
        "pieces": pieces,
        "features": tokens.map(|token| features.of(token)).collect::<Vec<_>>(),
        "sentences": features.sentences,
        "quotations": features.quotations,
        "proposals": proposals,
    })
}

/// The tokens' spans in code points.
fn code_points(document: &Document<'_>) -> Vec<[usize; 2]> {
    let mut spans = Vec::with_capacity(document.tokens.len());
    let (mut byte, mut count) = (0, 0);
    for token in &document.tokens {
        count += document.text[byte..token.span.start].chars().count();
        let length = token.span.slice(document.text).chars().count();
        spans.push([count, count + length]);
        byte = token.span.end;
        count += length;
    }
    spans
}
