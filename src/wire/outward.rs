//! Records -> messages, field by field: both have the same ones, and the same JSON.

use super::v1;
use ascribe_engine::record::{self, OffsetUnit, Options, Provenance};
use ascribe_engine::{CueEntry, Extraction};

/// The claims that were found in a text, as a message.
#[must_use]
pub fn document_claims(
    document_id: &str,
    found: &Extraction<'_>,
    options: &Options,
    provenance: Provenance<'_>,
) -> v1::DocumentClaims {
    record::document_claims(document_id, found, options, provenance).into()
}

/// What was noticed of a text, as messages.
#[must_use]
pub fn notices(found: &Extraction<'_>, unit: OffsetUnit) -> Vec<v1::Notice> {
    each(record::notices(found, unit))
}

/// One entry of the lexicon as a message.
#[must_use]
pub fn cue_entry(entry: &CueEntry) -> v1::CueEntry {
    let record = record::cue_entry(entry);
    let frames = record.frames.into_iter().map(|frame| v1::CueFrame {
        name: frame.name.to_owned(),
        reliability_percent: frame.reliability_percent.into(),
    });
    v1::CueEntry {
        lemma: record.lemma,
        forms: record.forms,
        r#type: v1::AttributionType::from(record.attribution_type).into(),
        act: v1::SpeechAct::from(record.act).into(),
        stance: v1::Stance::from(record.stance).into(),
        example: record.example,
        category: v1::CueCategory::from(record.category).into(),
        frames: frames.collect(),
        traits: record.traits.into_iter().map(str::to_owned).collect(),
    }
}

impl From<record::DocumentClaims> for v1::DocumentClaims {
    fn from(record: record::DocumentClaims) -> Self {
        Self {
            document_id: record.document_id,
            claims: each(record.claims),
            offset_encoding: v1::OffsetEncoding::from(record.offset_encoding).into(),
            truncated: record.truncated,
            lexicon_version: record.lexicon_version,
            tagger_version: record.tagger_version,
            knowledge_version: record.knowledge_version,
            notices: each(record.notices),
        }
    }
}

impl From<record::Notice> for v1::Notice {
    fn from(record: record::Notice) -> Self {
        Self {
            reason: v1::NoticeReason::from(record.reason).into(),
            message: record.message,
            span: record.span.map(Into::into),
        }
    }
}

impl From<record::Claim> for v1::Claim {
    fn from(record: record::Claim) -> Self {
        Self {
            claim_id: record.claim_id,
            parent_claim_id: record.parent_claim_id,
            kind: v1::QuotationKind::from(record.kind).into(),
            r#type: v1::AttributionType::from(record.attribution_type).into(),
            act: v1::SpeechAct::from(record.act).into(),
            source: record.source.map(Into::into),
            cue: record.cue.map(Into::into),
            content: Some(v1::Content { spans: each(record.content.spans), text: record.content.text }),
            negated: record.negated,
            hedged: record.hedged,
            addressee: record.addressee.map(Into::into),
            medium: record.medium.map(Into::into),
            time: record.time.map(|time| v1::TimeExpression {
                span: Some(time.span.into()),
                text: time.text,
                resolved: time.resolved,
            }),
            confidence: record.confidence,
            explanation: record.explanation.map(Into::into),
            fingerprint: record.fingerprint,
            sentence: Some(record.sentence.into()),
            quoted: each(record.quoted),
        }
    }
}

impl From<record::Source> for v1::Source {
    fn from(record: record::Source) -> Self {
        Self {
            spans: each(record.spans),
            text: record.text,
            form: v1::MentionForm::from(record.form).into(),
            resolved_name: record.resolved_name,
            resolved_span: record.resolved_span.map(Into::into),
            entity_kind: v1::EntityKind::from(record.entity_kind).into(),
            named: record.named,
            title: record.title,
            entity_id: record.entity_id,
        }
    }
}

impl From<record::Cue> for v1::Cue {
    fn from(record: record::Cue) -> Self {
        Self {
            spans: each(record.spans),
            text: record.text,
            lemma: record.lemma,
            in_lexicon: record.in_lexicon,
            stance: v1::Stance::from(record.stance).into(),
        }
    }
}

impl From<record::TextPart> for v1::TextPart {
    fn from(record: record::TextPart) -> Self {
        Self { span: Some(record.span.into()), text: record.text }
    }
}

impl From<record::Explanation> for v1::Explanation {
    fn from(record: record::Explanation) -> Self {
        Self {
            pattern: record.pattern.to_owned(),
            cue_entry: record.cue_entry,
            source_confidence: record.source_confidence,
            cue_confidence: record.cue_confidence,
            content_confidence: record.content_confidence,
        }
    }
}

fn each<Record, Message: From<Record>>(records: Vec<Record>) -> Vec<Message> {
    records.into_iter().map(Into::into).collect()
}

#[cfg(test)]
#[path = "outward_tests.rs"]
mod tests;
