//! Annotation tools: what `extract` writes for them, what people made of it, and what `evaluate` reads again.

use std::fs;

use serde_json::{Value, json};

use super::place::{Place, Run};

/// A content in pieces, a nested claim, a resolved name, a letter beyond the Basic Multilingual Plane, a broken line.
const TEXT: &str = "“It’s over 🎉,” Mayor Ana Ruiz told reporters on Tuesday, “and the dam is safe.” Critics said that she had \
                    denied it leaks.\n\nShe said the old bridge was\nsafe too.\n";

fn place() -> Place {
    Place::with(&[("a.txt", TEXT.as_bytes())])
}

fn extract(place: &Place, format: &str) -> String {
    let run = place.run(&["extract", "--format", format, "a.txt"]);
    run.check(0, "");
    run.out
}

/// Right, predicted and gold of a row.
fn row(run: &Run, name: &str) -> [u64; 3] {
    run.check(0, &run.err);
    let figures: Value = serde_json::from_str(&run.out).expect("figures are JSON");
    ["right", "predicted", "gold"].map(|count| figures[name][count].as_u64().unwrap_or(u64::MAX))
}

/// The figures of gold against what is extracted anew; what is said of it has to be `said`.
fn evaluated(place: &Place, gold: &str, said: &str) -> Run {
    let run = place.run(&["evaluate", gold, "--json", "--fields"]);
    run.check(0, said);
    run
}

fn brat(place: &Place, annotations: &str) {
    fs::create_dir_all(place.path("brat")).expect("a folder can be made");
    fs::write(place.path("brat/a.txt"), TEXT).expect("a file can be written");
    fs::write(place.path("brat/a.ann"), annotations).expect("a file can be written");
}

#[test]
fn brat_comes_back_corrected() {
    let place = place();
    let annotations = extract(&place, "brat");
    brat(&place, &annotations);
    let run = evaluated(&place, "brat", "");
    let [right, predicted, gold] = row(&run, "attribution=");
    assert!(right == predicted && predicted == gold && gold >= 4, "{}", run.out);
    for name in ["field kind", "field type", "field act", "field speaker", "field nested", "field time"] {
        let [right, predicted, gold] = row(&run, name);
        assert!(right == predicted && predicted == gold && gold > 0, "{name}: {}", run.out);
    }
    // Who can't be told from brat's annotations has no row.
    assert!(!run.out.contains("speaker_kind") && !run.out.contains("named"), "{}", run.out);
    // Single files too, and both sides.
    let run = place.run(&["evaluate", "brat/a.ann", "--predicted", "brat", "--json"]);
    assert_eq!(row(&run, "attribution=")[0], gold);

    // Somebody takes out the first claim's source, and its arrow.
    let source = annotations.lines().find(|line| line.contains("\tSource ")).expect("there is a source");
    let name = source.split('\t').next().expect("it has a name");
    let kept: String = annotations
        .split_inclusive('\n')
        .filter(|line| !line.split(['\t', ' ', ':', '\n']).any(|word| word == name))
        .collect();
    brat(&place, &kept);
    let run = evaluated(&place, "brat", "");
    assert_eq!(row(&run, "attribution="), [gold - 1, gold, gold]);
    assert!(row(&run, "tokens source")[2] < row(&run, "tokens source")[1]);
}

