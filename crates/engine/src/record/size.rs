//! How long a record is as a message of the contract: no less than its bytes, and little more. The engine knows no
//! protobuf; a test of the service compares.

use super::answer::{Claim, DocumentClaims, Notice, Span};

/// A message's tag and its length take at most this many bytes: fields up to 2,047, lengths up to 2 GiB.
const HEADER: usize = 7;
/// A number with its tag takes at most so many.
const NUMBER: usize = 7;
/// A value of an enum, which is small.
const VALUE: usize = 3;

/// A claim's bytes within its document.
pub(super) fn of_claim(claim: &Claim) -> usize {
    let Claim { claim_id, parent_claim_id, content, fingerprint, sentence, quoted, .. } = claim;
    let source = claim.source.as_ref().map_or(0, |source| {
        let strings = [&source.text, &source.resolved_name, &source.title, &source.entity_id];
        HEADER + spans(&source.spans) + source.resolved_span.map_or(0, span) + all(strings) + 3 * VALUE
    });
    let cue = claim
        .cue
        .as_ref()
        .map_or(0, |cue| HEADER + spans(&cue.spans) + all([&cue.text, &cue.lemma]) + 2 * VALUE);
    let around = [&claim.addressee, &claim.medium].into_iter().flatten();
    let around: usize = around.map(|part| HEADER + span(part.span) + string(&part.text)).sum();
    let time = claim.time.as_ref();
    let time = time.map_or(0, |time| HEADER + span(time.span) + all([&time.text, &time.resolved]));
    let explanation = claim.explanation.as_ref().map_or(0, |explanation| {
        HEADER + string(explanation.pattern) + string(&explanation.cue_entry) + 3 * NUMBER
    });
    // Kind, type, act, negated, hedged; confidence.
    let values = 5 * VALUE + NUMBER;
    let content = HEADER + spans(&content.spans) + string(&content.text);
    let names = all([claim_id, parent_claim_id, fingerprint]);
    let places = span(*sentence) + spans(quoted);
    HEADER + names + values + source + cue + content + around + time + explanation + places
}

/// A document's bytes beside its claims.
pub(super) fn of_envelope(document: &DocumentClaims) -> usize {
    let DocumentClaims { document_id, lexicon_version, tagger_version, knowledge_version, notices, .. } =
        document;
    let notices: usize = notices.iter().map(of_notice).sum();
    all([document_id, lexicon_version, tagger_version, knowledge_version]) + 2 * VALUE + notices
}

fn of_notice(notice: &Notice) -> usize {
    HEADER + VALUE + string(&notice.message) + notice.span.map_or(0, span)
}

fn spans(spans: &[Span]) -> usize {
    spans.iter().copied().map(span).sum()
}

fn all<const N: usize>(strings: [&String; N]) -> usize {
    strings.into_iter().map(|one| string(one)).sum()
}

/// Its tag, of at most two bytes, its length, and its two numbers.
fn span(Span { start, end }: Span) -> usize {
    2 + 1 + 1 + varint(start) + 1 + varint(end)
}

/// A tag of at most two bytes, a length, and the bytes.
fn string(text: &str) -> usize {
    if text.is_empty() { 0 } else { 2 + varint(text.len()) + text.len() }
}

/// A number without its tag: seven bits a byte.
const fn varint(number: usize) -> usize {
    (usize::BITS - number.leading_zeros()).div_ceil(7) as usize + (number == 0) as usize
}
