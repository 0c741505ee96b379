//! What the patterns propose and what the network reads -> the labels of a document.
//!
//! The network decides what is an attribution and how far its parts reach. From the patterns come what it doesn't
//! say: the lexicon's entry and frame; attributions inside a content, which the network's training texts don't mark;
//! and those whose cue is a mark.

use std::ops::Range;

use super::labels::{Labels, Link, Origin};
use super::network::Reading;
use crate::annotation::AnnotatedDocument;
use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::CueEntry;
use crate::text::{PartConfidences, Parts, Watch};

/// What the explanation calls an attribution that no pattern proposes.
const PATTERN: &str = "network";

/// The labels that `proposed` and `readings` make together.
pub(super) fn merged(
    annotated: &AnnotatedDocument<'_>,
    proposed: Labels,
    readings: Vec<Reading>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    watch: &Watch<'_>,
) -> Option<Labels> {
    let mut links: Vec<Link> = Vec::with_capacity(readings.len());
    let held = Held::new(annotated.len(), &readings);
    let mut used = vec![false; proposed.links.len()];
    let order = by_cue(&proposed);
    for reading in readings {
        watch.step()?;
        let known = overlapping(&proposed, &order, &reading.cue);
        let best = known
            .iter()
            .max_by(|&&a, &&b| proposed.links[a].confidence.total_cmp(&proposed.links[b].confidence));
        let best = best.map(|&index| &proposed.links[index]);
        // A turn of an interview, a signature: the network was trained on running text, and is unsure of marks.
        if best.is_some_and(|proposal| is_mark_alone(proposal, &reading)) {
            continue;
        }
        for &index in &known {
            used[index] = true;
        }
        let origin = origin_of(&reading.cue, best, candidates, finder);
        links.push(read_link(reading, origin, best.is_none_or(|link| link.shares_source)));
    }
    for (link, _) in proposed.links.into_iter().zip(used).filter(|(_, used)| !used) {
        watch.step()?;
        let cue = link.parts.cue.clone().or_else(|| Some(first_token(link.parts.contents.first()?)));
        if link.origin.entry.is_none() || cue.is_some_and(|cue| held.holds(cue)) {
            links.push(link);
        }
    }
    links.sort_by_key(place);
    Some(Labels { links })
}

/// Where a link stands among others: at its cue, else at its first content.
fn place(link: &Link) -> usize {
    link.parts.cue.as_ref().or(link.parts.contents.first()).map_or(0, |tokens| tokens.start)
}

fn first_token(tokens: &Range<usize>) -> Range<usize> {
    tokens.start..tokens.start + 1
}

/// Whether a proposal whose cue is a mark is surer than what the network reads of that mark.
fn is_mark_alone(proposal: &Link, reading: &Reading) -> bool {
    proposal.origin.entry.is_none() && proposal.confidence > reading.confidence
}

/// Which tokens lie in a content that the network reads.
struct Held(Vec<bool>);

impl Held {
    fn new(tokens: usize, readings: &[Reading]) -> Self {
        // Contents may hold one another to any depth: only where they begin and end is written down.
        let mut change = vec![0_i32; tokens + 1];
        for content in readings.iter().flat_map(|reading| &reading.contents) {
            change[content.start] += 1;
            change[content.end] -= 1;
        }
        let count = change[..tokens].iter().scan(0, |open, change| {
            *open += change;
            Some(*open > 0)
        });
        Self(count.collect())
    }

    fn holds(&self, tokens: Range<usize>) -> bool {
        self.0[tokens].iter().all(|&held| held)
    }
}

/// The proposals that have a cue, in the order of their cues.
fn by_cue(proposed: &Labels) -> Vec<(Range<usize>, usize)> {
    let cue = |(index, link): (usize, &Link)| Some((link.parts.cue.clone()?, index));
    let mut order: Vec<_> = proposed.links.iter().enumerate().filter_map(cue).collect();
    order.sort_by_key(|(cue, index)| (cue.start, *index));
    order
}

/// The proposals whose cue shares a token with `cue`.
fn overlapping(proposed: &Labels, order: &[(Range<usize>, usize)], cue: &Range<usize>) -> Vec<usize> {
    debug_assert!(proposed.links.len() >= order.len(), "each proposal stands once in the order");
    let first = order.partition_point(|(it, _)| it.start + LONGEST_CUE <= cue.start);
    let near = order[first..].iter().take_while(|(it, _)| it.start < cue.end);
    near.filter(|(it, _)| it.end > cue.start).map(|&(_, index)| index).collect()
}

/// A proposed cue has fewer tokens than these.
const LONGEST_CUE: usize = 32;

/// What the network reads, as a link.
fn read_link(reading: Reading, origin: Origin, shares_source: bool) -> Link {
    let part_confidences = PartConfidences {
        source: reading.source_confidence,
        cue: reading.cue_confidence,
        content: reading.content_confidence,
    };
    let parts = Parts { source: reading.source, cue: Some(reading.cue), contents: reading.contents };
    Link { shares_source, part_confidences, ..Link::new(origin, parts, reading.confidence) }
}

/// Where a reading of the network comes from: its proposal's pattern, else its cue's entry alone.
fn origin_of(
    cue: &Range<usize>,
    proposal: Option<&Link>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
) -> Origin {
    let origin = proposal.map_or(Origin::without_entry(PATTERN), |link| link.origin);
    Origin { entry: origin.entry.or_else(|| entry_of(cue, candidates, finder)), ..origin }
}

/// The lexicon's entry for a cue that no pattern fits: the surest reading of the last candidate in it.
fn entry_of(cue: &Range<usize>, candidates: &[CueCandidate], finder: &CueFinder) -> Option<usize> {
    let end = candidates.partition_point(|candidate| candidate.tokens.start < cue.end);
    let candidate = candidates[..end].last().filter(|candidate| candidate.tokens.end > cue.start)?;
    let surety = |entry: &CueEntry| entry.frames.iter().map(|it| it.reliability).max();
    let surest = finder.readings(candidate).max_by_key(|reading| surety(reading.entry))?;
    Some(surest.index)
}
