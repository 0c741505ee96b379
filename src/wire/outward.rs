//! Claims -> wire: the only place where core types become messages.

use prost::Message;

use super::offsets::Offsets;
use super::options::{OutputOptions, Provenance, View};
use super::v1;
use ascribe_engine::{Claim, Cue, CueEntry, Explanation, Source, Span, select};

/// What a claim may need beside its own encoded length: its tag and length in the list, and a parent's name
/// that grows when a nearer ancestor is left out.
const CLAIM_OVERHEAD: usize = 32;

/// The claims of `text` as a message.
///
/// `claims` are all that the extractor found in `text`, in its order: a claim is named after its place among
/// them, whatever `options` leave out.
#[must_use]
pub fn document_claims(
    document_id: &str,
    text: &str,
    claims: &[Claim],
    options: &OutputOptions,
    provenance: &Provenance<'_>,
) -> v1::DocumentClaims {
    let mut selected: Vec<usize> =
        (0..claims.len()).filter(|&index| is_wanted(&claims[index], options)).collect();
    let mut message = v1::DocumentClaims {
        document_id: document_id.to_owned(),
        claims: Vec::new(),
        offset_encoding: v1::OffsetEncoding::from(options.offsets).into(),
        truncated: selected.len() > options.max_claims,
        lexicon_version: provenance.lexicon_version.to_owned(),
        tagger_version: provenance.tagger_version.to_owned(),
        knowledge_version: provenance.knowledge_version.to_owned(),
        notices: Vec::new(),
    };
    selected.truncate(options.max_claims);
    let offsets =
        Offsets::new(text, options.offsets, selected.iter().flat_map(|&index| spans(&claims[index])));
    let converter = Converter { text, offsets, view: options.view };

    let mut room = options.max_bytes.saturating_sub(message.encoded_len());
    for &index in &selected {
        let claim = converter.claim(index, &claims[index]);
        let Some(rest) = room.checked_sub(claim.encoded_len() + CLAIM_OVERHEAD) else {
            message.truncated = true;
            break;
        };
        room = rest;
        message.claims.push(claim);
    }
    selected.truncate(message.claims.len());
    name_parents(&mut message.claims, claims, &selected);
    message
}

/// One entry of the lexicon as a message.
#[must_use]
pub fn cue_entry(entry: &CueEntry) -> v1::CueEntry {
    let frames = entry.frames.iter().map(|licensed| v1::CueFrame {
        name: licensed.frame.name().to_owned(),
        reliability_percent: i32::from(licensed.reliability),
    });
    v1::CueEntry {
        lemma: entry.lemma.clone(),
        forms: entry.spellings().into_iter().map(str::to_owned).collect(),
        r#type: v1::AttributionType::from(entry.attribution_type).into(),
        act: v1::SpeechAct::from(entry.act).into(),
        stance: v1::Stance::from(entry.stance).into(),
        example: entry.example.clone(),
        category: v1::CueCategory::from(entry.category).into(),
        frames: frames.collect(),
        traits: entry.traits.iter().map(|one| one.name().to_owned()).collect(),
    }
}

fn is_wanted(claim: &Claim, options: &OutputOptions) -> bool {
    claim.confidence >= options.min_confidence
        && (options.kinds.is_empty() || options.kinds.contains(&claim.kind))
        && (options.types.is_empty() || options.types.contains(&claim.attribution_type))
}

/// Every span that a message of this claim holds.
fn spans(claim: &Claim) -> impl Iterator<Item = Span> {
    let source = claim.source.iter().flat_map(|source| source.spans.iter().chain(&source.resolved_span));
    let cue = claim.cue.iter().flat_map(|cue| &cue.spans);
    let around = &claim.circumstances;
    let time = around.time.iter().map(|time| &time.span);
    let parts = around.addressee.iter().chain(&around.medium).chain(time);
    source.chain(cue).chain(&claim.content.spans).chain(parts).copied()
}

