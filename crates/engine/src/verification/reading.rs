//! A quotation read as the words of one passage: what of it is there, and every word in which the two differ.

use std::ops::Range;

use super::alignment::{Run, passage, runs};
use super::index::Index;
use super::{Difference, Edit};
use crate::text::{Span, Watch};
use crate::verification::query::{LONGEST_REPLACED, Wanted};

/// So many words at either end of a passage may be other ones than those of the quotation.
const MOST_CHANGED_AT_ENDS: usize = 3;

/// So many words may be written as another number of words: "c. e. o.".
const MOST_WRITTEN_APART: usize = 4;

/// A quotation as the words of one passage.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The passage.
    pub(super) places: Range<usize>,
    /// In order.
    pub(super) differences: Vec<Difference>,
    pub(super) evidence: Evidence,
}

/// What speaks for a quotation to be from a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// The share of the quotation's words that the passage holds in order.
    pub(super) similarity: f32,
    /// The weight of these words.
    pub(super) held: f32,
    /// The weight of the quotation's other words.
    pub(super) missing: f32,
    /// The greatest weight of words that stand one after the other in both.
    pub(super) longest: f32,
    /// The passage's words that the quotation leaves out, as a share of the passage.
    pub(super) left_out: f32,
}

impl Reading {
    /// The quotation as the words of the best passage within a stretch; inside, none where they share no word. Nothing
    /// once the work is called off.
    #[expect(clippy::option_option, reason = "the outer one is that of all that can be called off")]
    pub(super) fn of(
        index: &Index<'_>,
        wanted: &Wanted<'_>,
        stretch: Range<usize>,
        watch: &Watch<'_>,
    ) -> Option<Option<Self>> {
        let runs = runs(index, wanted, stretch, watch)?;
        let kept = passage(index, wanted, &runs);
        let runs = &runs[kept];
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Some(None) };
        let mut reader =
            Reader { index, wanted, differences: Vec::new(), forgiven: 0, evidence: Evidence::default() };

        let start = reader.start_of(first);
        reader.compare(0..first.words.start, start..first.places.start);
        for pair in runs.windows(2) {
            reader.compare(pair[0].words.end..pair[1].words.start, pair[0].places.end..pair[1].places.start);
        }
        let end = reader.end_of(last);
        reader.compare(last.words.end..wanted.len(), last.places.end..end);
        Some(Some(reader.reading(runs, start..end)))
    }
}

struct Reader<'a> {
    index: &'a Index<'a>,
    wanted: &'a Wanted<'a>,
    differences: Vec<Difference>,
    /// Words of the quotation that stand in brackets and not in the passage.
    forgiven: usize,
    evidence: Evidence,
}

