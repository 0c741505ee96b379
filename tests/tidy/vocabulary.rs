//! Words that the engine looks for stand in `data/`, but for closed grammar: pronouns, articles, auxiliaries, prepositions,
//! conjunctions, marks.
//!
//! A list is three literals or more with nothing but commas or "|" between them, or three arms or more of one file that
//! each match a literal. What is closed is what `data/words.tsv` says it is.

use std::collections::BTreeSet;

use super::{Source, assert_none, document, sources};

/// From so many words on they are a list.
const FEWEST: usize = 3;

/// The classes of `data/words.tsv` that no word joins from one year to the next.
const CLOSED: [&str; 21] = [
    "determiner",
    "possessive",
    "subject-pronoun",
    "object-pronoun",
    "personal",
    "relative",
    "question",
    "that",
    "to",
    "negation",
    "be",
    "have",
    "do",
    "modal",
    "finite",
    "preposition",
    "coordinator",
    "subordinator",
    "contrast",
    "anticipatory",
    "noun-preposition",
];

/// Why pronouns stay in code: words.tsv has those alone that the network was trained with.
const PRONOUNS: &str = "pronouns in all their cases, closed grammar";

/// Lists that stay in code: the file, the list's first literal, why.
const EXCEPTIONS: [(&str, &str, &str); 15] = [
    ("lexicon/inflection.rs", "s", "endings after which English spelling changes what is added"),
    ("lexicon/gazetteer.rs", "surname", "the classes that names.tsv is written with"),
    ("segmentation/apostrophes.rs", "s", "clitics"),
    ("segmentation/marks.rs", "s", "letters before an apostrophe where others were left out"),
    ("coreference/pronouns/pronoun.rs", "i", PRONOUNS),
    ("coreference/pronouns/pronoun.rs", "we", PRONOUNS),
    ("coreference/pronouns/pronoun.rs", "she", PRONOUNS),
    ("coreference/pronouns/pronoun.rs", "they", PRONOUNS),
    ("coreference/pronouns/pronoun.rs", "her", PRONOUNS),
    ("coreference/pronouns/pronoun.rs", "myself", PRONOUNS),
    ("annotation/noun_phrases.rs", "ss", "endings of singulars in -s"),
    ("notices/html.rs", "a", "names of HTML's elements"),
    ("notices/html.rs", "br", "the same"),
    ("notices/html.rs", "amp", "names of HTML's character references"),
    ("claims/time.rs", "days", "\"days ago\" is a way to count, not a list"),
];

/// The words of the closed classes.
fn closed() -> BTreeSet<String> {
    let words = document("data/words.tsv");
    let classes = words.lines().filter_map(|line| line.split_once('\t'));
    classes
        .filter(|(class, _)| CLOSED.contains(class))
        .flat_map(|(_, words)| words.split(' '))
        .map(str::to_owned)
        .collect()
}

/// The literals of a file's code, each with its line and what stands between it and the one before; and what stands behind
/// the last.
fn literals(source: &Source) -> (Vec<(usize, String, String)>, String) {
    let mut literals = Vec::new();
    let mut between = String::new();
    for (number, line) in &source.code {
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once('"') {
            between.push_str(before);
            let Some(end) = (0..after.len())
                .find(|&at| after.as_bytes()[at] == b'"' && (at == 0 || after.as_bytes()[at - 1] != b'\\'))
            else {
                break;
            };
            literals.push((*number, std::mem::take(&mut between), after[..end].to_owned()));
            rest = &after[end + 1..];
        }
        between.push_str(rest);
        between.push(' ');
    }
    (literals, between)
}

/// The lists of a file: the line of each and its literals.
fn lists(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut lists: Vec<(usize, Vec<String>)> = Vec::new();
    let mut arms: Option<(usize, Vec<String>)> = None;
    let (literals, behind) = literals(source);
    for (index, (number, between, literal)) in literals.iter().enumerate() {
        let joins = !between.is_empty() && between.chars().all(|it| it.is_whitespace() || ",|&".contains(it));
        match lists.last_mut().filter(|_| joins) {
            Some((_, words)) => words.push(literal.clone()),
            None => lists.push((*number, vec![literal.clone()])),
        }
        let after = literals.get(index + 1).map_or(behind.as_str(), |(_, between, _)| between.as_str());
        if after.trim_start().starts_with("=>") {
            arms.get_or_insert((*number, Vec::new())).1.push(literal.clone());
        }
    }
    lists.extend(arms);
    lists.retain(|(_, words)| words.len() >= FEWEST);
    lists
}

/// An English word in lower case, or one with a capital.
fn is_word(literal: &str) -> bool {
    let letters = literal.trim_start_matches(char::is_uppercase);
    literal.chars().any(|it| it.is_ascii_lowercase())
        && literal.len() - letters.len() <= 1
        && letters.chars().all(|it| it.is_lowercase() || "'’-.".contains(it))
}

#[test]
fn words_stand_in_data() {
    let closed = closed();
    let mut findings = Vec::new();
    let mut met = BTreeSet::new();
    for source in sources("crates/engine/src").iter().filter(|source| !source.is_tests()) {
        let file = source.path.trim_start_matches("crates/engine/src/");
        for (number, list) in lists(source) {
            let words: Vec<&String> = list.iter().filter(|it| is_word(it)).collect();
            let is_closed = |word: &&String| closed.contains(&word.to_lowercase());
            if words.len() < FEWEST || words.iter().all(is_closed) {
                continue;
            }
            match EXCEPTIONS.iter().position(|(of, first, _)| *of == file && *first == list[0]) {
                Some(exception) => drop(met.insert(exception)),
                None => {
                    findings.push(format!("{}:{number}: a list of words: {}", source.path, list.join(" ")));
                }
            }
        }
    }
    let unmet = EXCEPTIONS.iter().enumerate().filter(|(index, _)| !met.contains(index));
    findings
        .extend(unmet.map(|(_, (file, first, _))| format!("{file}: no list begins with {first:?} any more")));
    assert_none(&findings);
}

#[test]
fn lists_are_found_in_arrays_patterns_and_arms() {
    let of = |code: &str| {
        let code: Vec<(usize, String)> = code.lines().map(str::to_owned).enumerate().collect();
        lists(&Source { path: String::new(), text: String::new(), code })
            .into_iter()
            .map(|(_, list)| list.len())
    };
    assert_eq!(of("[\"a\",\n \"b\", \"c\"]").collect::<Vec<_>>(), [3]);
    assert_eq!(of("matches!(word, \"a\" | \"b\" | \"c\" | \"d\")").collect::<Vec<_>>(), [4]);
    assert_eq!(of("\"a\" => 1,\n\"b\" => 2,\n\"c\" => 3,").collect::<Vec<_>>(), [3]);
    assert_eq!(of("f(\"a\", \"b\"); g(\"c\")").count(), 0);
    assert!(
        is_word("dam") && is_word("Monday") && !is_word("BBC") && !is_word("source-cue {") && !is_word("{}")
    );
}
