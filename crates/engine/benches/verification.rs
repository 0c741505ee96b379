//! What it costs to verify quotations beyond the extraction of the claims: a hundred against a text of 100 kB.

use std::hint::black_box;

use ascribe_engine::{Extractor, GivenQuotation, Verifier};
use criterion::{Criterion, criterion_group, criterion_main};

/// Bytes of the text at least.
const LENGTH: usize = 100_000;
/// Quotations of it.
const COUNT: usize = 100;

/// The Wikinews articles one after the other, until they are long enough.
fn text() -> String {
    let lines = include_str!("../../../tests/data/wikinews-dev.jsonl").lines().cycle();
    let mut text = String::new();
    for (number, line) in lines.enumerate() {
        if text.len() >= LENGTH {
            break;
        }
        let article: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        // The second time round no word is the same, as in a long text of its own.
        let round = ["", "e", "i", "o", "u"][(number / 12).min(4)];
        let words = article["text"].as_str().expect("it has a text").split(' ');
        text.extend(words.map(|word| format!("{word}{} ", if word.len() > 5 { round } else { "" })));
        text.push_str("\n\n");
    }
    text
}

/// Stretches of 25 words from all over the text, as they are or altered.
fn quotations(text: &str, alter: impl Fn(usize, &str) -> String) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let step = (words.len() - 30) / COUNT;
    (0..COUNT)
        .map(|number| {
            let stretch = &words[number * step..number * step + 25];
            stretch.iter().enumerate().map(|(at, word)| alter(at, word) + " ").collect()
        })
        .collect()
}

fn verification(criterion: &mut Criterion) {
    let text = text();
    let found = Extractor::default().extract(&text);
    let verifier = Verifier::default();
    let mut group = criterion.benchmark_group("verification");
    group.sample_size(20);
    for (name, quotations) in [
        ("none", Vec::new()),
        ("verbatim", quotations(&text, |_, word| word.to_owned())),
        (
            "altered",
            quotations(&text, |at, word| if at % 6 == 3 { "quite".to_owned() } else { word.to_owned() }),
        ),
        (
            "half",
            quotations(&text, |at, word| if at % 2 == 1 { format!("x{word}") } else { word.to_owned() }),
        ),
        (
            "absent",
            quotations(&text, |at, word| if at % 7 < 5 { format!("x{word}") } else { word.to_owned() }),
        ),
    ] {
        let given: Vec<GivenQuotation<'_>> =
            quotations.iter().map(|text| GivenQuotation { text, source: "Yvette Cooper" }).collect();
        group.bench_function(name, |bencher| {
            bencher.iter(|| verifier.verify(black_box(&found), black_box(&given)).len());
        });
    }
    group.finish();
}

criterion_group!(benches, verification);
criterion_main!(benches);
