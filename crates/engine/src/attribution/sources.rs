//! Links -> attributions with their sources: a verb without a subject of its own takes the source of the one
//! before it.

use std::ops::Range;

use super::Attribution;
use crate::lexicon::Frame;
use crate::tagging::Labels;
use crate::text::{Document, Watch};

/// One attribution for each link that stands.
pub(super) fn resolved(
    document: &Document<'_>,
    labels: &Labels,
    watch: &Watch<'_>,
) -> Option<Vec<Attribution>> {
    let mut attributions: Vec<Attribution> = Vec::new();
    let mut lends = Vec::new();
    for link in &labels.links {
        watch.step()?;
        let before = || {
            let cue = link.parts.cue.as_ref()?;
            source_before(document, &attributions, &lends, cue.start)
        };
        let source = if link.inherits_source {
            match before().or_else(|| link.parts.source.clone()) {
                Some(source) => Some(source),
                None => continue,
            }
        } else {
            link.parts.source.clone()
        };
        let attribution = Attribution::from_link(link, source);
        if !is_contradictory(&attribution) {
            attributions.push(attribution);
            lends.push(link.shares_source);
        }
    }
    Some(without_rivals(attributions))
}

/// How many attributions back a rival is looked for.
const RIVALS: usize = 4;

/// Of attributions that use the same words for different roles, the better ones: the longer cue ("said in a
/// statement" against "statement"), a verb as a cue against the same verb in a source ("government
/// defends" as the source of "air"), and what is said through a statement against the statement as what is said ("A
/// statement was released citing …").
fn without_rivals(mut attributions: Vec<Attribution>) -> Vec<Attribution> {
    attributions.sort_by_key(Attribution::anchor);
    let mut dropped = vec![false; attributions.len()];
    for index in 0..attributions.len() {
        for other in (index.saturating_sub(RIVALS)..attributions.len().min(index + RIVALS + 1))
            .filter(|&other| other != index)
        {
            if !dropped[other] && loses_to(&attributions[index], &attributions[other]) {
                dropped[index] = true;
                break;
            }
        }
    }
    let mut index = 0;
    attributions.retain(|_| {
        index += 1;
        !dropped[index - 1]
    });
    attributions
}

fn loses_to(attribution: &Attribution, other: &Attribution) -> bool {
    let is_other_medium = |medium: &Range<usize>| {
        attribution.parts.contents.iter().all(|piece| medium.start <= piece.start && piece.end <= medium.end)
    };
    if other.circumstances.medium.as_ref().is_some_and(is_other_medium) {
        return true;
    }
    let (Some(cue), Some(other_cue)) = (&attribution.parts.cue, &other.parts.cue) else { return false };
    if overlaps(cue, other_cue) {
        return (cue.len(), attribution.confidence) < (other_cue.len(), other.confidence);
    }
    let source_is_cue = attribution.parts.source.as_ref().is_some_and(|source| overlaps(source, other_cue));
    let purpose =
        other.parts.contents[0].start == cue.start && attribution.origin.frame == Some(Frame::Object);
    (source_is_cue && other.confidence >= attribution.confidence) || purpose
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// How many attributions back a source is looked for.
const LENDERS: usize = 8;

/// The source of the nearest attribution whose cue stands before `cue` in its sentence and whose content
/// doesn't hold it. `lends` tells of each attribution whether its source may be another's too.
fn source_before(
    document: &Document<'_>,
    attributions: &[Attribution],
    lends: &[bool],
    cue: usize,
) -> Option<Range<usize>> {
    let start = document.sentences[document.sentence_at(cue)].tokens.start;
    let first = attributions.len().saturating_sub(LENDERS);
    let recent = &attributions[first..];
    let holds = |outer: &Attribution, token: usize| {
        outer.parts.contents.iter().any(|content| content.contains(&token))
    };
    // "He said that Lee had denied it, adding …": Lee's denial is part of what he said.
    let is_nested = |token: usize| recent.iter().any(|outer| holds(outer, token) && !holds(outer, cue));
    let lends_to_cue = |attribution: &Attribution| {
        let before =
            |other: &Range<usize>| other.start >= start && other.end <= cue && !is_nested(other.start);
        attribution.parts.cue.as_ref().is_some_and(before) && !holds(attribution, cue)
    };
    recent
        .iter()
        .zip(&lends[first..])
        .rev()
        .find(|(attribution, lends)| **lends && lends_to_cue(attribution))
        .and_then(|(attribution, _)| attribution.parts.source.clone())
}

/// Source, cue and content can't share tokens.
fn is_contradictory(attribution: &Attribution) -> bool {
    let in_content = |part: &Option<Range<usize>>| {
        part.as_ref()
            .is_some_and(|part| attribution.parts.contents.iter().any(|content| overlaps(part, content)))
    };
    let crossed = match (&attribution.parts.source, &attribution.parts.cue) {
        (Some(source), Some(cue)) => overlaps(source, cue),
        _ => false,
    };
    attribution.parts.contents.is_empty()
        || crossed
        || in_content(&attribution.parts.source)
        || in_content(&attribution.parts.cue)
}
