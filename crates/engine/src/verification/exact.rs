//! Where the words of a quotation stand one after the other, but for what it says that it leaves out or replaces.

use std::ops::Range;

use memchr::memmem::{self, Finder};

use super::index::{Index, UNKNOWN};
use crate::text::Watch;
use crate::verification::query::{Piece, Wanted};

/// Of a passage that is there more often only so many are looked at.
const MOST_OCCURRENCES: usize = 64;

/// Of a long passage fewer, so that they have no more than so many words together, but for the first
/// [`LEAST_OCCURRENCES`]: invariant 8.
const MOST_WORDS: usize = 4096;

/// Of the longest passages still so many.
const LEAST_OCCURRENCES: usize = 4;

/// Pieces of a quotation are looked for from another of the first one's places as long as the search so far has read no
/// more than so many bytes of the text: invariant 8.
const MOST_SEARCHED: usize = 1 << 20;

/// What it costs to look for a piece that stands where the search begins, as a number of bytes.
pub(crate) const COST_OF_PIECE: usize = 256;

/// The places that hold all words of a quotation, in order. Nothing once the work is called off.
pub(super) fn occurrences(
    index: &Index<'_>,
    wanted: &Wanted<'_>,
    watch: &Watch<'_>,
) -> Option<Vec<Range<usize>>> {
    if wanted.len() == 0 || wanted.ids.contains(&UNKNOWN) {
        return Some(Vec::new());
    }
    occurrences_of(index, wanted, 0..wanted.len(), watch)
}

/// The places of some words of a quotation, all of which the text has.
fn occurrences_of(
    index: &Index<'_>,
    wanted: &Wanted<'_>,
    words: Range<usize>,
    watch: &Watch<'_>,
) -> Option<Vec<Range<usize>>> {
    let length = words.len();
    let most = (MOST_WORDS / length).clamp(LEAST_OCCURRENCES, MOST_OCCURRENCES);
    let mut found = Vec::new();
    // Where one of the words is rare, only its places need be looked at.
    let rare =
        words.clone().filter_map(|word| Some((word - words.start, index.places_of(wanted.ids[word])?)));
    if let Some((before, places)) = rare.min_by_key(|(_, places)| places.len()) {
        let quoted = &wanted.ids[words];
        let starts = places.iter().filter_map(|&place| (place as usize).checked_sub(before));
        for start in starts {
            watch.ask()?;
            if index.ids.get(start..start + length).is_some_and(|there| there == quoted) {
                found.push(start..start + length);
            }
        }
        found.truncate(most);
        return Some(found);
    }
    let needle = wanted.needle(words);
    let finder = Finder::new(&needle);
    let mut from = 0;
    while found.len() < most {
        watch.ask()?;
        let Some(place) = index.find(from..index.ids.len(), |line| finder.find(line)) else { break };
        found.push(place..place + length);
        from = place + 1;
    }
    Some(found)
}

/// The places that hold the pieces of a quotation that leaves words out, in order; for each piece a stretch. Nothing
/// once the work is called off.
pub(super) fn occurrences_in_pieces(
    index: &Index<'_>,
    wanted: &Wanted<'_>,
    watch: &Watch<'_>,
) -> Option<Vec<Vec<Range<usize>>>> {
    let pieces = wanted.pieces();
    let Some((first, others)) = pieces.split_first() else { return Some(Vec::new()) };
    if pieces.iter().any(|piece| wanted.ids[piece.words.clone()].contains(&UNKNOWN)) {
        return Some(Vec::new());
    }
    let mut search = Search { index, wanted, watch, searched: 0 };
    let mut found = Vec::new();
    for start in occurrences_of(index, wanted, first.words.clone(), watch)? {
        if search.searched > MOST_SEARCHED {
            break;
        }
        found.extend(search.pieces_from(start, others)?);
    }
    Some(found)
}

/// A search for the pieces of a quotation.
struct Search<'a> {
    index: &'a Index<'a>,
    wanted: &'a Wanted<'a>,
    watch: &'a Watch<'a>,
    /// What it has cost so far, as a number of bytes.
    searched: usize,
}

