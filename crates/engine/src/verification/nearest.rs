//! The stretches of a text that have most of a quotation's telling words.
//!
//! A word that stands in few places tells, and so do two neighbours that stand together in few: each of their places
//! is a hit. Where the hits of different words are dense, there the quotation may be from.

use std::ops::Range;

use super::index::{Index, UNKNOWN};
use crate::verification::query::Wanted;

/// So many stretches are looked at more closely.
const MOST_STRETCHES: usize = 3;

/// A stretch with less of the quotation's weight than this is not looked at.
const LEAST_SHARE: f32 = 0.15;

/// A place of the text that has a word of the quotation.
#[derive(Clone, Copy)]
struct Hit {
    place: usize,
    word: usize,
    weight: f32,
}

/// The stretches of the text where the quotation may be from, the likeliest first.
pub(super) fn stretches(index: &Index<'_>, wanted: &Wanted<'_>) -> Vec<Range<usize>> {
    let hits = hits(index, wanted);
    let total: f32 = wanted.weights.iter().sum();
    let length = wanted.len() + wanted.len() / 2 + 8;
    let mut windows = windows(index, &hits, wanted.len(), length);
    windows.retain(|window| window.0 >= LEAST_SHARE * total);
    // The heavier first, of two the earlier one.
    windows.sort_by(|some, other| other.0.total_cmp(&some.0).then(some.1.start.cmp(&other.1.start)));
    let mut stretches: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (_, hits_of) in windows {
        let (first, last) = (&hits[hits_of.start], &hits[hits_of.end - 1]);
        let core = first.place..last.place + 1;
        let overlaps =
            |(other, _): &(Range<usize>, Range<usize>)| other.start < core.end && core.start < other.end;
        if stretches.iter().any(overlaps) {
            continue;
        }
        let stream = index.stream_around(first.place, length + wanted.len());
        let start = first.place.saturating_sub(first.word + 4).max(stream.start);
        let rest = wanted.len() - last.word;
        let end = (last.place + rest + 4).min(index.stream_around(last.place, rest + 4).end);
        stretches.push((core, start..end.max(start)));
        if stretches.len() == MOST_STRETCHES {
            break;
        }
    }
    stretches.into_iter().map(|(_, stretch)| stretch).collect()
}

/// All hits in the order of the text.
fn hits(index: &Index<'_>, wanted: &Wanted<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (word, &id) in wanted.ids.iter().enumerate() {
        if id == UNKNOWN {
            continue;
        }
        let weight = wanted.weights[word];
        let next = wanted.ids.get(word + 1).copied().unwrap_or(UNKNOWN);
        // A word that says little by itself may say something with the next one.
        let places = index.places_of(id).filter(|_| weight >= 0.3).or_else(|| index.places_of_pair(id, next));
        let places = places.unwrap_or_default();
        hits.extend(places.iter().map(|&place| Hit { place: place as usize, word, weight }));
    }
    hits.sort_by_key(|hit| (hit.place, hit.word));
    hits
}

/// Windows of at most `length` places, as stretches of hits, each with the weight of the different words in it. Of
/// windows that share hits only those are here that are heavier than the one before and after them.
fn windows(index: &Index<'_>, hits: &[Hit], words: usize, length: usize) -> Vec<(f32, Range<usize>)> {
    let mut counts = vec![0_u32; words];
    let mut windows: Vec<(f32, Range<usize>)> = Vec::new();
    let (mut start, mut sum) = (0, 0.0_f32);
    let mut is_rising = false;
    let ends_stream = |from: usize, to: usize| index.end_of_stream(from) < to;
    for end in 0..hits.len() {
        let hit = hits[end];
        let is_apart = end > 0 && ends_stream(hits[end - 1].place, hit.place);
        while start < end && (is_apart || hit.place - hits[start].place >= length) {
            if is_rising {
                windows.push((sum, start..end));
                is_rising = false;
            }
            let gone = hits[start];
            counts[gone.word] -= 1;
            if counts[gone.word] == 0 {
                sum -= gone.weight;
            }
            start += 1;
        }
        counts[hit.word] += 1;
        if counts[hit.word] == 1 {
            sum += hit.weight;
            is_rising = true;
        }
    }
    if is_rising {
        windows.push((sum, start..hits.len()));
    }
    windows
}
