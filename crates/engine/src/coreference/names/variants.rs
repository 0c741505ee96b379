//! Whether two names may be of the same: short and long, initials, endings of companies, misspellings.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::{NounKind, WordList};

/// From so many letters on a name may be misspelt by one.
pub(crate) const SHORTEST_MISSPELT: usize = 5;

/// From so many on by two.
const SHORTEST_MISSPELT_TWICE: usize = 8;

/// The words of a name, in lower case, without periods.
pub(crate) fn words_of<'a>(
    annotated: &'a AnnotatedDocument<'_>,
    tokens: &Range<usize>,
) -> impl Iterator<Item = String> + 'a {
    tokens
        .clone()
        .filter(|&token| annotated.is_wordlike(token))
        .map(|token| annotated.word(token).replace('.', "").to_lowercase())
}

/// More words, or the same number and more letters.
pub(crate) fn is_fuller(annotated: &AnnotatedDocument<'_>, name: &Range<usize>, than: &Range<usize>) -> bool {
    let size = |tokens: &Range<usize>| {
        let words = words_of(annotated, tokens).count();
        (
            words,
            if words == 1 { words_of(annotated, tokens).map(|word| word.chars().count()).sum() } else { 0 },
        )
    };
    size(name) > size(than)
}

/// "Austin" and "Lloyd J. Austin"; "Rob Smith" and "Robert Smith".
pub(crate) fn same_person(known: &[String], words: &[String]) -> bool {
    let (longer, shorter) = if known.len() >= words.len() { (known, words) } else { (words, known) };
    let suffix = longer.ends_with(shorter);
    if shorter.len() == 1 {
        // "Ahmed" alone is short for "Ahmed Mohamed", too.
        // And "Ortega" for "Alejandra Ortega Ruiz".
        let is_middle = longer.len() == 3 && longer[1] == shorter[0];
        return longer.len() > 1 && (suffix || longer[0] == shorter[0] || is_middle);
    }
    let same_first = longer[0] == shorter[0]
        || (longer[0].chars().next() == shorter[0].chars().next()
            && (shorter[0].chars().count() == 1
                || longer[0].chars().count() == 1
                || longer[0].starts_with(&shorter[0])
                || shorter[0].starts_with(&longer[0])));
    suffix || (longer.last() == shorter.last() && same_first)
}

/// "Home Office" and "United Kingdom Home Office", "Harlan" and "Harlan Corp", "WHO" and what it stands for.
pub(crate) fn same_body(
    annotated: &AnnotatedDocument<'_>,
    known_at: &Range<usize>,
    known: &[String],
    at: &Range<usize>,
    words: &[String],
) -> bool {
    let known_is_longer = known.len() >= words.len();
    let (longer, longer_at, shorter, shorter_at) =
        if known_is_longer { (known, known_at, words, at) } else { (words, at, known, known_at) };
    if longer.len() == shorter.len() {
        return false;
    }
    let head = longer_at.end - 1;
    let is_body =
        annotated.is_noun(head, NounKind::Organization) || annotated.is_noun(head, NounKind::Document);
    if shorter.len() == 1 && annotated.tokens[shorter_at.start].is_acronym {
        return initials_of(annotated, longer_at) == shorter[0];
    }
    let without_ending = longer.iter().rposition(|word| !WordList::CompanyEnding.has_small(word));
    if without_ending.is_some_and(|last| longer[..=last] == *shorter) {
        return true;
    }
    is_body && shorter.len() > 1 && longer.ends_with(shorter)
}

/// The first letters of a name's longer words: "who" of "World Health Organisation".
pub(crate) fn initials_of(annotated: &AnnotatedDocument<'_>, tokens: &Range<usize>) -> String {
    let capitals = tokens.clone().filter(|&token| annotated.has_name_capital(token));
    capitals.filter_map(|token| annotated.word(token).chars().next()).flat_map(char::to_lowercase).collect()
}

/// Whether two spellings of a long word are near enough to be one misspelt: an edit is a letter added, left out or
/// changed, or two neighbours swapped (Damerau 1964).
pub(crate) fn is_misspelt(some: &str, other: &str) -> bool {
    let length = some.chars().count().min(other.chars().count());
    let most = match length {
        0..SHORTEST_MISSPELT => 0,
        SHORTEST_MISSPELT..SHORTEST_MISSPELT_TWICE => 1,
        _ => 2,
    };
    strsim::osa_distance(some, other) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_may_be_misspelt() {
        for (some, other, expected) in [
            ("llyod", "lloyd", true),
            ("bauchtman", "buchtmann", true),
            ("buchtman", "buchtmann", true),
            ("smith", "smyth", true),
            ("smith", "smart", false),
            ("austin", "austin", true),
        ] {
            assert_eq!(is_misspelt(some, other), expected, "{some} {other}");
        }
    }
}
