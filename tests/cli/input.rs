//! Input as people have it: tables, lists, columns by other names, dates as they are written, bad rows, folders, runs that
//! broke off.

use std::fs::{self, OpenOptions};
use std::process::Stdio;

use serde_json::{Value, json};

use super::place::{Place, Run, command};

const ARTICLE: &str = "Mayor Ana Ruiz said on Tuesday that the bridge is safe.";

fn claims(line: &Value) -> usize {
    line["claims"].as_array().map_or(0, Vec::len)
}

#[track_caller]
fn read_as(run: &Run, remark: &str, ids: &[&str]) {
    assert!(run.complaints().contains(remark), "{}", run.err);
    assert_eq!(
        (run.code, run.ids()),
        (Some(0), ids.iter().map(|&id| id.to_owned()).collect()),
        "{}",
        run.err
    );
    assert!(run.lines().iter().all(|line| claims(line) == 1), "{}", run.out);
}

#[test]
fn what_surely_holds_rows_is_read_as_rows_and_said() {
    let row = json!({"id": "a", "text": ARTICLE});
    let table = format!("id,text\na,\"{ARTICLE}\"\nb,\"{ARTICLE}\"\n");
    let place = Place::with(&[
        ("lines", format!("{row}\n{row}\n").replacen("\"a\"", "\"b\"", 1).as_bytes()),
        ("list", format!("[{row}]").as_bytes()),
        ("records", format!("{row:#}\n").as_bytes()),
        ("table", table.as_bytes()),
        ("tabs.txt", table.replace(',', "\t").as_bytes()),
    ]);
    read_as(&place.run(&["extract", "lines"]), "lines is read as JSON lines; --input text", &["b", "a"]);
    read_as(&place.run(&["extract", "list"]), "list is read as a list of JSON records", &["a"]);
    read_as(&place.run(&["extract", "records"]), "records is read as JSON records", &["a"]);
    read_as(&place.run(&["extract", "table"]), "table is read as a table, separated by commas", &["a", "b"]);
    read_as(&place.run(&["extract", "tabs.txt"]), "separated by tabs", &["a", "b"]);
    let piped = place.run_with_input(&["extract"], table.as_bytes());
    read_as(&piped, "- is read as a table", &["a", "b"]);
    // Who says so is heard.
    for name in ["lines", "list", "records", "table"] {
        let run = place.run(&["extract", "--input", "text", name]);
        run.check(0, "");
        assert_eq!(run.ids(), [name]);
    }
    let quiet = place.run(&["extract", "--quiet", "lines"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));
}

#[test]
fn json_without_a_text_is_read_as_text_and_said() {
    let place = Place::with(&[("a", b"{\"title\": \"x\", \"lead\": \"Ana Ruiz said so.\"}\n")]);
    let run = place.run(&["extract", "a"]);
    run.check(
        0,
        "ascribe: a is read as one text: it begins as JSON does, but that has no text; fields that are there: title, lead; \
         --text-field names the one with the text\n",
    );
    let run = place.run(&["extract", "--text-field", "lead", "a"]);
    assert!(run.complaints().contains("is read as JSON lines"), "{}", run.err);
    assert_eq!(run.ids(), ["a:1"]);
}

#[test]
fn usual_columns_are_known_and_come_back_beside_the_claims() {
    let table = format!(
        "headline,body,url,publisher,date,section\n\"A, b\",\"{ARTICLE}\",https://example.org/a,Herald,\"March 6, 2024\",local\n"
    );
    let place = Place::with(&[("a.csv", table.as_bytes())]);
    let run = place.run(&["extract", "a.csv", "--keep", "section"]);
    run.check(
        0,
        "ascribe: a.csv: reads text from \"body\", title from \"headline\", date from \"date\", outlet from \"publisher\"\n",
    );
    let lines = run.lines();
    assert_eq!(lines[0]["document_id"], "a.csv:2");
    let document = json!({"title": "A, b", "url": "https://example.org/a", "outlet": "Herald", "publish_time": "2024-03-06"});
    assert_eq!(lines[0]["document"], document);
    assert_eq!(lines[0]["kept"], json!({"section": "local"}));
    assert_eq!(lines[0]["claims"][0]["time"]["resolved"], "2024-03-05");
    // The title is no part of the text.
    assert_eq!(lines[0]["claims"][0]["source"]["spans"][0], json!({"start": 0, "end": 14}));
    let csv = place.run(&["extract", "a.csv", "--keep", "section", "--format", "csv"]).out;
    let heading = csv.lines().next().expect("a heading");
    assert!(heading.ends_with(",kept_section") && heading.contains("document_title"), "{heading}");
    let row = csv.lines().nth(1).expect("a row");
    assert!(
        row.contains("\"A, b\",https://example.org/a,Herald,2024-03-06") && row.ends_with(",local"),
        "{row}"
    );
}

