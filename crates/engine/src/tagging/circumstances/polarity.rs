//! Whether it is said that somebody did not say it, and whether it is left open that he did.
//!
//! The patterns tell it of the verb groups that they read; this looks at the cue of any reading and at the words before
//! it: "FAILED TO mention", "WITHOUT saying", "SEEMED TO suggest".

use crate::annotation::classes::{ClassedDocument, Traits};
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::network::Reading;

/// How much of a cue is looked at, in tokens.
const LONGEST: usize = 16;

/// How far before a cue what governs it stands, in tokens: "has YET TO publicly say".
const BEFORE: usize = 3;

impl ClassedDocument<'_> {
    /// "Did not say", "has yet to say", "without saying", "stopped short of saying".
    pub(crate) fn is_negated(&self, reading: &Reading) -> bool {
        let cue = &reading.cue;
        let end = cue.end.min(cue.start + LONGEST);
        let denies = |token: usize| self.is_denial(token) && token + 1 < cue.end;
        let start = self.before(reading);
        let leaves = |token: usize| {
            let governs = token < cue.end - 1;
            governs
                && (self.is_in(token, WordList::Undone) && self.is(token + 1, WordClasses::TO)
                    || self.is_in(token, WordList::Avoided) && self.governs_cue(token + 1, reading)
                    || self.is_word(token, "short") && self.is_word(token + 1, "of"))
        };
        (cue.start..end).any(denies) || (start..end).any(leaves)
    }

    /// "Not", "never", but not that of "not only".
    pub(crate) fn is_denial(&self, token: usize) -> bool {
        self.is(token, WordClasses::NEGATION) && !self.is_in(token + 1, WordList::NoDenial)
    }

    /// After "without" a gerund stands, perhaps behind adverbs.
    fn governs_cue(&self, after: usize, reading: &Reading) -> bool {
        let is_passed = |token: usize| self.is_adverb(token) || self.is_one_of(token, &["from", "ever"]);
        let verb = (after..reading.cue.end).find(|&token| !is_passed(token));
        verb.is_some_and(|verb| self.has(verb, Traits::ING))
    }

    /// Whether it is left open that it was said: "reportedly said", "Allegedly, the sister pleaded", "is believed to
    /// bring luck", "seemed to suggest".
    pub(crate) fn is_hedged(&self, reading: &Reading) -> bool {
        let cue = &reading.cue;
        let end = cue.end.min(cue.start + LONGEST);
        let opening = self.sentence(cue.start).start;
        let start = self.before(reading);
        let in_cue = (start.max(cue.start.saturating_sub(1))..end).any(|token| {
            self.is(token, WordClasses::HEDGE)
                || self.is_in(token, WordList::Maybe)
                || self.is_uncertain_modal(token)
        });
        // "Seemed to | suggest", "is said to | have called": not where the verb itself is the cue.
        let seems = (start..end).any(|token| {
            let rumour = self.is_in(token, WordList::RumorParticiple)
                && self.is(token.wrapping_sub(1), WordClasses::BE);
            (rumour || self.is_in(token, WordList::SeemingVerb))
                && self.is(token + 1, WordClasses::TO)
                && token + 2 < cue.end
                && !(self.is_one_of(token + 2, &["be", "either"]) && token + 3 == cue.end)
        });
        let raised = reading.source.is_none()
            && self.is(cue.start, WordClasses::BE)
            && self.is_in(cue.end - 1, WordList::RumorParticiple)
            && reading.contents.iter().any(|content| self.is_word(content.start, "to"));
        in_cue || seems || raised || self.is(opening, WordClasses::HEDGE)
    }

    /// "May", "might"; "could have said", but not "could see".
    pub(crate) fn is_uncertain_modal(&self, token: usize) -> bool {
        self.is(token, WordClasses::UNCERTAIN_MODAL)
            && !self.is_capitalized(token)
            && (!self.is_word(token, "could") || self.is(token + 1, WordClasses::HAVE))
    }

    /// Where the words that may govern the cue begin, in its sentence and outside its source and contents.
    fn before(&self, reading: &Reading) -> usize {
        let cue = &reading.cue;
        let parts = reading.contents.iter().chain(&reading.source).map(|part| part.end);
        let end = parts.filter(|&end| end <= cue.start).max().unwrap_or(0);
        self.sentence(cue.start).start.max(cue.start.saturating_sub(BEFORE)).max(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Words;
    use crate::segmentation::segment;

    /// Whether it is negated and hedged, in a text whose cue and content are these words and stand once in it.
    fn read(text: &str, cue: &str, content: &str) -> (bool, bool) {
        let document = segment(text);
        let words = Words::embedded();
        let classed = ClassedDocument::new(&document, &words);
        let tokens = |words: &str| {
            let start = text.find(words).expect("the words stand in the text");
            let first = document.tokens.partition_point(|token| token.span.start < start);
            first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
        };
        let reading = Reading {
            cue: tokens(cue),
            source: None,
            contents: vec![tokens(content)],
            cue_confidence: 1.0,
            source_confidence: 1.0,
            content_confidence: 1.0,
            confidence: 1.0,
        };
        (classed.is_negated(&reading), classed.is_hedged(&reading))
    }

    #[test]
    fn negations_stand_in_the_cue_or_govern_it() {
        for (text, cue, content, negated) in [
            ("The mayor did not say when.", "did not say", "when", true),
            ("The mayor has yet to say when.", "say", "when", true),
            ("The mayor failed to publicly mention it.", "mention", "it", true),
            ("The mayor left without saying why.", "saying", "why", true),
            ("The mayor stopped short of calling it murder.", "calling", "it murder", true),
            ("The mayor not only said so.", "not only said", "so", false),
            ("The mayor said no.", "said", "no", false),
            ("The mayor, who has not slept, said so.", "said", "so", false),
        ] {
            assert_eq!(read(text, cue, content).0, negated, "{text}");
        }
    }

    #[test]
    fn rumours_are_hedged() {
        for (text, cue, content, hedged) in [
            ("Allegedly, his sister pleaded with him to go.", "pleaded", "to go", true),
            ("The shape is believed to bring good luck.", "is believed", "to bring good luck", true),
            ("The mayor reportedly said it was over.", "reportedly said", "it was over", true),
            ("It is believed that it brings luck.", "is believed", "that it brings luck", false),
            ("The mayor seemed to suggest that it was over.", "suggest", "that it was over", true),
            (
                "The mayor is said to have called it a scandal.",
                "is said to have called",
                "it a scandal",
                true,
            ),
            ("The mayor could see that it was over.", "could see", "that it was over", false),
            ("The mayor could have said that it was over.", "could have said", "that it was over", true),
            ("The dam appears to hold.", "appears", "to hold", false),
        ] {
            assert_eq!(read(text, cue, content).1, hedged, "{text}");
        }
    }
}
