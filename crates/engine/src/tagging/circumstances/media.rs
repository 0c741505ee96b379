//! What a sentence says of the act of speaking beside source, cue and content: through what.
//!
//! The patterns read this directly after the cue; it may as well open the sentence ("On Tuesday, the minister said"),
//! stand in the cue ("said in a statement") or follow the content.

use std::ops::Range;

use crate::annotation::classes::ClassedDocument;
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::network::Reading;
use crate::text::TokenKind;

/// How far from the cue they are looked for, in tokens on either side.
const LONGEST: usize = 48;

/// What opens a clause of its own, whose circumstances are not those of the clause before it.
const CLAUSE_OPENERS: [&str; 19] = [
    "when", "as", "while", "because", "although", "though", "if", "until", "where", "who", "which", "that",
    "whose", "whom", "once", "whether", "but", "and", "whilst",
];

/// An attribution as the network reads it, among the others of its sentence.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) reading: &'a Reading,
    /// Readings whose cues are near, in the order of their cues; it may be among them.
    pub(crate) others: &'a [&'a Reading],
}

/// Those of `readings`, which are in the order of their cues, that are near enough to `cue` to take what is beside it.
pub(crate) fn near<'a>(readings: &'a [&'a Reading], cue: &Range<usize>) -> &'a [&'a Reading] {
    let first = readings.partition_point(|other| other.cue.start + LONGEST < cue.start);
    let end = readings.partition_point(|other| other.cue.start < cue.end + LONGEST);
    &readings[first..end.max(first)]
}

impl ClassedDocument<'_> {
    /// Through what: "said in A STATEMENT", "issued A STATEMENT". The one nearest to the cue.
    pub(crate) fn medium_of(&self, around: Surroundings<'_>) -> Option<Range<usize>> {
        let cue = &around.reading.cue;
        self.nearest(around, |token, end| {
            let governed = self.is_in(token, WordList::MediumPreposition);
            let phrase = self.noun_phrase_after(token + usize::from(governed), end)?;
            let medium = phrase.clone().find(|&it| self.is_medium(token, it))?;
            // "A statement | late Friday", "a statement | saying".
            let ends = |it: usize| it == cue.start || self.time_at(it, end).is_some();
            let phrase = phrase.start..(medium + 1..phrase.end).find(|&it| ends(it)).unwrap_or(phrase.end);
            let fits = match self.word(token).to_ascii_lowercase().as_str() {
                // "Posted TO Twitter", but not "an answer to the statement".
                "to" => phrase.len() == 1 && self.is_capitalized(phrase.start),
                "by" | "over" => phrase.len() <= 2 && self.is_in(medium, WordList::Wire),
                _ if governed => true,
                _ => {
                    let is_text = self.is(medium, WordClasses::MEDIUM) || self.is_word(medium, "tweet");
                    is_text && self.is(token, WordClasses::DETERMINER) && self.is_published(&phrase)
                }
            };
            fits.then_some(phrase)
        })
    }

    fn is_medium(&self, preposition: usize, token: usize) -> bool {
        let word = self.document.word(token);
        let is_station = self.is_capitalized(token)
            && self.is_one_of(preposition, &["on", "via"])
            && self.is_in(token, WordList::Station);
        let is_mouthpiece =
            self.is_one_of(preposition, &["through", "via"]) && self.is_in(token, WordList::Mouthpiece);
        // "Prime Minister's Questions"
        let is_hour = self.is_word(token, "questions") && self.is_genitive(token.wrapping_sub(1));
        is_station
            || is_mouthpiece
            || is_hour && self.is_capitalized(token)
            || self.is(token, WordClasses::MEDIUM)
            || self.is_in(token, WordList::Medium)
            || word.starts_with("www.")
    }

    /// "Issued A STATEMENT", "A STATEMENT was released".
    fn is_published(&self, phrase: &Range<usize>) -> bool {
        let before = phrase.start.checked_sub(1);
        before.is_some_and(|verb| self.is_in(verb, WordList::PublishingVerb))
            || (self.is(phrase.end, WordClasses::BE) && self.is_in(phrase.end + 1, WordList::PublishingVerb))
    }

    /// What `read` finds nearest to the cue, in its sentence, outside source and contents, where it belongs to no other
    /// cue and to no clause of its own.
    pub(crate) fn nearest(
        &self,
        around: Surroundings<'_>,
        read: impl Fn(usize, usize) -> Option<Range<usize>>,
    ) -> Option<Range<usize>> {
        let reading = around.reading;
        let cue = &reading.cue;
        let sentence = self.sentence(cue.start);
        let start = sentence.start.max(cue.start.saturating_sub(LONGEST));
        let end = sentence.end.min(cue.end + LONGEST);
        let meets =
            |part: &Range<usize>, found: &Range<usize>| part.start < found.end && found.start < part.end;
        let is_free = |found: &Range<usize>| {
            !reading.contents.iter().chain(&reading.source).any(|part| meets(part, found))
        };
        let distance =
            |found: &Range<usize>| cue.start.saturating_sub(found.end) + found.start.saturating_sub(cue.end);
        (start..end)
            .filter_map(|token| read(token, end))
            .filter(is_free)
            .filter(|found| !is_of_another(around, found) && !self.is_cut_off(reading, found))
            .min_by_key(distance)
    }

    /// Whether the clause of the cue ends between it and what was found: "issued A STATEMENT after Ruiz said",
    /// "said it, but ON TUESDAY he left".
    pub(crate) fn is_cut_off(&self, reading: &Reading, found: &Range<usize>) -> bool {
        let cue = &reading.cue;
        let is_inside =
            |token: usize| reading.contents.iter().chain(&reading.source).any(|part| part.contains(&token));
        let opens_clause = |token: usize| self.is_one_of(token, &CLAUSE_OPENERS) && !is_inside(token);
        if found.start >= cue.end {
            return (cue.end..found.start).any(opens_clause);
        }
        let until = reading.source.as_ref().map_or(cue.start, |source| source.start.min(cue.start));
        let turns = |token: usize| self.is_one_of(token, &["after", "before"]) && !is_inside(token);
        // "In the days AFTER the flood"
        let is_counted =
            |token: usize| token == found.end && self.is(token.wrapping_sub(1), WordClasses::TIME);
        let is_comma = |token: &usize| self.is_kind(*token, TokenKind::Comma);
        // "Which the ministry TODAY denied"
        let subject = reading.source.as_ref().map_or(0, |source| source.end);
        let since = self.sentence(found.start).start.max(found.start.saturating_sub(LONGEST));
        let since = if subject <= found.start { since.max(subject) } else { since };
        // Only the cue's own clause and that of what was found: "ON TUESDAY, as shares fell, the bank said".
        let of_cue = (found.end..until).rev().take_while(|token| !is_comma(token));
        let of_found = (since..found.start).rev().take_while(|token| !is_comma(token));
        of_cue.into_iter().any(|token| opens_clause(token) || (turns(token) && !is_counted(token)))
            || of_found.into_iter().any(|token| self.is_one_of(token, &CLAUSE_OPENERS[..16]))
    }
}

