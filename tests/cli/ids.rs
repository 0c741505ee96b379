//! Ids that are numbers, in every file of rows that the command reads.

use std::fs;

use super::place::Place;

const ARTICLE: &str = "Mayor Ana Ruiz said the bridge is safe.";

/// More than a double, and more than 64 bits can hold.
const NUMBERS: [&str; 5] =
    ["7", "-3", "9007199254740993", "18446744073709551617", "100000000000000000000000000001"];

fn rows(rest: &str) -> String {
    NUMBERS.map(|id| format!("{{\"text\": \"{ARTICLE}\", \"id\": {id}{rest}}}\n")).concat()
}

#[test]
fn a_number_is_taken_as_its_digits() {
    let place = Place::with(&[("a.jsonl", rows("").as_bytes())]);
    let run = place.run(&["extract", "a.jsonl"]);
    run.check(0, "");
    assert_eq!(run.ids(), NUMBERS);
    let csv = place.run(&["extract", "--format", "csv", "a.jsonl"]).out;
    let ids: Vec<&str> = csv.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(ids, NUMBERS);
}

#[test]
fn what_is_no_whole_number_is_refused() {
    let ids = ["1.0", "1e3", "true", "[1]", "{\"a\": 1}"];
    let rows = ids.map(|id| format!("{{\"id\": {id}, \"text\": \"{ARTICLE}\"}}\n")).concat();
    let place = Place::with(&[("a.jsonl", rows.as_bytes())]);
    let faults = ids.iter().zip(1..).map(|(id, line)| {
        format!("ascribe: a.jsonl:{line}: the id is {id}, not a string or a whole number\n")
    });
    let faults: String = faults.collect();
    place.run(&["extract", "a.jsonl"]).check(2, &faults);
    // The same reader, before any call is made.
    let run = place.run(&["load", "--rate", "1", "--input", "a.jsonl"]);
    run.check(2, "ascribe: a.jsonl:1: the id is 1.0, not a string or a whole number\n");
}

#[test]
fn evaluate_pairs_numbers_with_what_extract_wrote() {
    let gold =
        rows(", \"attributions\": [{\"source\": [[0, 14]], \"cue\": [[15, 19]], \"content\": [[20, 38]]}]");
    let place = Place::with(&[("gold.jsonl", gold.as_bytes())]);
    let answers = place.run(&["extract", "--offsets", "code-points", "gold.jsonl"]);
    answers.check(0, "");
    fs::write(place.path("answers.jsonl"), answers.out).expect("a file can be written");
    for predicted in ["answers.jsonl", "gold.jsonl"] {
        let run = place.run(&["evaluate", "gold.jsonl", "--predicted", predicted, "--json"]);
        run.check(0, "");
        let figures: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        assert_eq!(figures["attribution"]["f1"], 100.0, "{}", run.out);
    }
}
