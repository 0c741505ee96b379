//! The record of a document's claims: what stands in an answer, field by field, in the order of the contract
//! (`proto/ascribe/v1/claims.proto`), whose comments say all of each field.

use serde::Serialize;

use super::options::OffsetUnit;
use crate::claims::{EntityKind, MentionForm, QuotationKind};
use crate::lexicon::{AttributionType, SpeechAct, Stance};
use crate::notices::NoticeReason;

/// What was found in one document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DocumentClaims {
    /// As the caller gave it; empty where the caller gave none.
    pub document_id: String,
    /// In the order of their cues in the text, of their contents where there is no cue.
    pub claims: Vec<Claim>,
    /// The unit of every span.
    pub offset_encoding: OffsetUnit,
    /// More were found than the options let through: the first ones are here.
    pub truncated: bool,
    /// The version of the lexicon that found them.
    pub lexicon_version: String,
    /// What found them: the release with the knowledge's version, and the network's name.
    pub tagger_version: String,
    /// The version of all that was known before reading.
    pub knowledge_version: String,
    /// What makes the answer doubtful.
    pub notices: Vec<Notice>,
}

/// Something that makes an answer doubtful, or that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// What was noticed.
    pub reason: NoticeReason,
    /// The same in a sentence, with the value that it is about and what to do.
    pub message: String,
    /// Where in the text; none where it is about the whole text, or about what was given beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// One attribution, resolved: who, how, what, to whom, through what, when.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Claim {
    /// Names the claim within its document: "c0" is the first that the text holds, whatever the options leave out.
    pub claim_id: String,
    /// The nearest claim in whose content this one stands and that is here; empty where there is none.
    pub parent_claim_id: String,
    /// How much of the content stands in quotation marks.
    pub kind: QuotationKind,
    /// What the attribution is about.
    #[serde(rename = "type")]
    pub attribution_type: AttributionType,
    /// What is done by it.
    pub act: SpeechAct,
    /// Who said it; none where the text gives nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The words that signal it; none where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<Cue>,
    /// What is attributed.
    pub content: Content,
    /// The cue is negated: "did not say".
    pub negated: bool,
    /// The attribution itself is uncertain: "reportedly said".
    pub hedged: bool,
    /// "told REPORTERS".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addressee: Option<TextPart>,
    /// "said in A STATEMENT".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<TextPart>,
    /// "said ON TUESDAY".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeExpression>,
    /// How sure the claim is, between 0 and 1.
    pub confidence: f32,
    /// Why it was found; only in the full view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Names the claim by its words: [`Extraction::fingerprint`](crate::Extraction::fingerprint).
    pub fingerprint: String,
    /// The sentence in which its cue stands: [`Extraction::sentence`](crate::Extraction::sentence).
    pub sentence: Span,
    /// What of the content is quoted, quotation marks not counted; in order, apart.
    pub quoted: Vec<Span>,
}

/// Who said it, as written and as resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Source {
    /// As written, at least one.
    pub spans: Vec<Span>,
    /// The text of the spans, joined by one space where there are several.
    pub text: String,
    /// What sort of mention it is.
    pub form: MentionForm,
    /// The fullest name that the document gives for this source.
    pub resolved_name: String,
    /// Where that name stands; none where it isn't in the text as one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_span: Option<Span>,
    /// What sort of being it is.
    pub entity_kind: EntityKind,
    /// A named source, against "a senior official".
    pub named: bool,
    /// "Defence Secretary"; empty where none is given.
    pub title: String,
    /// The same for every claim of the same source in this document: "e0", "e1".
    pub entity_id: String,
}

/// The words that signal that something is attributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cue {
    /// At least one.
    pub spans: Vec<Span>,
    /// The text of the spans, joined by one space where there are several.
    pub text: String,
    /// The lemma of the lexicon's entry, or the words in lower case where it isn't there.
    pub lemma: String,
    /// In the lexicon, as against a colon, a dash, or words that the tagger alone recognized.
    pub in_lexicon: bool,
    /// What the choice of the cue tells of the reporter.
    pub stance: Stance,
}

/// What is attributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Content {
    /// In order, apart; at least one.
    pub spans: Vec<Span>,
    /// The text of the spans, joined by one space where there are several.
    pub text: String,
}

/// A stretch of the text, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TextPart {
    /// Where it stands.
    pub span: Span,
    /// The text of the span.
    pub text: String,
}

/// When it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TimeExpression {
    /// Where it stands.
    pub span: Span,
    /// The text of the span.
    pub text: String,
    /// ISO 8601 date; empty where it can't be told.
    pub resolved: String,
}

/// Why a claim was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The name of the pattern that the words fill; "network" where they fill none.
    pub pattern: &'static str,
    /// The cue's entry in the lexicon as "lemma/category/frame"; empty where there is none.
    pub cue_entry: String,
    /// Confidence of the source, between 0 and 1.
    pub source_confidence: f32,
    /// Confidence of the cue, between 0 and 1.
    pub cue_confidence: f32,
    /// Confidence of the content, between 0 and 1.
    pub content_confidence: f32,
}

/// A stretch of the text in the caller's unit. Half open: `start` is in it, `end` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first unit.
    pub start: usize,
    /// The unit after the last.
    pub end: usize,
}
