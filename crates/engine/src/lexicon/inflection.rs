//! The regular forms of English verbs and nouns, for entries that leave them out.

use super::cue::{CueForm, Inflection};

/// The five forms of a regular verb. Only the first word of a phrasal verb changes ("calls for"). Final
/// consonants are not doubled: "admit" is not regular here.
pub(super) fn regular_verb(lemma: &str) -> Vec<CueForm> {
    let (first, rest) = lemma.split_at(lemma.find(' ').unwrap_or(lemma.len()));
    let past = past(first);
    [
        (first.to_owned(), Inflection::Base),
        (with_s(first), Inflection::ThirdPerson),
        (past.clone(), Inflection::Past),
        (past, Inflection::PastParticiple),
        (gerund(first), Inflection::Gerund),
    ]
    .into_iter()
    .map(|(form, inflection)| CueForm { text: form + rest, inflection })
    .collect()
}

/// A regular noun and its plural. The last word of a compound changes ("press releases").
pub(super) fn regular_noun(lemma: &str) -> Vec<CueForm> {
    vec![
        CueForm { text: lemma.to_owned(), inflection: Inflection::Base },
        CueForm { text: with_s(lemma), inflection: Inflection::Plural },
    ]
}

fn with_s(word: &str) -> String {
    if let Some(stem) = consonant_y(word) {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| word.ends_with(ending)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

fn past(word: &str) -> String {
    if let Some(stem) = consonant_y(word) {
        format!("{stem}ied")
    } else if word.ends_with('e') {
        format!("{word}d")
    } else {
        format!("{word}ed")
    }
}

fn gerund(word: &str) -> String {
    match word.strip_suffix('e') {
        // "Agreeing", "seeing", "dyeing" keep their e.
        Some(stem) if !stem.ends_with(['e', 'y', 'o']) => format!("{stem}ing"),
        _ => format!("{word}ing"),
    }
}

/// What stands before a final y that follows a consonant: "den" of "deny", nothing of "say".
fn consonant_y(word: &str) -> Option<&str> {
    word.strip_suffix('y').filter(|stem| !stem.is_empty() && !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lemma: &str, expected: &str) {
        let forms: Vec<_> = regular_verb(lemma).into_iter().map(|form| form.text).collect();
        assert_eq!(forms.join(", "), expected);
    }

    #[test]
    fn regular_verbs_follow_the_spelling_rules() {
        check("call for", "call for, calls for, called for, called for, calling for");
        check("deny", "deny, denies, denied, denied, denying");
        check("praise", "praise, praises, praised, praised, praising");
        check("agree", "agree, agrees, agreed, agreed, agreeing");
        check("stress", "stress, stresses, stressed, stressed, stressing");
        check("convey", "convey, conveys, conveyed, conveyed, conveying");
    }

    #[test]
    fn regular_nouns_have_a_plural() {
        let forms: Vec<_> = regular_noun("press release").into_iter().map(|form| form.text).collect();
        assert_eq!(forms, ["press release", "press releases"]);
    }
}
