//! A text's words, made ready to be searched for many quotations.
//!
//! The words stand in streams: the first is the whole text; then, for each content that something breaks ("A," he
//! said, "B"), the words of that content alone, so that "A, B" is found in one piece. No passage crosses from one
//! stream into the next.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Attributed;
use super::words::Wording;
use crate::lexicon::{WordClasses, Words};
use crate::text::{Span, Watch};

/// What no word of the text is.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// The weight of words that every text has.
const FUNCTION_WEIGHT: f32 = 0.15;

/// The weight of words that most texts have.
const COMMON_WEIGHT: f32 = 0.4;

/// Broken contents add no more than this many times the text's words: invariant 8.
const MOST_ADDED: usize = 2;

/// A word or a pair of words that stands in more places says nothing of where a quotation is from.
pub(super) const MOST_PLACES: usize = 24;

/// Words of closed classes, and the commonest adverbs and verbs.
const FUNCTION_WORDS: WordClasses = WordClasses::DETERMINER
    .or(WordClasses::POSSESSIVE)
    .or(WordClasses::SUBJECT_PRONOUN)
    .or(WordClasses::OBJECT_PRONOUN)
    .or(WordClasses::RELATIVE)
    .or(WordClasses::QUESTION)
    .or(WordClasses::THAT)
    .or(WordClasses::TO)
    .or(WordClasses::NEGATION)
    .or(WordClasses::BE)
    .or(WordClasses::HAVE)
    .or(WordClasses::DO)
    .or(WordClasses::MODAL)
    .or(WordClasses::FINITE)
    .or(WordClasses::PREPOSITION)
    .or(WordClasses::COORDINATOR)
    .or(WordClasses::SUBORDINATOR)
    .or(WordClasses::ADVERB);

/// Verbs, titles and times that no topic has for itself.
const COMMON_WORDS: WordClasses = WordClasses::SEMI_AUXILIARY
    .or(WordClasses::COMMON_VERB)
    .or(WordClasses::LIGHT_VERB)
    .or(WordClasses::COPULA)
    .or(WordClasses::IRREGULAR_PAST)
    .or(WordClasses::QUANTITY)
    .or(WordClasses::TIME)
    .or(WordClasses::TITLE);

/// The words of a text in streams.
pub(super) struct Index<'text> {
    pub(super) text: &'text str,
    wording: Wording,
    /// The words of all streams, as indices into the text's words; [`UNKNOWN`] ends a stream.
    pub(super) places: Vec<u32>,
    /// For each place the number of its word's normal form; [`UNKNOWN`] where a stream ends.
    pub(super) ids: Vec<u32>,
    /// The places where streams end, in order.
    ends: Vec<usize>,
    /// The normal forms of all places, each after a [`SEPARATOR`]; a stream's end is [`STREAM_END`].
    line: String,
    /// Where each place begins in `line`, at its separator.
    starts: Vec<usize>,
    vocabulary: FxHashMap<String, u32>,
    /// The places of each normal form, as long as they are few.
    of_word: Vec<Vec<u32>>,
    /// The places of each two neighbours, as long as they are few.
    of_pair: FxHashMap<(u32, u32), Vec<u32>>,
    /// How much it says of a quotation that it has a word: 1 for a word that stands in the text once.
    weights: Vec<f32>,
}

const SEPARATOR: char = '\u{1f}';
const STREAM_END: &str = "\u{1e}";

impl<'text> Index<'text> {
    /// The words of `text` and of the broken ones of its contents.
    /// Nothing once the work is called off.
    pub(super) fn new(
        text: &'text str,
        contents: &[Attributed],
        classes: &Words,
        watch: &Watch<'_>,
    ) -> Option<Self> {
        let wording = Wording::of(text);
        let mut index = Self {
            text,
            places: Vec::with_capacity(wording.words.len() + 1),
            ids: Vec::new(),
            ends: Vec::new(),
            line: String::new(),
            starts: Vec::new(),
            vocabulary: FxHashMap::default(),
            of_word: Vec::new(),
            of_pair: FxHashMap::default(),
            weights: Vec::new(),
            wording,
        };
        index.add_streams(contents);
        watch.ask()?;
        index.count(classes, watch)?;
        Some(index)
    }

