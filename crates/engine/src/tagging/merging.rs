//! What the patterns propose and what the network reads -> the labels of a document.
//!
//! The network decides what is an attribution and how far its parts reach. From the patterns come what it doesn't
//! say: the lexicon's entry and frame, negation, hedges, addressee, medium and time; attributions inside a content,
//! which the network's training texts don't mark; and those whose cue is a mark.

use std::ops::Range;

use super::labels::{Labels, Link, Role, SourceLink};
use super::network::Reading;
use crate::annotation::AnnotatedDocument;
use crate::cues::{CueCandidate, CueFinder};
use crate::lexicon::{Lexicon, SpeechAct};
use crate::tagging::circumstances::media::{Surroundings, near};
use crate::text::Watch;

/// What the explanation calls an attribution that no pattern proposes.
const PATTERN: &str = "network";

/// The labels that `proposed` and `readings` make together.
pub(super) fn merged(
    classed: &AnnotatedDocument<'_>,
    proposed: &Labels,
    readings: &[Reading],
    candidates: &[CueCandidate],
    finder: &CueFinder,
    lexicon: &Lexicon,
    watch: &Watch<'_>,
) -> Option<Labels> {
    let mut labels = Labels::default();
    let mut links: Vec<(usize, Link)> = Vec::new();
    let held = Held::new(classed.len(), readings);
    let mut used = vec![false; proposed.links.len()];
    let order = by_cue(proposed);
    let mut by_place: Vec<&Reading> = readings.iter().collect();
    by_place.sort_by_key(|reading| reading.cue.start);
    for reading in readings {
        watch.step()?;
        let known = overlapping(proposed, &order, &reading.cue);
        let best = known
            .iter()
            .max_by(|&&a, &&b| proposed.links[a].confidence.total_cmp(&proposed.links[b].confidence));
        // A turn of an interview, a signature: the network was trained on running text, and is unsure of marks.
        if best.is_some_and(|&index| is_mark_alone(&proposed.links[index], reading)) {
            continue;
        }
        for &index in &known {
            used[index] = true;
        }
        let around = Surroundings { reading, others: near(&by_place, &reading.cue) };
        let link = read_link(
            classed,
            around,
            best.map(|&index| &proposed.links[index]),
            candidates,
            finder,
            lexicon,
            &mut labels,
        );
        links.push((reading.cue.start, link));
    }
    for (link, _) in proposed.links.iter().zip(used).filter(|(_, used)| !used) {
        watch.step()?;
        let tokens = |span: usize| &proposed.spans[span].tokens;
        let at = link.cue.or(link.contents.first().copied()).map_or(0, |span| tokens(span).start);
        if link.entry.is_none() || held.holds(link.cue.map_or(at..at + 1, |cue| tokens(cue).clone())) {
            let link = with_circumstances(classed, proposed, link, lexicon);
            links.push((at, copied(proposed, &link, &mut labels)));
        }
    }
    links.sort_by_key(|(at, _)| *at);
    labels.links = links.into_iter().map(|(_, link)| link).collect();
    Some(labels)
}

/// Whether a proposal whose cue is a mark is surer than what the network reads of that mark.
fn is_mark_alone(proposal: &Link, reading: &Reading) -> bool {
    proposal.entry.is_none() && proposal.confidence > reading.confidence
}

/// Which tokens lie in a content that the network reads.
struct Held(Vec<bool>);

impl Held {
    fn new(tokens: usize, readings: &[Reading]) -> Self {
        let mut held = vec![false; tokens];
        for content in readings.iter().flat_map(|reading| &reading.contents) {
            held[content.clone()].fill(true);
        }
        Self(held)
    }

    fn holds(&self, tokens: Range<usize>) -> bool {
        self.0[tokens].iter().all(|&held| held)
    }
}

