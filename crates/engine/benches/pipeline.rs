//! How many bytes of news a core reads in a second: each room alone, the rooms together, and hostile texts.
//!
//! The goals are 40 MB/s for `segmentation_and_cues`, 10 MB/s for `propose` and 25 articles a second for `extract`.
//! The figures are in BENCHMARKS.md.

use std::hint::black_box;

use ascribe_engine::rooms::CueFinder;
use ascribe_engine::rooms::segment;
use ascribe_engine::{Extractor, Lexicon};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The articles are read so many times in a round: two hundred kilobytes, as separate texts.
const REPETITIONS: usize = 4;

/// The length of a hostile text in bytes.
const HOSTILE_LENGTH: usize = 32 << 10;

/// Texts of repeated parts, each with its name; those that cost most, and one of plain words to compare with.
const HOSTILE: [(&str, &str); 6] = [
    ("plain_words", "the old dam leaks over a quiet town "),
    ("said", "said "),
    ("he_said_that", "he said that "),
    ("quotation_marks", "\""),
    ("quotations", "\"a,\" said he. "),
    ("open_paragraphs", "“She said that the dam leaks.\n\n"),
];

/// The texts of the Wikinews articles that the tests use too.
fn articles() -> Vec<String> {
    let text_of = |record: &str| {
        let record: serde_json::Value = serde_json::from_str(record).expect("each line is a JSON record");
        record["text"].as_str().expect("each record has a text").to_owned()
    };
    let articles: Vec<String> =
        include_str!("../../../tests/data/wikinews-dev.jsonl").lines().map(text_of).collect();
    vec![articles; REPETITIONS].concat()
}

fn bytes(texts: &[String]) -> Throughput {
    Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum())
}

fn rooms(criterion: &mut Criterion) {
    let articles = articles();
    let lexicon = Lexicon::embedded();
    let finder = CueFinder::new(lexicon.clone());
    let extractor = Extractor::builder().lexicon(lexicon).build();
    let documents: Vec<_> = articles.iter().map(|text| segment(text)).collect();
    let mut group = criterion.benchmark_group("articles");
    group.throughput(bytes(&articles));
    group.bench_function("segmentation", |bencher| {
        bencher.iter(|| articles.iter().map(|text| segment(black_box(text)).tokens.len()).sum::<usize>());
    });
    group.bench_function("cues", |bencher| {
        bencher.iter(|| documents.iter().map(|it| finder.find(black_box(it)).len()).sum::<usize>());
    });
    group.bench_function("segmentation_and_cues", |bencher| {
        bencher
            .iter(|| articles.iter().map(|text| finder.find(&segment(black_box(text))).len()).sum::<usize>());
    });
    group.bench_function("propose", |bencher| {
        bencher.iter(|| articles.iter().map(|text| extractor.propose(black_box(text)).len()).sum::<usize>());
    });
    group.bench_function("features", |bencher| {
        bencher.iter(|| {
            articles.iter().map(|text| extractor.features(black_box(text)).0.tokens.len()).sum::<usize>()
        });
    });
    group.sample_size(10);
    group.bench_function("extract", |bencher| {
        bencher.iter(|| articles.iter().map(|text| extractor.extract(black_box(text)).len()).sum::<usize>());
    });
    group.finish();
}

fn hostile(criterion: &mut Criterion) {
    let extractor = Extractor::default();
    let mut group = criterion.benchmark_group("hostile");
    group.sample_size(10);
    for (name, unit) in HOSTILE {
        let text = unit.repeat(HOSTILE_LENGTH / unit.len());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| extractor.extract(black_box(&text)).len()));
    }
    group.finish();
}

/// What is done once, when a program starts.
fn start(criterion: &mut Criterion) {
    criterion.bench_function("start", |bencher| bencher.iter(Extractor::default));
}

criterion_group!(benches, rooms, hostile, start);
criterion_main!(benches);
