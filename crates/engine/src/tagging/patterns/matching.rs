//! A cue candidate against the table of patterns: the first that its surroundings fill, with what fills it.

use std::ops::Range;

use crate::annotation::AnnotatedDocument;
use crate::annotation::verb_groups::{VerbGroup, Voice};
use crate::cues::{CueCandidate, CueFinder, CueReading};
use crate::lexicon::CueCategory;
use crate::tagging::labels::{Link, Origin};
use crate::tagging::patterns::content_slots::{Anchors, FoundContent};
use crate::tagging::patterns::slots::{ContentSlot, SourceSlot, VoiceSlot};
use crate::tagging::patterns::source_slots::FoundSource;
use crate::tagging::patterns::table::{PATTERNS, Pattern};
use crate::text::Parts;

/// A pattern that a candidate's surroundings fill.
pub(crate) struct Match {
    pattern: &'static Pattern,
    entry: usize,
    cue: Range<usize>,
    source: FoundSource,
    content: FoundContent,
    confidence: f32,
}

impl Match {
    fn new(
        pattern: &'static Pattern,
        entry: usize,
        cue: Range<usize>,
        source: FoundSource,
        content: FoundContent,
    ) -> Self {
        Self { pattern, entry, cue, source, content, confidence: 1.0 }
    }

    /// The link that it makes.
    pub(crate) fn link(self) -> Link {
        let (source, inherits_source) = match self.source {
            FoundSource::Tokens(tokens) => (Some(tokens), false),
            FoundSource::Inherited(tokens) => (tokens, true),
            FoundSource::Nobody => (None, false),
        };
        let origin =
            Origin { pattern: self.pattern.name, frame: Some(self.pattern.frame), entry: Some(self.entry) };
        let parts = Parts { source, cue: Some(self.cue), contents: self.content.pieces };
        Link {
            inherits_source,
            shares_source: !matches!(self.pattern.source, SourceSlot::Possessor | SourceSlot::Introduced),
            ..Link::new(origin, parts, self.confidence)
        }
    }
}

/// The first pattern, in the order of the table, that any reading of the candidate fills.
pub(crate) fn best_match(
    annotated: &AnnotatedDocument<'_>,
    candidate: &CueCandidate,
    finder: &CueFinder,
) -> Option<Match> {
    if is_part_of_a_name(annotated, candidate) {
        return None;
    }
    let mut best: Option<(usize, Match)> = None;
    let floor = annotated.floor(candidate.tokens.start);
    for reading in finder.readings(candidate) {
        let entry = reading.entry;
        let group = if entry.category == CueCategory::Verb {
            match annotated.verb_group(
                candidate.tokens.start,
                candidate.tokens.end,
                reading.inflection,
                floor,
            ) {
                Some(group) => Some(group),
                None => continue,
            }
        } else {
            None
        };
        let limit = best.as_ref().map_or(PATTERNS.len(), |(rank, _)| *rank);
        for (rank, pattern) in PATTERNS.iter().enumerate().take(limit) {
            let Some(reliability) = entry.reliability(pattern.frame) else { continue };
            if let Some(mut found) = fill(annotated, candidate, reading, group.as_ref(), pattern) {
                found.confidence *= f32::from(reliability) / 100.0;
                best = Some((rank, found));
                break;
            }
        }
    }
    best.map(|(_, found)| found)
}

/// "State", "Times": a capitalized word in the middle of a sentence that is no headline.
fn is_part_of_a_name(annotated: &AnnotatedDocument<'_>, candidate: &CueCandidate) -> bool {
    let start = candidate.tokens.start;
    annotated.is_capitalized(start) && start != annotated.floor(start) && !annotated.is_headline(start)
}

fn fill(
    annotated: &AnnotatedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading<'_>,
    group: Option<&VerbGroup>,
    pattern: &'static Pattern,
) -> Option<Match> {
    match (reading.entry.category, group) {
        (CueCategory::Verb, Some(group)) => fill_with_verb(annotated, reading, group, pattern),
        (CueCategory::Verb, None) => None,
        (category, _) if !pattern.voice.admits_category(category) => None,
        (CueCategory::Noun, _) => fill_with_noun(annotated, candidate, reading, pattern),
        (CueCategory::Phrase, _) => fill_with_phrase(annotated, candidate, reading, pattern),
        (CueCategory::Adverb, _) => fill_with_adverb(annotated, candidate, reading, pattern),
    }
}

fn fill_with_verb(
    annotated: &AnnotatedDocument<'_>,
    reading: CueReading<'_>,
    group: &VerbGroup,
    pattern: &'static Pattern,
) -> Option<Match> {
    // "Ministers urged to act": a headline leaves the auxiliary out; "Asked whether …, Ruiz said" does too.
    let elliptic = group.voice == Voice::Participle
        && pattern.voice == VoiceSlot::Passive
        && (annotated.lacks_terminator(group.start) || annotated.opens_clause(group.start));
    if !pattern.voice.admits_verb(group.voice) && !elliptic {
        return None;
    }
    let source = annotated.source_of_verb(pattern.source, group)?;
    let anchors = anchors(pattern, &source, group.start..group.end);
    let content = annotated.content(pattern.content, anchors)?;
    let content = match &source {
        FoundSource::Tokens(tokens) if annotated.is_restrictive(tokens) => {
            annotated.without_main_clause(content, pattern.content)
        }
        _ => content,
    };
    let last_word = usize::from(pattern.content == ContentSlot::LastWord);
    let rest = matches!(pattern.content, ContentSlot::SubjectAndRest | ContentSlot::SubjectAndAs)
        && source == FoundSource::Nobody;
    let end = if rest { content.adjuncts.end } else { group.end - last_word };
    let (source, cue) = with_statement(annotated, source, group.start..end);
    let confidence = plausibility(annotated, pattern, group, &source, &content);
    let cue = with_medium(annotated, cue, &content);
    Some(Match { confidence, ..Match::new(pattern, reading.index, cue, source, content) })
}