#[test]
fn columns_that_are_named_are_those_that_are_read() {
    let row = json!({
        "text": "no", "Lead": ARTICLE, "nr": 7, "when": "2024-03-06", "Kopf": "K", "adr": "u", "blatt": "B", "x": [1, 2.50]
    });
    let place = Place::with(&[("a.jsonl", row.to_string().as_bytes())]);
    let named = [
        "extract",
        "a.jsonl",
        "--text-field",
        "Lead",
        "--id-field",
        "nr",
        "--date-field",
        "when",
        "--title-field",
        "Kopf",
        "--url-field",
        "adr",
        "--outlet-field",
        "blatt",
        "--keep",
        "x,y",
    ];
    let run = place.run(&named);
    run.check(0, "ascribe: no row has the column \"y\" of --keep\n");
    let line = &run.lines()[0];
    assert_eq!((&line["document_id"], claims(line)), (&json!("7"), 1));
    assert_eq!(
        line["document"],
        json!({"title": "K", "url": "u", "outlet": "B", "publish_time": "2024-03-06"})
    );
    assert_eq!(line["kept"], json!({"x": [1, 2.5], "y": null}));
    let run = place.run(&["extract", "a.jsonl", "--text-field", "lead"]);
    let told = run.complaints();
    assert!(told.contains("a.jsonl:1: has no \"lead\"; fields that are there: Kopf, Lead, adr"), "{told}");
    assert!(told.contains("was \"Lead\" meant? --text-field Lead reads it"), "{told}");
    assert_eq!(run.code, Some(2));
}

#[test]
fn what_is_near_a_known_column_is_told_once() {
    let row = json!({"text": ARTICLE, "headlin": "x", "publised_at": "2024-03-06"}).to_string() + "\n";
    let place = Place::with(&[("a.jsonl", row.repeat(3).as_bytes())]);
    let run = place.run(&["extract", "a.jsonl"]);
    run.check(
        0,
        "ascribe: a.jsonl: \"headlin\" is not read; if it is \"headline\": --title-field headlin\n\
         ascribe: a.jsonl: \"publised_at\" is not read; if it is \"published_at\": --date-field publised_at\n",
    );
}

#[test]
fn dates_that_are_unclear_are_told_and_the_article_is_read() {
    let dates = [
        json!("2024-03-07T23:30:00-05:00"),
        json!(1_709_854_200_000_u64),
        json!("Thu, 07 Mar 2024 23:30:00 -0500"),
        json!(""),
        json!(null),
        json!("03/07/2024"),
        json!("some day"),
        json!([2024]),
    ];
    let rows = dates.map(|date| json!({"text": ARTICLE, "date": date}).to_string() + "\n").concat();
    let place = Place::with(&[("a.jsonl", rows.as_bytes())]);
    let run = place.run(&["extract", "a.jsonl", "--published", "2000-01-01", "--quiet"]);
    run.check(
        0,
        "ascribe: a.jsonl:6: the date is \"03/07/2024\", which may be 2024-03-07 or 2024-07-03: the article is read without one\n\
         ascribe: a.jsonl:7: the date is \"some day\", not a date such as 2022-05-14 or a time such as 2022-05-14T15:55:00Z: \
         the article is read without one\n\
         ascribe: a.jsonl:8: the date is \"[2024]\", not a date such as 2022-05-14 or a time such as 2022-05-14T15:55:00Z: \
         the article is read without one\n",
    );
    let lines = run.lines();
    let resolved: Vec<_> =
        lines.iter().map(|line| line["claims"][0]["time"]["resolved"].as_str().unwrap_or("")).collect();
    let tuesday = "2024-03-05";
    assert_eq!(resolved, [tuesday, tuesday, tuesday, "1999-12-28", "1999-12-28", "", "", ""]);
    for (line, count) in lines.iter().zip([0, 0, 0, 0, 0, 1, 1, 1]) {
        let notices = line["notices"].as_array().expect("they are always written");
        assert_eq!(notices.len(), count, "{line}");
        assert!(notices.iter().all(|notice| notice["reason"] == "NOTICE_REASON_DATE_NOT_READ"));
    }
    assert_eq!(lines[0]["document"]["publish_time"], "2024-03-07T23:30:00-05:00");
    assert_eq!(lines[5]["document"]["publish_time"], json!(null));
}

