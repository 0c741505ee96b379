//! What every list of claims promises about itself and its text.

use ascribe_engine::{Claim, Source, Span};

/// Checks all that the claims of `text` promise.
pub(crate) fn assert_sound(text: &str, claims: &[Claim]) {
    for (index, claim) in claims.iter().enumerate() {
        for span in spans(claim) {
            assert_points_at_words(text, span, claim);
        }
        assert_parts_stand_apart(text, claim);
        assert_resolved_in_source(text, claim);
        assert_confident(text, claim);
        assert_parent_holds(text, claims, index);
    }
    let order: Vec<usize> = claims.iter().map(anchor).collect();
    assert!(order.is_sorted(), "claims stand in the order of their cues: {order:?} in {text:?}");
}

/// Every span that a claim holds.
pub(crate) fn spans(claim: &Claim) -> Vec<Span> {
    let around = &claim.circumstances;
    let parts = [around.addressee, around.medium, around.time.as_ref().map(|time| time.span)];
    let resolved = claim.source.as_ref().and_then(|source| source.resolved_span);
    let listed = [source_spans(claim), cue_spans(claim), &claim.content.spans];
    listed.into_iter().flatten().copied().chain(parts.into_iter().flatten()).chain(resolved).collect()
}

fn source_spans(claim: &Claim) -> &[Span] {
    claim.source.as_ref().map_or(&[], |source| &source.spans)
}

fn cue_spans(claim: &Claim) -> &[Span] {
    claim.cue.as_ref().map_or(&[], |cue| &cue.spans)
}

/// The byte by which claims are ordered: the first of the cue, else of the content.
fn anchor(claim: &Claim) -> usize {
    cue_spans(claim).first().unwrap_or(&claim.content.spans[0]).start
}

/// On character edges, within the text, not empty, no white space at its ends.
fn assert_points_at_words(text: &str, span: Span, claim: &Claim) {
    let slice = text.get(span.start..span.end);
    let slice = slice.unwrap_or_else(|| panic!("{span} is no span of {text:?}: {claim:?}"));
    assert!(!slice.is_empty(), "{span} is empty in {text:?}: {claim:?}");
    assert_eq!(slice, slice.trim(), "{span} has white space at an end in {text:?}: {claim:?}");
}

/// Source, cue and content have pieces, each in order, and share no byte.
fn assert_parts_stand_apart(text: &str, claim: &Claim) {
    let parts = [source_spans(claim), cue_spans(claim), &claim.content.spans];
    assert!(!parts[2].is_empty(), "a claim has a content in {text:?}: {claim:?}");
    assert!(claim.source.is_none() || !parts[0].is_empty(), "a source has words in {text:?}: {claim:?}");
    assert!(claim.cue.is_none() || !parts[1].is_empty(), "a cue has words in {text:?}: {claim:?}");
    for part in parts {
        let in_order = part.windows(2).all(|pair| pair[0].end <= pair[1].start);
        assert!(in_order, "pieces stand in order and apart in {text:?}: {claim:?}");
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let crossed = parts[one].iter().any(|span| parts[other].iter().any(|it| it.overlaps(*span)));
        assert!(!crossed, "source, cue and content share no words in {text:?}: {claim:?}");
    }
}

/// Nothing is in a claim that is not in the text: names and titles are slices of it.
fn assert_resolved_in_source(text: &str, claim: &Claim) {
    let Some(Source { resolved_name, resolved_span, title, .. }) = &claim.source else { return };
    if let Some(span) = resolved_span {
        assert_eq!(span.slice(text), resolved_name, "a name is what it points at in {text:?}");
    }
    assert!(text.contains(title.as_str()), "a title stands in {text:?}: {title:?}");
}

fn assert_confident(text: &str, claim: &Claim) {
    let explanation = &claim.explanation;
    let confidences = [
        claim.confidence,
        explanation.source_confidence,
        explanation.cue_confidence,
        explanation.content_confidence,
    ];
    // A comparison with NaN is false.
    let sound = confidences.iter().all(|confidence| (0.0..=1.0).contains(confidence));
    assert!(sound, "confidences lie between 0 and 1 in {text:?}: {claim:?}");
}

/// The parent is another claim whose content holds this one's cue and content, and the way up ends.
fn assert_parent_holds(text: &str, claims: &[Claim], index: usize) {
    let claim = &claims[index];
    let Some(parent) = claim.parent else { return };
    assert!(parent < claims.len() && parent != index, "a parent is another claim in {text:?}: {claim:?}");
    let held = |span: &Span| claims[parent].content.spans.iter().any(|content| content.contains(*span));
    assert!(
        cue_spans(claim).iter().chain(&claim.content.spans).all(held),
        "the parent's content holds cue and content in {text:?}: {claim:?} in {:?}",
        claims[parent]
    );
    let ancestors = std::iter::successors(Some(parent), |&ancestor| claims[ancestor].parent);
    let ends = ancestors.take(claims.len() + 1).count() <= claims.len();
    assert!(ends, "no claim is its own ancestor in {text:?}: {claim:?}");
}
