//! Articles with their attributions, gold or predicted. In: the extractor's claims. Out: [`Article`].

use thiserror::Error;

use ascribe_engine::{Claim, EntityKind, QuotationKind, Span};

/// What is wrong with a file of articles, and where.
#[derive(Debug, Error)]
#[error("line {line}: {fault}")]
pub struct ArticleError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong in it.
    pub fault: String,
}

/// Which side of a comparison a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What people annotated.
    Gold,
    /// What is compared with it.
    Predicted,
}

/// A half-open stretch of a text. Unit: Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePoints {
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
}

/// An article and what is attributed in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its name in its file.
    pub id: String,
    /// Its text; predictions have none.
    pub text: Option<String>,
    /// Its attributions, in the order of the file.
    pub attributions: Vec<Attribution>,
    /// The fields of an attribution that its file can't say, by their names in gold files: they have no figures.
    pub unsaid: &'static [&'static str],
    /// What of it was passed over, in sentences.
    pub remarks: Vec<String>,
}

/// Who, how and what, with the fields of the record as the gold files name their values. Empty means that
/// the field has no value.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent columns of the record")]
pub struct Attribution {
    /// Who it is attributed to.
    pub source: Vec<CodePoints>,
    /// The words that attribute it.
    pub cue: Vec<CodePoints>,
    /// What is attributed.
    pub content: Vec<CodePoints>,
    /// "Told REPORTERS".
    pub addressee: Vec<CodePoints>,
    /// "Said in A STATEMENT".
    pub medium: Vec<CodePoints>,
    /// "Said ON TUESDAY".
    pub time: Vec<CodePoints>,
    /// It stands in the content of another one.
    pub nested: bool,
    /// "direct", "indirect" or "mixed".
    pub kind: String,
    /// Such as "communication".
    pub attribution_type: String,
    /// Such as "assertion".
    pub act: String,
    /// The source's fullest name.
    pub speaker: String,
    /// Such as "person".
    pub speaker_kind: String,
    /// The source has a name.
    pub named: bool,
    /// "Did not say".
    pub negated: bool,
    /// "Reportedly said".
    pub hedged: bool,
    /// How sure it is, between 0 and 1; none where its file doesn't say.
    pub confidence: Option<f32>,
    /// How sure the surest of those is that it stands in; none where it stands in none, or its file doesn't say.
    pub holder_confidence: Option<f32>,
}

impl Article {
    /// An article of which nothing is known but its name.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), text: None, attributions: Vec::new(), unsaid: &[], remarks: Vec::new() }
    }

    /// The extractor's answer to a text, as an article.
    #[must_use]
    pub fn from_claims(id: &str, text: &str, claims: &[Claim]) -> Self {
        let edges = Edges::of(text);
        let attributions = claims.iter().map(|claim| edges.attribution(claim)).collect();
        Self { attributions, ..Self::new(id) }
    }

    /// The article without the attributions that are less sure than this. One whose holders are all left out is nested no
    /// more; one without a confidence stays.
    #[must_use]
    pub fn at_least(mut self, min_confidence: f32) -> Self {
        let is_sure = |confidence: Option<f32>| confidence.is_none_or(|it| it >= min_confidence);
        self.attributions.retain(|attribution| is_sure(attribution.confidence));
        for attribution in &mut self.attributions {
            attribution.nested &= is_sure(attribution.holder_confidence);
        }
        self
    }

    /// The article without the attributions that stand in another one's content: what is compared with
    /// gold that has no nesting.
    #[must_use]
    pub fn flattened(mut self) -> Self {
        self.attributions.retain(|attribution| !attribution.nested);
        self
    }
}

/// Where each character of a text begins, in bytes: the way from bytes to code points.
struct Edges(Vec<usize>);

impl Edges {
    fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(byte, _)| byte).collect())
    }

    fn code_points(&self, span: Span) -> CodePoints {
        let count = |byte: usize| self.0.partition_point(|&edge| edge < byte);
        CodePoints { start: count(span.start), end: count(span.end) }
    }

    fn all(&self, spans: &[Span]) -> Vec<CodePoints> {
        spans.iter().map(|&span| self.code_points(span)).collect()
    }

    fn attribution(&self, claim: &Claim) -> Attribution {
        let source = claim.source.as_ref();
        let part = |span: Option<Span>| span.map(|span| self.code_points(span)).into_iter().collect();
        Attribution {
            source: source.map(|source| self.all(&source.spans)).unwrap_or_default(),
            cue: claim.cue.as_ref().map(|cue| self.all(&cue.spans)).unwrap_or_default(),
            content: self.all(&claim.content.spans),
            addressee: part(claim.circumstances.addressee),
            medium: part(claim.circumstances.medium),
            time: part(claim.circumstances.time.as_ref().map(|time| time.span)),
            nested: claim.parent.is_some(),
            kind: kind_name(claim.kind).to_owned(),
            attribution_type: claim.attribution_type.name().to_owned(),
            act: claim.act.name().to_owned(),
            speaker: source.map(|source| source.resolved_name.clone()).unwrap_or_default(),
            speaker_kind: entity_name(source.map_or(EntityKind::Unknown, |source| source.entity_kind))
                .to_owned(),
            named: source.is_some_and(|source| source.named),
            negated: claim.polarity.negated,
            hedged: claim.polarity.hedged,
            confidence: Some(claim.confidence),
            holder_confidence: None,
        }
    }
}

const fn kind_name(kind: QuotationKind) -> &'static str {
    match kind {
        QuotationKind::Direct => "direct",
        QuotationKind::Indirect => "indirect",
        QuotationKind::Mixed => "mixed",
    }
}

const fn entity_name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "person",
        EntityKind::Organization => "organization",
        EntityKind::Country => "country",
        EntityKind::Group => "group",
        EntityKind::Document => "document",
        EntityKind::Unknown => "unknown",
    }
}
