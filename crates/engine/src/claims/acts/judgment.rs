//! Whether somebody's words judge: "The decision is a disgrace", "I am proud of them", "Thank you".
//!
//! "Said" tells nothing of it, so the content is looked at: at its first words, since what it begins with dominates.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::WordList;

/// How many words of a content are looked at.
const LONGEST: usize = 40;

/// Where the predicate that judges ends at the latest, in words.
const PREDICATE: usize = 24;

/// Whether judgement dominates in a content: it is thanks or blame itself, or the predicate near its beginning judges.
pub(crate) fn judges(annotated: &AnnotatedDocument<'_>, contents: &[Range<usize>]) -> bool {
    let tokens = contents.iter().flat_map(Clone::clone).take(2 * LONGEST);
    let words: Vec<usize> = tokens.filter(|&token| annotated.is_wordlike(token)).take(LONGEST).collect();
    words.iter().take(3).any(|&word| annotated.is_in(word, WordList::JudgingOpening))
        || performs(annotated, &words)
        || predicates(annotated, &words)
        || words.iter().any(|&word| annotated.is_in(word, WordList::JudgingAnywhere))
}

/// "We deeply regret", "I want to thank".
fn performs(annotated: &AnnotatedDocument<'_>, words: &[usize]) -> bool {
    let persons = (0..words.len().min(14))
        .filter(|&place| annotated.is_one_of(words[place], &["he", "i", "she", "they", "we"]));
    persons.into_iter().any(|person| {
        let before_verb = |&&word: &&usize| annotated.is_in(word, WordList::BeforeJudgingVerb);
        let mut after = words[person + 1..].iter().take(6).skip_while(before_verb);
        after.next().is_some_and(|&word| annotated.is_in(word, WordList::JudgingVerb))
    })
}

/// "It was an absolute disgrace", "she is very disappointed".
fn predicates(annotated: &AnnotatedDocument<'_>, words: &[usize]) -> bool {
    let is_in = |place: usize, list| annotated.is_in(words[place], list);
    let copulas = (0..words.len().min(PREDICATE)).filter(|&place| is_in(place, WordList::JudgingCopula));
    copulas.into_iter().any(|copula| {
        let after = &words[copula + 1..];
        let degrees = after
            .iter()
            .take(3)
            .take_while(|&&word| {
                annotated.is_in(word, WordList::Degree) || annotated.word(word).ends_with("ly")
            })
            .filter(|&&word| !annotated.is_in(word, WordList::Judging))
            .count();
        // "An | absolute disgrace"
        let has_article = after[..degrees].iter().any(|&word| annotated.is_one_of(word, &["a", "an", "the"]));
        let mut predicate = after[degrees..].iter().take(1 + usize::from(has_article));
        predicate.any(|&word| annotated.is_in(word, WordList::Judging))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::annotated;

    #[test]
    fn thanks_blame_and_predicates_judge() {
        for (text, expected) in [
            ("the decision is an absolute disgrace", true),
            ("she was deeply disappointed by the vote", true),
            ("Thank you for coming", true),
            ("we want to thank the crew", true),
            ("it was \"damning that nobody came\"", true),
            ("the Home Office's misguided plan would cost lives", true),
            ("the bridge was closed on Friday", false),
            ("it is crucial that children eat well", false),
            ("the issue is complicated and will take time", false),
            ("", false),
        ] {
            let annotated = annotated(text);
            let all = 0..annotated.len();
            assert_eq!(judges(&annotated, &[all]), expected, "{text}");
        }
    }
}