impl Search<'_> {
    /// The places of a quotation's pieces whose first one stands at `start`: each of the others where it comes first
    /// after the one before. Inside, nothing where one of them doesn't come soon enough.
    #[expect(clippy::option_option, reason = "the outer one is that of all that can be called off")]
    fn pieces_from(&mut self, start: Range<usize>, others: &[Piece]) -> Option<Option<Vec<Range<usize>>>> {
        let mut end = start.end;
        let mut places = vec![start];
        for piece in others {
            self.watch.step()?;
            let reach = end + piece.reach + piece.words.len();
            let range = end..self.index.end_of_stream(end).min(reach).max(end);
            let needle = self.wanted.needle(piece.words.clone());
            let found = self.index.find(range.clone(), |line| memmem::find(line, needle.as_bytes()));
            let read = range.start..found.map_or(range.end, |place| place + piece.words.len());
            self.searched += COST_OF_PIECE + self.index.bytes_of(&read);
            let Some(place) = found else { return Some(None) };
            end = read.end;
            places.push(place..end);
        }
        Some(Some(places))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::lexicon::Words;
    use crate::text::Span;
    use crate::verification::Attributed;

    fn index_of<'text>(text: &'text str, contents: &[Attributed], classes: &Words) -> Index<'text> {
        Index::new(text, contents, classes, &Watch::never()).expect("nobody calls it off")
    }

    /// The places of a quotation's pieces, by going through all places.
    fn in_pieces_one_by_one(index: &Index<'_>, wanted: &Wanted<'_>) -> Vec<Vec<Range<usize>>> {
        let pieces = wanted.pieces();
        let stands = |place: usize, piece: &Piece| {
            let words = &wanted.ids[piece.words.clone()];
            index.ids.get(place..place + words.len()) == Some(words) && !words.contains(&UNKNOWN)
        };
        let Some((first, others)) = pieces.split_first() else { return Vec::new() };
        let all = 0..index.ids.len();
        let starts = all.filter(|&place| stands(place, first)).take(MOST_OCCURRENCES);
        let chain = |start: usize| {
            let begin = start..start + first.words.len();
            let mut places = vec![begin];
            for piece in others {
                let end = places[places.len() - 1].end;
                let last = (end + piece.reach).min(index.ids.len());
                let place = (end..=last).find(|&place| stands(place, piece))?;
                // No passage crosses from one stream into the next.
                let is_apart = index.ids[end..place].contains(&UNKNOWN);
                places.push((!is_apart).then(|| place..place + piece.words.len())?);
            }
            Some(places)
        };
        starts.filter_map(chain).collect()
    }

    /// Words of a small vocabulary, so that each stands in many places; the last ones are rare.
    fn words(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
        prop::collection::vec(
            prop::sample::select(vec!["it", "it", "it", "is", "is", "the", "dam", "leaks", "zebra"]),
            count,
        )
    }

    proptest! {
        #[test]
        fn one_search_finds_what_going_through_all_places_finds(
            text in words(1..400),
            quotation in prop::collection::vec((words(1..4), prop::sample::select(vec![" … ", " [sic] ", " [they] "])), 1..8),
            cuts in prop::collection::vec(0..400_usize, 0..6),
        ) {
            let text = text.join(" ");
            let quotation: String =
                quotation.iter().map(|(words, mark)| words.join(" ") + mark).collect();
            // A content that something breaks is a stream of its own.
            let ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            let mut cuts: Vec<usize> = cuts.iter().filter_map(|&cut| ends.get(cut).copied()).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let spans = cuts.chunks_exact(2).map(|pair| Span::new(pair[0], pair[1])).collect();
            let contents = [Attributed { spans, parent: None }];
            let classes = Words::embedded();
            let index = index_of(&text, &contents, &classes);
            let wanted = Wanted::new(&quotation, &index, &classes);
            let found = occurrences_in_pieces(&index, &wanted, &Watch::never()).expect("nobody calls it off");
            prop_assert_eq!(found, in_pieces_one_by_one(&index, &wanted));
        }

        #[test]
        fn the_words_of_a_quotation_are_found_wherever_they_stand(text in words(1..400), quotation in words(1..6)) {
            let (text, quotation) = (text.join(" "), quotation.join(" "));
            let classes = Words::embedded();
            let index = index_of(&text, &[], &classes);
            let wanted = Wanted::new(&quotation, &index, &classes);
            let found = occurrences(&index, &wanted, &Watch::never()).expect("nobody calls it off");
            let places = index.ids.windows(wanted.len()).enumerate();
            let places = places.filter(|(_, there)| *there == wanted.ids && !there.contains(&UNKNOWN));
            let expected = places.map(|(place, _)| place..place + wanted.len()).take(MOST_OCCURRENCES);
            prop_assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    /// How often a search asks whether it is still wanted, for a quotation of so many pieces.
    fn questions(pieces: usize) -> usize {
        let classes = Words::embedded();
        let text = "it is ".repeat(20_000);
        let index = index_of(&text, &[], &classes);
        let quotation = "it … ".repeat(pieces);
        let wanted = Wanted::new(&quotation, &index, &classes);
        let asked = AtomicUsize::new(0);
        let never = || asked.fetch_add(1, Ordering::Relaxed) == usize::MAX;
        let found = occurrences_in_pieces(&index, &wanted, &Watch::new(&never)).expect("nobody calls it off");
        assert!(!found.is_empty(), "{pieces} pieces stand there");
        asked.into_inner()
    }

    #[test]
    fn many_pieces_cost_as_much_each_as_few() {
        let first = MOST_OCCURRENCES;
        // From each place of the first piece, as long as that isn't much work; each step is the search for one piece.
        assert_eq!(questions(33), first + first * 32 / 64);
        assert_eq!(questions(64 * 100 + 1), first + 100);
        assert_eq!(questions(64 * 200 + 1), first + 200);
    }
}
