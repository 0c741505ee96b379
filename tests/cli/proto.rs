//! `ascribe proto`: the contract, in one file or in all of its files.

use std::fs;

use ascribe::wire::{CONTRACT, CONTRACT_FILES};

use super::place::Place;

#[test]
fn the_contract_is_printed_as_one_file() {
    let run = Place::with(&[]).run(&["proto"]);
    run.check(0, "");
    assert_eq!(run.out, CONTRACT);
}

#[test]
fn a_name_that_ends_in_proto_gets_the_one_file_also_in_a_folder_that_is_not_there_yet() {
    let place = Place::with(&[]);
    for name in ["ascribe.proto", "src/main/proto/ascribe.proto"] {
        let run = place.run(&["proto", "--output", name]);
        run.check(0, "");
        assert_eq!(run.out, "");
        assert_eq!(fs::read_to_string(place.path(name)).expect("it was written"), CONTRACT);
    }
}

#[test]
fn a_folder_gets_every_file_where_imports_look_for_it() {
    let place = Place::with(&[]);
    // What is there already is replaced.
    for _ in 0..2 {
        place.run(&["proto", "-o", "proto"]).check(0, "");
    }
    for (path, text) in CONTRACT_FILES {
        let written = fs::read_to_string(place.path("proto").join(path)).expect("it was written");
        assert_eq!(written, text);
    }
}

#[test]
fn what_cannot_be_written_is_said_with_its_name() {
    let place = Place::with(&[("taken", b"")]);
    let run = place.run(&["proto", "--output", "taken/ascribe.proto"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.starts_with("ascribe: can't write taken/ascribe.proto: "), "{}", run.err);
}
