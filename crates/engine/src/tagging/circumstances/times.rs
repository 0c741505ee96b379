//! When somebody spoke: "said ON TUESDAY", "TWO DAYS LATER, she said", "AFTER THE MATCH, he said".

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::{WordClasses, WordList};
use crate::tagging::circumstances::surroundings::Surroundings;
use crate::tagging::patterns::mark_cues::signed_date;
use crate::text::TokenKind;

/// The longest time expression, in tokens: "the morning of Tuesday, 12 April 2011".
const LONGEST_TIME: usize = 8;

impl AnnotatedDocument<'_> {
    /// When: "said ON TUESDAY", "AFTER THE MATCH, he said". The one nearest to the cue. Nobody has spoken next month
    /// or tomorrow.
    pub(crate) fn time_of(
        &self,
        around: &Surroundings<'_>,
        addressee: Option<&Range<usize>>,
    ) -> Option<Range<usize>> {
        let past = |start: usize, end: usize| {
            self.time_at(start, end).filter(|time| !self.is_one_of(time.start, &["next", "tomorrow"]))
        };
        self.nearest(around, past)
            .or_else(|| self.nearest(around, |start, end| self.relative_time_at(start, end)))
            .or_else(|| self.nearest(around, |start, end| self.event_at(start, end)))
            .or_else(|| self.adjacent_time(around, addressee))
    }

    /// "Said in 2013", "wrote Ruiz in 2020", "told reporters in RECENT WEEKS", "will announce NEXT WEEK": what may be the
    /// time of anything else in the sentence is that of the cue only within it and directly behind it, its source or
    /// whom it tells. "– Ruiz, MAY 14, 2022" signs a quotation.
    fn adjacent_time(
        &self,
        around: &Surroundings<'_>,
        addressee: Option<&Range<usize>>,
    ) -> Option<Range<usize>> {
        let cue = around.cue;
        // "Said Jilani, who MOVED there in 2015"
        let source = around.parts.source.as_ref().filter(|source| {
            source.start >= cue.end && !(source.start..source.end).any(|token| self.is_verbal(token))
        });
        let behind = [source, addressee].into_iter().flatten().map(|part| part.end);
        let directly = cue.clone().chain([cue.end]).chain(behind).find_map(|token| {
            let named = self.time_at(token, around.reach.end);
            let first = token + 1;
            let is_year = self.is_kind(first, TokenKind::Number);
            let is_recent = self.is_word(first, "recent");
            let time = first..first + 1 + usize::from(is_recent);
            let opens = self.is_word(token, "in") && self.opens_time(token) && (is_year || is_recent);
            named.or(opens.then_some(time)).filter(|time| !around.parts.overlap(time))
        });
        let is_signature = self.is_kind(cue.start, TokenKind::Dash);
        directly.or_else(|| source.filter(|_| is_signature).and_then(|source| signed_date(self, source)))
    }

    /// "AFTER THE LEAK," where a sentence begins: from its preposition to before the comma.
    fn event_at(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let opens = start == self.sentence(start).start && self.is_in(start, WordList::EventOpener);
        if !opens {
            return None;
        }
        let event = self.noun_phrase_after(start + 1, end)?;
        (event.len() <= LONGEST_TIME && self.is_kind(event.end, TokenKind::Comma)).then_some(start..event.end)
    }

    /// "TWO DAYS LATER", "THE NEXT MORNING", "at THE TIME".
    fn relative_time_at(&self, start: usize, end: usize) -> Option<Range<usize>> {
        if !(self.is(start, WordClasses::DETERMINER) || self.is_kind(start, TokenKind::Number)) {
            return None;
        }
        let at_the_time = self.is_word(start.wrapping_sub(1), "at")
            && self.is_word(start, "the")
            && self.is_word(start + 1, "time")
            && !self.is_one_of(start + 2, &["of", "that", "when"]);
        if at_the_time {
            return Some(start..start + 2);
        }
        let ordered = self.is_in(start + 1, WordList::TimeOrder) && self.is_in(start + 2, WordList::TimeUnit);
        let counted =
            self.is_in(start + 1, WordList::TimeUnit) && self.is_in(start + 2, WordList::TimeAfterUnit);
        ((ordered || counted) && start + 3 <= end).then_some(start..start + 3)
    }

    /// The time expression that opens at `start`, without its preposition.
    pub(crate) fn time_at(&self, start: usize, end: usize) -> Option<Range<usize>> {
        if !self.opens_time(start) || self.is_masthead(start) {
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
        let time = first..last + 1;
        (time.clone().any(is_named) && !self.is_owner(&time)).then_some(time)
    }

    /// "TUESDAY's debate": when something else was.
    fn is_owner(&self, time: &Range<usize>) -> bool {
        self.is_genitive(time.end)
    }

    /// "USA TODAY", "Fox News SUNDAY"
    pub(crate) fn is_masthead(&self, token: usize) -> bool {
        let before = token.wrapping_sub(1);
        self.is_capitalized(token)
            && (self.is_word(token, "today") && self.is_word(before, "usa")
                || self.is_word(token, "sunday") && self.is_word(before, "news"))
    }

    /// Words within a time expression: "the END OF last week", "April 12, 2011".
    fn goes_on(&self, token: usize) -> bool {
        self.is(token, WordClasses::DETERMINER.or(WordClasses::TIME_OPENER))
            || self.is_in(token, WordList::TimeLink)
            || (self.is_kind(token, TokenKind::Comma) && self.is_kind(token + 1, TokenKind::Number))
    }
}
