//! Document + cue candidates -> labels: which tokens are a source, a cue, a content.
//!
//! Each candidate is held against a table of patterns ([`patterns`]); the first that its surroundings fill
//! gives the labels. Nothing in here decides between candidates: `attribution` does.

mod labels;
mod classes;
mod noun_phrases;
mod verb_groups;
mod adjuncts;
mod clauses;
mod patterns;
mod sources;
mod contents;
mod cueless;

use std::ops::Range;

use classes::ClassedDocument;
use contents::{Anchors, FoundContent};
use patterns::{ContentSlot, PATTERNS, Pattern, SourceSlot};
use sources::FoundSource;
use verb_groups::VerbGroup;

use crate::cues::{CueCandidate, CueFinder, CueReading};
use crate::lexicon::{CueCategory, CueEntry, Inflection, Lexicon, Words};
use crate::text::Document;

pub use labels::{LabeledSpan, Labels, Link, Role, SourceLink};

/// The version of the patterns: changes when their labels do.
pub const VERSION: &str = "patterns-1";

/// Turns documents and their cue candidates into labels. Built once, shared by all threads.
#[derive(Clone, Debug)]
pub struct Tagger {
    words: Words,
}

impl Default for Tagger {
    fn default() -> Self {
        Self::new()
    }
}

impl Tagger {
    /// A tagger with the embedded word classes.
    #[must_use]
    pub fn new() -> Self {
        Self { words: Words::embedded() }
    }

    /// The labels of `document`, whose cue candidates are `candidates`, found by `finder` for `lexicon`.
    #[must_use]
    pub fn tag(
        &self,
        document: &Document<'_>,
        candidates: &[CueCandidate],
        finder: &CueFinder,
        lexicon: &Lexicon,
    ) -> Labels {
        let mut classed = ClassedDocument::new(document, &self.words);
        mark_verbs(&mut classed, candidates, finder);
        let mut labels = Labels::default();
        for candidate in candidates {
            if let Some(found) = best_match(&classed, candidate, finder, lexicon) {
                found.label(&mut labels);
            }
        }
        cueless::label(&classed, &mut labels);
        labels
    }
}

/// Notes where forms of verb cues stand, for finding where noun phrases and contents end.
fn mark_verbs(classed: &mut ClassedDocument<'_>, candidates: &[CueCandidate], finder: &CueFinder) {
    for candidate in candidates {
        let class = &mut classed.classes[candidate.tokens.start];
        for reading in finder.readings(candidate) {
            match reading.inflection {
                Inflection::Past => class.finite_cue = true,
                Inflection::Gerund => class.gerund_cue = true,
                _ => {}
            }
        }
    }
}

/// A pattern that a candidate's surroundings fill.
struct Match {
    pattern: &'static Pattern,
    entry: usize,
    cue: Range<usize>,
    source: FoundSource,
    content: FoundContent,
    negated: bool,
    hedged: bool,
    confidence: f32,
}

impl Match {
    fn label(self, labels: &mut Labels) {
        let confidence = self.confidence;
        let source = match self.source {
            FoundSource::Tokens(tokens) => SourceLink::Span(labels.push(Role::Source, tokens, confidence)),
            FoundSource::Inherited(tokens) => {
                SourceLink::Inherited(tokens.map(|tokens| labels.push(Role::Source, tokens, confidence)))
            }
            FoundSource::Nobody => SourceLink::Nobody,
        };
        let cue = labels.push(Role::Cue, self.cue, confidence);
        let contents =
            self.content.pieces.into_iter().map(|piece| labels.push(Role::Content, piece, confidence)).collect();
        labels.links.push(Link {
            pattern: self.pattern.name,
            frame: Some(self.pattern.frame),
            entry: Some(self.entry),
            cue: Some(cue),
            source,
            contents,
            negated: self.negated,
            hedged: self.hedged,
            addressee: self.content.adjuncts.addressee,
            medium: self.content.adjuncts.medium,
            time: self.content.adjuncts.time,
            confidence,
        });
    }
}

/// The first pattern, in the order of the table, that any reading of the candidate fills.
fn best_match(
    classed: &ClassedDocument<'_>,
    candidate: &CueCandidate,
    finder: &CueFinder,
    lexicon: &Lexicon,
) -> Option<Match> {
    if is_part_of_a_name(classed, candidate) {
        return None;
    }
    let mut best: Option<(usize, Match)> = None;
    let floor = classed.floor(candidate.tokens.start);
    for reading in finder.readings(candidate) {
        let entry = &lexicon.entries()[reading.entry];
        let group = if entry.category == CueCategory::Verb {
            match classed.verb_group(candidate.tokens.start, candidate.tokens.end, reading.inflection, floor) {
                Some(group) => Some(group),
                None => continue,
            }
        } else {
            None
        };
        let limit = best.as_ref().map_or(PATTERNS.len(), |(rank, _)| *rank);
        for (rank, pattern) in PATTERNS.iter().enumerate().take(limit) {
            let Some(reliability) = entry.reliability(pattern.frame) else { continue };
            if let Some(mut found) = fill(classed, candidate, *reading, entry, group.as_ref(), pattern) {
                found.confidence *= f32::from(reliability) / 100.0;
                best = Some((rank, found));
                break;
            }
        }
    }
    best.map(|(_, found)| found)
}

