//! The command as its callers meet it: the built binary, its output, its exit codes.

#[path = "cli/annotation.rs"]
mod annotation;
#[path = "cli/csv.rs"]
mod csv;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/ids.rs"]
mod ids;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/manual.rs"]
mod manual;
#[path = "cli/notices.rs"]
mod notices;
#[path = "cli/place.rs"]
mod place;
#[path = "cli/proto.rs"]
mod proto;
#[path = "cli/same_bytes.rs"]
mod same_bytes;
#[path = "cli/verify.rs"]
mod verify;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use place::{Place, Run, command};

const ARTICLE: &str = "Mayor Ana Ruiz said the bridge is safe. Officials warned that the dam could fail.";

fn line(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "text": text, "section": "local"}).to_string() + "\n"
}

/// The part of `text` that the only span of a claim's part covers, by code points.
fn covered(text: &str, part: &Value) -> String {
    let edge = |name: &str| usize::try_from(part["spans"][0][name].as_u64().unwrap_or(0)).unwrap_or(0);
    text.chars().skip(edge("start")).take(edge("end") - edge("start")).collect()
}

#[test]
fn a_text_file_becomes_a_line_with_its_claims() {
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes())]);
    let run = place.run(&["extract", "a.txt"]);
    run.check(0, "");
    let [document] = run.lines().try_into().expect("one line");
    assert_eq!(document["document_id"], "a.txt");
    assert_eq!(document["offset_encoding"], "OFFSET_ENCODING_UTF8_BYTES");
    let claim = &document["claims"][0];
    assert_eq!(claim["source"]["text"], "Mayor Ana Ruiz");
    assert_eq!(claim["cue"]["text"], "said");
    assert_eq!(claim["content"]["text"], "the bridge is safe");
    assert_eq!(claim["type"], "ATTRIBUTION_TYPE_COMMUNICATION");
    assert!(claim.get("explanation").is_none());
    let full = place.run(&["extract", "--view", "full", "a.txt"]).lines();
    assert!(full[0]["claims"][0]["explanation"]["pattern"].is_string());
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    let place = Place::with(&[]);
    for arguments in [&["extract"][..], &["extract", "-"]] {
        let run = place.run_with_input(arguments, ARTICLE.as_bytes());
        run.check(0, "");
        assert_eq!(run.ids(), ["-"]);
    }
    let run = place.run_with_input(&["extract", "--input", "jsonl"], line("x", ARTICLE).as_bytes());
    run.check(0, "");
    assert_eq!(run.ids(), ["x"]);
}

#[test]
fn the_form_of_the_input_follows_the_ending_unless_it_is_given() {
    let lines = line("x", ARTICLE);
    let files = ["a.jsonl", "a.NDJSON", "a.jsonlines", "a.txt"].map(|name| (name, lines.as_bytes()));
    let place = Place::with(&files);
    let run = place.run(&["extract", "--quiet", "a.jsonl", "a.NDJSON", "a.jsonlines", "a.txt"]);
    assert_eq!(run.ids(), ["x", "x", "x", "x"]);
    assert_eq!(place.run(&["extract", "--input", "text", "a.txt"]).ids(), ["a.txt"]);
    assert_eq!(place.run(&["extract", "--input", "jsonl", "a.txt"]).ids(), ["x"]);
    assert_eq!(place.run(&["extract", "--input", "text", "a.jsonl"]).ids(), ["a.jsonl"]);
}

#[test]
fn answers_stand_in_the_order_of_the_input_however_many_threads_read() {
    let texts = (0..300).map(|n| line(&n.to_string(), &format!("{ARTICLE}\n\n").repeat(1 + n * 7 % 40)));
    let place = Place::with(&[("a.jsonl", texts.collect::<String>().as_bytes())]);
    let alone = place.run(&["extract", "--threads", "1", "a.jsonl"]);
    assert_eq!(alone.ids(), (0..300).map(|n| n.to_string()).collect::<Vec<_>>());
    for threads in ["2", "7"] {
        assert_eq!(place.run(&["extract", "--threads", threads, "a.jsonl"]).out, alone.out);
    }
}

