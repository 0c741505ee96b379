//! What the command tells of itself: its versions, its manual, its completions.

use std::fs;
use std::process::Command;

use super::place::{Place, command};

#[test]
fn the_short_version_is_a_line_and_the_long_one_tells_what_it_knows() {
    let place = Place::with(&[]);
    let (short, long) = (place.run(&["-V"]), place.run(&["--version"]));
    let first = concat!("ascribe ", env!("CARGO_PKG_VERSION"));
    assert_eq!(short.out, format!("{first}\n"));
    let lines: Vec<&str> = long.out.lines().collect();
    assert_eq!(lines[0], first);
    let names: Vec<&str> = lines[1..].iter().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["commit", "lexicon", "knowledge", "tagger"]);
    // What the first of them says depends on how it was built, but it says something.
    assert!(lines.iter().all(|line| line.split_whitespace().count() >= 2), "{}", long.out);
    let knowledge = lines[3].split_whitespace().nth(1).expect("it has a version");
    assert!(lines[4].contains(knowledge), "{}", long.out);
    assert_eq!(place.run(&["extract", "--version"]).out.lines().count(), 5);
}

#[test]
fn every_shell_gets_a_script_with_all_commands() {
    let place = Place::with(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = place.run(&["completions", shell]);
        run.check(0, "");
        for word in ["healthcheck", "evaluate", "max-in-flight"] {
            assert!(run.out.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes_a_command() {
    let place = Place::with(&[]);
    let script = place.run(&["completions", "bash"]).out;
    let asked =
        "\nCOMP_WORDS=(ascribe heal); COMP_CWORD=1; _ascribe ascribe heal ascribe; echo \"${COMPREPLY[@]}\"";
    // Not on every machine.
    let Ok(answer) = Command::new("bash").arg("-c").arg(script + asked).output() else { return };
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "healthcheck\n");
}

#[test]
fn every_command_has_a_page() {
    let place = Place::with(&[]);
    let main = place.run(&["man"]);
    main.check(0, "");
    assert!(main.out.contains(".TH ascribe 1"), "{}", main.out);
    let serve = place.run(&["man", "serve"]);
    serve.check(0, "");
    assert!(serve.out.contains(".TH ascribe-serve 1"), "{}", serve.out);
    assert!(serve.out.contains("ASCRIBE_MAX_IN_FLIGHT"), "{}", serve.out);
    let unknown = place.run(&["man", "none"]).err;
    assert!(unknown.starts_with("ascribe: there is no command \"none\"; one of: extract, "), "{unknown}");

    place.run(&["man", "--output", "pages"]).check(0, "");
    let written = fs::read_dir(place.path("pages")).expect("it is a folder");
    let mut names: Vec<String> = written
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(
        names.contains(&"ascribe.1".to_owned()) && names.contains(&"ascribe-serve.1".to_owned()),
        "{names:?}"
    );
    let help = command(&["--help"]).output().expect("the command starts").stdout;
    let help = String::from_utf8(help).expect("UTF-8");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed: Vec<String> = listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| Some(format!("ascribe-{}.1", line.split_whitespace().next()?)))
        .filter(|name| name != "ascribe-help.1")
        .collect();
    assert!(listed.len() > 8, "{help}");
    assert!(listed.iter().all(|name| names.contains(name)), "{listed:?} {names:?}");
}

#[test]
fn all_faults_of_a_file_are_told_in_one_run() {
    let place = Place::with(&[
        ("a.txt", b"Ana Ruiz said it was late."),
        ("mine.tsv", b"blorp\n# fine\nblorp\tverb\n"),
        ("aliases.jsonl", b"{\"name\": 3}\n\n{\"name\": \n"),
    ]);
    let run = place.run(&["extract", "--lexicon", "mine.tsv", "a.txt"]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    assert!(run.err.starts_with("ascribe: mine.tsv: line 1: has 1 columns"), "{}", run.err);
    assert!(run.err.contains("\nmine.tsv: line 3: has 2 columns"), "{}", run.err);
    let run = place.run(&["extract", "--aliases", "aliases.jsonl", "a.txt"]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    assert!(run.err.starts_with("ascribe: aliases.jsonl:1: "), "{}", run.err);
    assert!(run.err.contains("\naliases.jsonl:3: "), "{}", run.err);
}

/// Whoever cites it takes the version from there.
#[test]
fn the_citation_names_this_release() {
    let citation = include_str!("../../CITATION.cff");
    let version = concat!("version: ", env!("CARGO_PKG_VERSION"));
    assert!(citation.lines().any(|line| line == version), "CITATION.cff has another version than Cargo.toml");
}
