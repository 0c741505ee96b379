//! An attribution among its neighbors, and what is near it that belongs to no other.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::lexicon::WordClasses;
use crate::text::{Parts, TokenKind};

/// How far from the cue what is said of it may stand, in tokens on either side.
const LONGEST: usize = 48;

/// What opens a clause of its own, whose circumstances are not those of the clause before it.
const CLAUSE_OPENERS: [&str; 19] = [
    "when", "as", "while", "because", "although", "though", "if", "until", "where", "who", "which", "that",
    "whose", "whom", "once", "whether", "but", "and", "whilst",
];

/// The parts of an attribution that has a cue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cued<'a> {
    pub(crate) cue: &'a Range<usize>,
    pub(crate) parts: &'a Parts,
}

/// An attribution among the others of its sentence.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) cue: &'a Range<usize>,
    pub(crate) parts: &'a Parts,
    /// Those whose cues are near, in the order of their cues; it may be among them.
    pub(crate) others: &'a [Cued<'a>],
    /// Where what is said of it may stand: near its cue, in its sentence and in the content that holds it. What stands
    /// outside of that content is said of the attribution that has it: "'We heard them,' he said IN A STATEMENT".
    pub(crate) reach: Range<usize>,
}

impl<'a> Cued<'a> {
    /// Those parts; nothing where they have no cue.
    pub(crate) fn new(parts: &'a Parts) -> Option<Self> {
        Some(Self { cue: parts.cue.as_ref()?, parts })
    }
}

impl<'a> Surroundings<'a> {
    /// An attribution among `all`, which are in the order of their cues; `within` is its sentence, or the content that
    /// holds it there.
    pub(crate) fn new(it: Cued<'a>, all: &'a [Cued<'a>], within: &Range<usize>) -> Self {
        let Cued { cue, parts } = it;
        let reach = within.start.max(cue.start.saturating_sub(LONGEST))..within.end.min(cue.end + LONGEST);
        let first = all.partition_point(|other| other.cue.start + LONGEST < cue.start);
        let end = all.partition_point(|other| other.cue.start < cue.end + LONGEST);
        Self { cue, parts, others: &all[first..end.max(first)], reach }
    }

    /// Whether another cue with another source stands between the cue and what was found: "voted THURSDAY to punish her
    /// for refusing". What a content holds doesn't come between.
    pub(crate) fn is_of_another(&self, found: &Range<usize>) -> bool {
        let between =
            if found.start >= self.cue.end { self.cue.end..found.start } else { found.end..self.cue.start };
        self.others.iter().any(|other| {
            other.parts.source != self.parts.source
                && between.start <= other.cue.start
                && other.cue.end <= between.end
                && !self.parts.content_holds(other.cue.start)
        })
    }
}

impl AnnotatedDocument<'_> {
    /// What `read` finds nearest to the cue, in its sentence, outside source and contents, where it belongs to no other
    /// cue and to no clause of its own.
    pub(crate) fn nearest(
        &self,
        around: &Surroundings<'_>,
        read: impl Fn(usize, usize) -> Option<Range<usize>>,
    ) -> Option<Range<usize>> {
        let cue = around.cue;
        let end = around.reach.end;
        let distance =
            |found: &Range<usize>| cue.start.saturating_sub(found.end) + found.start.saturating_sub(cue.end);
        around
            .reach
            .clone()
            .filter_map(|token| read(token, end))
            .filter(|found| !around.parts.overlap(found))
            .filter(|found| !around.is_of_another(found) && !self.is_cut_off(around, found))
            .min_by_key(distance)
    }

    /// Whether the clause of the cue ends between it and what was found: "issued A STATEMENT after Ruiz said",
    /// "said it, but ON TUESDAY he left".
    pub(crate) fn is_cut_off(&self, around: &Surroundings<'_>, found: &Range<usize>) -> bool {
        let (cue, parts) = (around.cue, around.parts);
        let is_inside = |token: usize| parts.overlap(&(token..token + 1));
        let opens_clause = |token: usize| self.is_one_of(token, &CLAUSE_OPENERS) && !is_inside(token);
        if found.start >= cue.end {
            return (cue.end..found.start).any(opens_clause);
        }
        let until = parts.source.as_ref().map_or(cue.start, |source| source.start.min(cue.start));
        let turns = |token: usize| self.is_one_of(token, &["after", "before"]) && !is_inside(token);
        // "In the days AFTER the flood"
        let is_counted =
            |token: usize| token == found.end && self.is(token.wrapping_sub(1), WordClasses::TIME);
        let is_comma = |token: &usize| self.is_kind(*token, TokenKind::Comma);
        // "Which the ministry TODAY denied"
        let subject = parts.source.as_ref().map_or(0, |source| source.end);
        let since = self.sentence(found.start).start.max(found.start.saturating_sub(LONGEST));
        let since = if subject <= found.start { since.max(subject) } else { since };
        // Only the cue's own clause and that of what was found: "ON TUESDAY, as shares fell, the bank said".
        let of_cue = (found.end..until).rev().take_while(|token| !is_comma(token));
        let of_found = (since..found.start).rev().take_while(|token| !is_comma(token));
        of_cue.into_iter().any(|token| opens_clause(token) || (turns(token) && !is_counted(token)))
            || of_found.into_iter().any(|token| self.is_one_of(token, &CLAUSE_OPENERS[..16]))
    }
}
