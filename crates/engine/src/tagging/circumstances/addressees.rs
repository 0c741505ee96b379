//! To whom: "told REPORTERS", "asked THE COUNCIL to help", "said to THE DRIVER", "in a letter to STAFF".

use std::ops::Range;

use crate::annotation::classes::{ClassedDocument, Traits};
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::circumstances::media::{Surroundings, is_of_another};
use crate::tagging::network::Reading;

/// How far from the cue somebody spoken to is looked for, in tokens on either side.
const LONGEST: usize = 32;

impl ClassedDocument<'_> {
    /// Whom the source speaks to, asks, urges or tells to do something.
    pub(crate) fn addressee_of(&self, around: Surroundings<'_>) -> Option<Range<usize>> {
        let reading = around.reading;
        self.subject_told(reading)
            .or_else(|| self.object_directed(reading))
            .or_else(|| self.object_told(reading))
            .or_else(|| self.spoken_to(around))
            .or_else(|| self.receiver(around))
    }

    /// A verb whose object is to do what the content says: "urge", "call" of "call on".
    fn directs(&self, token: usize) -> bool {
        self.has(token, Traits::DIRECTS)
            || self.has(token, Traits::DIRECTS_LATER)
            || self.is_in(token, WordList::DirectingWord)
    }

    /// A verb that directs with the words after it alone: "call" of "call on".
    fn directs_later(&self, token: usize) -> bool {
        self.has(token, Traits::DIRECTS_LATER) && !self.has(token, Traits::DIRECTS)
    }

    /// A verb whose object is told the content.
    fn tells(&self, token: usize) -> bool {
        self.has(token, Traits::TELLS) || self.is_in(token, WordList::TellingWord)
    }

    /// A verb after which "to" opens who is spoken to.
    fn speaks_to(&self, token: usize) -> bool {
        self.has(token, Traits::SPEAKS_TO) || self.is_in(token, WordList::SpeakingWord)
    }

    /// "THE PARENTS were advised | to see a specialist".
    fn subject_told(&self, reading: &Reading) -> Option<Range<usize>> {
        let cue = &reading.cue;
        let content = reading.contents.iter().find(|content| content.start >= cue.end)?;
        let verb = cue.clone().find(|&token| self.directs(token))?;
        let is_told = reading.source.is_none()
            && self.is_one_of(content.start, &["to", "that", "not"])
            && self.is_passive(cue.start..verb);
        is_told.then(|| self.noun_phrase_before(self.sentence(cue.start).start, cue.start)).flatten()
    }

    /// "Asked | THE COUNCIL to help", "called on | THE COUNCIL to help", "warned | CHINA against it".
    fn object_directed(&self, reading: &Reading) -> Option<Range<usize>> {
        let cue = &reading.cue;
        let content = reading.contents.iter().find(|content| content.start >= cue.end)?;
        let verb = cue.clone().find(|&token| self.directs(token))?;
        let is_called = self.directs_later(verb);
        let is_governing = verb + 1 == cue.end && !is_called
            || self.is_one_of(cue.end - 1, &["on", "upon"])
            || self.is_one_of(cue.end - 1, &["with", "to"]) && !is_called;
        if reading.source.is_none() || !is_governing {
            return None;
        }
        let somebody = self.noun_phrase_after(content.start, content.end.min(content.start + LONGEST))?;
        let warns = self.tells(verb);
        let goes_on = self.is_one_of(somebody.end, &["to", "not"])
            || (warns && self.is_one_of(somebody.end, &["against", "about", "whether", "if", "that"]));
        (goes_on && self.can_be_told(&somebody)).then_some(somebody)
    }

    /// "Told REPORTERS", "told HIM that the well was dry".
    fn object_told(&self, reading: &Reading) -> Option<Range<usize>> {
        let cue = &reading.cue;
        let verb = cue.clone().rev().find(|&token| self.tells(token))?;
        if self.is_passive(cue.start..verb) {
            return None;
        }
        self.free_phrase(reading, verb + 1)
    }

    /// "Said to THE DRIVER", "wrote to PARENTS"; "Speaking to REPORTERS, he said".
    fn spoken_to(&self, around: Surroundings<'_>) -> Option<Range<usize>> {
        let reading = around.reading;
        let cue = &reading.cue;
        let directly = cue.clone().rev().find(|&token| self.speaks_to(token)).and_then(|verb| {
            // "Said Ruiz | to a crowd"
            let inverted = reading.source.as_ref().filter(|source| source.start == verb + 1);
            let to = inverted.map_or(verb + 1, |source| source.end);
            self.is(to, WordClasses::TO).then(|| self.free_phrase(reading, to + 1)).flatten()
        });
        directly.or_else(|| {
            self.beside(around, |token| {
                (self.is_one_of(token, &["speaking", "talking"])
                    && self.is_one_of(token + 1, &["to", "with"]))
                .then_some(token + 2)
                .or_else(|| self.is_word(token, "addressing").then_some(token + 1))
            })
        })
    }

    /// "In a letter to STAFF, the dean said".
    fn receiver(&self, around: Surroundings<'_>) -> Option<Range<usize>> {
        self.beside(around, |token| {
            (self.is_in(token, WordList::SentText) && self.is(token + 1, WordClasses::TO))
                .then_some(token + 2)
        })
    }

    /// Somebody at the place that `find` tells for a token near the cue.
    fn beside(
        &self,
        around: Surroundings<'_>,
        find: impl Fn(usize) -> Option<usize>,
    ) -> Option<Range<usize>> {
        let reading = around.reading;
        let cue = &reading.cue;
        let sentence = self.sentence(cue.start);
        let start = sentence.start.max(cue.start.saturating_sub(LONGEST));
        let end = sentence.end.min(cue.end + LONGEST);
        (start..end)
            .filter_map(find)
            .filter_map(|place| self.free_phrase(reading, place))
            .find(|found| !is_of_another(around, found) && !self.is_cut_off(reading, found))
    }

    /// The people that a noun phrase at `start` names, up to a time, where neither source nor content has it.
    fn free_phrase(&self, reading: &Reading, start: usize) -> Option<Range<usize>> {
        let ceiling = self.ceiling(start);
        let content = reading.contents.iter().map(|content| content.start).find(|&content| content >= start);
        let ceiling = content.map_or(ceiling, |content| ceiling.min(content));
        if start >= ceiling || self.opens_time(start) {
            return None;
        }
        // "Told HER"
        let pronoun = self.is(start, WordClasses::OBJECT_PRONOUN).then_some(start..start + 1);
        let phrase = self.noun_phrase_after(start, ceiling).or(pronoun)?;
        let is_time = |token: usize| self.opens_time(token) && !self.is_masthead(token);
        let end = (phrase.start + 1..phrase.end)
            .find(|&token| is_time(token) || self.is_one_of(token, &["in", "at", "on"]))
            .unwrap_or(phrase.end);
        // "ABC's This Week"
        let names_more = |token: &usize| self.is_capitalized(*token) && !self.opens_time(*token);
        let more = if self.is_genitive(end - 1) { (end..ceiling).take_while(names_more).count() } else { 0 };
        let phrase = phrase.start..end + more;
        let is_free = reading
            .contents
            .iter()
            .chain(&reading.source)
            .all(|part| part.end <= phrase.start || phrase.end <= part.start);
        (is_free && self.can_be_told(&phrase)).then_some(phrase)
    }

    /// "Anonymity" and "full well" aren't spoken to.
    pub(crate) fn can_be_told(&self, phrase: &Range<usize>) -> bool {
        self.is_referring(phrase)
            && !self.is(phrase.start, WordClasses::TIME)
            && !self.is_one_of(phrase.start, &["that", "this", "it", "what"])
    }

    /// Whether what the network takes for the source is told, asked or advised itself: "THE PARENTS were advised to
    /// send", "the bank WAS TOLD that".
    pub(crate) fn source_is_told(&self, reading: &Reading) -> bool {
        let cue = &reading.cue;
        let verb = cue.clone().rev().find(|&token| self.directs(token));
        let stands_before = reading.source.as_ref().is_some_and(|source| source.end <= cue.start);
        verb.is_some_and(|verb| {
            // "We are convinced" tells what we hold, not what we were told.
            let is_participle = (self.word(verb).ends_with("ed") || self.is_word(verb, "told"))
                && !self.has(verb, Traits::CONVINCES);
            stands_before && is_participle && self.is_passive(cue.start..verb)
        })
    }

    /// "Were (advised)", "has been (told)".
    fn is_passive(&self, auxiliaries: Range<usize>) -> bool {
        // "He's urged" is "has urged", "was quick to tell" is active.
        auxiliaries.clone().any(|token| {
            self.is(token, WordClasses::BE) && !self.is_kind(token, crate::text::TokenKind::Clitic)
        }) && !auxiliaries.into_iter().any(|token| self.is(token, WordClasses::TO))
    }
}
