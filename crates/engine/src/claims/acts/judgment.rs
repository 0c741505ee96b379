//! Whether somebody's words judge: "The decision is a disgrace", "I am proud of them", "Thank you".
//!
//! "Said" tells nothing of it, so the content is looked at: at its first words, since what it begins with dominates.

use std::ops::Range;

use crate::lexicon::WordList;
use crate::text::{Document, TokenKind};

/// How many words of a content are looked at.
const LONGEST: usize = 40;

/// Where the predicate that judges ends at the latest, in words.
const PREDICATE: usize = 24;

/// Whether judgement dominates in a content: it is thanks or blame itself, or the predicate near its beginning judges.
pub(crate) fn judges(document: &Document<'_>, contents: &[Range<usize>]) -> bool {
    let tokens = contents.iter().flat_map(Clone::clone).take(2 * LONGEST);
    let words: Vec<&str> = tokens
        .filter(|&token| {
            document.tokens[token].is_wordlike() || document.tokens[token].kind == TokenKind::Clitic
        })
        .map(|token| document.word(token))
        .take(LONGEST)
        .collect();
    words.iter().take(3).any(|word| WordList::JudgingOpening.has(word))
        || performs(&words)
        || predicates(&words)
        || words.iter().any(|word| WordList::JudgingAnywhere.has(word))
}

/// "We deeply regret", "I want to thank".
fn performs(words: &[&str]) -> bool {
    let persons =
        (0..words.len().min(14)).filter(|&place| is_one_of(words[place], &["he", "i", "she", "they", "we"]));
    persons.into_iter().any(|person| {
        let mut after =
            words[person + 1..].iter().take(6).skip_while(|word| WordList::BeforeJudgingVerb.has(word));
        after.next().is_some_and(|word| WordList::JudgingVerb.has(word))
    })
}

/// "It was an absolute disgrace", "she is very disappointed".
fn predicates(words: &[&str]) -> bool {
    let copulas = (0..words.len().min(PREDICATE)).filter(|&place| WordList::JudgingCopula.has(words[place]));
    copulas.into_iter().any(|copula| {
        let after = &words[copula + 1..];
        let degrees = after
            .iter()
            .take(3)
            .take_while(|word| WordList::Degree.has(word) || word.ends_with("ly"))
            .filter(|word| !WordList::Judging.has(word))
            .count();
        // "An | absolute disgrace"
        let has_article = after[..degrees].iter().any(|word| is_one_of(word, &["a", "an", "the"]));
        let mut predicate = after[degrees..].iter().take(1 + usize::from(has_article));
        predicate.any(|word| WordList::Judging.has(word))
    })
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::segment;

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
            let document = segment(text);
            let all = 0..document.tokens.len();
            assert_eq!(judges(&document, &[all]), expected, "{text}");
        }
    }
}
