//! The manifest's dependencies: each has a home, so that it is decided where it may be named.

use super::{HOMES, assert_none, document};

/// The crates that the library and the binary depend on, as code names them.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut dependencies = Vec::new();
    let mut is_list = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end().trim_end_matches(']');
            is_list = table == "dependencies" || table.ends_with(".dependencies");
            dependencies.extend(table.strip_prefix("dependencies.").map(str::to_owned));
        } else if is_list && line.starts_with(char::is_alphabetic) {
            dependencies.extend(line.split([' ', '=', '.']).next().map(str::to_owned));
        }
    }
    dependencies.into_iter().map(|name| name.replace('-', "_")).collect()
}

#[test]
fn every_outside_crate_has_a_home() {
    let dependencies = dependencies(&document("Cargo.toml"));
    assert!(!dependencies.is_empty(), "Cargo.toml names dependencies");
    let without: Vec<String> = dependencies
        .into_iter()
        .filter(|name| !HOMES.iter().any(|(home, _)| home == name))
        .map(|name| format!("Cargo.toml: {name} has no home"))
        .collect();
    assert_none(&without);
}

#[test]
fn dependencies_are_those_of_the_library_and_the_binary() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\n# b\nb-c = \"1\"\nd.workspace = true\n\
                    [dependencies.e]\nversion = \"1\"\n[dev-dependencies]\nf = \"1\"\n\
                    [target.'cfg(unix)'.dependencies]\ng = \"1\"";
    assert_eq!(dependencies(manifest), ["b_c", "d", "e", "g"]);
}
