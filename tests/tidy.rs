//! The house's rules, as far as they can be checked: floors, doors, homes of outside crates, module docs,
//! how many files a room has, and documents whose links lead somewhere.

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/vocabulary.rs"]
mod vocabulary;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The source folders of the workspace's members.
const MEMBERS: [&str; 2] = ["src", "crates/engine/src"];

/// The floor of every room. A file names only rooms on lower floors, and its own.
const FLOORS: [(&str, u8); 27] = [
    ("text", 0),
    ("lexicon", 1),
    ("segmentation", 2),
    ("cues", 3),
    ("annotation", 4),
    ("tagging", 5),
    ("attribution", 6),
    ("coreference", 7),
    ("claims", 8),
    ("verification", 8),
    ("notices", 8),
    ("extraction", 9),
    ("extractor", 10),
    ("verifier", 11),
    ("trace", 11),
    ("record", 11),
    ("rooms", 11),
    ("json_lines", 11),
    ("misspelling", 11),
    ("address", 11),
    ("faults", 11),
    ("secrets", 11),
    ("evaluation", 12),
    ("wire", 12),
    ("serve", 13),
    ("client", 13),
    ("cli", 13),
];

/// The files that may name a room of their own floor: they open the other door, or knock at it.
const DOORS_TO_DOORS: [&str; 4] =
    ["src/cli/serve.rs", "src/cli/healthcheck.rs", "src/cli/key.rs", "src/cli/load.rs"];

/// The most lines that ARCHITECTURE.md may have, so that it stays true and read.
const LONGEST_ARCHITECTURE: usize = 200;

/// A source file: its path from the repository's root, its text, and its lines of code outside of tests.
struct Source {
    path: String,
    text: String,
    code: Vec<(usize, String)>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

fn from_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("the file lies in the repository");
    path.to_str().expect("its name is UTF-8").replace('\\', "/")
}

fn sources(folder: &str) -> Vec<Source> {
    let rust = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rs");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file is UTF-8");
        Source { path: from_root(&path), code: code(&text), text }
    };
    let sources: Vec<Source> = files_under(folder).into_iter().filter(rust).map(read).collect();
    assert!(!sources.is_empty(), "{folder} holds Rust files");
    sources
}

/// The lines of a file with their numbers, without comments, up to its test module.
fn code(text: &str) -> Vec<(usize, String)> {
    let all: Vec<&str> = text.lines().collect();
    let opens_tests = |pair: &[&str]| pair[0].trim() == "#[cfg(test)]" && pair[1].ends_with('{');
    let end = all.windows(2).position(opens_tests).unwrap_or(all.len());
    let lines = all[..end].iter();
    let without_comment = |line: &str| {
        let comment = line.match_indices("//").find(|(at, _)| *at == 0 || line.as_bytes()[at - 1] == b' ');
        comment.map_or(line, |(at, _)| &line[..at]).to_owned()
    };
    lines.enumerate().map(|(index, line)| (index + 1, without_comment(line))).collect()
}

impl Source {
    /// The room that a member's file belongs to; none for lib.rs and main.rs, which stand above all.
    fn room(&self) -> Option<&'static str> {
        let name = self.in_member()?.split('/').next()?.trim_end_matches(".rs");
        FLOORS.iter().map(|(room, _)| *room).find(|room| *room == name)
    }

    /// Its path within its member.
    fn in_member(&self) -> Option<&str> {
        MEMBERS.iter().find_map(|member| self.path.strip_prefix(member)?.strip_prefix('/'))
    }

    /// A file that holds nothing but the tests of its neighbour.
    fn is_tests(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }
}

/// The source files of all members.
fn members() -> Vec<Source> {
    MEMBERS.into_iter().flat_map(sources).collect()
}

fn floor(room: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map_or_else(|| panic!("no floor for {room}"), |(_, floor)| *floor)
}

