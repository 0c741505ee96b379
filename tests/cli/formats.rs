//! The options of formats: shown, or refused; and CSV for spreadsheets.

use std::fs;

use super::place::Place;

const TEXT: &str = "“It’s over,” Mayor Ana Ruiz said on Tuesday, “and the dam is safe.”";

fn place() -> Place {
    Place::with(&[("a.txt", TEXT.as_bytes())])
}

#[test]
fn an_option_that_a_format_has_no_use_for_is_refused() {
    let place = place();
    for (format, option, value) in [
        ("brat", "--view", "full"),
        ("label-studio", "--view", "full"),
        ("doccano", "--view", "full"),
        ("web-annotation", "--view", "full"),
        ("html", "--view", "basic"),
        ("jsonl", "--csv-safe", "true"),
        ("pretty", "--excel", ""),
        ("html", "--separator", ";"),
        ("jsonl", "--base-url", "https://example.org/"),
        ("pretty", "--offsets", "bytes"),
    ] {
        let arguments = ["extract", "a.txt", "--format", format, option, value];
        let run = place.run(if value.is_empty() { &arguments[..5] } else { &arguments });
        let shown = if option == "--view" { format!("--view {value}") } else { option.to_owned() };
        run.check(2, &format!("ascribe: {shown} has no effect with --format {format}: remove it\n"));
        assert_eq!(run.out, "");
    }
    for (format, counts) in [("doccano", "units of UTF-16"), ("brat", "code points")] {
        let run = place.run(&["extract", "a.txt", "--format", format, "--offsets", "bytes"]);
        run.check(2, &format!("ascribe: this --format always counts {counts}: remove --offsets\n"));
    }
}

#[test]
fn the_full_view_is_shown_to_people_and_in_tables() {
    let place = place();
    let pretty = |view: &str| place.run(&["extract", "a.txt", "--format", "pretty", "--view", view]).out;
    assert!(pretty("full").contains("\n    why: "), "{}", pretty("full"));
    assert!(!pretty("basic").contains("why: "));
    let csv = |view: &str| place.run(&["extract", "a.txt", "--format", "csv", "--view", view]).out;
    for column in ["pattern", "cue_entry", "source_confidence", "cue_confidence", "content_confidence"] {
        assert!(
            csv("full").lines().next().expect("a heading").split(',').any(|name| name == column),
            "{column}"
        );
        assert!(!csv("basic").contains(column), "{column}");
    }
}

/// Rows of a table without quotation marks in it, by the names of its columns.
fn cell(table: &str, separator: char, column: &str) -> String {
    let mut lines = table.lines();
    let place = lines.next().expect("a heading").split(separator).position(|name| name == column);
    let row = lines.next().expect("a row").split(separator).nth(place.expect("the column is there"));
    row.unwrap_or_default().to_owned()
}

#[test]
fn a_column_holds_one_kind_and_contents_have_their_own_spans() {
    let run = place().run(&[
        "extract",
        "a.txt",
        "--format",
        "csv",
        "--separator",
        "tab",
        "--published",
        "2024-03-06",
    ]);
    run.check(0, "");
    let cell = |column: &str| cell(&run.out, '\t', column);
    assert_eq!((cell("time_text"), cell("time_resolved")), ("Tuesday".to_owned(), "2024-03-05".to_owned()));
    let spans: Vec<(usize, usize)> = cell("content_spans")
        .split(' ')
        .filter_map(|span| span.split_once(".."))
        .map(|(start, end)| (start.parse().expect("a number"), end.parse().expect("a number")))
        .collect();
    let pieces: Vec<&str> = spans.iter().map(|&(start, end)| &TEXT[start..end]).collect();
    assert_eq!(pieces.len(), 2, "{}", run.out);
    assert_eq!(pieces.join(" "), cell("content").trim_matches('"'));
    assert_eq!(cell("content_start"), spans[0].0.to_string());
    assert_eq!(cell("content_end"), spans[1].1.to_string());
    assert_eq!(
        &TEXT[cell("cue_start").parse().expect("a number")..cell("cue_end").parse().expect("a number")],
        "said"
    );
    assert_eq!(cell("offset_encoding"), "utf8-bytes");
    assert_eq!(cell("knowledge_version").len(), 12);
    assert_eq!(cell("error"), "");
}

