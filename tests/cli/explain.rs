//! `ascribe explain`: what became of every possible cue.

use serde_json::Value;

use super::place::Place;

const TEXT: &str =
    "Mayor Ana Ruiz said the bridge is safe 🎉. She bought a book of claims. It rained.\n\nShe opined so.\n";

fn lines(arguments: &[&str]) -> Vec<Value> {
    let place = Place::with(&[("a.txt", TEXT.as_bytes())]);
    let run = place.run(&[&["explain", "a.txt", "--format", "jsonl"], arguments].concat());
    run.check(0, "");
    run.lines()
}

#[test]
fn each_sentence_is_a_line_with_what_became_of_its_cues() {
    let lines = lines(&["--offsets", "code-points"]);
    assert_eq!(lines.len(), 4);
    let characters: Vec<char> = TEXT.chars().collect();
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["sentence"], index + 1);
        assert_eq!(line["document_id"], "a.txt");
        assert_eq!(line["offset_encoding"], "OFFSET_ENCODING_CODE_POINTS");
        for part in line["cues"].as_array().expect("a list").iter().chain([line]) {
            let edge = |name: &str| {
                usize::try_from(part["span"][name].as_u64().expect("a number")).expect("it is small")
            };
            let covered: String = characters[edge("start")..edge("end")].iter().collect();
            assert_eq!(part["text"], covered);
        }
    }
    let said = &lines[0]["cues"][0];
    assert_eq!(
        (&said["text"], &said["outcome"], &said["claim_id"]),
        (&"said".into(), &"claim".into(), &"c0".into())
    );
    assert_eq!(said["lexicon"][0], "say/verb");
    assert!(said["why"].as_str().expect("words").contains("Ana Ruiz · the bridge is safe"));
    let claims = lines[1]["cues"].as_array().expect("a list").iter().find(|cue| cue["text"] == "claims");
    let claims = claims.expect("it is in the lexicon");
    assert_eq!(claims["outcome"], "no-cue");
    assert!(claims["why"].as_str().expect("words").starts_with("not taken for a cue: "), "{claims}");
    assert!(claims["probability"].as_f64().expect("a number") < 0.1);
}

#[test]
fn a_sentence_or_a_word_can_be_asked_for() {
    let numbers = |arguments: &[&str]| -> Vec<u64> {
        lines(arguments).iter().filter_map(|line| line["sentence"].as_u64()).collect()
    };
    assert_eq!(numbers(&["--sentence", "2"]), [2]);
    assert!(numbers(&["--sentence", "9"]).is_empty());
    assert_eq!(numbers(&["--word", "she"]), [2, 4]);
    let rained = lines(&["--word", "RAINED"]);
    assert_eq!(rained.len(), 1);
    let other = rained[0]["other"]["why"].as_str().expect("it is told");
    assert!(other.starts_with("“rained” isn't in the lexicon"), "{other}");
    assert!(rained[0]["other"]["advice"].as_str().expect("words").contains("--lexicon"));
}

#[test]
fn what_is_below_the_threshold_is_told_with_the_one_that_shows_it() {
    let lines = lines(&["--min-confidence", "1"]);
    let said = &lines[0]["cues"][0];
    assert_eq!(said["outcome"], "below-min-confidence");
    let advice = said["advice"].as_str().expect("words").to_owned();
    let share =
        advice.strip_prefix("--min-confidence ").and_then(|rest| rest.split(' ').next()).expect("a share");
    let place = Place::with(&[("a.txt", TEXT.as_bytes())]);
    let run = place.run(&["extract", "a.txt", "--min-confidence", share]);
    assert_eq!(run.lines()[0]["claims"][0]["claim_id"], said["claim_id"]);
}

#[test]
fn people_are_told_in_words() {
    let place = Place::with(&[("a.txt", format!("{TEXT}\u{1b}[31m She said no.").as_bytes())]);
    let run = place.run(&["explain", "a.txt", "--format", "pretty"]);
    run.check(0, "");
    assert!(
        run.out.starts_with("a.txt · 5 sentences, ") || run.out.starts_with("a.txt · 4 sentences, "),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("\n1   Mayor Ana Ruiz said the bridge is safe 🎉.\n    said  claim c0, "),
        "{}",
        run.out
    );
    assert!(!run.out.contains('\u{1b}'));
    let run = place.run(&["explain", "a.txt", "--format", "pretty", "--offsets", "bytes"]);
    run.check(2, "ascribe: --offsets has no effect with --format pretty: remove it\n");
    let run = place.run(&["explain", "missing.txt"]);
    assert_eq!(run.code, Some(2));
}