/// Gives every message the name of the nearest claim that holds it and is itself among the messages.
/// `selected` tells for each message which claim it is, ascending.
fn name_parents(messages: &mut [v1::Claim], claims: &[Claim], selected: &[usize]) {
    let selected = select(claims, |claim| selected.binary_search(&claim).is_ok());
    for (message, selected) in messages.iter_mut().zip(selected) {
        message.parent_claim_id = selected.parent.map(claim_id).unwrap_or_default();
    }
}

fn claim_id(index: usize) -> String {
    format!("c{index}")
}

/// What the messages of one text have in common.
struct Converter<'text> {
    text: &'text str,
    offsets: Offsets,
    view: View,
}

impl Converter<'_> {
    /// The claim without its parent, which isn't known before all claims are chosen.
    fn claim(&self, index: usize, claim: &Claim) -> v1::Claim {
        v1::Claim {
            claim_id: claim_id(index),
            parent_claim_id: String::new(),
            kind: v1::QuotationKind::from(claim.kind).into(),
            r#type: v1::AttributionType::from(claim.attribution_type).into(),
            act: v1::SpeechAct::from(claim.act).into(),
            source: claim.source.as_ref().map(|source| self.source(source)),
            cue: claim.cue.as_ref().map(|cue| self.cue(cue)),
            content: Some(v1::Content {
                spans: self.spans(&claim.content.spans),
                text: self.joined(&claim.content.spans),
            }),
            negated: claim.polarity.negated,
            hedged: claim.polarity.hedged,
            addressee: claim.circumstances.addressee.map(|span| self.text_part(span)),
            medium: claim.circumstances.medium.map(|span| self.text_part(span)),
            time: claim.circumstances.time.as_ref().map(|time| v1::TimeExpression {
                span: Some(self.offsets.span(time.span)),
                text: time.span.slice(self.text).to_owned(),
                resolved: time.resolved.clone(),
            }),
            confidence: claim.confidence,
            explanation: match self.view {
                View::Basic => None,
                View::Full => Some(explanation(&claim.explanation)),
            },
            fingerprint: String::new(),
            sentence: None,
            quoted: Vec::new(),
        }
    }

    fn source(&self, source: &Source) -> v1::Source {
        v1::Source {
            spans: self.spans(&source.spans),
            text: self.joined(&source.spans),
            form: v1::MentionForm::from(source.form).into(),
            resolved_name: source.resolved_name.clone(),
            resolved_span: source.resolved_span.map(|span| self.offsets.span(span)),
            entity_kind: v1::EntityKind::from(source.entity_kind).into(),
            named: source.named,
            title: source.title.clone(),
            entity_id: format!("e{}", source.entity),
        }
    }

    fn cue(&self, cue: &Cue) -> v1::Cue {
        v1::Cue {
            spans: self.spans(&cue.spans),
            text: self.joined(&cue.spans),
            lemma: cue.lemma.clone(),
            in_lexicon: cue.in_lexicon,
            stance: v1::Stance::from(cue.stance).into(),
        }
    }

    fn text_part(&self, span: Span) -> v1::TextPart {
        v1::TextPart { span: Some(self.offsets.span(span)), text: span.slice(self.text).to_owned() }
    }

    fn spans(&self, spans: &[Span]) -> Vec<v1::Span> {
        spans.iter().map(|&span| self.offsets.span(span)).collect()
    }

    fn joined(&self, spans: &[Span]) -> String {
        let parts: Vec<&str> = spans.iter().map(|span| span.slice(self.text)).collect();
        parts.join(" ")
    }
}

fn explanation(explanation: &Explanation) -> v1::Explanation {
    v1::Explanation {
        pattern: explanation.pattern.to_owned(),
        cue_entry: explanation.cue_entry.clone(),
        source_confidence: explanation.source_confidence,
        cue_confidence: explanation.cue_confidence,
        content_confidence: explanation.content_confidence,
    }
}

#[cfg(test)]
#[path = "outward_tests.rs"]
mod tests;
