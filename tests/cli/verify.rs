//! `ascribe verify` as its callers meet it.

use serde_json::{Value, json};

use super::place::Place;

const ARTICLE: &str = "Zoë 👍: “The dam is very safe,” said Mayor Ana Ruiz.";

fn line(text: &str, speaker: &str) -> String {
    json!({"text": text, "speaker": speaker}).to_string() + "\n"
}

#[test]
fn quotations_are_answered_in_order_and_bad_lines_keep_their_place() {
    let quotations = [
        line("the dam is very safe", "Ruiz"),
        "nonsense\n".to_owned(),
        "\n".to_owned(),
        "{\"text\": 3, \"quotation_id\": 7}\n{\"speaker\": \"x\"}\n[\"a\"]\n".to_owned(),
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
    for (line, fault) in lines[1..6].iter().zip(faults) {
        let error = &line["error"];
        let told = format!("{}: {}", error["line"], error["message"].as_str().unwrap_or_default());
        assert_eq!((told.as_str(), &error["file"]), (fault, &json!("q.jsonl")));
        assert_eq!((&error["code"], &error["reason"]), (&json!(3), &json!("BAD_QUOTATION")));
        assert!(line.get("verdict").is_none(), "{line}");
    }
    assert_eq!(lines[2]["quotation"]["quotation_id"], "7");
    assert_eq!(lines[6]["verdict"], "VERDICT_ALTERED");
    assert_eq!(lines[6]["differences"][0]["edit"], "WORD_EDIT_LEFT_OUT");
    assert_eq!(lines[6]["differences"][0]["document_text"], "very");
}

#[test]
fn a_name_that_is_not_known_is_refused_with_the_one_that_is_meant() {
    let known = "known are text, speaker, quotation_id, document_id";
    for (field, expected) in [
        ("said_by", "is not known: write \"speaker\""),
        ("Speaker", "is not known: write \"speaker\""),
        ("speakr", "is not known: write \"speaker\""),
        ("source", "is not known: write \"speaker\""),
        ("documentID", "is not known: write \"document_id\""),
        ("id", "is not known: write \"quotation_id\""),
        ("model", &format!("is not known: {known}")),
    ] {
        let line = json!({"text": "The dam is very safe", field: "Donald Trump"}).to_string();
        let csv = format!("text,{field}\nThe dam is very safe,Donald Trump\n");
        let files = [("a.txt", ARTICLE.as_bytes()), ("q.jsonl", line.as_bytes()), ("q.csv", csv.as_bytes())];
        let place = Place::with(&files);
        let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
        run.check(2, &format!("ascribe: q.jsonl:1: the field {field:?} {expected}\n"));
        assert!(run.lines()[0].get("speaker_matches").is_none(), "{}", run.out);
        let run = place.run(&["verify", "a.txt", "--quotations", "q.csv"]);
        run.check(2, &format!("ascribe: q.csv: the column {field:?} {expected}\n"));
    }
    let twice = r#"{"text": "x", "speaker": "Donald Trump", "speaker": ""}"#;
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", twice.as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
    run.check(2, "ascribe: q.jsonl:1: the field \"speaker\" stands there twice\n");
}

#[test]
fn what_became_of_the_speaker_is_told_and_can_be_filtered_for() {
    let text = "“The dam is very safe,” said Mayor Ana Ruiz. The bridge will open in May.";
    let quotations = [
        json!({"text": "The dam is very safe"}),
        json!({"text": "The dam is very safe", "speaker": null}),
        json!({"text": "The dam is very safe", "speaker": " "}),
        json!({"text": "The dam is very safe", "speaker": "Ruiz"}),
        json!({"text": "The dam is very safe", "speaker": "Donald Trump"}),
        json!({"text": "Nobody knows what the flood has done to us", "speaker": "Ruiz"}),
        json!({"text": "The bridge will open in May", "speaker": "Ruiz"}),
    ];
    let file = quotations.iter().map(|line| line.to_string() + "\n").collect::<String>();
    let place = Place::with(&[("a.txt", text.as_bytes()), ("q.jsonl", file.as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
    run.check(0, "");
    let expected = [
        ("NOT_ASKED", None),
        ("NOT_ASKED", None),
        ("NOT_ASKED", None),
        ("SAME", Some(true)),
        ("OTHER", Some(false)),
        ("NOBODY", Some(false)),
        ("UNKNOWN", Some(false)),
    ];
    for (line, (verdict, matches)) in run.lines().iter().zip(expected) {
        assert_eq!(line["speaker_verdict"], format!("SPEAKER_VERDICT_{verdict}"));
        assert_eq!(line.get("speaker_matches").and_then(Value::as_bool), matches, "{line}");
    }
}

/// Three articles of two files, and quotations that name theirs.
fn several() -> Place {
    let lines = [
        json!({"id": "bridge", "text": "“The old bridge over the quiet river leaks,” Joe Palmer said."}),
        json!({"id": 7, "text": "“The tower leans,” Karen Holt said."}),
    ];
    let lines = lines.map(|line| line.to_string() + "\n").concat();
    let quotations = [
        json!({"text": "The tower leans", "speaker": "Holt", "document_id": 7, "quotation_id": "t"}),
        json!({"text": "The dam is very safe", "document_id": "a.txt", "speaker": "Holt", "quotationId": "d"}),
        json!({"text": "The old bridge over the quiet river leaks"}),
        json!({"text": "The old bridge over the quiet river leaks", "document_id": "brigde"}),
        json!({"text": "The old bridge over the quiet river leaked", "document_id": "bridge", "speaker": "Palmer"}),
        json!({"text": "Nobody knows what the flood has done", "document_id": "bridge"}),
    ];
    let quotations = quotations.map(|line| line.to_string() + "\n").concat();
    Place::with(&[
        ("a.txt", ARTICLE.as_bytes()),
        ("b.jsonl", lines.as_bytes()),
        ("q.jsonl", quotations.as_bytes()),
    ])
}

#[test]
fn of_many_articles_each_quotation_is_looked_for_in_its_own() {
    let place = several();
    let run = place.run(&["verify", "a.txt", "b.jsonl", "--quotations", "q.jsonl"]);
    let faults = [
        "q.jsonl:3: names no \"document_id\", and there are several articles: write the id of one",
        "q.jsonl:4: no article has the id \"brigde\"; is \"bridge\" meant?",
    ];
    run.check(1, &faults.map(|fault| format!("ascribe: {fault}\n")).concat());
    let lines = run.lines();
    let told: Vec<[&str; 4]> = lines
        .iter()
        .map(|line| {
            let told = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
            let quotation = &line["quotation"];
            [&line["document_id"], &quotation["quotation_id"], &quotation["text"], &line["verdict"]].map(told)
        })
        .map(|told| told.map(|told| &*told.leak()))
        .collect();
    assert_eq!(
        told,
        [
            ["7", "t", "The tower leans", "VERDICT_VERBATIM"],
            ["a.txt", "d", "The dam is very safe", "VERDICT_VERBATIM"],
            ["", "", "The old bridge over the quiet river leaks", ""],
            ["brigde", "", "The old bridge over the quiet river leaks", ""],
            ["bridge", "", "The old bridge over the quiet river leaked", "VERDICT_ALTERED"],
            ["bridge", "", "Nobody knows what the flood has done", "VERDICT_ABSENT"],
        ]
    );
    for (line, fault) in lines[2..4].iter().zip(faults) {
        assert!(fault.ends_with(line["error"]["message"].as_str().expect("it has a message")), "{line}");
        assert_eq!((&line["error"]["code"], &line["error"]["reason"]), (&json!(5), &json!("NO_ARTICLE")));
    }
    assert!(lines[0]["offset_encoding"] == "OFFSET_ENCODING_UTF8_BYTES");
    assert!(lines[0]["speaker_matches"] == true && lines[1]["speaker_matches"] == false);
}

#[test]
fn an_article_that_cannot_be_read_costs_its_own_quotations_alone() {
    let place = several();
    let run = place.run(&["verify", "missing.txt", "b.jsonl", "b.jsonl", "--quotations", "q.jsonl"]);
    assert_eq!(run.code, Some(1));
    for fault in [
        "ascribe: missing.txt: there is no such file\n",
        "ascribe: b.jsonl:1: an article before it has the id \"bridge\", too: quotations are looked for in that one alone\n",
        "ascribe: q.jsonl:2: no article has the id \"a.txt\"\n",
    ] {
        assert!(run.err.contains(fault), "{}", run.err);
    }
    assert_eq!(run.lines()[4]["verdict"], "VERDICT_ALTERED");
}

#[test]
fn a_single_article_needs_no_id_and_another_id_than_its_own_is_told() {
    let quotations = [
        json!({"text": "The dam is very safe", "document_id": "a.txt"}),
        json!({"text": "The dam is very safe", "document_id": "other"}),
        json!({"text": "The dam is very safe", "document_id": ""}),
    ];
    let quotations = quotations.map(|line| line.to_string() + "\n").concat();
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", quotations.as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
    run.check(1, "ascribe: q.jsonl:2: no article has the id \"other\"\n");
    assert_eq!(run.lines()[1]["document_id"], "other");
    assert_eq!(run.ids(), ["a.txt", "a.txt"], "what has no error");
}

#[test]
fn what_is_to_stop_a_script_stops_it() {
    let place = several();
    let run = |what: &[&str]| {
        place.run(&[&["verify", "a.txt", "b.jsonl", "--quotations", "q.jsonl"][..], what].concat())
    };
    for (what, told) in [
        ("altered", "1 altered"),
        ("absent", "1 absent"),
        ("speaker", "1 not by the speaker that is named"),
        ("absent,altered,absent", "1 absent, 1 altered"),
    ] {
        let run = run(&["--fail-on", what]);
        assert_eq!(run.code, Some(3), "{what}");
        let last = format!("ascribe: of 4 quotations {told}\n");
        assert!(run.err.ends_with(&last), "{}", run.err);
    }
    let good = line("The dam is very safe", "Ruiz");
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", good.as_bytes())]);
    let run =
        place.run(&["verify", "a.txt", "--quotations", "q.jsonl", "--fail-on", "altered,absent,speaker"]);
    run.check(0, "");
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl", "--fail-on", "missing"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("possible values: altered, absent, speaker"), "{}", run.err);
    let help = place.run(&["verify", "--help"]).out;
    assert!((0..4).all(|code| help.contains(&format!("\n  {code}  "))), "{help}");
}

#[test]
fn spreadsheets_go_in_and_come_out() {
    let quotations = "\u{feff}document_id;text;speaker;quotation_id\r\na.txt;The dam is quite safe;=Joe;1\r\n\r\n\
                      a.txt;\"“The dam is very safe,”\";;2\r\na.txt;x\r\n";
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.csv", quotations.as_bytes())]);
    let run = place.run(&[
        "verify",
        "a.txt",
        "--quotations",
        "q.csv",
        "--format",
        "csv",
        "--offsets",
        "code-points",
    ]);
    let fault = "has 2 cells, where the first line names 4 columns";
    run.check(1, &format!("ascribe: q.csv:5: {fault}\n"));
    let expected = format!(
        "document_id,quotation_id,quotation,speaker_asked,verdict,speaker_verdict,speaker,passage,passage_start,\
         passage_end,similarity,differences,offset_encoding,error\n\
         a.txt,1,The dam is quite safe,=Joe,altered,other,Ana Ruiz,The dam is very safe,8,28,0.8,\
         changed: quite for very,code-points,\n\
         a.txt,2,\"“The dam is very safe,”\",,verbatim,not-asked,Ana Ruiz,\"The dam is very safe,\",8,29,1,,code-points,\n\
         a.txt,,x,,,,,,,,,,,\"{fault}\"\n"
    );
    assert_eq!(run.out, expected);
    let safe = ["verify", "a.txt", "--quotations", "q.csv", "--format", "csv", "--csv-safe", "true"];
    assert!(place.run(&safe).out.contains(",'=Joe,"));
}

#[test]
fn the_form_of_quotations_is_told_by_ending_or_beginning() {
    let wanted = "The dam is very safe";
    for (file, content) in [
        ("q.json", format!("[\n {{\"text\": \"{wanted}\"}}\n]\n")),
        ("q", format!("[{{\"text\": \"{wanted}\"}}]")),
        ("q", format!("{{\"text\": \"{wanted}\"}}")),
        ("q.txt", format!("text,speaker\n{wanted},\n")),
        ("q.csv", format!("text\n{wanted}\n")),
        ("q.tsv", format!("text\tspeaker\n{wanted}\t\n")),
    ] {
        let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), (file, content.as_bytes())]);
        let run = place.run(&["verify", "a.txt", "--quotations", file]);
        run.check(0, "");
        assert_eq!(run.lines()[0]["verdict"], "VERDICT_VERBATIM", "{content}");
    }
    let into_file = ["verify", "a.txt", "--quotations", "q.csv", "--format", "pretty", "-o", "found.txt"];
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.csv", b"text\nThe dam is very safe\n")]);
    place.run(&into_file).check(0, "");
    let written = std::fs::read_to_string(place.path("found.txt")).expect("it was written");
    assert_eq!(written, "verbatim  The dam is very safe\n  said by Ana Ruiz\n\n");
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.csv", b"speaker,quotation_id\nx,1\n")]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.csv"]);
    run.check(2, "ascribe: q.csv: has no column \"text\": its columns are speaker, quotation_id\n");
}

