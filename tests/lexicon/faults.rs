//! Lexicon files that are wrong, each with its message and its line; and odd ones that are right.

use ascribe_engine::{CueCategory, CueTrait, CueTraits, Extractor, Frame, Inflection, Lexicon};

/// An entry that is right, as columns.
const BLORP: [&str; 8] = [
    "blorp",
    "verb",
    "-",
    "clause quotation",
    "communication",
    "assertion",
    "neutral",
    "The mayor blorped the bridge was safe.",
];

/// The line of an entry: `BLORP` with other values in some columns, counted from 1.
fn line(changes: &[(usize, &str)]) -> String {
    let mut columns = BLORP;
    for (column, value) in changes {
        columns[column - 1] = value;
    }
    columns.join("\t")
}

/// A file that has the line after three that are right must fail in its fourth line, with that message.
#[track_caller]
fn check_fault(wrong: &str, message: &str) {
    let file = format!("# Verbs.\n\n{}\n{wrong}\n", line(&[(1, "glorp"), (8, "We glorp it is so.")]));
    let fault = Lexicon::from_file(&file).expect_err("the fourth line is wrong").to_string();
    assert_eq!(fault, format!("line 4: {message}"));
    let as_extension = Lexicon::embedded().extended_by(&file).expect_err("the fourth line is wrong");
    assert_eq!(as_extension.to_string(), fault);
}

#[track_caller]
fn read(file: &str) -> Lexicon {
    Lexicon::from_file(file).expect("the file is right")
}

#[test]
fn an_entry_has_eight_or_nine_columns() {
    let wanted =
        "where 8 are wanted, or 9: lemma, category, forms, frames, type, act, stance, example, traits";
    check_fault("blorp\tverb\t-", &format!("has 3 columns {wanted}"));
    check_fault(&(line(&[]) + "\trefuses\tmore"), &format!("has 10 columns {wanted}"));
    let entry = |more: &str| read(&(line(&[]) + more)).entries()[0].clone();
    assert_eq!(entry("").traits, CueTraits::default());
    assert_eq!(entry("\t"), entry(""), "no trait is none");
    assert_eq!(
        entry("\ttells refuses").traits.iter().collect::<Vec<_>>(),
        [CueTrait::Refuses, CueTrait::Tells]
    );
    check_fault("blorp verb - that", &format!("has 1 columns {wanted}"));
}

#[test]
fn a_line_has_at_most_64_kibibytes() {
    let rest = line(&[]).len() - BLORP[7].len();
    let example = |bytes: usize| format!("{} {}", BLORP[7], "x".repeat(bytes - BLORP[7].len() - 1));
    let longest = line(&[(8, &example(65_536 - rest))]);
    assert_eq!((longest.len(), read(&longest).entries().len()), (65_536, 1));
    check_fault(&line(&[(8, &example(65_537 - rest))]), "has 65537 bytes, more than 65536");
}

#[test]
fn a_value_is_one_of_its_column() {
    let check = |column, value, name, some_allowed: &str| {
        let file = line(&[(column, value)]);
        let fault = Lexicon::from_file(&file).expect_err("the value is wrong").to_string();
        let start = format!("line 1: {value:?} is not a {name}; one of: ");
        assert!(fault.starts_with(&start), "{fault}");
        assert!(fault[start.len()..].split(", ").any(|allowed| allowed == some_allowed), "{fault}");
    };
    check(2, "Verb", "category", "verb");
    check(4, "saying", "frame", "passive-object");
    check(5, "rumour", "type", "communication");
    check(6, "comment", "act", "no-comment");
    check(7, "", "stance", "distancing");
    let fault = Lexicon::from_file(&(line(&[]) + "\trefusing")).expect_err("it is no trait").to_string();
    assert!(fault.starts_with("line 1: \"refusing\" is not a trait; one of: asserts-that, "), "{fault}");
}

