//! `ascribe verify` as its callers meet it.

use serde_json::json;

use super::place::Place;

const ARTICLE: &str = "Zoë 👍: “The dam is very safe,” said Mayor Ana Ruiz.";

fn line(text: &str, speaker: &str) -> String {
    json!({"text": text, "speaker": speaker, "model": "x"}).to_string() + "\n"
}

#[test]
fn quotations_are_answered_in_order_and_bad_lines_keep_their_place() {
    let quotations = [
        line("the dam is very safe", "Ruiz"),
        "nonsense\n".to_owned(),
        "\n".to_owned(),
        "{\"text\": 3}\n{\"speaker\": \"x\"}\n[\"a\"]\n".to_owned(),
        line(" ", ""),
        "{\"text\": \"The dam is safe\"}".to_owned(),
    ];
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", quotations.concat().as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
    let faults = [
        "2: is not a JSON object",
        "4: the text is 3, not a string",
        "5: has no text",
        "6: is not a JSON object",
        "7: the text is empty",
    ];
    run.check(1, &faults.map(|fault| format!("ascribe: q.jsonl:{fault}\n")).concat());
    let lines = run.lines();
    assert_eq!(lines.len(), 7);
    assert_eq!(lines[0]["verdict"], "VERDICT_TYPOGRAPHIC");
    assert_eq!((&lines[0]["speaker"], &lines[0]["speaker_matches"]), (&json!("Ana Ruiz"), &json!(true)));
    assert!(lines[1..6].iter().all(|line| *line == json!({})));
    assert_eq!(lines[6]["verdict"], "VERDICT_ALTERED");
    assert_eq!(lines[6]["differences"][0]["edit"], "WORD_EDIT_LEFT_OUT");
    assert_eq!(lines[6]["differences"][0]["document_text"], "very");
}

#[test]
fn offsets_count_what_is_asked_for() {
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", line("very safe", "").as_bytes())]);
    let before = &ARTICLE[..ARTICLE.find("very safe").expect("it is there")];
    for (unit, expected) in [
        ("bytes", before.len()),
        ("utf16", before.encode_utf16().count()),
        ("code-points", before.chars().count()),
    ] {
        let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl", "--offsets", unit]);
        run.check(0, "");
        assert_eq!(run.lines()[0]["span"]["start"], json!(expected), "{unit}");
    }
}

#[test]
fn people_are_shown_what_differs_and_who_said_it() {
    let quotations = line("The dam is quite safe", "Joe Palmer") + &line("Nobody knows \u{1b}[1m why", "");
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", quotations.as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl", "--format", "pretty"]);
    run.check(0, "");
    let expected = "altered  The dam is quite safe\n  the text: The dam is very safe\n  \
                    changed: quite for very\n  said by Ana Ruiz, not by Joe Palmer\n\n\
                    absent  Nobody knows \u{fffd}[1m why\n\n";
    assert_eq!(run.out, expected);
}

#[test]
fn where_nothing_can_be_done_the_reason_is_said() {
    let good = line("x", "");
    let files: [(&str, &[u8]); 4] = [
        ("a.txt", ARTICLE.as_bytes()),
        ("q.jsonl", good.as_bytes()),
        ("bad.jsonl", b"no\n"),
        ("empty", b" \n"),
    ];
    let place = Place::with(&files);
    for (article, quotations, expected) in [
        ("missing", "q.jsonl", "missing: there is no such file"),
        ("empty", "q.jsonl", "empty: the text is empty"),
        ("a.txt", "missing", "missing: there is no such file"),
        ("a.txt", "empty", "empty: holds no quotations"),
        ("a.txt", "bad.jsonl", "bad.jsonl:1: is not a JSON object"),
        ("-", "-", "standard input can't be both the article and the quotations"),
    ] {
        let run = place.run(&["verify", article, "--quotations", quotations]);
        run.check(2, &format!("ascribe: {expected}\n"));
    }
    let run = place.run_with_input(&["verify", "-", "--quotations", "q.jsonl"], ARTICLE.as_bytes());
    run.check(0, "");
}
