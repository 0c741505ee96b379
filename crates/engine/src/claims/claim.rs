//! The claim record: who, how, what, to whom, through what, when.

use crate::coreference::{EntityKind, MentionForm};
use crate::lexicon::{AttributionType, SpeechAct, Stance};
use crate::text::{Circumstances, Polarity, Span};

/// One attribution, resolved. Spans are bytes of the document's text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// What of the content is quoted, quotation marks not counted: in order, apart. Empty where `kind` is indirect.
    pub quoted: Vec<Span>,
    /// Whether the attribution is negated ("did not say") or uncertain ("reportedly said").
    pub polarity: Polarity,
    /// To whom, through what, when.
    pub circumstances: Circumstances<Span, TimeExpression>,
    /// Between 0 and 1.
    pub confidence: f32,
    /// Why it was found.
    pub explanation: Explanation,
}

impl Claim {
    /// A claim of that content, of which nothing else is known: an indirect assertion of nobody, not yet explained.
    #[must_use]
    pub fn new(content: Content) -> Self {
        Self {
            parent: None,
            kind: QuotationKind::Indirect,
            attribution_type: AttributionType::Communication,
            act: SpeechAct::Assertion,
            source: None,
            cue: None,
            content,
            quoted: Vec::new(),
            polarity: Polarity::default(),
            circumstances: Circumstances::default(),
            confidence: 1.0,
            explanation: Explanation::new("given"),
        }
    }
}

/// Who said it, as written and as resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl Source {
    /// A source that is written in these places, and of which no more than its name is known.
    #[must_use]
    pub fn new(spans: Vec<Span>, resolved_name: String) -> Self {
        Self {
            spans,
            form: MentionForm::Name,
            resolved_name,
            resolved_span: None,
            entity_kind: EntityKind::Unknown,
            named: false,
            title: String::new(),
            entity: 0,
        }
    }
}

/// The words that signal that something is attributed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl Cue {
    /// A neutral cue of the lexicon that is written in these places.
    #[must_use]
    pub const fn new(spans: Vec<Span>, lemma: String) -> Self {
        Self { spans, lemma, in_lexicon: true, stance: Stance::Neutral }
    }
}

/// What is attributed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content {
    /// At least one; several where the cue breaks it or it runs over paragraphs. In order, apart.
    pub spans: Vec<Span>,
}

impl Content {
    /// A content that is written in these places, in order and apart.
    #[must_use]
    pub const fn new(spans: Vec<Span>) -> Self {
        Self { spans }
    }
}

/// When it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeExpression {
    /// As written.
    pub span: Span,
    /// As an ISO 8601 date, or empty where it can't be told.
    pub resolved: String,
}

impl TimeExpression {
    /// A time without its date.
    #[must_use]
    pub const fn new(span: Span) -> Self {
        Self { span, resolved: String::new() }
    }
}

/// Why a claim was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The name of the pattern that the words fill, such as "source-cue-that"; "network" where they fill none.
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

impl Explanation {
    /// That a pattern found it, sure of all parts, without an entry of the lexicon.
    #[must_use]
    pub const fn new(pattern: &'static str) -> Self {
        Self {
            pattern,
            cue_entry: String::new(),
            source_confidence: 1.0,
            cue_confidence: 1.0,
            content_confidence: 1.0,
        }
    }
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
