//! A quotation's words beside a stretch of the text: which are the same, in the same order.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::index::Index;
use crate::text::Watch;
use crate::verification::query::Wanted;

/// Longer quotations are compared by so many words at a time, so that work stays linear: invariant 8.
const CHUNK: usize = 256;

/// How many words further the text may have gone than the quotation has within a chunk.
const LEEWAY: usize = 64;

/// Words of a quotation that stand one after the other in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The quotation's words.
    pub(super) words: Range<usize>,
    /// Their places.
    pub(super) places: Range<usize>,
}

/// The runs that a quotation has in common with a stretch of the text, as many words as can be in order. Nothing once
/// the work is called off.
pub(super) fn runs(
    index: &Index<'_>,
    wanted: &Wanted<'_>,
    stretch: Range<usize>,
    watch: &Watch<'_>,
) -> Option<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut word, mut place) = (0, stretch.start);
    while word < wanted.len() && place < stretch.end {
        watch.ask()?;
        let words = word..(word + CHUNK).min(wanted.len());
        let reach = words.len() + words.len() / 2 + LEEWAY;
        let places = place..stretch.end.min(place + reach);
        let before = runs.len();
        add_runs(index, wanted, &words, &places, &mut runs);
        // The next chunk begins where this one's words end.
        let end = runs[before..].last().map_or(place + words.len(), |run| run.places.end);
        (word, place) = (words.end, end);
    }
    Some(runs)
}

fn add_runs(
    index: &Index<'_>,
    wanted: &Wanted<'_>,
    words: &Range<usize>,
    places: &Range<usize>,
    runs: &mut Vec<Run>,
) {
    let quoted = &wanted.ids[words.clone()];
    let original = &index.ids[places.clone()];
    for op in capture_diff_slices(Algorithm::RawMyers, original, quoted) {
        let DiffOp::Equal { old_index, new_index, len } = op else { continue };
        let run = Run {
            words: words.start + new_index..words.start + new_index + len,
            places: places.start + old_index..places.start + old_index + len,
        };
        match runs.last_mut() {
            Some(last) if last.words.end == run.words.start && last.places.end == run.places.start => {
                last.words.end = run.words.end;
                last.places.end = run.places.end;
            }
            _ => runs.push(run),
        }
    }
}

/// What a word that the quotation leaves out takes from a run that is only held by it: the passage is rather cut
/// there than stretched over other sentences for the sake of a "the".
const COST_OF_LEFT_OUT: f32 = 0.1;

/// The runs that make up one passage: those far off that add little are left out.
pub(super) fn passage(index: &Index<'_>, wanted: &Wanted<'_>, runs: &[Run]) -> Range<usize> {
    let weight = |run: &Run| wanted.weights[run.words.clone()].iter().sum::<f32>();
    let mut best = (f32::MIN, 0..0);
    let (mut sum, mut start) = (0.0_f32, 0);
    for (number, run) in runs.iter().enumerate() {
        let cost =
            number.checked_sub(1).map_or(0.0, |before| cost_between(index, wanted, &runs[before], run));
        if sum - cost <= 0.0 {
            (sum, start) = (0.0, number);
        } else {
            sum -= cost;
        }
        sum += weight(run);
        if sum > best.0 {
            best = (sum, start..number + 1);
        }
    }
    best.1
}

/// What it costs to hold two runs together.
fn cost_between(index: &Index<'_>, wanted: &Wanted<'_>, before: &Run, after: &Run) -> f32 {
    let quoted = before.words.end..after.words.start;
    let left_out = before.places.end..after.places.start;
    let is_marked = wanted.has_ellipsis(&quoted) || left_out.clone().all(|place| index.is_bracketed(place));
    if is_marked {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "numbers of words in a window are small")]
    let count = left_out.len().saturating_sub(quoted.len()) as f32;
    count * COST_OF_LEFT_OUT
}
