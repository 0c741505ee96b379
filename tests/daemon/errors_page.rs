//! docs/errors.md is what the code says: what callers get, made by the code itself, and what the program says of its files and
//! arguments, as it stands in the sources.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use ascribe::serve::errors_page;

/// Where the program's own errors stand, under the headings that they have on the page.
const SOURCES: [(&str, &[&str]); 5] = [
    ("Addresses, of settings and targets", &["src/address.rs"]),
    (
        "Starting the service",
        &["src/serve/run.rs", "src/serve/transport/tls.rs", "src/serve/call/keys.rs", "src/serve/files.rs"],
    ),
    ("Health checks and loads", &["src/client/healthcheck.rs", "src/client/load/run.rs"]),
    (
        "Lexicon and model files",
        &["crates/engine/src/lexicon/parse.rs", "crates/engine/src/tagging/network/file.rs"],
    ),
    ("The command", &["src/cli/failure.rs", "src/evaluation/file.rs", "src/evaluation/comparison.rs"]),
];

/// One `#[error("…")]`, with the comment before it.
struct Told {
    text: String,
    comment: String,
}

#[test]
fn the_page_of_errors_is_what_the_code_says() {
    let page = page();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    if fs::read_to_string(kept).ok().as_deref() != Some(&page) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("errors.md");
        fs::write(&new, page).expect("a file can be written");
        panic!("docs/errors.md isn't what the code says: replace it with {}", new.display());
    }
}

#[test]
fn every_reason_that_a_caller_can_get_is_on_the_page() {
    let code = source("src/serve/status.rs");
    let reasons = code.split("pub(super) const fn reason").nth(1).expect("it says the reasons");
    let reasons = reasons.split("fn message(").next().expect("the texts follow");
    let constants = code.lines().filter_map(|line| line.trim().strip_prefix("pub(super) const "));
    let named = constants.filter_map(|line| line.split('"').nth(1));
    let page = errors_page();
    let mut count = 0;
    for reason in reasons.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).chain(named) {
        assert!(page.contains(&format!("| `{reason}` |")), "{reason}");
        count += 1;
    }
    assert!(count > 25, "{count}");
}

fn page() -> String {
    let mut page = errors_page();
    page.push_str("\n## The program\n\nWhat it says of its own files and arguments; names in braces stand for values.\n");
    for (heading, files) in SOURCES {
        let _ = write!(page, "\n### {heading}\n\n| text | when |\n|---|---|\n");
        for told in files.iter().flat_map(|file| told_in(&source(file))) {
            let _ = writeln!(page, "| `` {} `` | {} |", told.text.replace('|', "\\|"), told.comment);
        }
    }
    page
}

fn source(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("it is there")
}

/// The errors of a source file, in their order; not those that only hand on what another one says.
fn told_in(code: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("#[error(") {
        let attribute = code[start..].split_once('"').map(|(_, rest)| rest).unwrap_or_default();
        let mut text = String::new();
        let mut letters = attribute.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '"' => break,
                '\\' => match letters.next() {
                    // The line goes on behind the spaces of the next one.
                    Some('\n') => {
                        let rest = letters.as_str().trim_start();
                        letters = rest.chars();
                    }
                    Some(escaped) => text.push(escaped),
                    None => break,
                },
                letter => text.push(letter),
            }
        }
        let text = with_plain_names(&text);
        let says = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        if says.collect::<String>().chars().any(char::is_alphabetic) {
            found.push(Told { text, comment: comment_before(&code[..start]) });
        }
    }
    found
}

/// `{what:?}` -> `{what}`, `{}` and `{0}` -> `{…}`.
fn with_plain_names(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let name = name.split(':').next().unwrap_or_default();
        let is_name = name.chars().any(|c| c.is_ascii_lowercase());
        let is_constant = name.chars().any(|c| c.is_ascii_uppercase()) && !is_name;
        let name = if is_name || is_constant { name.to_lowercase() } else { "…".to_owned() };
        let _ = write!(plain, "{before}{{{name}}}");
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The comment that ends where the text does; empty where there is none.
fn comment_before(code: &str) -> String {
    let lines: Vec<&str> =
        code.lines().rev().skip(1).map_while(|line| line.trim().strip_prefix("///")).collect();
    lines.into_iter().rev().map(str::trim).collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
