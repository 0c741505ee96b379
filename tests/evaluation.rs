//! The figures of `ascribe evaluate` are those of the scoring script that other systems were measured with.
//!
//! `data/evaluation/` holds a small input full of edges (characters outside the basic plane, combining
//! marks, spans of white space, overlaps, repetitions, ties, random spans), as predicted attributions and as
//! answers of the service, and what the script prints for them. To record it anew, in that directory:
//!
//! ```sh
//! score.py gold.jsonl predicted.jsonl --fields > predicted.txt
//! score.py gold.jsonl answers.jsonl --flat --fields > answers.txt
//! ```
//!
//! Where the environment variable `ASCRIBE_SCORER` names the script itself, larger inputs are compared as well: those
//! under the folder that the script's own folder lies in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ascribe::evaluation::{Article, Comparison, articles, compare, disagreements, field_figures, figures};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read(path: &Path) -> Vec<Article> {
    let file = std::fs::read_to_string(path).expect("the file is there");
    articles(&file).expect("the file holds articles")
}

fn flat(articles: Vec<Article>) -> Vec<Article> {
    articles.into_iter().map(Article::flattened).collect()
}

/// All figures of a comparison, as the script prints them.
fn table(comparisons: &[Comparison<'_>]) -> String {
    figures(comparisons).followed_by(field_figures(comparisons)).to_string()
}

#[test]
fn figures_are_those_recorded_from_the_script() {
    let gold = read(&data("evaluation/gold.jsonl"));
    for (predicted, recorded) in [
        (read(&data("evaluation/predicted.jsonl")), "evaluation/predicted.txt"),
        (flat(read(&data("evaluation/answers.jsonl"))), "evaluation/answers.txt"),
    ] {
        let expected = std::fs::read_to_string(data(recorded)).expect("the record is there");
        let found = table(&compare(&gold, &predicted).expect("they can be compared"));
        assert_eq!(found, expected.trim_end(), "{recorded}");
    }
}

/// The script that the environment names and a Python to run it, or a line that says what is missing.
fn script() -> Option<PathBuf> {
    let Some(script) = std::env::var_os("ASCRIBE_SCORER").map(PathBuf::from) else {
        println!("skipped: ASCRIBE_SCORER names no scoring script");
        return None;
    };
    assert!(script.is_file(), "ASCRIBE_SCORER: {} is not there", script.display());
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3");
        return None;
    }
    Some(script)
}

/// Both sides' figures of the same files, as JSON and (with the fields) as a table.
fn compare_with_script(script: &Path, gold: &Path, predicted: &Path) {
    let run = |option: &str| {
        let mut command = Command::new("python3");
        command.arg(script).args([gold, predicted]).args(["--flat", option]);
        let output = command.output().expect("python3 runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the script prints UTF-8")
    };
    let (gold_articles, predicted_articles) = (read(gold), flat(read(predicted)));
    let started = Instant::now();
    let comparisons = compare(&gold_articles, &predicted_articles).expect("they can be compared");
    let (table, figures) = (table(&comparisons), figures(&comparisons));
    assert!(started.elapsed() < Duration::from_secs(5), "evaluation took {:?}", started.elapsed());

    assert_eq!(table, run("--fields").trim_end(), "{}", predicted.display());
    let theirs: serde_json::Value = serde_json::from_str(&run("--json")).expect("the script prints JSON");
    assert_eq!(serde_json::to_value(&figures).expect("figures are JSON"), theirs);
}

#[test]
fn figures_are_those_of_the_script_where_it_is_at_hand() {
    let Some(script) = script() else { return };
    let around =
        script.parent().and_then(Path::parent).expect("the script lies in a folder of a folder").to_owned();
    let gold = data("wikinews-dev.jsonl");
    compare_with_script(&script, &gold, &gold);
    compare_with_script(&script, &data("evaluation/gold.jsonl"), &data("evaluation/answers.jsonl"));
    let gold = around.join("corpora/polnear-dev.jsonl");
    for peer in ["citron", "gendergaptracker", "minilm-prototype"] {
        let predicted = around.join(format!("eval/peers/{peer}-polnear-dev.jsonl"));
        if gold.is_file() && predicted.is_file() {
            compare_with_script(&script, &gold, &predicted);
        } else {
            println!("skipped: {} is not there", predicted.display());
        }
    }
}