/// The proposals that have a cue, in the order of their cues.
fn by_cue(proposed: &Labels) -> Vec<(Range<usize>, usize)> {
    let cue = |(index, link): (usize, &Link)| Some((proposed.spans[link.cue?].tokens.clone(), index));
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

fn read_link(
    classed: &AnnotatedDocument<'_>,
    around: Surroundings<'_>,
    proposal: Option<&Link>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    lexicon: &Lexicon,
    labels: &mut Labels,
) -> Link {
    let reading = around.reading;
    let is_told = classed.source_is_told(reading);
    let source = reading
        .source
        .as_ref()
        .filter(|_| !is_told)
        .map(|source| labels.push(Role::Source, source.clone(), reading.source_confidence));
    let cue = labels.push(Role::Cue, reading.cue.clone(), reading.cue_confidence);
    let contents = reading
        .contents
        .iter()
        .map(|content| labels.push(Role::Content, content.clone(), reading.content_confidence))
        .collect();
    let free = |tokens: &Option<Range<usize>>| {
        tokens.clone().filter(|tokens| {
            !reading.contents.iter().any(|it| it.start < tokens.end && tokens.start < it.end)
        })
    };
    Link {
        pattern: proposal.map_or(PATTERN, |link| link.pattern),
        frame: proposal.and_then(|link| link.frame),
        entry: proposal
            .and_then(|link| link.entry)
            .or_else(|| entry_of(&reading.cue, candidates, finder, lexicon)),
        cue: Some(cue),
        source: source.map_or(SourceLink::Nobody, SourceLink::Span),
        contents,
        shares_source: proposal.is_none_or(|link| link.shares_source),
        negated: proposal.is_some_and(|link| link.negated) || classed.is_negated(reading),
        hedged: proposal.is_some_and(|link| link.hedged) || classed.is_hedged(reading),
        addressee: if is_told {
            reading.source.clone()
        } else {
            classed.addressee_of(around).or_else(|| {
                proposal.and_then(|link| free(&link.addressee)).filter(|it| {
                    classed.can_be_told(it) && !is_wish(proposal.and_then(|link| link.entry), lexicon)
                })
            })
        },
        medium: proposal.and_then(|link| free(&link.medium)).or_else(|| classed.medium_of(around)),
        time: proposal
            .and_then(|link| free(&link.time))
            .filter(|time| !classed.is_owner(time))
            .or_else(|| classed.time_of(around)),
        source_confidence: reading.source_confidence,
        confidence: reading.confidence,
    }
}

/// The lexicon's entry for a cue that no pattern fits: the surest reading of the last candidate in it.
fn entry_of(
    cue: &Range<usize>,
    candidates: &[CueCandidate],
    finder: &CueFinder,
    lexicon: &Lexicon,
) -> Option<usize> {
    let end = candidates.partition_point(|candidate| candidate.tokens.start < cue.end);
    let candidate = candidates[..end].last().filter(|candidate| candidate.tokens.end > cue.start)?;
    let surety = |entry: usize| lexicon.entries()[entry].frames.iter().map(|it| it.reliability).max();
    finder.readings(candidate).iter().map(|reading| reading.entry).max_by_key(|&entry| surety(entry))
}

/// A proposed link with what its sentence says of the act of speaking, as for the network's readings.
fn with_circumstances(
    classed: &AnnotatedDocument<'_>,
    proposed: &Labels,
    link: &Link,
    lexicon: &Lexicon,
) -> Link {
    let tokens = |span: usize| proposed.spans[span].tokens.clone();
    let Some(cue) = link.cue.map(tokens) else { return link.clone() };
    let source = match link.source {
        SourceLink::Span(span) => Some(tokens(span)),
        SourceLink::Inherited(_) | SourceLink::Nobody => None,
    };
    let contents = link.contents.iter().map(|&content| tokens(content)).collect();
    let sure = link.confidence;
    let reading = Reading {
        cue,
        source,
        contents,
        cue_confidence: sure,
        source_confidence: sure,
        content_confidence: sure,
        confidence: sure,
    };
    let around = Surroundings { reading: &reading, others: &[] };
    Link {
        negated: link.negated || classed.is_negated(&reading),
        hedged: link.hedged || classed.is_hedged(&reading),
        addressee: classed
            .addressee_of(around)
            .or_else(|| link.addressee.clone().filter(|it| classed.can_be_told(it)))
            .filter(|_| !is_wish(link.entry, lexicon)),
        ..link.clone()
    }
}

/// "Wants | YOU to know": nobody is told by a wish.
fn is_wish(entry: Option<usize>, lexicon: &Lexicon) -> bool {
    entry.is_some_and(|entry| lexicon.entries()[entry].act == SpeechAct::Desire)
}

/// A link of other labels with its spans.
fn copied(proposed: &Labels, link: &Link, labels: &mut Labels) -> Link {
    let mut copy = |span: usize| {
        let span = &proposed.spans[span];
        labels.push(span.role, span.tokens.clone(), span.confidence)
    };
    let source = match link.source {
        SourceLink::Span(span) => SourceLink::Span(copy(span)),
        SourceLink::Inherited(fallback) => SourceLink::Inherited(fallback.map(&mut copy)),
        SourceLink::Nobody => SourceLink::Nobody,
    };
    let cue = link.cue.map(&mut copy);
    let contents = link.contents.iter().map(|&content| copy(content)).collect();
    Link { cue, source, contents, ..link.clone() }
}
