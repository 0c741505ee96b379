//! Links -> attributions with their sources: a verb without a subject of its own takes the source of the one
//! before it.

use std::ops::Range;

use super::Attribution;
use crate::tagging::{Labels, SourceLink};
use crate::text::Document;

/// One attribution for each link that stands.
pub(super) fn resolved(document: &Document<'_>, labels: &Labels) -> Vec<Attribution> {
    let mut attributions: Vec<Attribution> = Vec::new();
    for link in &labels.links {
        let cue = link.cue.map(|cue| labels.spans[cue].tokens.clone());
        let source = match link.source {
            SourceLink::Span(span) => Some(labels.spans[span].tokens.clone()),
            SourceLink::Nobody => None,
            SourceLink::Inherited(fallback) => {
                let before = cue.as_ref().and_then(|cue| source_before(document, &attributions, cue.start));
                match before.or_else(|| fallback.map(|span| labels.spans[span].tokens.clone())) {
                    Some(source) => Some(source),
                    None => continue,
                }
            }
        };
        let attribution = Attribution::from_link(labels, link, source);
        if !is_contradictory(&attribution) {
            attributions.push(attribution);
        }
    }
    attributions
}

/// The source of the nearest attribution whose cue stands before `cue` in its sentence and whose content
/// doesn't hold it.
fn source_before(document: &Document<'_>, attributions: &[Attribution], cue: usize) -> Option<Range<usize>> {
    let sentence = document.sentences.partition_point(|sentence| sentence.tokens.end <= cue);
    let start = document.sentences[sentence].tokens.start;
    attributions
        .iter()
        .rev()
        .take(8)
        .filter(|attribution| attribution.cue.as_ref().is_some_and(|other| other.start >= start && other.end <= cue))
        .find(|attribution| !attribution.contents.iter().any(|content| content.contains(&cue)))
        .and_then(|attribution| attribution.source.clone())
}

/// Source, cue and content can't share tokens.
fn is_contradictory(attribution: &Attribution) -> bool {
    let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let in_content = |part: &Option<Range<usize>>| {
        part.as_ref().is_some_and(|part| attribution.contents.iter().any(|content| overlaps(part, content)))
    };
    let crossed = match (&attribution.source, &attribution.cue) {
        (Some(source), Some(cue)) => overlaps(source, cue),
        _ => false,
    };
    attribution.contents.is_empty() || crossed || in_content(&attribution.source) || in_content(&attribution.cue)
}