/// "To decide", "to show": an infinitive with a bare clause or an object seldom tells what was said.
/// "The lake supports two hundred families": nor does a thing without a will support by speaking.
/// "He ordered soup": an object without an article is a thing rather than a statement.
fn plausibility(
    annotated: &AnnotatedDocument<'_>,
    pattern: &Pattern,
    group: &VerbGroup,
    source: &FoundSource,
    content: &FoundContent,
) -> f32 {
    let weak = matches!(
        pattern.content,
        ContentSlot::Clause | ContentSlot::Object | ContentSlot::ObjectAs | ContentSlot::Infinitive
    );
    let purpose = weak && group.voice == Voice::Infinitive;
    let thing = weak
        && pattern.content != ContentSlot::Clause
        && matches!(source, FoundSource::Tokens(tokens) if !annotated.can_speak(tokens));
    let first = content.pieces.first().map_or(group.end, |piece| piece.start);
    let bare = pattern.content == ContentSlot::Object
        && !annotated.lacks_terminator(first)
        && annotated
            .noun_phrase_after(first, annotated.ceiling(first))
            .is_some_and(|object| !annotated.is_referring(&object));
    let factor = |holds: bool, factor: f32| if holds { factor } else { 1.0 };
    // "She wrote two novels": what may be no clause is one only behind the surest verbs.
    let unclear = pattern.content == ContentSlot::AnyClause;
    factor(purpose, 0.3) * factor(thing, 0.3) * factor(bare, 0.2) * factor(unclear, 0.25)
}

/// "The ministry RELEASED A STATEMENT SAYING": a message whose author is named is part of the cue.
fn with_statement(
    annotated: &AnnotatedDocument<'_>,
    source: FoundSource,
    cue: Range<usize>,
) -> (FoundSource, Range<usize>) {
    let author = match &source {
        FoundSource::Tokens(message) => annotated.author(message, cue.start),
        _ => None,
    };
    match author {
        Some((author, start)) => (FoundSource::Tokens(author), start..cue.end),
        None => (source, cue),
    }
}

/// "Said IN A STATEMENT": a medium directly after the verb is part of the cue, as the guide has it.
fn with_medium(annotated: &AnnotatedDocument<'_>, cue: Range<usize>, content: &FoundContent) -> Range<usize> {
    match &content.adjuncts.medium {
        Some(medium)
            if medium.start == cue.end + 1 && medium.len() <= 3 && annotated.is_word(cue.end, "in") =>
        {
            cue.start..medium.end
        }
        _ => cue,
    }
}

/// Where a content slot looks from: source and cue together, as the pattern has them.
fn anchors(pattern: &Pattern, source: &FoundSource, cue: Range<usize>) -> Anchors {
    match (pattern.source, source) {
        (SourceSlot::Inverted | SourceSlot::After | SourceSlot::Agent, FoundSource::Tokens(tokens)) => {
            Anchors { start: cue.start, end: tokens.end.max(cue.end) }
        }
        (SourceSlot::Subject, FoundSource::Tokens(tokens)) if pattern.content.looks_before() => {
            Anchors { start: tokens.start.min(cue.start), end: cue.end }
        }
        _ => Anchors { start: cue.start, end: cue.end },
    }
}

fn fill_with_noun(
    annotated: &AnnotatedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading<'_>,
    pattern: &'static Pattern,
) -> Option<Match> {
    let CueReading { entry, inflection, .. } = reading;
    let found = annotated.noun_attribution(&candidate.tokens, pattern, inflection, entry.attribution_type)?;
    Some(Match::new(pattern, reading.index, found.cue, found.source, found.content))
}

fn fill_with_phrase(
    annotated: &AnnotatedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading<'_>,
    pattern: &'static Pattern,
) -> Option<Match> {
    let tokens = candidate.tokens.clone();
    let (source, cue) = if pattern.source == SourceSlot::After {
        let source = annotated.source_after(tokens.start, tokens.end)?;
        // "According to plan": a bare noun is no source.
        if !annotated.is_referring(&source) {
            return None;
        }
        (FoundSource::Tokens(source), tokens)
    } else {
        let (source, start) = annotated.subject_of_phrase(tokens.start)?;
        (source, start..tokens.end)
    };
    let content = annotated.content(pattern.content, anchors(pattern, &source, cue.clone()))?;
    Some(Match::new(pattern, reading.index, cue, source, content))
}

fn fill_with_adverb(
    annotated: &AnnotatedDocument<'_>,
    candidate: &CueCandidate,
    reading: CueReading<'_>,
    pattern: &'static Pattern,
) -> Option<Match> {
    let tokens = candidate.tokens.clone();
    let content = annotated.content(pattern.content, Anchors { start: tokens.start, end: tokens.end })?;
    Some(Match::new(pattern, reading.index, tokens, FoundSource::Nobody, content))
}
