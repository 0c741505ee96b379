//! Where the words of a quotation stand one after the other, but for what it says that it leaves out or replaces.

use std::ops::Range;

use memchr::memmem::Finder;

use super::index::{Index, UNKNOWN};
use crate::verification::query::Wanted;

/// Of a passage that is there more often only so many are looked at.
const MOST_OCCURRENCES: usize = 64;

/// The places that hold all words of a quotation, in order.
pub(super) fn occurrences(index: &Index<'_>, wanted: &Wanted<'_>) -> Vec<Range<usize>> {
    if wanted.len() == 0 || wanted.ids.contains(&UNKNOWN) {
        return Vec::new();
    }
    let needle = wanted.needle(0..wanted.len());
    occurrences_of(index, &Finder::new(&needle), wanted.len())
}

fn occurrences_of(index: &Index<'_>, finder: &Finder<'_>, length: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while found.len() < MOST_OCCURRENCES
        && let Some(place) = index.find(finder, from..index.ids.len())
    {
        found.push(place..place + length);
        from = place + 1;
    }
    found
}

/// The places that hold the pieces of a quotation that leaves words out, in order; for each piece a stretch.
pub(super) fn occurrences_in_pieces(index: &Index<'_>, wanted: &Wanted<'_>) -> Vec<Vec<Range<usize>>> {
    let pieces = wanted.pieces();
    let Some((first, others)) = pieces.split_first() else { return Vec::new() };
    if pieces.iter().any(|piece| wanted.ids[piece.words.clone()].contains(&UNKNOWN)) {
        return Vec::new();
    }
    let needles: Vec<String> = others.iter().map(|piece| wanted.needle(piece.words.clone())).collect();
    let finders: Vec<Finder<'_>> = needles.iter().map(Finder::new).collect();
    let needle = wanted.needle(first.words.clone());
    let starts = occurrences_of(index, &Finder::new(&needle), first.words.len());
    let mut found = Vec::new();
    'starts: for start in starts {
        let mut places = vec![start];
        for (piece, finder) in others.iter().zip(&finders) {
            let end = places[places.len() - 1].end;
            let reach = piece.reach + piece.words.len();
            let stream = index.stream_around(end, reach);
            let Some(place) = index.find(finder, end..stream.end.max(end)) else { continue 'starts };
            places.push(place..place + piece.words.len());
        }
        found.push(places);
    }
    found
}
