//! Document -> cue candidates: where a form of a lexicon entry stands. The only home of `aho-corasick`.
//!
//! All forms of all cues are one automaton, which reads a normal form of the document's tokens in one pass.
//! The normal form is lower case with a mark before and after each token, so that a match always covers
//! whole tokens: "call for" is not found in "call format", nor "say" in "essay".

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::lexicon::{CueEntry, Inflection, Lexicon};
use crate::text::Document;

/// Stands before each token in the normal form; white space can't be part of a token.
const BEFORE: char = ' ';
/// Stands after each token in the normal form.
const AFTER: char = '\n';

/// Finds the forms of a lexicon's cues. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct CueFinder {
    lexicon: Arc<Lexicon>,
    automaton: AhoCorasick,
    /// What each pattern of the automaton may be: entries, as indices into [`Lexicon::entries`], and which form.
    readings: Vec<Vec<(usize, Inflection)>>,
    /// For each pattern the longest other one that it begins with, and how many tokens that has:
    /// "agreed" for "agreed to".
    shorter: Vec<Option<(usize, usize)>>,
}

/// What a spelling may be: a form of an entry.
#[derive(Clone, Copy, Debug)]
pub struct CueReading<'a> {
    /// The entry.
    pub entry: &'a CueEntry,
    /// The entry as an index into [`Lexicon::entries`].
    pub index: usize,
    /// Which form of it.
    pub inflection: Inflection,
}

/// A place where a cue may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueCandidate {
    /// Its tokens, as indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// The spelling found, as an argument for [`CueFinder::readings`].
    pub pattern: usize,
}

impl CueFinder {
    /// A finder for the cues of `lexicon`.
    ///
    /// # Panics
    /// When the lexicon is so large (millions of forms) that its automaton can't be built.
    #[must_use]
    pub fn new(lexicon: impl Into<Arc<Lexicon>>) -> Self {
        let lexicon = lexicon.into();
        let mut patterns: Vec<String> = Vec::new();
        let mut readings: Vec<Vec<(usize, Inflection)>> = Vec::new();
        let mut pattern_of: HashMap<String, usize> = HashMap::new();
        for (entry, cue) in lexicon.entries().iter().enumerate() {
            for form in &cue.forms {
                let normal = normal_form_of_words(&form.text);
                let pattern = *pattern_of.entry(normal).or_insert_with_key(|normal| {
                    patterns.push(normal.clone());
                    readings.push(Vec::new());
                    patterns.len() - 1
                });
                readings[pattern].push((entry, form.inflection));
            }
        }
        let shorter = patterns.iter().map(|pattern| longest_prefix(pattern, &pattern_of)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // All patterns begin with the same mark, which stands before each token: nothing to filter by.
            .prefilter(false)
            .build(&patterns)
            .expect("a lexicon of some thousand forms fits an automaton");
        Self { lexicon, automaton, readings, shorter }
    }

    /// The lexicon whose cues it finds.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The cues that may stand in `document`: whole tokens, leftmost and longest first, not overlapping.
    #[must_use]
    pub fn find(&self, document: &Document<'_>) -> Vec<CueCandidate> {
        let normal = NormalForm::of(document);
        let mut candidates = Vec::new();
        let mut first = 0;
        for found in self.automaton.find_iter(&normal.text) {
            while normal.ends[first] <= found.start() {
                first += 1;
            }
            let mut last = first;
            while normal.ends[last] < found.end() {
                last += 1;
            }
            candidates.push(CueCandidate { tokens: first..last + 1, pattern: found.pattern().as_usize() });
        }
        candidates
    }

    /// A shorter cue that begins where `candidate` does, where the longer one may not be meant: "agreed" in
    /// "agreed to sell", beside "agreed to".
    #[must_use]
    pub fn shorter(&self, candidate: &CueCandidate) -> Option<CueCandidate> {
        let (pattern, length) = self.shorter[candidate.pattern]?;
        Some(CueCandidate { tokens: candidate.tokens.start..candidate.tokens.start + length, pattern })
    }

    /// What the spelling of a candidate may be.
    pub fn readings(&self, candidate: &CueCandidate) -> impl Iterator<Item = CueReading<'_>> {
        self.readings[candidate.pattern].iter().map(|&(index, inflection)| CueReading {
            entry: &self.lexicon.entries()[index],
            index,
            inflection,
        })
    }
}

/// The longest pattern of fewer tokens that `pattern` begins with, and its number of tokens.
fn longest_prefix(pattern: &str, pattern_of: &HashMap<String, usize>) -> Option<(usize, usize)> {
    let ends: Vec<usize> = pattern.match_indices(AFTER).map(|(end, _)| end + AFTER.len_utf8()).collect();
    let mut prefixes = ends.iter().enumerate().rev().skip(1);
    prefixes.find_map(|(index, &end)| Some((*pattern_of.get(&pattern[..end])?, index + 1)))
}

/// The tokens of a document in the form that the automaton reads.
struct NormalForm {
    text: String,
    /// For each token the end of its normal form in `text`.
    ends: Vec<usize>,
}

impl NormalForm {
    fn of(document: &Document<'_>) -> Self {
        // One pass over the whole text is cheaper than one over each word.
        let lower = document.text.to_ascii_lowercase();
        let mut text = String::with_capacity(document.text.len() + 2 * document.tokens.len());
        let mut ends = Vec::with_capacity(document.tokens.len());
        for token in &document.tokens {
            text.push(BEFORE);
            if token.is_wordlike() {
                push_word(&mut text, token.span.slice(document.text), token.span.slice(&lower));
            }
            text.push(AFTER);
            ends.push(text.len());
        }
        Self { text, ends }
    }
}

/// Adds the normal form of a word, whose ASCII letters are in lower case in `lower`.
fn push_word(normal: &mut String, word: &str, lower: &str) {
    if !word.is_ascii() {
        if has_plain_case(word) {
            push_normal_word(normal, word);
        }
    } else if word.as_bytes()[1..] == lower.as_bytes()[1..] || has_plain_case(word) {
        normal.push_str(lower);
    }
}

/// Lower case, Capitalized or ALL CAPITALS: a cue in a headline is one, "iSaid" is not.
fn has_plain_case(word: &str) -> bool {
    let mut letters = word.chars().filter(|character| character.is_alphabetic());
    let Some(first) = letters.next() else { return true };
    let mut lower = 0;
    let mut upper = 0;
    for letter in letters {
        if letter.is_uppercase() {
            upper += 1;
        } else {
            lower += 1;
        }
    }
    upper == 0 || (lower == 0 && first.is_uppercase())
}

fn push_normal_word(normal: &mut String, word: &str) {
    for character in word.chars() {
        match character {
            '’' => normal.push('\''),
            _ => normal.extend(character.to_lowercase()),
        }
    }
}

/// The normal form of a lexicon form: its words, and clitics cut off as segmentation cuts them.
fn normal_form_of_words(form: &str) -> String {
    let mut normal = String::new();
    for word in form.split(' ') {
        let (stem, clitic) = word.split_at(word.len() - if word.ends_with("'s") { 2 } else { 0 });
        for part in [stem, clitic].into_iter().filter(|part| !part.is_empty()) {
            normal.push(BEFORE);
            push_normal_word(&mut normal, part);
            normal.push(AFTER);
        }
    }
    normal
}
