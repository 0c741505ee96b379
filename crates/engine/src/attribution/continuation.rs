//! Contents that go on: a quotation that follows its attribution, a quotation over paragraphs.

use std::ops::Range;

use super::Attribution;
use crate::tagging::Origin;
use crate::text::{Document, Parts, Quotation, Watch};

/// Gives each quotation that stands alone to the attribution that it continues.
pub(super) fn extend(
    document: &Document<'_>,
    attributions: &mut [Attribution],
    watch: &Watch<'_>,
) -> Option<()> {
    let mut held = held_tokens(document, attributions);
    reopen(document, attributions, &mut held);
    // The attributions in the order of where they end, walked beside the quotations. One that was given a quotation
    // ends later than it did, and what stands in that quotation is no longer the latest.
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    order.sort_by_key(|&index| attributions[index].end());
    let mut next = 0;
    let mut latest: Option<usize> = None;
    for quotation in &document.quotations {
        watch.step()?;
        while next < order.len() && attributions[order[next]].end() <= quotation.tokens.start {
            // Of two that end together the first holds the other: "he said he was tired".
            let ends_later = |held: usize| attributions[held].end() >= attributions[order[next]].end();
            if !latest.is_some_and(ends_later) {
                latest = Some(order[next]);
            }
            next += 1;
        }
        if quotation.depth > 0 || held[quotation.tokens.start] || !stands_alone(document, quotation) {
            continue;
        }
        let Some(latest) = latest else { continue };
        let owner = if continues(document, &attributions[latest], quotation) {
            Some(latest)
        } else {
            only_voice_before(document, attributions, &order[..next], &held, quotation)
        };
        if let Some(index) = owner {
            attributions[index].parts.contents.push(quotation.tokens.clone());
            held[quotation.tokens.clone()].fill(true);
        }
    }
    Some(())
}

/// So many attributions of a paragraph are asked whose voice it has.
const MOST_VOICES: usize = 12;

/// The last attribution of the paragraph before, where all of that paragraph is one source's and the quotation is the
/// whole of the next: "…, Ana Ruiz said. The mayor spoke for an hour. / 'It was time.'" Where two speak, it can't be
/// told. `ended` are the attributions that end before the quotation, in that order.
fn only_voice_before(
    document: &Document<'_>,
    attributions: &[Attribution],
    ended: &[usize],
    held: &[bool],
    quotation: &Quotation,
) -> Option<usize> {
    let paragraph = document.paragraph_at(document.sentence_at(quotation.tokens.start));
    if !opens_paragraph(document, quotation) || !is_whole_paragraph(document, paragraph, quotation) {
        return None;
    }
    let before = &document.paragraphs[paragraph.checked_sub(1)?];
    let start = document.sentences[before.sentences.start].tokens.start;
    let voices = ended.iter().rev().map(|&index| (index, &attributions[index]));
    let mut voices = voices
        .take_while(|(_, attribution)| attribution.end() > start)
        .take(MOST_VOICES)
        .filter(|(_, attribution)| attribution.anchor() >= start && !held[attribution.anchor()]);
    let (last, attribution) = voices.next()?;
    let mut name = document.span_of(attribution.parts.source.as_ref()?).slice(document.text);
    for (_, other) in voices {
        let Some(source) = &other.parts.source else { continue };
        let source = document.span_of(source).slice(document.text);
        if is_he_or_she(name) {
            name = source;
        } else if !is_he_or_she(source) && !source.eq_ignore_ascii_case(name) {
            return None;
        }
    }
    Some(last)
}

/// "He" goes on with whoever the paragraph is about.
fn is_he_or_she(source: &str) -> bool {
    source.eq_ignore_ascii_case("he") || source.eq_ignore_ascii_case("she")
}

/// How sure a quotation is that nothing attributes: the text says that somebody's words are quoted, but not
/// whose.
const UNATTRIBUTED_CONFIDENCE: f32 = 0.4;

/// An attribution without cue and source for each paragraph that is one quotation which nobody holds.
pub(super) fn unattributed(document: &Document<'_>, attributions: &[Attribution]) -> Vec<Attribution> {
    let held = held_tokens(document, attributions);
    let alone = document.quotations.iter().filter(|quotation| {
        quotation.depth == 0
            && !held[quotation.tokens.clone()].iter().any(|&held| held)
            && quotation.tokens.len() >= SHORTEST_UNATTRIBUTED
            && stands_alone(document, quotation)
            && opens_paragraph(document, quotation)
            && is_whole_paragraph(
                document,
                document.paragraph_at(document.sentence_at(quotation.tokens.start)),
                quotation,
            )
    });
    alone
        .map(|quotation| {
            let parts = Parts { contents: vec![quotation.tokens.clone()], ..Parts::default() };
            Attribution::new(Origin::without_entry("quotation-alone"), parts, UNATTRIBUTED_CONFIDENCE)
        })
        .collect()
}

