//! A annotated document and what the patterns propose -> what the network reads of each token beside its pieces.
//!
//! Each token has a bag of features, numbered from 0 to [`FEATURES`]: what it looks like, how it stands to
//! quotation marks, which word classes and which cues of the lexicon it may be, and which role the patterns
//! propose for it.

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, Shape, WordForms};
use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{WordClasses, Words};
use crate::tagging::labels::Labels;
use crate::text::{Parts, TokenKind, Watch};

/// Where each group of features begins.
const SHAPE: u16 = 0;
const QUOTATION: u16 = 20;
const POSITION: u16 = 28;
const ENDING: u16 = 34;
const WORD_CLASS: u16 = 38;
#[cfg(feature = "training")]
/// From here on features come from the lexicon and the patterns: training drops them at random, so that
/// neither they nor the words carry all the weight.
pub const FIRST_LEXICAL: u16 = 82;
const CUE: u16 = 82;
const FRAME: u16 = 102;
const INFLECTION: u16 = 126;
#[cfg(feature = "training")]
/// From here on features come from the patterns.
pub const FIRST_PROPOSED: u16 = 132;
const PROPOSED_SOURCE: u16 = 132;
const PROPOSED_CUE: u16 = 138;
const PROPOSED_CONTENT: u16 = 144;
/// How many features there are.
pub const FEATURES: u16 = 150;

/// How far before and after a cue the network looks for what belongs to it, in tokens: on PolNeAR 995 of 1,000
/// attributions end within.
pub const REACH_BEFORE: usize = 64;
/// See [`REACH_BEFORE`].
pub const REACH_AFTER: usize = 96;

/// An attribution as the patterns propose it: source and contents for a cue.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The tokens of the cue.
    pub cue: Range<usize>,
    /// The tokens of the source.
    pub source: Option<Range<usize>>,
    /// The tokens of the content, in pieces.
    pub contents: Vec<Range<usize>>,
    /// 0 (unsure), 1 or 2 (sure).
    pub level: u8,
}

/// What the network reads of a document beside the words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// The features of all tokens, one token after the other.
    bag: Vec<u16>,
    /// For each token where its features end in `bag`.
    ends: Vec<usize>,
    /// For each token the number of its sentence.
    pub sentences: Vec<u32>,
    /// For each token the innermost quotation that holds it, plus one; 0 for none.
    pub quotations: Vec<u32>,
    /// What the patterns propose, in the order of the cues.
    pub proposals: Vec<Proposal>,
    /// The most tokens that a cue of theirs has.
    longest_cue: usize,
}

impl Features {
    /// How many tokens it tells of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it tells of no token.
    #[cfg(feature = "training")]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The features of a token.
    #[must_use]
    pub fn of(&self, token: usize) -> &[u16] {
        let start = if token == 0 { 0 } else { self.ends[token - 1] };
        &self.bag[start..self.ends[token]]
    }

    /// What the patterns propose for a cue that shares tokens with this one.
    pub(super) fn proposals_of(&self, cue: &Range<usize>) -> Vec<&Proposal> {
        let first = self.proposals.partition_point(|it| it.cue.start + self.longest_cue <= cue.start);
        let near = self.proposals[first..].iter().take_while(|it| it.cue.start < cue.end);
        near.filter(|it| it.cue.end > cue.start).collect()
    }
}

/// The features of `annotated`, for which the patterns gave `labels`. `own` are the word classes that the network was
/// trained with, where they are not those of `annotated`.
pub(in crate::tagging) fn features(
    annotated: &AnnotatedDocument<'_>,
    candidates: &[CueCandidate],
    labels: &Labels,
    finder: &CueFinder,
    own: Option<&Words>,
    watch: &Watch<'_>,
) -> Option<Features> {
    let proposals = proposals(annotated, labels);
    let longest_cue = proposals.iter().map(|it| it.cue.len()).max().unwrap_or(0);
    let mut features = Features { proposals, longest_cue, ..Features::default() };
    let mut next = 0;
    for (token, proposed) in proposed_roles(annotated.len(), &features.proposals).into_iter().enumerate() {
        watch.step()?;
        let bag = &mut features.bag;
        bag.push(SHAPE + shape(annotated, token));
        bag.push(QUOTATION + quotation(annotated, token));
        bag.push(POSITION + position(annotated, token));
        bag.extend(ending(annotated, token).map(|ending| ENDING + ending));
        let in_words = own.map_or(annotated.tokens[token].words, |own| classes_in(own, annotated, token));
        bag.extend(in_words.numbers().map(|number| WORD_CLASS + number));
        while candidates.get(next).is_some_and(|candidate| candidate.tokens.end <= token) {
            next += 1;
        }
        if let Some(candidate) = candidates.get(next).filter(|candidate| candidate.tokens.contains(&token)) {
            push_cue(bag, candidate, token, finder);
        }
        bag.extend(proposed.into_iter().flatten());
        features.ends.push(features.bag.len());
        features.sentences.push(u32::try_from(annotated.sentence_index(token)).unwrap_or(u32::MAX));
        features.quotations.push(
            annotated.quotation_around(token).map_or(0, |it| u32::try_from(it + 1).unwrap_or(u32::MAX)),
        );
    }
    Some(features)
}

/// The classes of a token in other words than those of the document.
fn classes_in(words: &Words, annotated: &AnnotatedDocument<'_>, token: usize) -> WordClasses {
    let word = annotated.document.word(token);
    if !annotated.is_wordlike(token) {
        WordClasses::NONE
    } else if annotated.tokens[token].shape == Shape::Lower && annotated.is_kind(token, TokenKind::Word) {
        words.classes(word)
    } else {
        words.classes(&word.to_lowercase())
    }
}