#[test]
fn offsets_count_what_is_asked_for() {
    let text = format!("👩‍🚀 Zoë’s 🇫🇷. {ARTICLE}");
    let place = Place::with(&[("a.txt", text.as_bytes())]);
    let start = |unit: &str| {
        let lines = place.run(&["extract", "--offsets", unit, "a.txt"]).lines();
        (lines[0]["offset_encoding"].clone(), lines[0]["claims"][0]["source"]["spans"][0]["start"].clone())
    };
    let before = &text[..text.find("Mayor").expect("she is there")];
    assert_eq!(start("bytes"), ("OFFSET_ENCODING_UTF8_BYTES".into(), before.len().into()));
    assert_eq!(start("utf16"), ("OFFSET_ENCODING_UTF16_UNITS".into(), before.encode_utf16().count().into()));
    assert_eq!(start("code-points"), ("OFFSET_ENCODING_CODE_POINTS".into(), before.chars().count().into()));
}

#[test]
fn a_byte_order_mark_counts_in_a_text_and_not_in_lines() {
    let marked = format!("\u{feff}{ARTICLE}");
    let lines = format!("\u{feff}{}", line("x", ARTICLE));
    let place = Place::with(&[("a.txt", marked.as_bytes()), ("a.jsonl", lines.as_bytes())]);
    let run = place.run(&["extract", "--offsets", "code-points", "a.txt", "a.jsonl"]);
    run.check(0, "");
    let [text, line] = run.lines().try_into().expect("two lines");
    let second = "the dam could fail";
    assert!(covered(&marked, &text["claims"][1]["content"]).ends_with(second));
    assert!(covered(ARTICLE, &line["claims"][1]["content"]).ends_with(second));
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_answered() {
    let mixed = [
        line("one", ARTICLE),
        "{\"id\": \"two\", \"text\": \n".to_owned(),
        "{\"id\": 3.5, \"text\": \"x\"}\n".to_owned(),
        "\n".to_owned(),
        "{\"id\": \"five\"}\n{\"text\": \"x\"}\n".to_owned(),
        line("seven", " \n"),
        "[\"a\", \"b\"]\n".to_owned(),
        line("nine", ARTICLE).trim_end().to_owned(),
    ];
    let place = Place::with(&[
        ("mixed.jsonl", mixed.concat().as_bytes()),
        ("latin1.txt", b"Zo\xeb said no."),
        ("empty.txt", b""),
        ("good.txt", ARTICLE.as_bytes()),
        ("latin1.jsonl", b"{\"id\": \"a\", \"text\": \"\xeb\"}\n"),
        ("nothing.jsonl", b"\n\n"),
    ]);
    let fields = "fields that are there: id; --text-field names the one with the text";
    let latin = "it looks like ISO 8859-1 (Latin-1) or Windows-1252: iconv -f WINDOWS-1252 -t UTF-8 FILE | ascribe extract";
    fs::create_dir(place.path("folder")).expect("a directory can be made");
    let files = [
        "extract",
        "missing.txt",
        "mixed.jsonl",
        "latin1.txt",
        "empty.txt",
        "folder",
        "good.txt",
        "latin1.jsonl",
        "nothing.jsonl",
        "missing.jsonl",
    ];
    let run = place.run(&files);
    assert_eq!(run.ids(), ["one", "mixed.jsonl:6", "nine", "good.txt"]);
    let endings = ".txt, .text, .jsonl, .ndjson, .jsonlines, .json, .csv, .tsv";
    run.check(
        1,
        &format!(
            "ascribe: missing.txt: there is no such file\n\
         ascribe: mixed.jsonl:2: EOF while parsing a value (column 21)\n\
         ascribe: mixed.jsonl:3: the id is 3.5, not a string or a whole number\n\
         ascribe: mixed.jsonl:5: has no text; {fields}\n\
         ascribe: mixed.jsonl:7: the text is empty\n\
         ascribe: mixed.jsonl:8: is not a JSON object\n\
         ascribe: latin1.txt: is not UTF-8: byte 2 is 0xeb; {latin}\n\
         ascribe: empty.txt: the text is empty\n\
         ascribe: folder: the folder holds no file that ends in {endings}; --input reads all its files\n\
         ascribe: latin1.jsonl:1: is not UTF-8: byte 21 is 0xeb; {latin}\n\
         ascribe: nothing.jsonl: holds no documents\n\
         ascribe: missing.jsonl: there is no such file\n"
        ),
    );
    // A line of the input has its line of the output.
    let lines = run.lines();
    let reasons: Vec<_> = lines.iter().filter_map(|line| line["error"]["reason"].as_str()).collect();
    assert_eq!(
        reasons,
        [
            "NOT_FOUND",
            "NOT_JSON",
            "BAD_ID",
            "BLANK_LINE",
            "NO_TEXT",
            "EMPTY_TEXT",
            "NOT_JSON",
            "NOT_UTF8",
            "EMPTY_TEXT",
            "UNREADABLE",
            "NOT_UTF8",
            "UNREADABLE",
            "NOT_FOUND"
        ]
    );
}

#[test]
fn where_nothing_could_be_read_the_exit_code_is_2() {
    let place = Place::with(&[("empty.txt", b" \n")]);
    place.run(&["extract", "empty.txt"]).check(2, "ascribe: empty.txt: the text is empty\n");
    place.run(&["extract"]).check(2, "ascribe: -: the text is empty\n");
    place.run(&["extract", "gone.txt"]).check(2, "ascribe: gone.txt: there is no such file\n");
}

#[test]
fn wrong_arguments_are_said_with_exit_code_2() {
    let place = Place::with(&[("a.txt", ARTICLE.as_bytes())]);
    for arguments in [
        &[][..],
        &["extrakt"],
        &["extract", "--format", "xml", "a.txt"],
        &["extract", "--threads", "0", "a.txt"],
        &["extract", "--min-confidence", "1.5", "a.txt"],
        &["extract", "--min-confidence", "NaN", "a.txt"],
        &["extract", "--format", "brat", "--offsets", "bytes", "a.txt"],
        &["extract", "--format", "html", "--offsets", "bytes", "a.txt"],
        &["serve", "--listen", "nowhere"],
        &["evaluate"],
    ] {
        let run = place.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_lexicon_file_adds_cues_and_a_wrong_one_is_refused_with_its_line() {
    let entry = "blurp\tverb\t-\tthat clause\tcommunication\tassertion\tneutral\tThe mayor blurped that it was late.\n";
    let place = Place::with(&[
        ("a.txt", b"The mayor blurped that the bridge was safe."),
        ("mine.tsv", format!("# ours\n{entry}").as_bytes()),
        ("wrong.tsv", b"# ours\nblurp\tverb\n"),
    ]);
    let cues = |run: &Run| run.lines()[0]["claims"][0]["cue"]["lemma"].clone();
    assert_eq!(cues(&place.run(&["extract", "--lexicon", "mine.tsv", "a.txt"])), "blurp");
    assert_ne!(cues(&place.run(&["extract", "a.txt"])), "blurp");
    for command in [&["extract", "a.txt"][..], &["cues"], &["serve", "--listen", "127.0.0.1:0"]] {
        let run = place.run(&[command, &["--lexicon", "wrong.tsv"]].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command:?}");
        assert!(run.err.starts_with("ascribe: wrong.tsv: line 2: has 2 columns"), "{}", run.err);
    }
    place.run(&["cues", "--lexicon", "no.tsv"]).check(2, "ascribe: no.tsv: there is no such file\n");
}

#[test]
fn a_closed_pipe_ends_the_command_quietly() {
    let lines: String = (0..5000).map(|number| line(&number.to_string(), ARTICLE)).collect();
    let place = Place::with(&[("a.jsonl", lines.as_bytes())]);
    let mut child = command(&["extract", "a.jsonl"])
        .current_dir(place.directory())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    Run::from(child.wait_with_output().expect("it ends")).check(0, "");
}

#[test]
fn pretty_is_for_people_and_coloured_only_where_asked_for() {
    let text = format!("{ARTICLE}\n\nReporters said the mayor had claimed that \u{1b}[31mit was over.");
    let place = Place::with(&[("a.txt", text.as_bytes()), ("b.txt", b"It rained.")]);
    let run = place.run(&["extract", "--format", "pretty", "a.txt", "b.txt"]);
    run.check(0, "");
    assert!(run.out.starts_with("a.txt · "), "{}", run.out);
    assert!(run.out.contains("\n  Mayor Ana Ruiz  said  the bridge is safe\n    communication · assertion"));
    assert!(run.out.ends_with("b.txt · no claims\n\n"), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "what an article holds never steers a terminal");

    let coloured = |variable: &str| {
        let mut command = command(&["extract", "--format", "pretty", "a.txt"]);
        command.current_dir(place.directory()).env(variable, "1");
        Run::from(command.output().expect("it runs")).out
    };
    let forced = coloured("CLICOLOR_FORCE");
    assert!(forced.contains("\u{1b}[1mMayor\u{1b}[0m"), "{forced:?}");
    assert!(forced.contains("\u{1b}[4msaid\u{1b}[0m"), "{forced:?}");
    assert!(!forced.contains("\u{1b}[31m"), "{forced:?}");
    assert!(!coloured("NO_COLOR").contains('\u{1b}'));
}

#[test]
fn brat_annotations_cover_their_words_in_code_points() {
    let text = format!("👩‍🚀 Zoë.\n\n{ARTICLE}");
    let place = Place::with(&[("a.txt", text.as_bytes())]);
    let run = place.run(&["extract", "--format", "brat", "a.txt"]);
    run.check(0, "");
    let parts: Vec<&str> = run.out.lines().filter(|line| line.starts_with('T')).collect();
    assert!(parts.len() >= 6, "{}", run.out);
    for part in parts {
        let columns: Vec<&str> = part.split('\t').collect();
        let edges: Vec<usize> = columns[1].split(' ').skip(1).filter_map(|edge| edge.parse().ok()).collect();
        let covered: String = text.chars().skip(edges[0]).take(edges[1] - edges[0]).collect();
        assert_eq!(covered, columns[2]);
    }
    assert!(!run.out.contains("# document"));
    let both = place.run(&["extract", "--format", "brat", "a.txt", "a.txt"]);
    assert_eq!(both.out, format!("# document a.txt\n{}", run.out).repeat(2));
}

#[test]
fn evaluate_measures_what_extract_writes() {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wikinews-dev.jsonl");
    let gold = gold.to_str().expect("the path is UTF-8");
    let place = Place::with(&[]);
    let run = place.run(&["extract", "--quiet", "--offsets", "code-points", gold]);
    run.check(0, "");
    fs::write(place.path("answers.jsonl"), &run.out).expect("a file can be written");
    let direct = place.run(&["evaluate", gold, "--flat", "--fields", "--errors", "3"]);
    direct.check(0, "");
    assert_eq!(
        direct.out.lines().filter(|line| line.starts_with("missed") || line.starts_with("wrong")).count(),
        3
    );
    let by_file =
        place.run(&["evaluate", gold, "--predicted", "answers.jsonl", "--flat", "--fields", "--errors", "3"]);
    assert_eq!(by_file.out, direct.out);
    let json: Value = serde_json::from_str(&place.run(&["evaluate", gold, "--json"]).out).expect("JSON");
    assert!(json["attribution"]["f1"].is_f64());
    let run = place.run(&["evaluate", gold, "--json", "--errors", "3"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("'--json' cannot be used with '--errors <N>'"), "{}", run.err);

    let run = place.run(&["evaluate", "answers.jsonl"]);
    run.check(2, "ascribe: answers.jsonl: the gold article \"wikinews-afghan\" has no text\n");
    fs::write(place.path("bad.jsonl"), "\n{\"id\": false}\n").expect("a file can be written");
    let why = "ascribe: bad.jsonl:2: the id is false, not a string or a whole number\n";
    place.run(&["evaluate", "bad.jsonl"]).check(2, why);

    fs::write(place.path("bytes.jsonl"), place.run(&["extract", gold]).out).expect("a file can be written");
    let run = place.run(&["evaluate", gold, "--predicted", "bytes.jsonl"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.ends_with("extract again with --offsets code-points\n"), "{}", run.err);
}

#[test]
fn cues_lists_the_lexicon_and_looks_words_up() {
    let place = Place::with(&[]);
    let all = place.run(&["cues"]);
    all.check(0, "");
    assert!(all.out.starts_with("LEMMA"));
    assert!(all.out.lines().any(|row| row.starts_with("say ")));
    for word in ["say", "SAID", "saying"] {
        let run = place.run(&["cues", word]);
        run.check(0, "");
        assert!(run.out.contains("forms:   say, says, said, saying\n"), "{word}: {}", run.out);
    }
    let read = place.run(&["cues", "read"]).out;
    assert!(read.contains("forms:   read, reads, reading\n"), "{read}");
    place.run(&["cues", "bridge"]).check(1, "ascribe: the lexicon has no cue \"bridge\"\n");
    let file = place.run(&["cues", "--format", "tsv"]);
    fs::write(place.path("all.tsv"), &file.out).expect("a file can be written");
    let again = place.run(&["cues", "--format", "tsv", "--lexicon", "all.tsv"]);
    again.check(0, "");
    assert_eq!(again.out, file.out);
}

#[test]
fn healthcheck_and_serve_say_what_fails() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address").to_string();
    let place = Place::with(&[]);
    let run = place.run(&["serve", "--listen", &address]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains(&format!("ascribe: can't listen on {address}")), "{}", run.err);
    drop(taken);
    let run = place.run(&["healthcheck", "--target", &address]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("ascribe: "), "{}", run.err);
}

#[test]
fn healthcheck_finds_a_running_service() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr();
    let address = port.expect("it has an address").to_string();
    let mut service =
        command(&["serve", "--listen", &address]).stderr(Stdio::null()).spawn().expect("the service starts");
    let place = Place::with(&[]);
    let healthy = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        place.run(&["healthcheck", "--target", &address]).code == Some(0)
    });
    service.kill().expect("the service can be ended");
    service.wait().expect("the service ends");
    assert!(healthy);
}

#[test]
fn the_allocator_is_built_to_give_memory_back() {
    let run = command(&["--version"]).env("_RJEM_MALLOC_CONF", "confirm_conf:true").output();
    let said = Run::from(run.expect("the command starts")).err;
    for setting in
        ["narenas_ratio:1", "dirty_decay_ms:1000", "muzzy_decay_ms:0", "oversize_threshold:4194304"]
    {
        assert!(said.contains(&format!("Set conf value: {setting}")), "not {setting} but\n{said}");
    }
    assert!(!said.contains("Invalid"), "{said}");
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(repository.join("README.md")).expect("there is a README");
    let excerpt = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    let article = repository.join("tests/data/seed.txt");
    let article = article.to_str().expect("the path is UTF-8");
    let run = Place::with(&[]).run(&["extract", "--format", "pretty", article]);
    for paragraph in excerpt.expect("the README shows an output").split("\n\n").map(str::trim_end) {
        assert!(run.out.contains(paragraph), "the README shows\n{paragraph}\nbut not so does\n{}", run.out);
    }
}

/// The library's five lines give what the command gives.
#[test]
fn the_library_finds_what_the_command_finds() {
    let seed = include_str!("data/seed.txt");
    let found = ascribe_engine::Extractor::default().extract(seed);
    let library: Vec<(String, String)> = found
        .iter()
        .map(|claim| (claim.speaker().unwrap_or("nobody").to_owned(), found.content(claim).into_owned()))
        .collect();
    let recorded = include_str!("data/seed.speakers.txt");
    let speakers: Vec<&str> = library.iter().map(|(speaker, _)| speaker.as_str()).collect();
    assert_eq!(speakers, recorded.lines().collect::<Vec<_>>());
    let output = Command::new(env!("CARGO_BIN_EXE_ascribe"))
        .args(["extract", "--format", "jsonl", "tests/data/seed.txt"])
        .output()
        .expect("the command runs");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a line of JSON");
    let text = |claim: &serde_json::Value, part: &str, field: &str| {
        claim[part][field].as_str().unwrap_or("nobody").to_owned()
    };
    let claims = answer["claims"].as_array().expect("there are claims");
    let command: Vec<(String, String)> = claims
        .iter()
        .map(|claim| (text(claim, "source", "resolved_name"), text(claim, "content", "text")))
        .collect();
    assert_eq!(library, command);
}