#[test]
fn each_line_of_the_input_has_its_line() {
    let good = json!({"id": "x", "text": ARTICLE}).to_string();
    let rows = format!(
        "{good}\nnonsense\n\n{{\"id\": \"y\", \"headline\": \"a\"}}\n{}\n\n",
        good.replace("\"x\"", "\"z\"")
    );
    let place = Place::with(&[("a.jsonl", rows.as_bytes())]);
    let run = place.run(&["extract", "a.jsonl"]);
    assert_eq!(run.code, Some(1));
    let lines = run.lines();
    let ids: Vec<_> = lines.iter().map(|line| line["document_id"].as_str().unwrap_or_default()).collect();
    assert_eq!(ids, ["x", "a.jsonl:2", "a.jsonl:3", "y", "z"]);
    let error = json!({
        "code": 3, "reason": "NOT_JSON", "message": "is not a JSON object", "file": "a.jsonl", "line": 2
    });
    assert_eq!(lines[1]["error"], error);
    assert_eq!(lines[2]["error"]["reason"], "BLANK_LINE");
    assert_eq!(
        lines[3]["error"]["message"],
        "has no text; fields that are there: id, headline; --text-field names the one with the text"
    );
    assert!(run.err.contains("ascribe: read 4 documents: 2 answered, 2 skipped, 2 claims; "), "{}", run.err);
    assert_eq!(place.run(&["extract", "a.jsonl", "--format", "csv"]).out.lines().count(), 1 + 2 + 3);
}

#[test]
fn a_list_is_read_record_by_record() {
    let row = |id: u32| json!({"id": id, "text": ARTICLE}).to_string();
    let list = format!("[{},\n{{\"id\": 2, \"text\": oops}}, {}]", row(1), row(3));
    let place = Place::with(&[
        ("a.json", list.as_bytes()),
        ("b.json", b"[]"),
        ("c.json", format!("{}{}", row(1), row(2)).as_bytes()),
    ]);
    let run = place.run(&["extract", "a.json"]);
    run.check(1, "ascribe: a.json[1]: expected value (column 19)\n");
    assert_eq!(run.ids(), ["1", "3"]);
    assert_eq!(run.lines()[1]["error"]["index"], 1);
    place.run(&["extract", "b.json"]).check(2, "ascribe: b.json: holds no documents\n");
    assert_eq!(place.run(&["extract", "c.json"]).ids(), ["1", "2"]);
    // What pandas writes where nobody asks for records.
    let place = Place::with(&[("a.json", b"{\"text\": {\"0\": \"a\", \"1\": \"b\"}}")]);
    let told = place.run(&["extract", "a.json"]).err;
    assert!(told.contains("to_json(orient=\"records\", lines=True)"), "{told}");
}

#[test]
fn broken_rows_of_a_table_cost_no_others() {
    let table = format!("id;text\n1;\"{ARTICLE}\"\n2;a;b\n4;\"{ARTICLE}\n\nMore.\"\n3;\"open\n5;\n");
    let place = Place::with(&[("a.csv", table.as_bytes()), ("b.csv", b"id,lead\n1,a\n2,b\n")]);
    let run = place.run(&["extract", "a.csv"]);
    run.check(
        1,
        "ascribe: a.csv:3: has 3 fields where the header has 2\n\
         ascribe: a.csv:7: a quotation mark opens a field that nothing closes\n\
         ascribe: a.csv:8: the text is empty\n",
    );
    let run = place.run(&["extract", "b.csv"]);
    run.check(2, "ascribe: b.csv: has no text; fields that are there: id, lead; --text-field names the one with the text\n");
    assert_eq!(run.lines().len(), 1);
    assert_eq!(place.run(&["extract", "b.csv", "--text-field", "lead"]).ids(), ["1", "2"]);
}

