//! What a sentence says of the act of speaking beside source, cue and content: through what, when, and whether it is
//! sure.
//!
//! The patterns read this directly after the cue; it may as well open the sentence ("On Tuesday, the minister said"),
//! stand in the cue ("said in a statement") or follow the content.

use std::ops::Range;

use super::classes::ClassedDocument;
use super::network::Reading;
use crate::lexicon::WordClasses;
use crate::text::TokenKind;

/// How far from the cue they are looked for, in tokens on either side.
const LONGEST: usize = 48;

/// The longest time expression, in tokens: "the morning of Tuesday, 12 April 2011".
const LONGEST_TIME: usize = 8;

/// What stands before a medium: "IN a statement", "VIA Twitter".
const MEDIUM_PREPOSITIONS: [&str; 8] = ["in", "on", "via", "through", "using", "during", "at", "to"];

/// Media that are no class of words, since the network wasn't trained with them as one.
const ONLINE: [&str; 6] = ["website", "site", "webpage", "page", "account", "tweet"];

/// What is done with a statement.
const PUBLISHED: [&str; 8] =
    ["issued", "released", "published", "posted", "sent", "wrote", "gave", "issuing"];

/// Verbs whose object is asked or told to do what the content says.
const DIRECTIVES: [&str; 60] = [
    "asked",
    "ask",
    "asks",
    "asking",
    "urged",
    "urge",
    "urges",
    "urging",
    "told",
    "tell",
    "tells",
    "telling",
    "advised",
    "advise",
    "advises",
    "advising",
    "ordered",
    "order",
    "orders",
    "ordering",
    "warned",
    "warn",
    "warns",
    "warning",
    "invited",
    "invite",
    "invites",
    "inviting",
    "encouraged",
    "encourage",
    "encourages",
    "encouraging",
    "persuaded",
    "persuade",
    "persuades",
    "persuading",
    "begged",
    "beg",
    "begs",
    "begging",
    "pleaded",
    "plead",
    "pleads",
    "pleading",
    "instructed",
    "instruct",
    "instructs",
    "instructing",
    "pressed",
    "press",
    "presses",
    "pressing",
    "requested",
    "request",
    "requests",
    "requesting",
    "implored",
    "implore",
    "appealed",
    "appealing",
];

/// Participles that tell what nobody in particular holds for true: "is BELIEVED to", "are THOUGHT to".
const RUMOURS: [&str; 10] = [
    "believed",
    "thought",
    "said",
    "rumoured",
    "rumored",
    "understood",
    "alleged",
    "reported",
    "suspected",
    "reputed",
];

