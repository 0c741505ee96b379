//! How many bytes of news a core cuts in a second.

use std::hint::black_box;

use ascribe_engine::rooms::segment;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The texts of the Wikinews articles that the tests use too.
fn articles() -> Vec<String> {
    let records = include_str!("../../../tests/data/wikinews-dev.jsonl").lines();
    let text_of = |record: &str| {
        let record: serde_json::Value = serde_json::from_str(record).expect("each line is a JSON record");
        record["text"].as_str().expect("each record has a text").to_owned()
    };
    records.map(text_of).collect()
}

fn segmentation(criterion: &mut Criterion) {
    let articles = articles();
    let mut group = criterion.benchmark_group("segmentation");
    group.throughput(Throughput::Bytes(articles.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("articles", |bencher| {
        bencher.iter(|| {
            for text in &articles {
                black_box(segment(black_box(text)));
            }
        });
    });
    let book = articles.join("\n\n").repeat(16);
    group.throughput(Throughput::Bytes(book.len() as u64));
    group.bench_function("one_long_text", |bencher| bencher.iter(|| black_box(segment(black_box(&book)))));
    group.finish();
}

criterion_group!(benches, segmentation);
criterion_main!(benches);
