//! Which words keep the period that follows them, and what that says about the sentence.

use std::sync::LazyLock;

use crate::lexicon::EMBEDDED_ABBREVIATIONS;

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

/// The bytes of the longest word that is looked up: a listed one, perhaps behind a hyphen ("Independent-Calif.").
pub(super) const LONGEST: usize = 20;

/// The abbreviations that begin with each ASCII character: a word at the end of a sentence is compared with few.
type Abbreviations = [Vec<(&'static str, Use)>; 128];

/// `data/abbreviations.txt`, parsed once and never changed.
static ABBREVIATIONS: LazyLock<Abbreviations> = LazyLock::new(|| parse(EMBEDDED_ABBREVIATIONS));

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
    let same_first = ABBREVIATIONS.get(usize::from(*word.as_bytes().first()?))?;
    same_first.iter().find(|(listed, _)| *listed == word).map(|(_, listed)| *listed)
}

/// Whether a word has inner periods and ends in a single letter, as "U.S", "a.m" and "Ph.D" do and
/// "example.com" doesn't.
fn is_dotted(word: &str) -> bool {
    matches!(*word.as_bytes(), [_, .., b'.', last] if last.is_ascii_alphabetic())
}

/// Reads the list: a heading in square brackets, then one abbreviation a line without its last period.
fn parse(list: &'static str) -> Abbreviations {
    let mut heading = Use::Anywhere;
    let mut abbreviations = std::array::from_fn(|_| Vec::new());
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line {
            "[before a name]" => heading = Use::BeforeName,
            "[before a number]" => heading = Use::BeforeNumber,
            "[inside a sentence]" => heading = Use::Inside,
            "[anywhere]" => heading = Use::Anywhere,
            "[place]" => heading = Use::Place,
            "[clock]" => heading = Use::Clock,
            word => abbreviations[usize::from(word.as_bytes()[0])].push((word, heading)),
        }
    }
    abbreviations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        let words: Vec<&str> = ABBREVIATIONS.iter().flatten().map(|(word, _)| *word).collect();
        let distinct: std::collections::HashSet<&str> = words.iter().copied().collect();
        assert_eq!(distinct.len(), words.len(), "a word is listed twice");
        for word in words {
            assert!(!word.ends_with('.') && !word.starts_with('['), "{word}: a heading or a period too much");
            assert!(word.len() <= LONGEST, "{word} is longer than what is looked up");
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