#[test]
fn articles_whose_ids_are_numbers_are_paired_by_their_digits() {
    // As doubles the two are one.
    let [one, other] = ["9007199254740992", "9007199254740993"];
    let attributions = r#""attributions": [{"source": [[0, 3]], "content": [[9, 11]]}]"#;
    let gold = format!(
        "{{\"id\": {one}, \"text\": \"Ana said no.\"}}\n{{\"id\": {other}, \"text\": \"Ana said no.\", {attributions}}}\n"
    );
    let gold = articles(&gold).expect("the ids differ");
    assert_eq!(gold.iter().map(|article| article.id.as_str()).collect::<Vec<_>>(), [one, other]);
    let claims =
        r#""claims": [{"source": {"spans": [{"end": 3}]}, "content": {"spans": [{"start": 9, "end": 11}]}}]"#;
    for predicted in [
        format!("{{\"id\": {other}, {attributions}}}"),
        format!("{{\"id\": \"{other}\", {attributions}}}"),
        format!("{{\"document_id\": {other}, {claims}}}"),
        format!("{{\"result\": {{\"documentId\": {other}, {claims}}}}}"),
        format!("{{\"result\": {{\"documentId\": \"{other}\", {claims}}}}}"),
    ] {
        let predicted_articles = articles(&predicted).expect("is an article");
        let comparisons = compare(&gold, &predicted_articles).expect("they can be compared");
        assert_eq!(disagreements(&comparisons).count(), 0, "{predicted}");
    }
}

#[test]
fn gold_agrees_with_itself() {
    let gold = read(&data("wikinews-dev.jsonl"));
    let comparisons = compare(&gold, &gold).expect("they can be compared");
    for (name, row) in figures(&comparisons).followed_by(field_figures(&comparisons)).rows() {
        assert_eq!((row.right, row.right), (row.predicted, row.gold), "{name}");
    }
    assert_eq!(disagreements(&comparisons).count(), 0);
}

#[test]
fn disagreements_say_what_was_missed_and_what_is_wrong() {
    let gold = articles(
        r#"{"id": "a", "text": "Ana — é — said no.", "attributions": [{"source": [[0, 3]], "cue": [[10, 14]], "content": [[15, 17]]}]}"#,
    );
    let predicted = articles(r#"{"id": "a", "attributions": [{"source": [[6, 7]], "content": [[15, 17]]}]}"#);
    let (gold, predicted) = (gold.expect("is JSON"), predicted.expect("is JSON"));
    let comparisons = compare(&gold, &predicted).expect("they can be compared");
    let lines: Vec<String> = disagreements(&comparisons).map(|one| one.to_string()).collect();
    assert_eq!(
        lines,
        [
            r#"missed  a  source="Ana"  cue="said"  content="no""#,
            r#"wrong  a  source="é"  cue=""  content="no""#,
        ]
    );
}

#[test]
fn what_cannot_be_compared_is_said_with_its_place() {
    let fault = |file: &str| articles(file).expect_err("the file is wrong").to_string();
    assert_eq!(fault("{\"id\": \"a\"}\n\n{\"id\": \"a\"}"), "line 3: a second article with the id \"a\"");
    for id in ["7.0", "7e0", "true", "null", "[7]"] {
        let expected = format!("line 1: the id is {id}, not a string or a whole number");
        assert_eq!(fault(&format!("{{\"id\": {id}}}")), expected);
    }
    assert_eq!(
        fault(r#"{"result": {"documentId": 0.5}}"#),
        "line 1: the documentId is 0.5, not a string or a whole number"
    );
    assert_eq!(fault("{\"id\": 7}\n{\"id\": \"7\"}"), "line 2: a second article with the id \"7\"");
    assert_eq!(fault("7"), "line 1: is not a JSON object");
    assert_eq!(articles("[]").expect("no articles at all"), []);
    assert!(fault("{\"id\": ").starts_with("line 1: EOF"));
    let span = r#"{"id": "a", "attributions": [{"cue": [[4]]}]}"#;
    assert_eq!(fault(span), "line 1: cue has [4] where a pair [start, end] is wanted");
    for (name, unit) in
        [("offset_encoding", "OFFSET_ENCODING_UTF8_BYTES"), ("offsetEncoding", "OFFSET_ENCODING_UTF16_UNITS")]
    {
        assert_eq!(
            fault(&format!(r#"{{"document_id": "a", "{name}": "{unit}"}}"#)),
            format!("line 1: offset_encoding is {unit}: extract again with --offsets code-points")
        );
    }

    let gold = articles(r#"{"id": "a", "text": "Four", "attributions": []}"#).expect("is an article");
    let against = |predicted: &str| {
        let predicted = articles(predicted).expect("is an article");
        compare(&gold, &predicted).expect_err("they can't be compared").to_string()
    };
    assert_eq!(
        against(r#"{"id": "b"}"#),
        "the predicted file has the article \"b\", which the gold file lacks"
    );
    assert_eq!(
        against(r#"{"id": "a", "attributions": [{"time": [[2, 5]]}]}"#),
        "article \"a\": the span 2..5 is empty or outside a text of 4 code points"
    );
}
