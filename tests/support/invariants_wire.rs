//! The wire tells of the same words in each unit of offsets.

use ascribe::wire::{OffsetUnit, Options, Provenance, View, document_claims, v1};
use ascribe_engine::{Claim, Extraction};

/// Checks that spans counted in bytes, units of UTF-16 and code points cut the same words out of `text`.
pub(crate) fn assert_units_agree(text: &str, claims: &[Claim]) {
    if claims.is_empty() {
        return;
    }
    let bytes = in_unit(text, claims, OffsetUnit::Bytes);
    let utf16 = in_unit(text, claims, OffsetUnit::Utf16);
    let points = in_unit(text, claims, OffsetUnit::CodePoints);
    assert_eq!(bytes.len(), utf16.len());
    assert_eq!(bytes.len(), points.len());
    let text_utf16: Vec<u16> = text.encode_utf16().collect();
    let text_points: Vec<char> = text.chars().collect();
    for ((bytes, utf16), points) in bytes.into_iter().zip(utf16).zip(points) {
        let words = &text[bytes.clone()];
        let by_utf16 = String::from_utf16_lossy(&text_utf16[utf16.clone()]);
        assert_eq!(by_utf16, words, "units of UTF-16 {utf16:?} of {text:?}");
        let by_points: String = text_points[points.clone()].iter().collect();
        assert_eq!(by_points, words, "code points {points:?} of {text:?}");
    }
}

fn in_unit(text: &str, claims: &[Claim], offsets: OffsetUnit) -> Vec<std::ops::Range<usize>> {
    let options = Options { offsets, min_confidence: 0.0, view: View::Full, ..Options::default() };
    let provenance = Provenance { lexicon_version: "", tagger_version: "", knowledge_version: "" };
    let found = Extraction::of_claims(text, claims.to_vec());
    let message = document_claims("", &found, &options, provenance);
    assert_eq!(message.claims.len(), claims.len(), "the wire leaves nothing out");
    message.claims.iter().flat_map(spans).map(range).collect()
}

fn spans(claim: &v1::Claim) -> Vec<v1::Span> {
    let source = claim.source.iter().flat_map(|it| it.spans.iter().chain(&it.resolved_span));
    let cue = claim.cue.iter().flat_map(|it| &it.spans);
    let content = claim.content.iter().flat_map(|it| &it.spans);
    let parts = [&claim.addressee, &claim.medium].into_iter().flatten().filter_map(|it| it.span.as_ref());
    let time = claim.time.iter().filter_map(|it| it.span.as_ref());
    let around = claim.sentence.iter().chain(&claim.quoted);
    source.chain(cue).chain(content).chain(parts).chain(time).chain(around).copied().collect()
}

fn range(span: v1::Span) -> std::ops::Range<usize> {
    let edge = |edge: i32| usize::try_from(edge).expect("an offset isn't negative");
    edge(span.start)..edge(span.end)
}