#[test]
fn what_is_wrong_in_brat_is_told_with_its_line() {
    let place = place();
    let annotations = extract(&place, "brat");
    let wrong = |from: &str, to: &str| {
        let altered = annotations.replacen(from, to, 1);
        assert_ne!(altered, annotations, "{from:?} is there");
        brat(&place, &altered);
        let run = place.run(&["evaluate", "brat"]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        run.err
    };
    let err = wrong("\tSource ", "\tSources ");
    assert!(
        err.starts_with("ascribe: brat/a.ann:2: ") && err.ends_with("\"Sources\": is \"Source\" meant?\n"),
        "{err}"
    );
    let err = wrong("T1\tContent 0", "T1\tContent 1");
    assert!(err.contains("brat/a.ann:1: T1: the file says"), "{err}");
    let err = wrong("A1\tKind", "A1\tKinds");
    assert!(err.contains("is \"Kind\" meant?"), "{err}");
    let err = wrong("T1\t", "T1 ");
    assert!(err.contains("is no annotation of brat"), "{err}");
    // What isn't scored is said.
    brat(&place, &format!("{annotations}T99\tTopic 0 4\t“It’\nT98\tCue 0 4\t“It’\n"));
    let said = "ascribe: brat/a.ann: \"a\": 1 × \"Topic\": not a label that is scored\n\
                ascribe: brat/a.ann: \"a\": 1 × no arrow to a Content, so that it isn't scored: Cue T98\n";
    evaluated(&place, "brat", said);
    fs::remove_file(place.path("brat/a.txt")).expect("it is there");
    let run = place.run(&["evaluate", "brat"]);
    run.check(2, "ascribe: brat/a.txt: there is no such file\n");
}

/// What Label Studio exports of tasks that were imported with predictions, which an annotator took over.
fn exported(tasks: &str) -> Value {
    let mut tasks: Value = serde_json::from_str(tasks).expect("the tasks are one list");
    for (number, task) in tasks.as_array_mut().expect("a list").iter_mut().enumerate() {
        let result = task["predictions"][0]["result"].clone();
        task["id"] = json!(number + 1);
        task["annotations"] =
            json!([{"id": 7, "was_cancelled": false, "ground_truth": false, "result": result}]);
    }
    tasks
}

#[test]
fn label_studio_comes_back_corrected() {
    let place = place();
    let mut tasks = exported(&extract(&place, "label-studio"));
    let score = |tasks: &Value, said: &str| {
        fs::write(place.path("export.json"), tasks.to_string()).expect("a file can be written");
        evaluated(&place, "export.json", said)
    };
    let run = score(&tasks, "");
    let [right, predicted, gold] = row(&run, "attribution=");
    assert!(right == predicted && predicted == gold && gold >= 4, "{}", run.out);
    for name in ["field kind", "field type", "field act", "field speaker", "field nested", "field time"] {
        let [right, predicted, gold] = row(&run, name);
        assert!(right == predicted && predicted == gold && gold > 0, "{name}: {}", run.out);
    }
    // One more annotation counts instead of the one before; a canceled one doesn't.
    let result = &mut tasks[0]["annotations"][0]["result"];
    let cue = result.as_array().expect("a list").iter().position(|it| it["value"]["labels"][0] == "Cue");
    let cue = result.as_array_mut().expect("a list").remove(cue.expect("there is a cue"));
    result.as_array_mut().expect("a list").retain(|it| it["to_id"] != cue["id"]);
    let run = score(&tasks, "");
    assert_eq!(row(&run, "attribution="), [gold - 1, gold, gold]);
    let untouched = tasks[0]["predictions"][0]["result"].clone();
    let annotations = tasks[0]["annotations"].as_array_mut().expect("a list");
    annotations.push(json!({"id": 8, "was_cancelled": true, "result": []}));
    annotations.insert(0, json!({"id": 6, "ground_truth": true, "result": untouched}));
    assert_eq!(row(&score(&tasks, ""), "attribution=")[0], gold);
    // The predictions that annotators were shown are the other side, with their scores.
    let shown = |more: &[&str]| {
        place.run(&[&["evaluate", "export.json", "--predicted", "export.json", "--json"], more].concat())
    };
    assert_eq!(row(&shown(&[]), "attribution="), [gold, gold, gold]);
    assert_eq!(row(&shown(&["--min-confidence", "1"]), "attribution="), [0, 0, gold]);
    tasks[0]["annotations"] = json!([]);
    score(
        &tasks,
        "ascribe: export.json: 1 × a task that nobody annotated yet: left out\n\
         ascribe: gold holds no attribution: all that is found counts as wrong\n",
    );
}

#[test]
fn what_is_wrong_in_an_export_is_told_with_its_line() {
    let place = place();
    let tasks = exported(&extract(&place, "label-studio"));
    let fault = |file: &str| {
        fs::write(place.path("export.json"), file).expect("a file can be written");
        let run = place.run(&["evaluate", "export.json"]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        run.err
    };
    let misspelt = tasks.to_string().replacen("\"labels\":[\"Cue\"]", "\"labels\":[\"Cues\"]", 1);
    let err = fault(&misspelt.replacen("\"annotations\"", "\n\"annotations\"", 1));
    assert!(err.starts_with("ascribe: export.json:1: ") && err.ends_with("is \"Cue\" meant?\n"), "{err}");
    let err = fault("[\n{\"id\": 1,\n\"annotation_id\": 2, \"lead_time\": 3, \"text\": \"a\"}]");
    assert_eq!(
        err,
        "ascribe: export.json:2: is of the export JSON-MIN, which leaves relations out: export as JSON\n"
    );
    let err = fault("[{\"id\": 1},\n\n 7]");
    assert!(err.ends_with("export.json:3: is not a JSON object\n"), "{err}");
    let err = fault("[{\"id\": 1}\n 7]");
    assert!(err.starts_with("ascribe: export.json:2: expected `,` or `]`"), "{err}");
    let region = json!([{"id": 1, "data": {"text": "Ana said no."}, "annotations": [{"result": [{
        "id": "r", "type": "labels", "value": {"start": 0, "end": 3, "text": "said", "labels": ["Source"]}
    }]}]}]);
    let err = fault(&region.to_string());
    assert!(err.contains("the region r says \"said\", which isn't at 0 to 3"), "{err}");
}

#[test]
fn doccano_comes_back_corrected() {
    let place = place();
    let row_out = extract(&place, "doccano");
    let mut export: Value = serde_json::from_str(row_out.trim_end()).expect("a line is JSON");
    // The database gives ids of its own.
    export["id"] = json!(12);
    export["Comments"] = json!([]);
    let renumber = |id: &Value| json!(id.as_u64().expect("a number") + 500);
    for entity in export["entities"].as_array_mut().expect("a list") {
        entity["id"] = renumber(&entity["id"]);
    }
    for relation in export["relations"].as_array_mut().expect("a list") {
        (relation["from_id"], relation["to_id"]) =
            (renumber(&relation["from_id"]), renumber(&relation["to_id"]));
    }
    let score = |export: &Value, said: &str| {
        fs::write(place.path("all.jsonl"), format!("{export}\n")).expect("a file can be written");
        evaluated(&place, "all.jsonl", said)
    };
    let run = score(&export, "");
    let [right, predicted, gold] = row(&run, "attribution=");
    assert!(right == predicted && predicted == gold && gold >= 4, "{}", run.out);
    assert_eq!(row(&run, "field nested")[0], row(&run, "field nested")[2]);
    assert!(!run.out.contains("field kind") && !run.out.contains("field speaker"), "{}", run.out);
    // The mark at the start counts two: half of it is no place.
    let relations = export["relations"].as_array_mut().expect("a list");
    let source = relations.iter().position(|it| it["type"] == "Source").expect("there is a source");
    let dropped = relations.remove(source);
    let run = score(
        &export,
        &format!(
            "ascribe: all.jsonl: \"a.txt\": 1 × no arrow to a Content, so that it isn't scored: Source {}\n",
            dropped["to_id"]
        ),
    );
    assert_eq!(row(&run, "attribution="), [gold - 1, gold, gold]);
    fs::write(place.path("flat.jsonl"), json!({"id": 1, "text": "a", "label": [[0, 1, "Cue"]]}).to_string())
        .expect("a file can be written");
    let run = place.run(&["evaluate", "flat.jsonl"]);
    assert!(run.err.contains("flat.jsonl:1: has labels without relations"), "{}", run.err);
}

#[test]
fn fields_of_gold_that_are_misspelt_are_errors_with_the_name_that_is_meant() {
    let place = Place::with(&[]);
    let fault = |gold: &str| {
        fs::write(place.path("gold.jsonl"), gold).expect("a file can be written");
        let run = place.run(&["evaluate", "gold.jsonl"]);
        assert_eq!(run.code, Some(2), "{}", run.out);
        run.err.strip_prefix("ascribe: gold.jsonl:1: ").expect("the line is told").to_owned()
    };
    let article = |attribution: &str| {
        format!("{{\"id\": 1, \"text\": \"Ana said no.\", \"attributions\": [{{{attribution}}}]}}")
    };
    for (wrong, meant) in
        [("sources", "source"), ("cues", "cue"), ("Content", "content"), ("speakerKind", "speaker_kind")]
    {
        assert_eq!(
            fault(&article(&format!("\"{wrong}\": [[0, 3]]"))),
            format!("attributions[0] has the field {wrong:?}: is {meant:?} meant?\n")
        );
    }
    let err = fault(&article("\"colour\": 1"));
    assert!(
        err.starts_with("attributions[0] has the field \"colour\": an attribution has source, cue, "),
        "{err}"
    );
    let err = fault("{\"id\": 1, \"texts\": \"Ana said no.\", \"attributions\": []}");
    assert_eq!(err, "has the field \"texts\": is \"text\" meant?\n");
    let err = fault("{\"id\": 1, \"text\": \"Ana said no.\", \"attribution\": []}");
    assert_eq!(err, "has the field \"attribution\": is \"attributions\" meant?\n");
    // Columns of an article's own are none of ours.
    fs::write(
        place.path("own.jsonl"),
        article("\"cue\": [[4, 8]]").replacen('{', "{\"publisher\": 1, \"note\": 2, ", 1),
    )
    .expect("a file can be written");
    place.run(&["evaluate", "own.jsonl"]).check(0, "");
}

#[test]
fn many_files_are_one_gold_and_rows_are_explained() {
    let line = |id: &str| {
        format!(
            "{{\"id\": \"{id}\", \"text\": \"Ana Ruiz said no.\", \"attributions\": [{{\"source\": [[0, 8]], \"cue\": [[9, 13]], \"content\": [[14, 16]]}}]}}\n"
        )
    };
    let place = Place::with(&[("a.jsonl", line("a").as_bytes()), ("b.jsonl", line("b").as_bytes())]);
    let run = place.run(&["evaluate", "a.jsonl", "b.jsonl"]);
    run.check(0, "");
    let attribution = run.out.lines().find(|line| line.starts_with("attribution ")).expect("a row");
    assert!(attribution.ends_with("      2"), "{attribution}");
    assert!(run.out.contains("\nattribution   who said what: "), "{}", run.out);
    assert!(!run.out.contains("field NAME"), "{}", run.out);
    assert!(place.run(&["evaluate", "a.jsonl", "--fields"]).out.contains("\nfield NAME    "));
    let run = place.run(&["evaluate", "a.jsonl", "."]);
    let why = "the article \"a\" is in a.jsonl too: evaluate the two by themselves, or give them other ids";
    run.check(2, &format!("ascribe: ./a.jsonl: {why}\n"));
    fs::create_dir(place.path("empty")).expect("a folder can be made");
    place.run(&["evaluate", "empty"]).check(2, "ascribe: empty: holds no .ann, .json or .jsonl file\n");
    // The threshold is the command's own, or the caller's.
    let figures =
        |more: &[&str]| row(&place.run(&[&["evaluate", "a.jsonl", "--json"], more].concat()), "attribution");
    assert_eq!(figures(&["--min-confidence", "1"]), [0, 0, 1]);
    let run = place.run(&["evaluate", "a.jsonl", "--predicted", "a.jsonl", "--min-confidence", "0.5"]);
    run.check(2, "ascribe: --predicted has no confidences: remove --min-confidence\n");
}