#[test]
fn ten_of_a_kind_are_told_then_a_count_and_the_likely_cause() {
    let place = Place::with(&[("a.jsonl", "junk\n".repeat(2000).as_bytes())]);
    let run = place.run(&["extract", "a.jsonl"]);
    assert_eq!(run.code, Some(2));
    let told: Vec<&str> = run.err.lines().collect();
    assert_eq!(told.len(), 12, "{}", run.err);
    assert_eq!(told[9], "ascribe: a.jsonl:10: is not a JSON object");
    assert_eq!(
        told[10],
        "ascribe: 1,990 more lines are no JSON: is this a text? --input text; records over several lines, or a list? --input json"
    );
    assert!(
        told[11].starts_with("ascribe: read 2,000 documents: 0 answered, 2,000 skipped, 0 claims"),
        "{}",
        told[11]
    );
    assert_eq!(run.lines().len(), 2000);
}

#[test]
fn two_documents_with_one_id_are_told() {
    let row = |id: &str| json!({"id": id, "text": ARTICLE}).to_string() + "\n";
    let place = Place::with(&[
        ("a.jsonl", (row("x") + &row("y") + &row("x")).as_bytes()),
        ("b.jsonl", row("y").as_bytes()),
    ]);
    let run = place.run(&["extract", "a.jsonl", "b.jsonl"]);
    run.check(
        0,
        "ascribe: a.jsonl:3: the id \"x\" is that of a.jsonl:1 too\nascribe: b.jsonl:1: the id \"y\" is that of a.jsonl:2 too\n",
    );
}

#[test]
fn folders_are_read_in_the_order_of_names() {
    let place = Place::with(&[]);
    for folder in ["in/b", "in/.git"] {
        fs::create_dir_all(place.path(folder)).expect("a directory can be made");
    }
    let row = json!({"id": "row", "text": ARTICLE}).to_string();
    for (name, text) in [
        ("in/c.txt", ARTICLE),
        ("in/b/z.txt", ARTICLE),
        ("in/b/a.jsonl", &row),
        ("in/a.html", "<p>no</p>"),
        ("in/.git/a.txt", "no"),
    ] {
        fs::write(place.path(name), text).expect("a file can be written");
    }
    let run = place.run(&["extract", "in"]);
    run.check(
        0,
        "ascribe: in: 1 file is passed over (a.html): no such endings are read unless --input says how\n",
    );
    assert_eq!(run.ids(), ["row", "in/b/z.txt", "in/c.txt"]);
    assert_eq!(
        place.run(&["extract", "--input", "text", "in"]).ids(),
        ["in/a.html", "in/b/a.jsonl", "in/b/z.txt", "in/c.txt"]
    );
}

#[test]
fn a_file_without_a_command_is_meant_to_be_read() {
    let place = Place::with(&[("article.txt", ARTICLE.as_bytes())]);
    for (arguments, meant) in [
        (&["article.txt"][..], "ascribe extract article.txt"),
        (&["--format", "csv", "article.txt"], "ascribe extract --format csv article.txt"),
    ] {
        let run = place.run(arguments);
        run.check(2, &format!("ascribe: \"article.txt\" is no command: did you mean `{meant}`?\n"));
    }
    assert!(place.run(&["extrakt"]).err.contains("unrecognized subcommand"));
}

#[test]
fn output_goes_to_a_file_or_a_folder() {
    let rows = ["x", "y/z"].map(|id| json!({"id": id, "text": ARTICLE}).to_string() + "\n").concat();
    let place = Place::with(&[("a.jsonl", rows.as_bytes())]);
    let expected = place.run(&["extract", "a.jsonl"]).out;
    let read = |name: &str| fs::read_to_string(place.path(name)).expect("it is there");
    for file in ["out.jsonl", "out.jsonl"] {
        let run = place.run(&["extract", "a.jsonl", "-o", file]);
        run.check(0, "");
        assert_eq!((run.out.as_str(), read(file)), ("", expected.clone()));
    }
    place.run(&["extract", "a.jsonl", "-o", "out.csv"]).check(0, "");
    assert_eq!(read("out.csv"), place.run(&["extract", "a.jsonl", "--format", "csv"]).out);
    place.run(&["extract", "a.jsonl", "--output", "out/"]).check(0, "");
    assert_eq!(read("out/x.jsonl") + &read("out/y_z.jsonl"), expected);
    place.run(&["extract", "a.jsonl", "-o", "out", "--format", "brat"]).check(0, "");
    assert_eq!(read("out/x.txt"), ARTICLE);
    assert!(read("out/x.ann").starts_with("T1\t"));
    place
        .run(&["extract", "a.jsonl", "-o", "a.jsonl"])
        .check(2, "ascribe: a.jsonl is an input too: write to another file\n");
    assert_eq!(read("a.jsonl"), rows);
    let run = place.run(&["extract", "a.jsonl", "-o", "no/such/file"]);
    run.check(2, "ascribe: no/such/file: there is no such file\n");
}