#[test]
fn a_reliability_is_a_percentage() {
    for reliability in ["0", "101", "-3", "0.5", "high", ""] {
        let frame = format!("clause:{reliability}");
        let message = format!("the frame {frame:?} has a reliability that is not between 1 and 100");
        check_fault(&line(&[(4, &frame)]), &message);
    }
    let lexicon = read(&line(&[(4, "clause:1 quotation:100 that")]));
    let entry = &lexicon.entries()[0];
    assert_eq!(entry.reliability(Frame::Clause), Some(1));
    assert_eq!(entry.reliability(Frame::Quotation), Some(100));
    assert_eq!(entry.reliability(Frame::That), Some(80), "where none is written");
    assert_eq!(entry.reliability(Frame::To), None, "where the frame isn't taken");
}

#[test]
fn frames_stand_once_and_not_nowhere() {
    check_fault(&line(&[(4, "that clause that:70")]), "the frame \"that\" stands twice");
    check_fault(&line(&[(4, "")]), "names no frame");
    check_fault(&line(&[(4, " ")]), "names no frame");
}

#[test]
fn an_entry_stands_once() {
    let twice = line(&[(1, "glorp"), (4, "quotation:7 clause"), (8, "They glorp all day.")]);
    check_fault(&twice, "the same lemma, category and frames stand in line 3 already");
    let noun = line(&[(1, "glorp"), (2, "noun"), (8, "A glorp that it is so")]);
    let other_frames = line(&[(1, "glorp"), (4, "to"), (8, "We glorp to leave.")]);
    let file = [line(&[(1, "glorp"), (8, "We glorp it is so.")]), noun, other_frames].join("\n");
    assert_eq!(read(&file).entries().len(), 3);
}

#[test]
fn a_verb_has_five_forms() {
    let four = "blorp, blorps, blorped, blorping";
    let wanted = "where a verb has 5: base, third person, past, past participle, gerund";
    check_fault(&line(&[(3, four)]), &format!("has 4 forms {wanted}"));
    check_fault(&line(&[(3, "blorp")]), &format!("has 1 forms {wanted}"));
    let lexicon = read(&line(&[(3, "blorp, blorps, blorped/blorpt, blorped/blorpt, blorping")]));
    let texts: Vec<&str> = lexicon.entries()[0].forms.iter().map(|form| form.text.as_str()).collect();
    assert_eq!(texts, ["blorp", "blorps", "blorped", "blorpt", "blorped", "blorpt", "blorping"]);
}

#[test]
fn forms_and_lemmas_are_in_lower_case_and_neatly_spaced() {
    for lemma in ["Blorp", "BLORP", "", " blorp", "blorp ", "blorp  up", "Ärgern"] {
        check_fault(
            &line(&[(1, lemma)]),
            &format!("the lemma {lemma:?} is not in lower case, or has odd spaces"),
        );
    }
    for form in ["Blorped", "", "blorped ", "blorped  up"] {
        check_fault(
            &line(&[(3, &format!("blorp, blorps, {form}, blorped, blorping"))]),
            &format!("the form {form:?} is empty, not in lower case, or has odd spaces"),
        );
    }
}

#[test]
fn the_example_holds_the_cue() {
    for example in ["The mayor said the bridge was safe.", "", "Unblorped, the blorpedest of them."] {
        check_fault(&line(&[(8, example)]), &format!("the example {example:?} holds none of the forms"));
    }
    read(&line(&[(8, "BLORPING IS ENOUGH")]));
}