/// "State", "Times": a capitalized word in the middle of a sentence that is no headline.
fn is_part_of_a_name(classed: &ClassedDocument<'_>, candidate: &CueCandidate) -> bool {
    let start = candidate.tokens.start;
    classed.is_capitalized(start) && start != classed.floor(start) && !classed.is_headline(start)
}

fn fill(
    classed: &ClassedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading,
    entry: &CueEntry,
    group: Option<&VerbGroup>,
    pattern: &'static Pattern,
) -> Option<Match> {
    match (entry.category, group) {
        (CueCategory::Verb, Some(group)) => fill_with_verb(classed, reading, group, pattern),
        (CueCategory::Verb, None) => None,
        (category, _) if !pattern.voice.admits_category(category) => None,
        (CueCategory::Noun, _) => fill_with_noun(classed, candidate, reading, pattern),
        (CueCategory::Phrase, _) => fill_with_phrase(classed, candidate, reading, pattern),
        (CueCategory::Adverb, _) => fill_with_adverb(classed, candidate, reading, pattern),
    }
}

fn fill_with_verb(
    classed: &ClassedDocument<'_>,
    reading: CueReading,
    group: &VerbGroup,
    pattern: &'static Pattern,
) -> Option<Match> {
    if !pattern.voice.admits_verb(group.voice) {
        return None;
    }
    let source = classed.source_of_verb(pattern.source, group)?;
    let anchors = anchors(pattern, &source, group.start..group.end);
    let content = classed.content(pattern.content, anchors)?;
    Some(Match {
        pattern,
        entry: reading.entry,
        cue: group.start..group.end,
        source,
        content,
        negated: group.negated,
        hedged: group.hedged,
        confidence: 1.0,
    })
}

/// Where a content slot looks from: source and cue together, as the pattern has them.
fn anchors(pattern: &Pattern, source: &FoundSource, cue: Range<usize>) -> Anchors {
    match (pattern.source, source) {
        (SourceSlot::Inverted | SourceSlot::After, FoundSource::Tokens(tokens)) => {
            Anchors { start: cue.start, end: tokens.end.max(cue.end) }
        }
        (SourceSlot::Agent, FoundSource::Tokens(tokens)) => Anchors { start: cue.start, end: tokens.end.max(cue.end) },
        (SourceSlot::Subject, FoundSource::Tokens(tokens)) if pattern.content == ContentSlot::Before || pattern.content == ContentSlot::Quotation => {
            Anchors { start: tokens.start.min(cue.start), end: cue.end }
        }
        _ => Anchors { start: cue.start, end: cue.end },
    }
}

fn fill_with_noun(
    classed: &ClassedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading,
    pattern: &'static Pattern,
) -> Option<Match> {
    let (source, start) = classed.possessor(&candidate.tokens)?;
    let mut end = candidate.tokens.end;
    if let FoundSource::Tokens(tokens) = &source {
        if tokens.start > end && tokens.start < end + 3 {
            end = tokens.end;
        }
    }
    if pattern.content == ContentSlot::That && pattern.frame == crate::lexicon::Frame::IsThat {
        if !classed.is(end, crate::lexicon::WordClasses::BE) {
            return None;
        }
        end += 1;
    }
    if pattern.frame == crate::lexicon::Frame::In {
        return None;
    }
    let content = classed.content(pattern.content, Anchors { start, end })?;
    let cue = start.max(candidate.tokens.start.saturating_sub(4))..candidate.tokens.end;
    Some(Match { pattern, entry: reading.entry, cue, source, content, negated: false, hedged: false, confidence: 0.8 })
}

fn fill_with_phrase(
    classed: &ClassedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading,
    pattern: &'static Pattern,
) -> Option<Match> {
    let tokens = candidate.tokens.clone();
    let (source, cue, negated) = match pattern.source {
        SourceSlot::After => (FoundSource::Tokens(classed.source_after(tokens.end)?), tokens, false),
        _ => {
            let (source, start, negated) = classed.subject_of_phrase(tokens.start)?;
            (source, start..tokens.end, negated)
        }
    };
    let content = classed.content(pattern.content, anchors(pattern, &source, cue.clone()))?;
    Some(Match { pattern, entry: reading.entry, cue, source, content, negated, hedged: false, confidence: 1.0 })
}

fn fill_with_adverb(
    classed: &ClassedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading,
    pattern: &'static Pattern,
) -> Option<Match> {
    let tokens = candidate.tokens.clone();
    let content = classed.content(pattern.content, Anchors { start: tokens.start, end: tokens.end })?;
    Some(Match {
        pattern,
        entry: reading.entry,
        cue: tokens,
        source: FoundSource::Nobody,
        content,
        negated: false,
        hedged: true,
        confidence: 1.0,
    })
}