    fn add_streams(&mut self, contents: &[Attributed]) {
        let count = self.wording.words.len();
        let end_of_stream = UNKNOWN;
        self.places.extend(0..wide(count));
        self.places.push(end_of_stream);
        for content in contents.iter().filter(|content| content.spans.len() > 1) {
            if self.places.len() > (1 + MOST_ADDED) * count {
                break;
            }
            for span in &content.spans {
                let words = self.words_in(*span);
                self.places.extend(wide(words.start)..wide(words.end));
            }
            self.places.push(end_of_stream);
        }
    }

    fn count(&mut self, classes: &Words, watch: &Watch<'_>) -> Option<()> {
        let mut counts: Vec<u32> = Vec::new();
        for (place, &word) in self.places.iter().enumerate() {
            watch.step()?;
            self.starts.push(self.line.len());
            self.line.push(SEPARATOR);
            if word == UNKNOWN {
                self.line.push_str(STREAM_END);
                self.ids.push(UNKNOWN);
                self.ends.push(place);
                continue;
            }
            let key = self.wording.key(word as usize);
            self.line.push_str(key);
            let id = self.vocabulary.get(key).copied().unwrap_or_else(|| {
                let next = wide(self.of_word.len());
                self.vocabulary.insert(key.to_owned(), next);
                self.of_word.push(Vec::new());
                counts.push(0);
                next
            });
            counts[id as usize] += 1;
            let places = &mut self.of_word[id as usize];
            if places.len() <= MOST_PLACES {
                places.push(wide(place));
            }
            if let Some(&before) = self.ids.last().filter(|&&before| before != UNKNOWN) {
                let pairs = self.of_pair.entry((before, id)).or_default();
                if pairs.len() <= MOST_PLACES {
                    pairs.push(wide(place - 1));
                }
            }
            self.ids.push(id);
        }
        self.line.push(SEPARATOR);
        self.weights = vec![0.0; counts.len()];
        for (key, &id) in &self.vocabulary {
            self.weights[id as usize] =
                weight_of(key, counts[id as usize], self.wording.words.len(), classes);
        }
        Some(())
    }

    /// The number of a normal form; [`UNKNOWN`] where the text doesn't have it.
    pub(super) fn id(&self, key: &str) -> u32 {
        self.vocabulary.get(key).copied().unwrap_or(UNKNOWN)
    }

    /// How much a word of a quotation says; of a word that the text doesn't have, as if it stood there once.
    pub(super) fn weight(&self, id: u32, key: &str, classes: &Words) -> f32 {
        match self.weights.get(id as usize) {
            Some(&weight) => weight,
            None => weight_of(key, 1, self.wording.words.len(), classes),
        }
    }

    /// The weight of a word of the text.
    pub(super) fn weight_at(&self, place: usize) -> f32 {
        self.weights.get(self.ids[place] as usize).copied().unwrap_or(0.0)
    }

    /// The places of a word, if they are few.
    pub(super) fn places_of(&self, id: u32) -> Option<&[u32]> {
        self.of_word.get(id as usize).map(Vec::as_slice).filter(|places| places.len() <= MOST_PLACES)
    }

    /// The places of two neighbours, if they are few.
    pub(super) fn places_of_pair(&self, first: u32, second: u32) -> Option<&[u32]> {
        let places = self.of_pair.get(&(first, second));
        places.map(Vec::as_slice).filter(|places| places.len() <= MOST_PLACES)
    }