/// A title in quotation marks is shorter than this, in tokens.
const SHORTEST_UNATTRIBUTED: usize = 6;

fn opens_paragraph(document: &Document<'_>, quotation: &Quotation) -> bool {
    let paragraph = document.paragraph_at(document.sentence_at(quotation.tokens.start));
    document.sentences[document.paragraphs[paragraph].sentences.start].tokens.start == quotation.tokens.start
}

/// For each token whether any content holds it. Contents may be nested deep: each token is marked once.
fn held_tokens(document: &Document<'_>, attributions: &[Attribution]) -> Vec<bool> {
    let mut contents: Vec<_> =
        attributions.iter().flat_map(|attribution| &attribution.parts.contents).collect();
    contents.sort_by_key(|content| content.start);
    let mut held = vec![false; document.tokens.len()];
    let mut marked = 0;
    for content in contents {
        if content.end > marked {
            held[content.start.max(marked)..content.end].fill(true);
            marked = content.end;
        }
    }
    held
}

/// Gives the earlier paragraphs of a quotation to the attribution that holds a later one: the speaker may be
/// named at the end.
fn reopen(document: &Document<'_>, attributions: &mut [Attribution], held: &mut [bool]) {
    for attribution in attributions {
        let first = attribution.parts.contents[0].start;
        let index = document.quotations.partition_point(|quotation| quotation.tokens.start < first);
        let mut earlier = document
            .quotations
            .get(index)
            .filter(|quotation| quotation.tokens.start == first)
            .and_then(|quotation| quotation.continues);
        // From the last paragraph to the first.
        let mut reopened = Vec::new();
        while let Some(index) = earlier {
            let quotation = &document.quotations[index];
            if held[quotation.tokens.start] || attribution.is_named_in(&quotation.tokens) {
                break;
            }
            held[quotation.tokens.clone()].fill(true);
            reopened.push(quotation.tokens.clone());
            earlier = quotation.continues;
        }
        attribution.parts.contents.splice(..0, reopened.into_iter().rev());
    }
}

impl Attribution {
    /// Whether its source or its cue stands in these tokens, which then can't be its content.
    fn is_named_in(&self, tokens: &Range<usize>) -> bool {
        let mut named = self.parts.source.iter().chain(&self.parts.cue);
        named.any(|part| part.start < tokens.end && tokens.start < part.end)
    }

    /// The token after the last that belongs to it.
    fn end(&self) -> usize {
        let source = self.parts.source.as_ref().map_or(0, |source| source.end);
        let cue = self.parts.cue.as_ref().map_or(0, |cue| cue.end);
        self.parts.contents.last().map_or(0, |content| content.end).max(source).max(cue)
    }
}

/// Whether a quotation is whole sentences by itself.
fn stands_alone(document: &Document<'_>, quotation: &Quotation) -> bool {
    let first = document.sentence_at(quotation.tokens.start);
    let last = document.sentence_at(quotation.tokens.end - 1);
    document.sentences[first].tokens.start == quotation.tokens.start
        && document.sentences[last].tokens.end == quotation.tokens.end
}

/// Whether a quotation that stands alone goes on with that attribution: it follows in the same paragraph, or
/// opens the next.
fn continues(document: &Document<'_>, attribution: &Attribution, quotation: &Quotation) -> bool {
    if let Some(first) = quotation.continues {
        let first = &document.quotations[first].tokens;
        let content = attribution.parts.contents.partition_point(|content| content.end <= first.start);
        if attribution.parts.contents.get(content).is_some_and(|content| content.start < first.end) {
            return true;
        }
    }
    let end = attribution.end();
    let sentence_of_end = document.sentence_at(end - 1);
    let sentence = document.sentence_at(quotation.tokens.start);
    if sentence != sentence_of_end + 1 {
        return false;
    }
    let paragraph = document.paragraph_at(sentence);
    let same_paragraph = paragraph == document.paragraph_at(sentence_of_end);
    same_paragraph || is_whole_paragraph(document, paragraph, quotation)
}

fn is_whole_paragraph(document: &Document<'_>, paragraph: usize, quotation: &Quotation) -> bool {
    let last = document.paragraphs[paragraph].sentences.end - 1;
    document.sentences[last].tokens.end == quotation.tokens.end
}
