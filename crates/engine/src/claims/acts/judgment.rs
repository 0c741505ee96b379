//! Whether somebody's words judge: "The decision is a disgrace", "I am proud of them", "Thank you".
//!
//! "Said" tells nothing of it, so the content is looked at: at its first words, since what it begins with dominates.

use std::ops::Range;

use crate::text::{Document, TokenKind};

/// How many words of a content are looked at.
const LONGEST: usize = 40;

/// Where the predicate that judges ends at the latest, in words.
const PREDICATE: usize = 24;

/// What is thanks, praise or blame by being said.
const OPENINGS: [&str; 8] =
    ["bravo", "condolences", "congrats", "congratulations", "kudos", "shame", "thank", "thanks"];

/// What somebody does by saying that he does it: "we CONDEMN the attack".
const PERFORMED: [&str; 19] = [
    "admire",
    "apologise",
    "apologize",
    "applaud",
    "appreciate",
    "blame",
    "commend",
    "condemn",
    "congratulate",
    "denounce",
    "deplore",
    "hate",
    "love",
    "mourn",
    "praise",
    "regret",
    "salute",
    "thank",
    "welcome",
];

/// What may stand between a person and what he does by saying it: "we WANT TO thank".
const LEADING: [&str; 14] = [
    "'d", "all", "also", "deeply", "have", "just", "like", "must", "really", "strongly", "to", "want",
    "would", "’d",
];

/// Words that judge as predicates: "it was SHAMEFUL".
const JUDGING: [&str; 128] = [
    "absurd",
    "abysmal",
    "admirable",
    "affront",
    "alarmed",
    "alarming",
    "amazing",
    "appalled",
    "appalling",
    "ashamed",
    "astonishing",
    "atrocious",
    "awesome",
    "awful",
    "bad",
    "beautiful",
    "bizarre",
    "brave",
    "brilliant",
    "catastrophe",
    "catastrophic",
    "courageous",
    "cowardly",
    "damning",
    "delighted",
    "despicable",
    "devastated",
    "devastating",
    "disappointed",
    "disappointing",
    "disaster",
    "disastrous",
    "disgrace",
    "disgraceful",
    "disgusted",
    "disgusting",
    "dishonest",
    "disturbing",
    "dreadful",
    "embarrassed",
    "embarrassing",
    "embarrassment",
    "excellent",
    "exceptional",
    "extraordinary",
    "fabulous",
    "failure",
    "fantastic",
    "farce",
    "foolish",
    "furious",
    "glad",
    "good",
    "grateful",
    "great",
    "heartbreaking",
    "heartbroken",
    "hero",
    "heroes",
    "heroic",
    "honored",
    "honoured",
    "horrendous",
    "horrible",
    "horrific",
    "horrified",
    "humbled",
    "hypocrisy",
    "hypocrite",
    "hypocritical",
    "idiotic",
    "impressed",
    "impressive",
    "inappropriate",
    "incompetent",
    "incredible",
    "inexcusable",
    "inhumane",
    "insane",
    "inspiring",
    "insult",
    "insulting",
    "irresponsible",
    "joke",
    "laughable",
    "ludicrous",
    "magnificent",
    "misguided",
    "mistake",
    "nonsense",
    "offensive",
    "outrage",
    "outraged",
    "outrageous",
    "outstanding",
    "pathetic",
    "phenomenal",
    "pleased",
    "proud",
    "reckless",
    "regrettable",
    "remarkable",
    "repugnant",
    "ridiculous",
    "saddened",
    "scandal",
    "scandalous",
    "shame",
    "shameful",
    "shocked",
    "shocking",
    "sickening",
    "silly",
    "spectacular",
    "stunning",
    "superb",
    "terrible",
    "terrific",
    "thankful",
    "thrilled",
    "tragedy",
    "tragic",
    "unacceptable",
    "unconscionable",
    "unfair",
    "unforgivable",
    "unfortunate",
    "unjust",
];

/// Words that judge wherever they stand.
const STRONG: [&str; 13] = [
    "abhorrent",
    "affront",
    "cowardly",
    "damning",
    "deplorable",
    "despicable",
    "disgraceful",
    "heinous",
    "misguided",
    "reprehensible",
    "shameful",
    "tremendous",
    "unconscionable",
];

/// Forms of verbs before a predicate.
const COPULAS: [&str; 15] =
    ["'m", "'re", "'s", "am", "are", "be", "been", "being", "feel", "is", "was", "were", "’m", "’re", "’s"];

/// What may stand between verb and predicate, beside adverbs in -ly.
const DEGREES: [&str; 22] = [
    "a", "all", "also", "always", "an", "just", "more", "most", "never", "not", "of", "one", "pretty",
    "quite", "simply", "so", "still", "such", "the", "too", "truly", "very",
];

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
    words.iter().take(3).any(|word| is_one_of(word, &OPENINGS))
        || performs(&words)
        || predicates(&words)
        || words.iter().any(|word| is_one_of(word, &STRONG))
}

/// "We deeply regret", "I want to thank".
fn performs(words: &[&str]) -> bool {
    let persons =
        (0..words.len().min(14)).filter(|&place| is_one_of(words[place], &["he", "i", "she", "they", "we"]));
    persons.into_iter().any(|person| {
        let mut after = words[person + 1..].iter().take(6).skip_while(|word| is_one_of(word, &LEADING));
        after.next().is_some_and(|word| is_one_of(word, &PERFORMED))
    })
}

/// "It was an absolute disgrace", "she is very disappointed".
fn predicates(words: &[&str]) -> bool {
    let copulas = (0..words.len().min(PREDICATE)).filter(|&place| is_one_of(words[place], &COPULAS));
    copulas.into_iter().any(|copula| {
        let after = &words[copula + 1..];
        let degrees = after
            .iter()
            .take(3)
            .take_while(|word| is_one_of(word, &DEGREES) || word.ends_with("ly"))
            .filter(|word| !is_one_of(word, &JUDGING))
            .count();
        // "An | absolute disgrace"
        let has_article = after[..degrees].iter().any(|word| is_one_of(word, &["a", "an", "the"]));
        let mut predicate = after[degrees..].iter().take(1 + usize::from(has_article));
        predicate.any(|word| is_one_of(word, &JUDGING))
    })
}

/// Whether a word is in a list in the order of the alphabet, whatever its case.
fn is_one_of(word: &str, sorted: &[&str]) -> bool {
    sorted
        .binary_search_by(|known| known.bytes().cmp(word.bytes().map(|letter| letter.to_ascii_lowercase())))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::segment;

    #[test]
    fn lists_are_in_order() {
        let lists: [&[&str]; 7] = [&OPENINGS, &PERFORMED, &LEADING, &JUDGING, &STRONG, &COPULAS, &DEGREES];
        for list in lists {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

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