#[test]
fn nouns_and_phrases_have_the_forms_that_they_say() {
    let file = [
        line(&[(1, "blorp crisis"), (2, "noun"), (3, "blorp crisis, blorp crises"), (8, "Two blorp crises")]),
        line(&[(1, "blorpage"), (2, "noun"), (3, "blorpage"), (8, "Her blorpage that it is so")]),
        line(&[(1, "at blorp"), (2, "phrase"), (3, "at blorp, on blorp"), (8, "On blorp it is so.")]),
    ];
    let lexicon = read(&file.join("\n"));
    let forms: Vec<Vec<(&str, Inflection)>> = lexicon
        .entries()
        .iter()
        .map(|entry| entry.forms.iter().map(|form| (form.text.as_str(), form.inflection)).collect())
        .collect();
    let expected = [
        vec![("blorp crisis", Inflection::Base), ("blorp crises", Inflection::Plural)],
        vec![("blorpage", Inflection::Base)],
        vec![("at blorp", Inflection::Base), ("on blorp", Inflection::Base)],
    ];
    assert_eq!(forms, expected);
    let categories: Vec<CueCategory> = lexicon.entries().iter().map(|entry| entry.category).collect();
    assert_eq!(categories, [CueCategory::Noun, CueCategory::Noun, CueCategory::Phrase]);
}

#[test]
fn files_from_other_systems_are_read() {
    let two = [line(&[]), line(&[(1, "glorp"), (8, "We glorp it is so.")])];
    let plain = read(&two.join("\n"));
    let windows = read(&format!("\u{feff}# Verbs.\r\n\r\n{}\r\n", two.join("\r\n")));
    assert_eq!(windows.entries(), plain.entries());
    let marked = read(&format!("\u{feff}{}", two.join("\n")));
    assert_eq!(marked.entries(), plain.entries());
    let fault = Lexicon::from_file("\u{feff}# Verbs.\r\nblorp\tverb\r\n").expect_err("it is wrong");
    assert!(fault.to_string().starts_with("line 2: has 2 columns"), "{fault}");
}

#[test]
fn an_empty_lexicon_leaves_only_what_no_cue_marks() {
    for file in ["", "\n", "# nothing\n", "\u{feff}"] {
        let lexicon = read(file);
        assert!(lexicon.entries().is_empty());
        let extractor = Extractor::builder().lexicon(lexicon).build();
        assert!(extractor.extract("").is_empty());
        assert!(extractor.propose("Ana Ruiz said that the bridge was safe.").is_empty());
        let text = "Ruiz: \"The bridge is safe.\"";
        let [claim] = extractor.propose(text).try_into().expect("a speech after a colon is found");
        assert_eq!(claim.explanation.cue_entry, "");
        let slice = |spans: &[ascribe_engine::Span]| spans[0].slice(text).to_owned();
        assert_eq!(slice(&claim.source.expect("it has a source").spans), "Ruiz");
        let cue = claim.cue.expect("it has a cue");
        assert_eq!((slice(&cue.spans).as_str(), cue.in_lexicon), (":", false));
        assert_eq!(slice(&claim.content.spans), "\"The bridge is safe.\"");
    }
}

#[test]
fn every_fault_of_a_file_is_told_in_one_run() {
    let glorp = line(&[(1, "glorp"), (8, "We glorp it is so.")]);
    let two_faults = line(&[(4, "saying"), (7, "none")]);
    let file = [glorp.as_str(), "blorp\tverb", &glorp, &two_faults, &line(&[(8, "Nothing.")])].join("\n");
    let faults = Lexicon::from_file(&file).expect_err("four lines are wrong").faults;
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [2, 3, 4, 4, 5], "{faults:?}");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("line 2: has 2 columns"), "{told:?}");
    assert!(told[1].ends_with("stand in line 1 already"), "{told:?}");
    assert!(told[2].starts_with("line 4: \"saying\" is not a frame"), "{told:?}");
    assert!(told[3].starts_with("line 4: \"none\" is not a stance"), "{told:?}");
    assert!(told[4].starts_with("line 5: the example \"Nothing.\""), "{told:?}");
}

#[test]
fn a_file_of_another_kind_is_told_by_its_first_faults() {
    let error = Lexicon::from_file(&"once upon a time\n".repeat(1000)).expect_err("it is a tale");
    assert_eq!(error.faults.len(), 1000);
    let told = error.to_string();
    assert!(told.contains("; line 20: has 1 columns") && !told.contains("line 21:"), "{told}");
    assert!(told.ends_with("; and 980 more"), "{told}");
}