#[test]
fn a_run_that_broke_off_is_gone_on_with() {
    let row = |id: u32| json!({"id": id, "text": ARTICLE}).to_string() + "\n";
    let rows = (0..40).map(|id| {
        if id == 7 {
            "\n".to_owned()
        } else if id == 9 {
            "junk\n".to_owned()
        } else {
            row(id)
        }
    });
    let place = Place::with(&[("a.jsonl", rows.collect::<String>().as_bytes())]);
    let run =
        |arguments: &[&str]| place.run(&[&["extract", "a.jsonl", "-o", "out.jsonl"], arguments].concat());
    let read = || fs::read_to_string(place.path("out.jsonl")).expect("it is there");
    run(&["--resume"]).check(1, "ascribe: a.jsonl:10: is not a JSON object\n");
    let whole = read();
    assert_eq!(whole.lines().count(), 40);
    // In the middle of a line, at the end of one, at the very start and end.
    for cut in [whole.len() / 2, whole.find('\n').expect("a line") + 1, 0, whole.len()] {
        fs::write(place.path("out.jsonl"), &whole[..cut]).expect("a file can be written");
        let told = run(&["--resume"]);
        assert_eq!(told.code, Some(1), "{}", told.err);
        assert!(told.err.contains("38 answered, 1 skipped, 38 claims"), "{}", told.err);
        assert_eq!(read(), whole);
    }
    // Another input, another output.
    fs::write(place.path("out.jsonl"), whole.replacen("\"3\"", "\"4\"", 1)).expect("a file can be written");
    let told = run(&["--resume"]);
    told.check(
        2,
        "ascribe: out.jsonl:4: is about \"4\", but a.jsonl:4 is \"3\": remove the file, or name another one\n",
    );
    fs::write(place.path("out.jsonl"), &whole).expect("a file can be written");
    assert!(run(&["--resume", "--offsets", "utf16"]).err.contains("out.jsonl:1: counts in another unit"));
    fs::write(place.path("out.jsonl"), whole.clone() + "{\"document_id\": \"x\"}\n")
        .expect("a file can be written");
    assert!(run(&["--resume"]).err.contains("out.jsonl:41: the input has no more documents"));
    fs::write(place.path("out.jsonl"), "mine\n").expect("a file can be written");
    assert!(run(&["--resume"]).err.contains("out.jsonl:1: is no line that `extract` has written"));
    assert_eq!(read(), "mine\n");
    let run = place.run(&["extract", "a.jsonl", "--resume"]);
    assert_eq!(run.code, Some(2));
    let run = place.run(&["extract", "a.jsonl", "-o", "out.csv", "--resume"]);
    assert_eq!(run.code, Some(2), "{}", run.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes())]);
    let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let run = command(&["extract", "a.txt"])
        .current_dir(place.directory())
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .output()
        .expect("it runs");
    let run = Run::from(run);
    run.check(2, "ascribe: standard output: no space left on device\n");
    let run = place.run(&["extract", "a.txt", "-o", "/dev/full"]);
    run.check(2, "ascribe: /dev/full: no space left on device; all lines before it are whole\n");
}

#[test]
fn what_a_file_is_that_is_no_text_is_said() {
    let utf16: Vec<u8> = ARTICLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\xcc\x4e\x04\0\x5a\xa5\xf5\x81\x04\0\0\0";
    let place = Place::with(&[
        ("wide.txt", &[b"\xff\xfe", &utf16[..]].concat()),
        ("bare.csv", &utf16),
        ("a.jsonl.gz", gzip),
        ("b.jsonl", gzip),
        ("windows.txt", b"He said \x93no\x94."),
    ]);
    for (file, told) in [
        (
            "wide.txt",
            "wide.txt: is not UTF-8: byte 0 is 0xff; it looks like UTF-16LE: iconv -f UTF-16 -t UTF-8",
        ),
        ("bare.csv", "it looks like UTF-16LE"),
        ("a.jsonl.gz", "is compressed by gzip: zcat FILE | ascribe extract"),
        ("b.jsonl", "is compressed by gzip: zcat FILE | ascribe extract"),
        ("windows.txt", "byte 8 is 0x93; it looks like Windows-1252: iconv -f WINDOWS-1252 -t UTF-8"),
    ] {
        let run = place.run(&["extract", file]);
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains(told), "{}", run.err);
    }
}
