//! An extraction -> its record: which claims are wanted, and what is told of each.

use super::answer::{
    Claim, Content, Cue, DocumentClaims, Explanation, Source, Span as UnitSpan, TextPart, TimeExpression,
};
use super::noticed::notices;
use super::offsets::Offsets;
use super::options::{Options, Provenance, View};
use super::size;
use crate::claims::{self, fingerprint_of, select};
use crate::extraction::Extraction;
use crate::text::Span;

/// What the name of a claim's parent may need beside those bytes of the claim that are known before it is named: it grows
/// when a nearer ancestor is left out.
const PARENT_BYTES: usize = 24;

/// The record of all claims that were found in a text and are wanted.
///
/// A claim is named after its place among all that were found, whatever `options` leave out.
#[must_use]
pub fn document_claims(
    document_id: &str,
    found: &Extraction<'_>,
    options: &Options,
    provenance: Provenance<'_>,
) -> DocumentClaims {
    let claims = found.all();
    let mut selected: Vec<usize> =
        (0..claims.len()).filter(|&index| is_wanted(&claims[index], options)).collect();
    let mut record = DocumentClaims {
        document_id: document_id.to_owned(),
        claims: Vec::new(),
        offset_encoding: options.offsets,
        truncated: selected.len() > options.max_claims,
        lexicon_version: provenance.lexicon_version.to_owned(),
        tagger_version: provenance.tagger_version.to_owned(),
        knowledge_version: provenance.knowledge_version.to_owned(),
        notices: notices(found, options.offsets),
    };
    selected.truncate(options.max_claims);
    let sentences: Vec<Span> = selected.iter().map(|&index| found.sentence(&claims[index])).collect();
    let all = selected.iter().flat_map(|&index| spans(&claims[index])).chain(sentences.iter().copied());
    let offsets = Offsets::new(found.text(), options.offsets, all);
    let maker = Maker { text: found.text(), offsets, view: options.view };

    let mut room = options.max_bytes.saturating_sub(size::of_envelope(&record));
    record.claims.reserve_exact(selected.len());
    for (&index, &sentence) in selected.iter().zip(&sentences) {
        let claim = maker.claim(index, &claims[index], sentence);
        let Some(rest) = room.checked_sub(size::of_claim(&claim) + PARENT_BYTES) else {
            record.truncated = true;
            break;
        };
        room = rest;
        record.claims.push(claim);
    }
    selected.truncate(record.claims.len());
    name_parents(&mut record.claims, claims, &selected);
    record
}

fn is_wanted(claim: &claims::Claim, options: &Options) -> bool {
    claim.confidence >= options.min_confidence
        && (options.kinds.is_empty() || options.kinds.contains(&claim.kind))
        && (options.types.is_empty() || options.types.contains(&claim.attribution_type))
}

/// Every span that the record of this claim holds, but for its sentence.
fn spans(claim: &claims::Claim) -> impl Iterator<Item = Span> {
    let source = claim.source.iter().flat_map(|source| source.spans.iter().chain(&source.resolved_span));
    let cue = claim.cue.iter().flat_map(|cue| &cue.spans);
    let around = &claim.circumstances;
    let time = around.time.iter().map(|time| &time.span);
    let parts = around.addressee.iter().chain(&around.medium).chain(time);
    source.chain(cue).chain(&claim.content.spans).chain(parts).chain(&claim.quoted).copied()
}

/// Gives every record the name of the nearest claim that holds it and is itself among the records. `selected` tells for
/// each record which claim it is, ascending.
fn name_parents(records: &mut [Claim], claims: &[claims::Claim], selected: &[usize]) {
    let selected = select(claims, |claim| selected.binary_search(&claim).is_ok());
    for (record, selected) in records.iter_mut().zip(selected) {
        record.parent_claim_id = selected.parent.map(claim_id).unwrap_or_default();
    }
}

fn claim_id(index: usize) -> String {
    format!("c{index}")
}

/// What the records of one text have in common.
struct Maker<'text> {
    text: &'text str,
    offsets: Offsets,
    view: View,
}

impl Maker<'_> {
    /// The claim without its parent, which isn't known before all claims are chosen.
    fn claim(&self, index: usize, claim: &claims::Claim, sentence: Span) -> Claim {
        let source = claim.source.as_ref().map(|source| self.source(source));
        let cue = claim.cue.as_ref().map(|cue| self.cue(cue));
        let content =
            Content { spans: self.spans(&claim.content.spans), text: self.joined(&claim.content.spans) };
        let fingerprint = fingerprint_of(
            source.as_ref().map_or("", |source| &source.text),
            cue.as_ref().map_or("", |cue| &cue.text),
            &content.text,
        );
        Claim {
            claim_id: claim_id(index),
            parent_claim_id: String::new(),
            kind: claim.kind,
            attribution_type: claim.attribution_type,
            act: claim.act,
            source,
            cue,
            content,
            negated: claim.polarity.negated,
            hedged: claim.polarity.hedged,
            addressee: claim.circumstances.addressee.map(|span| self.text_part(span)),
            medium: claim.circumstances.medium.map(|span| self.text_part(span)),
            time: claim.circumstances.time.as_ref().map(|time| TimeExpression {
                span: self.offsets.span(time.span),
                text: time.span.slice(self.text).to_owned(),
                resolved: time.resolved.clone(),
            }),
            confidence: claim.confidence,
            explanation: match self.view {
                View::Basic => None,
                View::Full => Some(explanation(&claim.explanation)),
            },
            fingerprint,
            sentence: self.offsets.span(sentence),
            quoted: self.spans(&claim.quoted),
        }
    }

    fn source(&self, source: &claims::Source) -> Source {
        Source {
            spans: self.spans(&source.spans),
            text: self.joined(&source.spans),
            form: source.form,
            resolved_name: source.resolved_name.clone(),
            resolved_span: source.resolved_span.map(|span| self.offsets.span(span)),
            entity_kind: source.entity_kind,
            named: source.named,
            title: source.title.clone(),
            entity_id: format!("e{}", source.entity),
        }
    }

    fn cue(&self, cue: &claims::Cue) -> Cue {
        Cue {
            spans: self.spans(&cue.spans),
            text: self.joined(&cue.spans),
            lemma: cue.lemma.clone(),
            in_lexicon: cue.in_lexicon,
            stance: cue.stance,
        }
    }

    fn text_part(&self, span: Span) -> TextPart {
        TextPart { span: self.offsets.span(span), text: span.slice(self.text).to_owned() }
    }

    fn spans(&self, spans: &[Span]) -> Vec<UnitSpan> {
        spans.iter().map(|&span| self.offsets.span(span)).collect()
    }

    fn joined(&self, spans: &[Span]) -> String {
        match spans {
            [span] => span.slice(self.text).to_owned(),
            spans => spans.iter().map(|span| span.slice(self.text)).collect::<Vec<_>>().join(" "),
        }
    }
}

fn explanation(explanation: &claims::Explanation) -> Explanation {
    Explanation {
        pattern: explanation.pattern,
        cue_entry: explanation.cue_entry.clone(),
        source_confidence: explanation.source_confidence,
        cue_confidence: explanation.cue_confidence,
        content_confidence: explanation.content_confidence,
    }
}
