//! To whom: "told REPORTERS", "asked THE COUNCIL to help", "said to THE DRIVER", "in a letter to STAFF".

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::{CueEntry, Frame, SpeechAct, WordClasses, WordList};
use crate::tagging::circumstances::surroundings::Surroundings;

/// How far from the cue somebody spoken to is looked for, in tokens on either side.
const LONGEST: usize = 32;

impl AnnotatedDocument<'_> {
    /// Whom the source speaks to, asks, urges or tells to do something.
    pub(crate) fn addressee_of(
        &self,
        around: &Surroundings<'_>,
        entry: Option<&CueEntry>,
    ) -> Option<Range<usize>> {
        self.source_told(around)
            .or_else(|| self.subject_told(around))
            .or_else(|| self.object_directed(around))
            .or_else(|| self.object_told(around))
            .or_else(|| self.object_taken(around, entry))
            .or_else(|| self.spoken_to(around))
            .or_else(|| self.receiver(around))
    }

    /// A verb whose object is to do what the content says: "urge", "call" of "call on".
    fn directs(&self, token: usize) -> bool {
        self.has(token, WordForms::DIRECTS)
            || self.has(token, WordForms::DIRECTS_LATER)
            || self.is_in(token, WordList::DirectingWord)
    }

    /// A verb that directs with the words after it alone: "call" of "call on".
    fn directs_later(&self, token: usize) -> bool {
        self.has(token, WordForms::DIRECTS_LATER) && !self.has(token, WordForms::DIRECTS)
    }

    /// A verb whose object is told the content.
    fn tells(&self, token: usize) -> bool {
        self.has(token, WordForms::TELLS) || self.is_in(token, WordList::TellingWord)
    }

    /// A verb after which "to" opens who is spoken to.
    fn speaks_to(&self, token: usize) -> bool {
        self.has(token, WordForms::SPEAKS_TO) || self.is_in(token, WordList::SpeakingWord)
    }

    /// "THE PARENTS were advised | to see a specialist".
    fn subject_told(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let (cue, parts) = (around.cue, around.parts);
        let content = parts.contents.iter().find(|content| content.start >= cue.end)?;
        let verb = cue.clone().find(|&token| self.directs(token))?;
        let is_told = parts.source.is_none()
            && self.is_one_of(content.start, &["to", "that", "not"])
            && self.is_passive(cue.start..verb);
        is_told.then(|| self.noun_phrase_before(self.sentence(cue.start).start, cue.start)).flatten()
    }

    /// "Asked | THE COUNCIL to help", "called on | THE COUNCIL to help", "warned | CHINA against it".
    fn object_directed(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let (cue, parts) = (around.cue, around.parts);
        let content = parts.contents.iter().find(|content| content.start >= cue.end)?;
        let verb = cue.clone().find(|&token| self.directs(token))?;
        let is_called = self.directs_later(verb);
        let is_governing = verb + 1 == cue.end && !is_called
            || self.is_one_of(cue.end - 1, &["on", "upon"])
            || self.is_one_of(cue.end - 1, &["with", "to"]) && !is_called;
        if parts.source.is_none() || !is_governing {
            return None;
        }
        let somebody = self.noun_phrase_after(content.start, content.end.min(content.start + LONGEST))?;
        let warns = self.tells(verb);
        let goes_on = self.is_one_of(somebody.end, &["to", "not"])
            || (warns && self.is_one_of(somebody.end, &["against", "about", "whether", "if", "that"]));
        (goes_on && self.can_be_told(&somebody)).then_some(somebody)
    }

    /// "Told REPORTERS", "told HIM that the well was dry".
    fn object_told(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let cue = around.cue;
        let verb = cue.clone().rev().find(|&token| self.tells(token))?;
        if self.is_passive(cue.start..verb) && !self.has(verb, WordForms::ING) {
            return None;
        }
        self.free_phrase(around, verb + 1)
    }

    /// "Persuaded THE COUNCIL to help", "pleaded with FANS to stay": whoever stands between the content and a cue that
    /// takes somebody, as its entry says. Nobody is told by a wish or a forecast: "expected THE RESERVES to grow".
    fn object_taken(&self, around: &Surroundings<'_>, entry: Option<&CueEntry>) -> Option<Range<usize>> {
        let (cue, parts) = (around.cue, around.parts);
        let takes_somebody = |entry: &CueEntry| {
            let frames = [Frame::SomeoneThat, Frame::SomeoneTo];
            frames.iter().any(|&frame| entry.reliability(frame).is_some())
                && !matches!(entry.act, SpeechAct::Desire | SpeechAct::Prediction)
        };
        let last = cue.end - 1;
        let is_passive = self.is_passive(cue.start..last) && !self.has(last, WordForms::ING);
        let content = parts.contents.iter().find(|content| content.start >= cue.end)?;
        if is_passive || !entry.is_some_and(takes_somebody) {
            return None;
        }
        let first = cue.end + usize::from(self.is_one_of(cue.end, &["with", "on", "upon", "to"]));
        self.free_phrase(around, first).filter(|somebody| somebody.end <= content.start)
    }

    /// "Said to THE DRIVER", "wrote to PARENTS"; "Speaking to REPORTERS, he said".
    fn spoken_to(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let (cue, parts) = (around.cue, around.parts);
        let directly = cue.clone().rev().find(|&token| self.speaks_to(token)).and_then(|verb| {
            // "Said Ruiz | to a crowd"
            let inverted = parts.source.as_ref().filter(|source| source.start == verb + 1);
            let to = inverted.map_or(verb + 1, |source| source.end);
            self.is(to, WordClasses::TO).then(|| self.free_phrase(around, to + 1)).flatten()
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
    fn receiver(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        self.beside(around, |token| {
            (self.is_in(token, WordList::SentText) && self.is(token + 1, WordClasses::TO))
                .then_some(token + 2)
        })
    }

    /// Somebody at the place that `find` tells for a token near the cue.
    fn beside(
        &self,
        around: &Surroundings<'_>,
        find: impl Fn(usize) -> Option<usize>,
    ) -> Option<Range<usize>> {
        let start = around.reach.start.max(around.cue.start.saturating_sub(LONGEST));
        let end = around.reach.end.min(around.cue.end + LONGEST);
        (start..end)
            .filter_map(find)
            .filter_map(|place| self.free_phrase(around, place))
            .find(|found| !around.is_of_another(found) && !self.is_cut_off(around, found))
    }

    /// The people that a noun phrase at `start` names, up to a time, where neither source nor content has it.
    fn free_phrase(&self, around: &Surroundings<'_>, start: usize) -> Option<Range<usize>> {
        let ceiling = self.ceiling(start);
        let content =
            around.parts.contents.iter().map(|content| content.start).find(|&content| content >= start);
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
        (!around.parts.overlap(&phrase) && self.can_be_told(&phrase)).then_some(phrase)
    }

    /// "Anonymity" and "full well" aren't spoken to.
    fn can_be_told(&self, phrase: &Range<usize>) -> bool {
        self.is_referring(phrase)
            && !self.is(phrase.start, WordClasses::TIME)
            && !self.is_one_of(phrase.start, &["that", "this", "it", "what"])
    }

    /// What the network takes for the source, where it is told, asked or advised itself: "THE PARENTS were advised to
    /// send", "THE BANK was told that".
    fn source_told(&self, around: &Surroundings<'_>) -> Option<Range<usize>> {
        let cue = around.cue;
        let source = around.parts.source.as_ref().filter(|source| source.end <= cue.start)?;
        let verb = cue.clone().rev().find(|&token| self.directs(token))?;
        // "We are convinced" tells what we hold, not what we were told.
        let is_participle = (self.word(verb).ends_with("ed") || self.is_word(verb, "told"))
            && !self.has(verb, WordForms::CONVINCES);
        (is_participle && self.is_passive(cue.start..verb)).then(|| source.clone())
    }

    /// "Were (advised)", "has been (told)".
    fn is_passive(&self, auxiliaries: Range<usize>) -> bool {
        // "He's urged" is "has urged", "was quick to tell" is active.
        auxiliaries.clone().any(|token| {
            self.is(token, WordClasses::BE) && !self.is_kind(token, crate::text::TokenKind::Clitic)
        }) && !auxiliaries.into_iter().any(|token| self.is(token, WordClasses::TO))
    }
}