impl ClassedDocument<'_> {
    /// Through what: "said in A STATEMENT", "issued A STATEMENT". The one nearest to the cue.
    pub(super) fn medium_of(&self, reading: &Reading) -> Option<Range<usize>> {
        self.nearest(reading, |token, end| {
            let governed = self.is_one_of(token, &MEDIUM_PREPOSITIONS);
            let phrase = self.noun_phrase_after(token + usize::from(governed), end)?;
            let medium = phrase.clone().find(|&it| self.is_medium(it))?;
            // "A statement | late Friday", "a statement | saying".
            let ends = |it: usize| it == reading.cue.start || self.time_at(it, end).is_some();
            let phrase = phrase.start..(medium + 1..phrase.end).find(|&it| ends(it)).unwrap_or(phrase.end);
            let fits = if governed {
                // "Posted TO Twitter", but not "an answer to the statement".
                !self.is_word(token, "to") || (phrase.len() == 1 && self.is_capitalized(phrase.start))
            } else {
                self.is(token, WordClasses::DETERMINER) && self.is_published(&phrase)
            };
            fits.then_some(phrase)
        })
    }

    fn is_medium(&self, token: usize) -> bool {
        let word = self.document.word(token);
        self.is(token, WordClasses::MEDIUM) || self.is_one_of(token, &ONLINE) || word.starts_with("www.")
    }

    /// "Issued A STATEMENT", "A STATEMENT was released".
    fn is_published(&self, phrase: &Range<usize>) -> bool {
        let before = phrase.start.checked_sub(1);
        before.is_some_and(|verb| self.is_one_of(verb, &PUBLISHED))
            || (self.is(phrase.end, WordClasses::BE) && self.is_one_of(phrase.end + 1, &PUBLISHED))
    }

    /// Whom the source asks, urges or tells to do something, where they open the content or are the subject of a
    /// passive: "asked | THE COUNCIL to help", "THE PARENTS were advised | to see a specialist".
    pub(super) fn addressee_of(&self, reading: &Reading) -> Option<Range<usize>> {
        let cue = &reading.cue;
        let content = reading.contents.iter().find(|content| content.start >= cue.end)?;
        let verb = (cue.clone()).find(|&token| self.is_one_of(token, &DIRECTIVES))?;
        if reading.source.is_none() && self.is_word(content.start, "to") && self.is_passive(cue.start..verb) {
            return self.noun_phrase_before(self.sentence(cue.start).start, cue.start);
        }
        if reading.source.is_none() || !(verb + 1 == cue.end || self.is_one_of(cue.end - 1, &["with", "to"]))
        {
            return None;
        }
        let person = self.noun_phrase_after(content.start, content.end)?;
        (person.start == content.start && self.is_word(person.end, "to")).then_some(person)
    }

    /// Whether what the network takes for the source is told, asked or advised itself: "THE PARENTS were advised to
    /// send", "the bank WAS TOLD that".
    pub(super) fn source_is_told(&self, reading: &Reading) -> bool {
        let cue = &reading.cue;
        let verb = cue.clone().rev().find(|&token| self.is_one_of(token, &DIRECTIVES));
        let stands_before = reading.source.as_ref().is_some_and(|source| source.end <= cue.start);
        verb.is_some_and(|verb| {
            let is_participle = self.word(verb).ends_with("ed") || self.is_word(verb, "told");
            stands_before && is_participle && self.is_passive(cue.start..verb)
        })
    }

    /// "Were (advised)", "has been (told)".
    fn is_passive(&self, auxiliaries: Range<usize>) -> bool {
        // "He's urged" is "has urged", "was quick to tell" is active.
        auxiliaries
            .clone()
            .any(|token| self.is(token, WordClasses::BE) && !self.is_kind(token, TokenKind::Clitic))
            && !auxiliaries.into_iter().any(|token| self.is(token, WordClasses::TO))
    }

    /// When: "said ON TUESDAY", "AFTER THE MATCH, he said". The one nearest to the cue. Nobody has spoken next month
    /// or tomorrow.
    pub(super) fn time_of(&self, reading: &Reading) -> Option<Range<usize>> {
        let past = |start: usize, end: usize| {
            self.time_at(start, end).filter(|time| !self.is_one_of(time.start, &["next", "tomorrow"]))
        };
        self.nearest(reading, past).or_else(|| self.nearest(reading, |start, end| self.event_at(start, end)))
    }

    /// "AFTER THE LEAK," where a sentence begins: from its preposition to before the comma.
    fn event_at(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let opens =
            start == self.sentence(start).start && self.is_one_of(start, &["after", "before", "following"]);
        if !opens {
            return None;
        }
        let event = self.noun_phrase_after(start + 1, end)?;
        (event.len() <= LONGEST_TIME && self.is_kind(event.end, TokenKind::Comma)).then_some(start..event.end)
    }

    /// Whether it is left open that it was said: "reportedly said", "Allegedly, the sister pleaded", "is believed to
    /// bring luck".
    pub(super) fn is_hedged(&self, reading: &Reading) -> bool {
        let cue = &reading.cue;
        let opening = self.sentence(cue.start).start;
        let in_cue = cue.clone().take(LONGEST).any(|token| self.is(token, WordClasses::HEDGE));
        let raised = reading.source.is_none()
            && self.is(cue.start, WordClasses::BE)
            && self.is_one_of(cue.end - 1, &RUMOURS)
            && reading.contents.iter().any(|content| self.is_word(content.start, "to"));
        in_cue || raised || self.is(opening, WordClasses::HEDGE)
    }

    /// What `read` finds nearest to the cue, in its sentence, outside source and contents.
    fn nearest(
        &self,
        reading: &Reading,
        read: impl Fn(usize, usize) -> Option<Range<usize>>,
    ) -> Option<Range<usize>> {
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
        (start..end).filter_map(|token| read(token, end)).filter(is_free).min_by_key(distance)
    }

    /// The time expression that opens at `start`, without its preposition.
    fn time_at(&self, start: usize, end: usize) -> Option<Range<usize>> {
        if !self.opens_time(start) {
            return None;
        }
        let is_named = |token: usize| self.is(token, WordClasses::TIME);
        let is_time = |token: usize| is_named(token) || self.is_kind(token, TokenKind::Number);
        let first = if self.is(start, WordClasses::PREPOSITION) { start + 1 } else { start };
        let reach = end.min(start + LONGEST_TIME);
        let last = (first..reach)
            .take_while(|&token| is_time(token) || self.goes_on(token))
            .filter(|&it| is_time(it))
            .last()?;
        (first..=last).any(is_named).then_some(first..last + 1)
    }

    /// Words within a time expression: "the END OF last week", "April 12, 2011".
    fn goes_on(&self, token: usize) -> bool {
        self.is(token, WordClasses::DETERMINER.or(WordClasses::TIME_OPENER))
            || self.is_one_of(token, &["of", "ago", "same", "end", "beginning"])
            || (self.is_kind(token, TokenKind::Comma) && self.is_kind(token + 1, TokenKind::Number))
    }
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

    /// Medium, time, and whether it is hedged, in a text whose source, cue and content are these words.
    fn read(text: &str, parts: [&str; 3]) -> (String, String, bool) {
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
        (
            text_of(classed.medium_of(&reading)),
            text_of(classed.time_of(&reading)),
            classed.is_hedged(&reading),
        )
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
            ("The mayor said in Oslo that the dam held.", ["The mayor", "said", "that the dam held"], "", ""),
        ] {
            assert_eq!(read(text, parts), (medium.to_owned(), time.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn rumours_are_hedged() {
        for (text, parts, hedged) in [
            ("Allegedly, his sister pleaded with him to go.", ["his sister", "pleaded", "to go"], true),
            ("The shape is believed to bring good luck.", ["", "is believed", "to bring good luck"], true),
            ("The mayor reportedly said it was over.", ["The mayor", "reportedly said", "it was over"], true),
            ("The team is said by all to be tired.", ["all", "is said", "to be tired"], false),
            ("It is believed that it brings luck.", ["", "is believed", "that it brings luck"], false),
        ] {
            assert_eq!(read(text, parts).2, hedged, "{text}");
        }
    }
}
