//! No two files need each other, directly or through others: who reads one can read it to its end.
//!
//! A `mod.rs` is no file here: it is the door of its room, whose files may use what it defines while it calls them. What
//! a door hands on (`pub use entity::EntityKind`) counts as named where it is defined.

use std::collections::{BTreeMap, BTreeSet};

use super::{MEMBERS, Source, assert_none, code, sources};

/// A module's place in its member: `coreference::names::entities`.
type Module = String;

fn module_of(source: &Source) -> Module {
    let path = source.in_member().unwrap_or_default().trim_end_matches(".rs");
    path.trim_end_matches("/mod").replace('/', "::")
}

/// The paths that some code names, whole: `use a::{b::C, d}` names `a::b::C` and `a::d`.
fn paths_in(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                spell_out("", &code[at..], &mut paths);
            }
        }
    }
    paths
}

/// Adds the paths that `rest` begins with to `paths`, each after `prefix`; returns how much of it was read.
fn spell_out(prefix: &str, rest: &str, paths: &mut Vec<String>) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let path = format!("{prefix}{}", &rest[..end]);
    if !rest[end..].starts_with('{') || !path.ends_with("::") {
        if !path.is_empty() {
            paths.push(path.trim_end_matches("::").to_owned());
        }
        return end;
    }
    let mut at = end + 1;
    while let Some(next) = rest[at..].chars().next() {
        if next == '}' {
            return at + 1;
        }
        at += if is_part(next) { spell_out(&path, &rest[at..], paths) } else { next.len_utf8() };
    }
    at
}

/// A path from the member's root instead of from the module that names it.
fn absolute(path: &str, module: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let mut above: Vec<&str> = module.split("::").collect();
    let mut rest = path;
    while let Some(shorter) = rest.strip_prefix("super::").or_else(|| rest.strip_prefix("super")) {
        above.pop()?;
        rest = shorter;
    }
    above.push(rest);
    Some(above.join("::").trim_start_matches("::").to_owned())
}

/// What each door hands on: `coreference::EntityKind` -> `coreference::entity::EntityKind`.
fn handed_on(doors: &[&Source]) -> BTreeMap<String, String> {
    let mut handed = BTreeMap::new();
    for door in doors {
        let module = module_of(door);
        let joined = joined(door);
        for statement in joined.split(';').filter_map(|it| it.trim().rsplit_once("use ").map(|(_, it)| it)) {
            let mut paths = Vec::new();
            spell_out("", statement.trim(), &mut paths);
            for path in paths {
                let whole = if path.starts_with("crate::") || path.starts_with("super::") {
                    absolute(&path, &module)
                } else {
                    Some(format!("{module}::{path}"))
                };
                if let (Some(whole), Some((_, name))) = (whole, path.rsplit_once("::")) {
                    handed.insert(format!("{module}::{name}"), whole);
                }
            }
        }
    }
    handed
}

fn joined(source: &Source) -> String {
    source.code.iter().map(|(_, line)| line.trim()).collect::<Vec<_>>().join(" ").replace("{ ", "{")
}

/// For each file of a member those that it names.
fn needs(member: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let sources = sources(member);
    let sources: Vec<&Source> = sources.iter().filter(|source| !source.is_tests()).collect();
    let (doors, files): (Vec<&Source>, Vec<&Source>) =
        sources.iter().partition(|source| source.path.ends_with("/mod.rs"));
    let handed = handed_on(&doors);
    let known: BTreeSet<Module> = files.iter().map(|source| module_of(source)).collect();
    let resolved = |path: &str| {
        let mut path = path.to_owned();
        // A door may hand on what another door hands to it.
        for _ in 0..4 {
            let parts: Vec<&str> = path.split("::").collect();
            let prefix = |count: usize| parts[..count].join("::");
            if let Some(file) = (1..=parts.len()).rev().map(prefix).find(|it| known.contains(it)) {
                return Some(file);
            }
            let (from, to) = (1..=parts.len()).rev().find_map(|it| handed.get_key_value(&prefix(it)))?;
            path = format!("{to}{}", &path[from.len()..]);
        }
        None
    };
    let mut needs = BTreeMap::new();
    for source in files {
        let module = module_of(source);
        let named = paths_in(&joined(source)).into_iter().filter_map(|path| absolute(&path, &module));
        let named: BTreeSet<Module> =
            named.filter_map(|path| resolved(&path)).filter(|it| *it != module).collect();
        needs.insert(module, named);
    }
    needs
}

/// All that a file needs, also through others.
fn reached(from: &str, needs: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for needed in needs.get(&next).into_iter().flatten() {
            if reached.insert(needed.clone()) {
                open.push(needed.clone());
            }
        }
    }
    reached
}

#[test]
fn no_files_need_each_other() {
    let mut findings = Vec::new();
    for member in MEMBERS {
        let needs = needs(member);
        for (file, direct) in &needs {
            for needed in direct.iter().filter(|needed| reached(needed, &needs).contains(file)) {
                findings.push(format!("{member}: {file} needs {needed}, which needs it"));
            }
        }
    }
    assert_none(&findings);
}

#[test]
fn paths_are_read_from_lists_and_expressions() {
    let paths = paths_in("use crate::a::{b::{C, self}, d}; fn f() { super::e::f(); other::crate_name::x() }");
    assert_eq!(paths, ["crate::a::b::C", "crate::a::b::self", "crate::a::d", "super::e::f"]);
    assert_eq!(absolute("super::e::f", "a::b::c").as_deref(), Some("a::b::e::f"));
    assert_eq!(absolute("crate::x", "a::b").as_deref(), Some("x"));
}

#[test]
fn what_a_door_hands_on_stands_elsewhere() {
    let text = "pub use entity::{EntityKind, Form};\nuse crate::lexicon::Words;\n";
    let door = Source { path: "src/coreference/mod.rs".to_owned(), text: text.to_owned(), code: code(text) };
    let handed = handed_on(&[&door]);
    assert_eq!(handed["coreference::EntityKind"], "coreference::entity::EntityKind");
    assert_eq!(handed["coreference::Words"], "lexicon::Words");
}