#[test]
fn excel_opens_a_table_as_it_is() {
    let run = place().run(&["extract", "a.txt", "--format", "csv", "--excel", "--separator", ";"]);
    run.check(0, "");
    assert!(run.out.starts_with("\u{feff}Document;Title;"), "{}", run.out);
    let confidence = cell(&run.out, ';', "Confidence");
    assert!(confidence.contains(',') && !confidence.contains('.'), "{confidence}");
    let place =
        Place::with(&[("a.jsonl", b"{\"id\": \"=1+1\", \"text\": \"Ana Ruiz said the dam leaks.\"}\n")]);
    let run = place.run(&["extract", "a.jsonl", "--format", "csv", "--excel"]);
    assert_eq!(cell(&run.out.replace('\u{feff}', ""), ',', "Document"), "'=1+1");
}

#[test]
fn web_annotations_can_have_addresses() {
    let place = place();
    let run = place.run(&[
        "extract",
        "a.txt",
        "--format",
        "web-annotation",
        "--base-url",
        "https://example.org/news",
    ]);
    run.check(0, "");
    let source = &run.lines()[0]["items"][0]["target"][0]["source"];
    assert_eq!(source, "https://example.org/news/a.txt");
    let run = place.run(&["extract", "a.txt", "--format", "web-annotation", "--base-url", "example.org"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("not an address such as https://example.org/articles/"), "{}", run.err);
}

#[test]
fn what_was_skipped_has_a_row() {
    let rows = b"{\"id\": \"a\", \"text\": \"Ana Ruiz said the dam leaks.\"}\n{\"id\": \"b\"}\n";
    let place = Place::with(&[("a.jsonl", rows)]);
    let run = place.run(&["extract", "a.jsonl", "--format", "csv"]);
    assert_eq!(run.code, Some(1));
    let row = run.out.lines().last().expect("a row");
    assert!(row.contains("has no text") && !run.out.contains("\n\n"), "{row}");
}

#[test]
fn a_folder_has_files_for_each_document_and_what_the_tool_wants() {
    let rows = b"{\"id\": \"a/1\", \"text\": \"Ana Ruiz said the dam leaks.\"}\n{\"id\": \"b\", \"text\": \"It rains.\"}\n";
    let place = Place::with(&[("a.jsonl", rows)]);
    let read =
        |name: &str| fs::read_to_string(place.path(name)).unwrap_or_else(|_| panic!("{name} is there"));
    place.run(&["extract", "a.jsonl", "--format", "brat", "-o", "brat/"]).check(0, "");
    assert_eq!(read("brat/a_1.txt"), "Ana Ruiz said the dam leaks.");
    assert!(read("brat/a_1.ann").starts_with("T1\tContent "));
    assert_eq!((read("brat/b.txt"), read("brat/b.ann")), ("It rains.".to_owned(), String::new()));
    assert!(read("brat/annotation.conf").contains("\nSource\tArg1:Content, Arg2:Source\n"));
    assert!(read("brat/visual.conf").contains("[labels]"));
    assert_eq!(read("brat/documents.tsv"), "name\tdocument_id\na_1\ta/1\nb\tb\n");
    // The ids are those of the documents again.
    place.run(&["extract", "a.jsonl", "--offsets", "code-points", "-o", "claims.jsonl"]).check(0, "");
    let run = place.run(&["evaluate", "brat", "--predicted", "claims.jsonl", "--json"]);
    run.check(0, "");
    let figures: serde_json::Value = serde_json::from_str(&run.out).expect("figures are JSON");
    assert_eq!(figures["attribution="]["right"], 1);

    place.run(&["extract", "a.jsonl", "--format", "label-studio", "-o", "tasks.json"]).check(0, "");
    let tasks: serde_json::Value = serde_json::from_str(&read("tasks.json")).expect("a list");
    assert_eq!(tasks.as_array().map(Vec::len), Some(2));
    let configuration = read("tasks.labeling.xml");
    assert!(
        configuration.starts_with("<View>") && configuration.contains("value=\"no-comment\""),
        "{configuration}"
    );
    place.run(&["extract", "a.jsonl", "--format", "pretty", "-o", "read.txt"]).check(0, "");
    assert!(read("read.txt").starts_with("a/1 · 1 claim\n"), "{}", read("read.txt"));
}