#[test]
fn people_who_are_known_may_be_named_by_any_of_their_variants() {
    let text = "“The dam is very safe,” the Pentagon chief said.";
    let quotations =
        line("The dam is very safe", "Lloyd Austin") + &line("The dam is very safe", "Austin III");
    let alias = json!({"name": "Lloyd Austin", "variants": ["the Pentagon chief", "Austin III"]}).to_string();
    let misspelt = alias.replace("variants", "variant") + "\n";
    let files = [
        ("a.txt", text.as_bytes()),
        ("q.jsonl", quotations.as_bytes()),
        ("people.jsonl", alias.as_bytes()),
        ("misspelt.jsonl", misspelt.as_bytes()),
    ];
    let place = Place::with(&files);
    let verify = ["verify", "a.txt", "--quotations", "q.jsonl"];
    let matches = |run: &[Value]| run.iter().map(|line| line["speaker_matches"] == true).collect::<Vec<_>>();
    let run = place.run(&[&verify[..], &["--aliases", "people.jsonl"]].concat());
    run.check(0, "");
    assert_eq!(matches(&run.lines()), [true, true]);
    assert_eq!(run.lines()[0]["speaker"], "Lloyd Austin");
    assert_eq!(matches(&place.run(&verify).lines()), [false, false]);
    for command in [&verify[..], &["extract", "a.txt"]] {
        let run = place.run(&[command, &["--aliases", "misspelt.jsonl"]].concat());
        run.check(2, "ascribe: misspelt.jsonl:1: the field \"variant\" is not known: write \"variants\"\n");
    }
}

#[test]
fn of_many_bad_lines_ten_are_told_and_the_others_are_counted() {
    let quotations = line("The dam is very safe", "") + &"{}\n".repeat(500);
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes()), ("q.jsonl", quotations.as_bytes())]);
    let run = place.run(&["verify", "a.txt", "--quotations", "q.jsonl"]);
    assert_eq!((run.code, run.err.lines().count(), run.lines().len()), (Some(1), 11, 501));
    assert!(run.err.ends_with("ascribe: and 490 more could not be checked\n"), "{}", run.err);
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
        (
            "-",
            "-",
            "standard input can't hold both the articles and the quotations: name a file for one of them",
        ),
    ] {
        let run = place.run(&["verify", article, "--quotations", quotations]);
        run.check(2, &format!("ascribe: {expected}\n"));
    }
    let run = place.run_with_input(&["verify", "-", "--quotations", "q.jsonl"], ARTICLE.as_bytes());
    run.check(0, "");
}