/// Whether another cue with another source stands between the cue and what was found: "voted THURSDAY to punish her
/// for refusing". What a content holds doesn't come between.
pub(crate) fn is_of_another(around: Surroundings<'_>, found: &Range<usize>) -> bool {
    let Surroundings { reading, others } = around;
    let between = if found.start >= reading.cue.end {
        reading.cue.end..found.start
    } else {
        found.end..reading.cue.start
    };
    others.iter().any(|other| {
        let cue = &other.cue;
        other.source != reading.source
            && between.start <= cue.start
            && cue.end <= between.end
            && !reading.contents.iter().any(|content| content.contains(&cue.start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Words;
    use crate::segmentation::segment;
    use crate::text::Document;

    /// The tokens of `words`, which stand once in the text.
    fn tokens(document: &Document<'_>, words: &str) -> Range<usize> {
        let start = document.text.find(words).expect("the words stand in the text");
        let first = document.tokens.partition_point(|token| token.span.start < start);
        first..document.tokens.partition_point(|token| token.span.end <= start + words.len())
    }

    /// Medium and time in a text whose source, cue and content are these words.
    fn read(text: &str, parts: [&str; 3]) -> (String, String) {
        let document = segment(text);
        let words = Words::embedded();
        let classed = ClassedDocument::new(&document, &words);
        let [source, cue, content] = parts;
        let reading = Reading {
            cue: tokens(&document, cue),
            source: (!source.is_empty()).then(|| tokens(&document, source)),
            contents: vec![tokens(&document, content)],
            cue_confidence: 1.0,
            source_confidence: 1.0,
            content_confidence: 1.0,
            confidence: 1.0,
        };
        let text_of = |found: Option<Range<usize>>| {
            found.map_or_else(String::new, |found| document.span_of(&found).slice(text).to_owned())
        };
        let around = Surroundings { reading: &reading, others: &[] };
        (text_of(classed.medium_of(around)), text_of(classed.time_of(around)))
    }

    #[test]
    fn media_and_times_stand_before_in_and_after_the_cue() {
        for (text, parts, medium, time) in [
            (
                "On Tuesday, the minister said that the dam had held in June.",
                ["the minister", "said", "that the dam had held in June"],
                "",
                "Tuesday",
            ),
            (
                "The dam held, she said in a statement late Friday night.",
                ["she", "said in a statement", "The dam held"],
                "a statement",
                "late Friday night",
            ),
            (
                "She posted on Twitter that the dam held.",
                ["She", "posted", "that the dam held"],
                "Twitter",
                "",
            ),
            (
                "The mayor issued a statement saying the dam held.",
                ["The mayor", "saying", "the dam held"],
                "a statement",
                "",
            ),
            (
                "The mayor said the dam held in an email.",
                ["The mayor", "said", "the dam held in an email"],
                "",
                "",
            ),
            ("The mayor spoke after Tuesday's debate.", ["The mayor", "spoke", "debate"], "", ""),
            (
                "The firm issued a statement after Vega said that the dam held.",
                ["Vega", "said", "that the dam held"],
                "",
                "",
            ),
            (
                "The mayor denied the rumour through a spokeswoman two days later.",
                ["The mayor", "denied", "the rumour"],
                "a spokeswoman",
                "two days later",
            ),
            ("She said on CNN that the dam held.", ["She", "said", "that the dam held"], "CNN", ""),
            (
                "She said by telephone that the dam held.",
                ["She", "said", "that the dam held"],
                "telephone",
                "",
            ),
            ("The mayor said in Oslo that the dam held.", ["The mayor", "said", "that the dam held"], "", ""),
        ] {
            assert_eq!(read(text, parts), (medium.to_owned(), time.to_owned()), "{text}");
        }
    }
}
