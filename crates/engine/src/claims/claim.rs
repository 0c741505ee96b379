//! The claim record: who, how, what, to whom, through what, when.

use crate::coreference::{EntityKind, MentionForm};
use crate::lexicon::{AttributionType, SpeechAct, Stance};
use crate::text::Span;

/// One attribution, resolved. Spans are bytes of the document's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The claim in whose content this one stands, as an index into the same list.
    pub parent: Option<usize>,
    /// How much of the content stands in quotation marks.
    pub kind: QuotationKind,
    /// What the attribution is about.
    pub attribution_type: AttributionType,
    /// What is done by it.
    pub act: SpeechAct,
    /// Absent where the text gives nobody ("it was alleged").
    pub source: Option<Source>,
    /// Absent where nothing marks the speech (a quotation attributed by its place alone).
    pub cue: Option<Cue>,
    /// What is attributed.
    pub content: Content,
    /// The cue is negated: "did not say".
    pub negated: bool,
    /// The attribution itself is uncertain: "reportedly said", "may have urged".
    pub hedged: bool,
    /// "Told REPORTERS".
    pub addressee: Option<Span>,
    /// "Said in A STATEMENT".
    pub medium: Option<Span>,
    /// "Said ON TUESDAY".
    pub time: Option<TimeExpression>,
    /// Between 0 and 1.
    pub confidence: f32,
    /// Why it was found.
    pub explanation: Explanation,
}

/// Who said it, as written and as resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As written, at least one; more where it is discontinuous.
    pub spans: Vec<Span>,
    /// What sort of mention it is.
    pub form: MentionForm,
    /// The fullest name that the document gives for this source.
    pub resolved_name: String,
    /// Where that name stands.
    pub resolved_span: Option<Span>,
    /// What sort of being it is.
    pub entity_kind: EntityKind,
    /// A named source, against "a senior official".
    pub named: bool,
    /// "Defence Secretary"; empty where there is none.
    pub title: String,
    /// The same for every claim of the same source in this document, as a number from 0 on.
    pub entity: usize,
}

/// The words that signal that something is attributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// At least one.
    pub spans: Vec<Span>,
    /// The lemma of the lexicon's entry, or the words in lower case where it isn't there.
    pub lemma: String,
    /// In the lexicon, or recognized without it (a colon, a dash).
    pub in_lexicon: bool,
    /// What the choice of the cue tells of the reporter.
    pub stance: Stance,
}

/// What is attributed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// At least one; several where the cue breaks it or it runs over paragraphs. In order, apart.
    pub spans: Vec<Span>,
}

/// When it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeExpression {
    /// As written.
    pub span: Span,
    /// As an ISO 8601 date, or empty where it can't be told.
    pub resolved: String,
}

/// Why a claim was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The name of the pattern that the words fill, such as "source-cue-content".
    pub frame: &'static str,
    /// The cue's entry in the lexicon as "lemma/category/frame"; empty where there is none.
    pub cue_entry: String,
    /// Confidence of the source, between 0 and 1.
    pub source_confidence: f32,
    /// Confidence of the cue, between 0 and 1.
    pub cue_confidence: f32,
    /// Confidence of the content, between 0 and 1.
    pub content_confidence: f32,
}

/// How much of a content stands in quotation marks (Pareti et al. 2013).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuotationKind {
    /// All of it.
    Direct,
    /// None of it.
    Indirect,
    /// Some of it.
    Mixed,
}

impl Claim {
    /// Who says it: the fullest name that the text gives, "Ana Ruiz" where it says "she"; the words of the source where
    /// nobody is named. None where the claim has no source.
    #[must_use]
    pub fn speaker(&self) -> Option<&str> {
        self.source.as_ref().map(|source| source.resolved_name.as_str())
    }

    /// The lexicon's form of the cue, "say" for "said"; the cue's own words in lower case where the lexicon hasn't got
    /// it; "" where nothing marks the speech.
    #[must_use]
    pub fn cue_lemma(&self) -> &str {
        self.cue.as_ref().map_or("", |cue| &cue.lemma)
    }
}