    /// The normal forms of some places as they stand in the line that [`Self::find`] searches.
    pub(super) fn needle<'key>(keys: impl Iterator<Item = &'key str>) -> String {
        let mut needle = String::from(SEPARATOR);
        for key in keys {
            needle.push_str(key);
            needle.push(SEPARATOR);
        }
        needle
    }

    /// The first place within `range` at whose words `search` finds a needle, in bytes of the line that it is given.
    pub(super) fn find(
        &self,
        range: Range<usize>,
        search: impl FnOnce(&[u8]) -> Option<usize>,
    ) -> Option<usize> {
        let from = *self.starts.get(range.start)?;
        let to = self.starts.get(range.end).map_or(self.line.len(), |&start| start + 1);
        let found = from + search(&self.line.as_bytes()[from..to])?;
        Some(self.starts.partition_point(|&start| start < found))
    }

    /// How many bytes of the line some places take.
    pub(super) fn bytes_of(&self, range: &Range<usize>) -> usize {
        let at = |place: usize| self.starts.get(place).copied().unwrap_or(self.line.len());
        at(range.end).saturating_sub(at(range.start))
    }

    /// The stream that holds a place, but no more than `reach` places before and after it.
    pub(super) fn stream_around(&self, place: usize, reach: usize) -> Range<usize> {
        let before = self.ends.partition_point(|&end| end < place);
        let start = before.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        let highest = (place + reach).min(self.ids.len());
        start.max(place.saturating_sub(reach))..self.end_of_stream(place).min(highest)
    }

    /// Where the stream that holds a place ends.
    pub(super) fn end_of_stream(&self, place: usize) -> usize {
        let next = self.ends.partition_point(|&end| end < place);
        self.ends.get(next).copied().unwrap_or(self.ids.len())
    }

    /// Whether something breaks a passage of these places: it crosses from one piece of a content to the next.
    pub(super) fn is_broken(&self, places: &Range<usize>) -> bool {
        (places.start + 1..places.end).any(|place| self.places[place] != self.places[place - 1] + 1)
    }

    /// Whether a word stands at a place, and not the end of a stream.
    pub(super) fn is_word(&self, place: usize) -> bool {
        self.places.get(place).is_some_and(|&word| word != UNKNOWN)
    }

    /// The normal form of a place's word.
    pub(super) fn key(&self, place: usize) -> &str {
        self.wording.key(self.places[place] as usize)
    }

    /// Where a place's word stands.
    pub(super) fn span(&self, place: usize) -> Span {
        self.wording.words[self.places[place] as usize].span
    }

    /// Whether a place's word stands in square brackets.
    pub(super) fn is_bracketed(&self, place: usize) -> bool {
        self.wording.words[self.places[place] as usize].is_bracketed
    }

    /// What stands between a place and the next one of the same stream.
    pub(super) fn after(&self, place: usize) -> &'text str {
        self.text.get(self.span(place).end..self.span(place + 1).start).unwrap_or_default()
    }

    /// The words that lie in a span, as indices into the text's words.
    pub(super) fn words_in(&self, span: Span) -> Range<usize> {
        let words = &self.wording.words;
        let start = words.partition_point(|word| word.span.start < span.start);
        let end = words.partition_point(|word| word.span.end <= span.end);
        start..end.max(start)
    }

    /// How many words the text has.
    pub(super) fn word_count(&self) -> usize {
        self.wording.words.len()
    }

    /// The pieces of some places: spans of neighbouring words.
    pub(super) fn pieces(&self, places: &Range<usize>) -> Vec<Span> {
        let mut pieces: Vec<Span> = Vec::new();
        for place in places.clone() {
            let span = self.span(place);
            let continues = place > places.start && self.places[place] == self.places[place - 1] + 1;
            match pieces.last_mut() {
                Some(piece) if continues => piece.end = span.end,
                _ => pieces.push(span),
            }
        }
        pieces
    }
}

/// As a word's number; texts of more words than that are cut short by no door, but cost no more than their end.
fn wide(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(UNKNOWN)
}

/// From 0.15 for function words and 0.3 for the text's commonest words to 1 for words that stand in it once.
fn weight_of(key: &str, count: u32, words: usize, classes: &Words) -> f32 {
    if is_function_word(key, classes) {
        return FUNCTION_WEIGHT;
    }
    #[expect(clippy::cast_precision_loss, reason = "a logarithm of a number of words needs no more")]
    let (count, words) = (count as f32, words.max(2) as f32);
    let weight = (1.0 - count.ln() / words.ln()).max(0.3);
    if classes.classes(key).any(COMMON_WORDS) { weight.min(COMMON_WEIGHT) } else { weight }
}

/// "The", "isn't", "they'll".
fn is_function_word(key: &str, classes: &Words) -> bool {
    let stem = key.split('\'').next().unwrap_or(key);
    let stem = if key.ends_with("n't") { stem.strip_suffix('n').unwrap_or(stem) } else { stem };
    let is = |word: &str| classes.classes(word).any(FUNCTION_WORDS);
    is(key) || is(stem) || stem.chars().count() == 1 && !stem.starts_with(|letter: char| letter.is_numeric())
}