fn shape(annotated: &AnnotatedDocument<'_>, token: usize) -> u16 {
    let upper = |shape: Shape| match shape {
        Shape::Lower => 0,
        Shape::Title => 1,
        Shape::Upper => 2,
        Shape::Other => 3,
    };
    match annotated.document.tokens[token].kind {
        TokenKind::Word => upper(annotated.tokens[token].shape),
        TokenKind::Clitic => 4,
        TokenKind::Number => 5,
        TokenKind::OpeningMark => 6,
        TokenKind::ClosingMark => 7,
        TokenKind::StrayMark => 8,
        TokenKind::Terminator => 9,
        TokenKind::Comma => 10,
        TokenKind::Colon => 11,
        TokenKind::Semicolon => 12,
        TokenKind::Dash => 13,
        TokenKind::OpeningBracket => 14,
        TokenKind::ClosingBracket => 15,
        TokenKind::Symbol => 16,
    }
}

/// Outside, a mark, inside; and whether the quotation is closed, nested, or continues another.
fn quotation(annotated: &AnnotatedDocument<'_>, token: usize) -> u16 {
    let Some(index) = annotated.tokens[token].quotation else { return 0 };
    let quotation = &annotated.document.quotations[index as usize];
    match annotated.document.tokens[token].kind {
        TokenKind::OpeningMark => 1,
        TokenKind::ClosingMark => 2,
        _ if quotation.depth > 0 => 3,
        _ if quotation.continues.is_some() => 4,
        _ if !quotation.closed => 5,
        _ => 6,
    }
}

/// Within a sentence, its first token, its paragraph's first; the same for headlines.
fn position(annotated: &AnnotatedDocument<'_>, token: usize) -> u16 {
    let sentence = annotated.sentence_index(token);
    let starts = annotated.document.sentences[sentence].tokens.start == token;
    let starts_paragraph = starts && annotated.starts_paragraph(sentence);
    u16::from(starts) + u16::from(starts_paragraph) + if annotated.is_headline(token) { 3 } else { 0 }
}

fn ending(annotated: &AnnotatedDocument<'_>, token: usize) -> impl Iterator<Item = u16> {
    let forms =
        [WordForms::LY, WordForms::ED, WordForms::ING, WordForms::S].map(|it| annotated.has(token, it));
    (0_u16..).zip(forms).filter(|(_, has)| *has).map(|(ending, _)| ending)
}

/// What the lexicon says of a candidate: part of speech and reliability, frames, inflections.
fn push_cue(bag: &mut Vec<u16>, candidate: &CueCandidate, token: usize, finder: &CueFinder) {
    let first = bag.len();
    for reading in finder.readings(candidate) {
        let entry = reading.entry;
        let category = entry.category as u16;
        if token > candidate.tokens.start {
            bag.push(CUE + 16 + category);
            continue;
        }
        let best = entry.frames.iter().map(|it| it.reliability).max().unwrap_or(0);
        bag.push(CUE + 4 * category + level(f32::from(best) / 100.0) + u16::from(best >= 85));
        bag.extend(entry.frames.iter().map(|it| FRAME + it.frame as u16));
        bag.push(INFLECTION + reading.inflection as u16);
    }
    bag[first..].sort_unstable();
    let mut at = first;
    for index in first..bag.len() {
        if index == first || bag[index] != bag[at - 1] {
            bag[at] = bag[index];
            at += 1;
        }
    }
    bag.truncate(at);
}

fn level(confidence: f32) -> u16 {
    u16::from(confidence >= 0.3) + u16::from(confidence >= 0.6)
}

/// What the links say, each with a source that is inherited found for it.
fn proposals(annotated: &AnnotatedDocument<'_>, labels: &Labels) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let mut lender: Option<Range<usize>> = None;
    for link in &labels.links {
        let Parts { source, cue, contents } = link.parts.clone();
        let Some(cue) = cue else { continue };
        let same_sentence = |source: &Range<usize>| {
            annotated.sentence_index(source.start) == annotated.sentence_index(cue.start)
        };
        let inherited = lender.clone().filter(|source| link.inherits_source && same_sentence(source));
        let source = inherited.or(source);
        if link.shares_source && source.is_some() {
            lender.clone_from(&source);
        }
        let level = if link.confidence >= 0.6 { 2 } else { u8::from(link.confidence >= 0.3) };
        proposals.push(Proposal { cue, source, contents, level });
    }
    proposals.sort_by_key(|it| it.cue.start);
    proposals
}

/// For each token the features of the surest source, cue and content proposed for it.
fn proposed_roles(tokens: usize, proposals: &[Proposal]) -> Vec<[Option<u16>; 3]> {
    let mut roles = vec![[None; 3]; tokens];
    for proposal in proposals {
        let parts = proposal
            .source
            .iter()
            .map(|source| (0, PROPOSED_SOURCE, source))
            .chain([(1, PROPOSED_CUE, &proposal.cue)])
            .chain(proposal.contents.iter().map(|content| (2, PROPOSED_CONTENT, content)));
        for (role, first, range) in parts {
            let near = proposal.cue.start.saturating_sub(REACH_BEFORE)..proposal.cue.end + REACH_AFTER;
            let within =
                range.start.max(near.start)..range.end.min(near.end).max(range.start.max(near.start));
            for (token, roles) in within.clone().zip(&mut roles[within]) {
                let feature = first + 2 * u16::from(proposal.level) + u16::from(token == range.start);
                let known = &mut roles[role];
                *known = Some(known.map_or(feature, |it: u16| it.max(feature)));
            }
        }
    }
    roles
}