impl Reader<'_> {
    /// Where the passage begins: before its first equal words, if others stand there instead of the quotation's.
    fn start_of(&self, first: &Run) -> usize {
        let start = first.places.start;
        let changed = first.words.start;
        if changed == 0 || changed > MOST_CHANGED_AT_ENDS || self.wanted.are_bracketed(&(0..changed)) {
            return start;
        }
        let stream = self.index.stream_around(start, changed);
        let is_joined = |place: usize| !has_stop(self.index.after(place));
        (stream.start..start).rev().take_while(|&place| is_joined(place)).last().unwrap_or(start)
    }

    /// Where the passage ends, likewise.
    fn end_of(&self, last: &Run) -> usize {
        let end = last.places.end;
        let changed = self.wanted.len() - last.words.end;
        if changed == 0
            || changed > MOST_CHANGED_AT_ENDS
            || self.wanted.are_bracketed(&(last.words.end..self.wanted.len()))
        {
            return end;
        }
        let stream = self.index.stream_around(end - 1, changed + 1);
        let is_joined = |place: usize| !has_stop(self.index.after(place - 1));
        (end..stream.end).take_while(|&place| is_joined(place)).last().map_or(end, |place| place + 1)
    }

    /// Compares words of the quotation with those at the same place of the passage; they have no word in common.
    fn compare(&mut self, words: Range<usize>, places: Range<usize>) {
        let (words, places) = self.without_written_apart(words, places);
        if words.is_empty() && places.is_empty() {
            return;
        }
        let weight: f32 = self.wanted.weights[words.clone()].iter().sum();
        if self.wanted.are_bracketed(&words) {
            let is_short = places.len() <= LONGEST_REPLACED || self.wanted.has_ellipsis(&words);
            if is_short {
                self.forgiven += words.len();
                return;
            }
        }
        let is_left_out = words.is_empty()
            && (self.wanted.has_ellipsis(&words)
                || places.clone().all(|place| self.index.is_bracketed(place)));
        if is_left_out {
            return;
        }
        self.evidence.missing += weight;
        let edit = match (words.is_empty(), places.is_empty()) {
            (true, _) => Edit::LeftOut,
            (_, true) => Edit::Added,
            _ => Edit::Changed,
        };
        if edit != Edit::Added {
            self.evidence.left_out += count(places.len().saturating_sub(words.len()));
        }
        let difference = Difference { edit, quoted: self.quoted(&words), original: self.original(&places) };
        self.differences.push(difference);
    }

    /// "Cease fire" and "ceasefire", "U.S." and "US" have the same letters: what of some words has them at either end is
    /// held, and taken from them.
    fn without_written_apart(
        &mut self,
        words: Range<usize>,
        places: Range<usize>,
    ) -> (Range<usize>, Range<usize>) {
        let (mut words, mut places) = (words, places);
        let ends = |words: &Range<usize>, places: &Range<usize>| {
            let most = |length: usize| length.min(MOST_WRITTEN_APART);
            let sizes = (1..=most(words.len()))
                .flat_map(|some| (1..=most(places.len())).map(move |other| (some, other)));
            sizes.collect::<Vec<_>>()
        };
        let begins = ends(&words, &places).into_iter().find(|&(some, other)| {
            self.are_same_letters(words.start..words.start + some, places.start..places.start + other)
        });
        if let Some((some, other)) = begins {
            self.hold(words.start..words.start + some);
            (words.start, places.start) = (words.start + some, places.start + other);
        }
        let closes = ends(&words, &places).into_iter().find(|&(some, other)| {
            self.are_same_letters(words.end - some..words.end, places.end - other..places.end)
        });
        if let Some((some, other)) = closes {
            self.hold(words.end - some..words.end);
            (words.end, places.end) = (words.end - some, places.end - other);
        }
        (words, places)
    }

    fn are_same_letters(&self, words: Range<usize>, places: Range<usize>) -> bool {
        let quoted = words.flat_map(|word| self.wanted.wording.key(word).bytes());
        quoted.eq(places.flat_map(|place| self.index.key(place).bytes()))
    }

    fn hold(&mut self, words: Range<usize>) {
        self.evidence.held += self.wanted.weights[words].iter().sum::<f32>();
    }

    /// Bytes of the quotation as it was given; empty, before the next word, where there are no words.
    fn quoted(&self, words: &Range<usize>) -> Span {
        let all = &self.wanted.wording.words;
        let span = match (all.get(words.start), words.is_empty()) {
            (Some(first), false) => Span::new(first.span.start, all[words.end - 1].span.end),
            (Some(next), true) => Span::new(next.span.start, next.span.start),
            (None, _) => Span::new(self.wanted.text.len(), self.wanted.text.len()),
        };
        Span::new(span.start + self.wanted.start, span.end + self.wanted.start)
    }

    /// Bytes of the text; empty, behind the word before, where there are no words.
    fn original(&self, places: &Range<usize>) -> Span {
        if places.is_empty() {
            let before = places.start.checked_sub(1).filter(|&before| self.index.is_word(before));
            let at = before
                .map_or_else(|| self.index.span(places.start).start, |before| self.index.span(before).end);
            return Span::new(at, at);
        }
        let (first, last) = (self.index.span(places.start), self.index.span(places.end - 1));
        // Within a broken content the words of one of its spans may stand before those of the one before.
        Span::new(first.start, last.end.max(first.end))
    }

    fn reading(self, runs: &[Run], places: Range<usize>) -> Reading {
        let mut evidence = self.evidence;
        let held = |run: &Run| self.wanted.weights[run.words.clone()].iter().sum::<f32>();
        for run in runs {
            evidence.held += held(run);
            evidence.longest = evidence.longest.max(held(run));
        }
        let missing: usize =
            self.differences.iter().map(|difference| self.wanted.count_in(difference.quoted)).sum();
        let counted = self.wanted.len() - self.forgiven;
        evidence.similarity = if counted == 0 { 0.0 } else { count(counted - missing) / count(counted) };
        evidence.left_out /= count(places.len().max(1));
        Reading { places, differences: self.differences, evidence }
    }
}

/// Whether a sentence or a quotation ends between two words.
fn has_stop(between: &str) -> bool {
    between.contains(['.', '!', '?', '"', '“', '”', '…', '\n', ';', ':'])
}

#[expect(clippy::cast_precision_loss, reason = "numbers of words lie far below 2^24")]
const fn count(words: usize) -> f32 {
    words as f32
}
