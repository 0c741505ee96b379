//! The same texts give the same bytes, in every format, with any number of threads, whenever the command runs.

use super::place::Place;

const FORMATS: [&str; 8] =
    ["jsonl", "csv", "brat", "label-studio", "doccano", "web-annotation", "html", "pretty"];

#[test]
fn each_format_is_the_same_bytes_twice() {
    let articles = include_bytes!("../data/wikinews-dev.jsonl");
    let articles: Vec<u8> =
        articles.split_inclusive(|&byte| byte == b'\n').take(8).flatten().copied().collect();
    let quotations = "{\"text\": \"no such words anywhere\"}\n";
    let place = Place::with(&[
        ("news.jsonl", &articles),
        ("q.jsonl", quotations.as_bytes()),
        ("a.txt", b"It rained."),
    ]);
    for format in FORMATS {
        let run = |threads: &str| {
            let run = place.run(&["extract", "--format", format, "--threads", threads, "news.jsonl"]);
            assert_eq!(run.code, Some(0), "{format}: {}", run.err);
            run.out
        };
        let first = run("1");
        assert!(first.len() > 1000, "{format}: {first}");
        assert!(first == run("1"), "{format} differs from run to run");
        assert!(first == run("4"), "{format} differs with the number of threads");
    }
    let verify = || place.run(&["verify", "a.txt", "--quotations", "q.jsonl", "--format", "jsonl"]).out;
    assert_eq!(verify(), verify());
}

#[test]
fn what_is_always_set_stands_in_every_line() {
    let text = "Ana Ruiz said it leaks.";
    let place = Place::with(&[("a.txt", text.as_bytes()), ("b.txt", b"It rained.")]);
    let lines = place.run(&["extract", "--format", "jsonl", "a.txt", "b.txt"]).lines();
    let claim = &lines[0]["claims"][0];
    assert_eq!(claim["source"]["spans"][0]["start"], 0);
    assert_eq!(claim["negated"], false);
    assert_eq!(claim["parent_claim_id"], "");
    assert_eq!(claim["quoted"], serde_json::json!([]));
    assert_eq!(claim["sentence"]["end"], text.len());
    assert_eq!(claim["fingerprint"].as_str().map(str::len), Some(16));
    assert_eq!(lines[1]["claims"], serde_json::json!([]));
    assert_eq!(lines[1]["truncated"], false);
    assert_eq!(lines[1]["offset_encoding"], "OFFSET_ENCODING_UTF8_BYTES");
}