/// The names that follow `path` in a line: one, or those of a list in braces (`crate::{text, cues::Cue}`).
fn names_after(line: &str, path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut names = Vec::new();
    for (at, _) in line.match_indices(path) {
        let starts_word = line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let rest = &line[at + path.len()..];
        if !starts_word {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let items = list.split(|c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && depth == 0
                });
                names.extend(items.map(name));
            }
            None => names.push(name(rest)),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The text of a document that has to be there.
fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Fails with all findings at once.
fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn a_file_names_only_rooms_on_lower_floors() {
    let mut findings = Vec::new();
    for source in members().iter().filter(|source| !source.is_tests()) {
        let Some(room) = source.room() else { continue };
        // One line, so that a list that rustfmt broke is whole.
        let joined: String = source.code.iter().map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ");
        let joined = joined.replace("{ ", "{");
        let rooms = [names_after(&joined, "crate::"), names_after(&joined, "ascribe_engine::")].concat();
        for named in rooms.iter().filter(|named| FLOORS.iter().any(|(name, _)| name == named)) {
            let opens_door = DOORS_TO_DOORS.contains(&source.path.as_str())
                && ["serve", "client"].contains(&named.as_str());
            if named != room && floor(named) >= floor(room) && !opens_door {
                findings.push(format!(
                    "{} (floor {}) names {named} (floor {})",
                    source.path,
                    floor(room),
                    floor(named)
                ));
            }
        }
        // The crate's root hands out the extractor, which stands on its own floor.
        if rooms.iter().any(|named| named == "Extractor") && floor(room) < floor("extractor") {
            findings.push(format!("{} names the extractor", source.path));
        }
    }
    assert_none(&findings);
}

#[test]
fn every_room_has_a_floor() {
    let mut findings = Vec::new();
    for member in MEMBERS {
        let lib = document(&format!("{member}/lib.rs"));
        let rooms = lib.lines().filter_map(|line| {
            Some(line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ")?.split_once(';')?.0)
        });
        findings.extend(
            rooms
                .filter(|room| !FLOORS.iter().any(|(name, _)| name == room))
                .map(|room| format!("{member}/lib.rs: the room {room} has no floor")),
        );
    }
    assert_none(&findings);
}

/// The verbs by which the extractor calls its rooms: the public functions of their doors.
fn doors() -> Vec<String> {
    let rooms = FLOORS.iter().filter(|(_, floor)| (2..=8).contains(floor));
    let mut doors = Vec::new();
    for (room, _) in rooms {
        for door in [format!("crates/engine/src/{room}/mod.rs"), format!("crates/engine/src/{room}.rs")] {
            let text = fs::read_to_string(root().join(door)).unwrap_or_default();
            let verbs = text.lines().filter_map(|line| {
                let opens = ["pub fn ", "pub(crate) fn "].iter().find_map(|opens| line.strip_prefix(opens));
                opens?.split(['(', '<']).next()
            });
            doors.extend(verbs.map(|verb| format!("{room}::{verb}")));
        }
    }
    doors
}

/// Rooms whose doors are methods: who can't make one can't call it.
const KEEPERS: [(&str, &str); 3] =
    [("cues", "CueFinder"), ("tagging", "Tagger"), ("verification", "Verification")];

/// The files that run the rooms.
const RUNNERS: [&str; 5] = [
    "engine/src/extraction.rs",
    "engine/src/extractor.rs",
    "engine/src/verifier.rs",
    "engine/src/trace.rs",
    "engine/src/rooms.rs",
];

#[test]
fn only_the_extractor_runs_the_rooms() {
    let mut findings = Vec::new();
    let doors = doors();
    for source in members()
        .iter()
        .filter(|source| !source.is_tests() && !RUNNERS.iter().any(|runner| source.path.ends_with(runner)))
    {
        for (number, line) in &source.code {
            let called = doors.iter().filter(|door| {
                let (room, verb) = door.split_once("::").expect("a door has a room and a verb");
                source.room() != Some(room)
                    && names_after(line, &format!("{room}::")).iter().any(|name| name == verb)
            });
            findings.extend(called.map(|door| format!("{}:{number}: calls {door}", source.path)));
            let made = KEEPERS.iter().filter(|(room, keeper)| {
                source.room() != Some(room) && !names_after(line, &format!("{keeper}::")).is_empty()
            });
            findings.extend(made.map(|(_, keeper)| format!("{}:{number}: makes a {keeper}", source.path)));
        }
    }
    assert_none(&findings);
}

/// The folders with Rust of ours.
fn everything() -> Vec<Source> {
    ["src", "crates", "tests", "benches"].into_iter().flat_map(sources).collect()
}

#[test]
fn every_file_opens_with_what_it_is() {
    let closed: Vec<String> = everything()
        .iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| format!("{}: doesn't open with //!", source.path))
        .collect();
    assert_none(&closed);
}

/// The most files that a room may have beside each other.
const MOST_FILES_FLAT: usize = 15;

#[test]
fn no_room_is_a_heap_of_files() {
    let mut rooms: BTreeMap<String, usize> = BTreeMap::new();
    for source in members() {
        let (room, _) = source.path.rsplit_once('/').expect("a source lies in a folder");
        *rooms.entry(room.to_owned()).or_default() += 1;
    }
    let heaps: Vec<String> = rooms
        .into_iter()
        .filter(|(_, files)| *files > MOST_FILES_FLAT)
        .map(|(room, files)| format!("{room}: {files} files flat, more than {MOST_FILES_FLAT}"))
        .collect();
    assert_none(&heaps);
}

#[test]
fn nothing_is_left_half_done() {
    // In two parts, so that this file doesn't hold them.
    let everywhere = [["TO", "DO"], ["FIX", "ME"], ["dbg", "!("]].map(|parts| parts.concat());
    let in_code = [".unwrap()", "unsafe {", "unsafe fn", "unsafe impl", "todo!(", "unimplemented!("];
    let mut findings = Vec::new();
    for source in everything() {
        for (index, line) in source.text.lines().enumerate() {
            for left in everywhere.iter().filter(|left| line.contains(left.as_str())) {
                findings.push(format!("{}:{}: {left}", source.path, index + 1));
            }
        }
        let is_path = source.in_member().is_some() && !source.is_tests();
        for (number, line) in source.code.iter().filter(|_| is_path) {
            let found = in_code.iter().filter(|left| line.contains(**left));
            findings.extend(found.map(|left| format!("{}:{number}: {left}", source.path)));
        }
    }
    assert_none(&findings);
}

#[test]
fn the_architecture_is_short_enough_to_stay_true() {
    let lines = document("ARCHITECTURE.md").lines().count();
    assert!(lines <= LONGEST_ARCHITECTURE, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn every_data_file_has_its_origin_written_down() {
    let readme = document("data/README.md");
    let names = files_under("data").into_iter().map(|file| from_root(&file).replacen("data/", "", 1));
    let without: Vec<String> = names
        .filter(|name| name != "README.md" && !readme.contains(name.as_str()))
        .map(|name| format!("data/README.md doesn't name {name}"))
        .collect();
    assert_none(&without);
}

/// Every Markdown file of the repository.
fn markdown() -> Vec<String> {
    let folders = fs::read_dir(root()).expect("the repository can be listed");
    let ours = folders.map(|entry| from_root(&entry.expect("an entry").path()));
    let ours = ours.filter(|name| !["target", ".git"].contains(&name.as_str()));
    let ends_in_md = |name: &String| Path::new(name).extension().is_some_and(|ending| ending == "md");
    let is_markdown = |name: &String| ends_in_md(name) && !name.contains("/node_modules/");
    ours.flat_map(|name| if root().join(&name).is_dir() { under(&name) } else { vec![name] })
        .filter(is_markdown)
        .collect()
}

fn under(folder: &str) -> Vec<String> {
    files_under(folder).iter().map(|file| from_root(file)).collect()
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut findings = Vec::new();
    for name in markdown() {
        let path = root().join(&name);
        for (number, line) in document(&name).lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
                let file = target.split('#').next().unwrap_or_default();
                if !path.with_file_name(file).exists() {
                    findings.push(format!("{name}:{}: {target} isn't there", number + 1));
                }
            }
        }
    }
    assert_none(&findings);
}

#[test]
fn code_ends_where_its_tests_stand() {
    let lines = |text: &str| code(text).into_iter().map(|(_, line)| line).collect::<Vec<_>>();
    assert_eq!(lines("a();\n#[cfg(test)]\nmod tests {\n    b();\n}"), ["a();"]);
    let elsewhere = "#[cfg(test)]\nmod tests;\na();";
    assert_eq!(lines(elsewhere), elsewhere.lines().collect::<Vec<_>>());
}

#[test]
fn names_after_reads_paths_and_lists() {
    assert_eq!(names_after("use crate::text::Span;", "crate::"), ["text"]);
    assert_eq!(names_after("use crate::{text::{A, B}, cues};", "crate::"), ["text", "cues"]);
    assert_eq!(names_after("let x = othercrate::text::f();", "crate::"), [""; 0]);
}
