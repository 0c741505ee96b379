//! Which words keep the period that follows them, and what that says about the sentence.

use std::sync::LazyLock;

/// What follows an abbreviation, so whether a sentence can end with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A name follows: "Gen. Milley". A sentence never ends with it.
    BeforeName,
    /// A number follows: "No. 10", "Feb. 18". Only then it is one.
    BeforeNumber,
    /// Something follows that belongs to it: "vs. Germany", "e.g. this".
    Inside,
    /// It may be the last of its sentence: "Apple Inc.", "the U.S."
    Anywhere,
    /// A state: "in Lodi, N.J.", "N.J. Gov. Chris Christie".
    Place,
    /// A clock time; what follows it can be a day or a zone: "3:55 p.m. Tuesday".
    Clock,
    /// One letter of a name: "George W. Bush".
    Initial,
}

/// `data/abbreviations.txt`, parsed once and never changed; sorted by word.
static ABBREVIATIONS: LazyLock<Vec<(&str, Use)>> =
    LazyLock::new(|| parse(include_str!("../../data/abbreviations.txt")));

/// What `word` (without its last period) is an abbreviation for, if it is one. `before_number` tells whether
/// a number follows.
pub(super) fn use_of(word: &str, before_number: bool) -> Option<Use> {
    match listed_use(word) {
        Some(Use::BeforeNumber) if !before_number => None,
        Some(listed) => Some(listed),
        None if word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase() => Some(Use::Initial),
        None if is_dotted(word) => Some(Use::Anywhere),
        // "Marco Rubio, R-Fla."
        None => word.rsplit_once('-').and_then(|(_, last)| listed_use(last)).filter(|it| *it == Use::Place),
    }
}

fn listed_use(word: &str) -> Option<Use> {
    let index = ABBREVIATIONS.binary_search_by(|(listed, _)| (*listed).cmp(word)).ok()?;
    Some(ABBREVIATIONS[index].1)
}

/// Whether a word has inner periods and ends in a single letter, as "U.S", "a.m" and "Ph.D" do and
/// "example.com" doesn't.
fn is_dotted(word: &str) -> bool {
    matches!(*word.as_bytes(), [_, .., b'.', last] if last.is_ascii_alphabetic())
}

/// Reads the list: a heading in square brackets, then one abbreviation a line without its last period.
fn parse(list: &str) -> Vec<(&str, Use)> {
    let mut heading = Use::Anywhere;
    let mut abbreviations = Vec::new();
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line {
            "[before a name]" => heading = Use::BeforeName,
            "[before a number]" => heading = Use::BeforeNumber,
            "[inside a sentence]" => heading = Use::Inside,
            "[anywhere]" => heading = Use::Anywhere,
            "[place]" => heading = Use::Place,
            "[clock]" => heading = Use::Clock,
            word => abbreviations.push((word, heading)),
        }
    }
    abbreviations.sort_unstable_by_key(|(word, _)| *word);
    abbreviations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        for pair in ABBREVIATIONS.windows(2) {
            assert!(pair[0].0 != pair[1].0, "{} is listed twice", pair[0].0);
        }
        for (word, _) in ABBREVIATIONS.iter() {
            assert!(!word.ends_with('.') && !word.starts_with('['), "{word}: a heading or a period too much");
        }
    }

    #[test]
    fn words_keep_their_period_by_use() {
        assert_eq!(use_of("Gen", false), Some(Use::BeforeName));
        assert_eq!(use_of("No", true), Some(Use::BeforeNumber));
        assert_eq!(use_of("No", false), None);
        assert_eq!(use_of("p.m", false), Some(Use::Clock));
        assert_eq!(use_of("U.S", false), Some(Use::Anywhere));
        assert_eq!(use_of("Ph.D", false), Some(Use::Anywhere));
        assert_eq!(use_of("R-Fla", false), Some(Use::Place));
        assert_eq!(use_of("W", false), Some(Use::Initial));
        assert_eq!(use_of("example.com", false), None);
        assert_eq!(use_of("bridge", false), None);
    }
}
