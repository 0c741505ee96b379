//! Attributions -> claims: the record that is handed out, with kind, type, act, stance and flags.

mod claim; //         the record
mod kind; //          direct, indirect, mixed; what is quoted
mod acts; //          type, act, stance
mod time; //          "on Tuesday" -> a date
mod selection; //     what is sure enough, and what then holds it
mod fingerprint; //   what names a claim by its words

use std::ops::Range;

use jiff::civil::Date;

use acts::classify::nature_of;
use kind::Kinds;

use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::coreference::Resolution;
use crate::lexicon::{AttributionType, CueEntry, Lexicon, Stance};
use crate::text::{Circumstances, Document, IsCancelled, Span, Watch};

pub use crate::coreference::{EntityKind, MentionForm};
pub use claim::{Claim, Content, Cue, Explanation, QuotationKind, Source, TimeExpression};
pub use fingerprint::fingerprint_of;
pub use selection::{DEFAULT_MIN_CONFIDENCE, Selected, select, with_min_confidence};

/// What the claims of a document are read with.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge<'a> {
    /// The cues that the attributions' entries refer to.
    pub lexicon: &'a Lexicon,
    /// Who the sources of the attributions are, in their order.
    pub sources: &'a [Option<Resolution>],
    /// When the text was published: the anchor of "on Tuesday".
    pub published: Option<Date>,
}

/// The claims that the attributions of `annotated` are, in the same order; nothing once `cancelled` says yes.
#[must_use]
pub fn claims_of(
    annotated: &AnnotatedDocument<'_>,
    attributions: &[Attribution],
    knowledge: Knowledge<'_>,
    cancelled: IsCancelled<'_>,
) -> Option<Vec<Claim>> {
    let kinds = Kinds::new(annotated);
    let watch = Watch::new(cancelled);
    let claim = |(index, attribution)| {
        watch.step()?;
        Some(claim_of(annotated, attribution, index, knowledge, &kinds))
    };
    attributions.iter().enumerate().map(claim).collect()
}

fn claim_of(
    annotated: &AnnotatedDocument<'_>,
    attribution: &Attribution,
    index: usize,
    knowledge: Knowledge<'_>,
    kinds: &Kinds<'_>,
) -> Claim {
    let document = &annotated.document;
    let entry = attribution.origin.entry.map(|entry| &knowledge.lexicon.entries()[entry]);
    let source = attribution
        .parts
        .source
        .as_ref()
        .zip(knowledge.sources[index].as_ref())
        .map(|(tokens, resolution)| source_of(document, tokens, resolution));
    let nature = nature_of(annotated, attribution, entry, source.as_ref());
    let (kind, quoted) = kinds.of(attribution);
    Claim {
        parent: attribution.parent,
        kind,
        attribution_type: nature.attribution_type,
        act: nature.act,
        source,
        cue: attribution.parts.cue.as_ref().map(|tokens| cue_of(document, tokens, entry)),
        content: Content {
            spans: attribution.parts.contents.iter().map(|piece| document.span_of(piece)).collect(),
        },
        quoted,
        polarity: attribution.polarity,
        circumstances: circumstances_of(document, attribution, nature.attribution_type, knowledge.published),
        confidence: attribution.confidence,
        explanation: Explanation {
            pattern: attribution.origin.pattern,
            cue_entry: entry_name(attribution, entry),
            source_confidence: attribution.part_confidences.source,
            cue_confidence: attribution.part_confidences.cue,
            content_confidence: attribution.part_confidences.content,
        },
    }
}

/// What the sentence says of the act of speaking. An attitude has no time: "believed ON TUESDAY" is not when it began.
fn circumstances_of(
    document: &Document<'_>,
    attribution: &Attribution,
    attribution_type: AttributionType,
    published: Option<Date>,
) -> Circumstances<Span, TimeExpression> {
    let found = &attribution.circumstances;
    let is_said = attribution_type == AttributionType::Communication;
    let time = span_of(document, found.time.as_ref()).filter(|_| is_said);
    Circumstances {
        addressee: span_of(document, found.addressee.as_ref()),
        medium: span_of(document, found.medium.as_ref()),
        time: time.map(|span| time_of(document, span, published)),
    }
}

fn time_of(document: &Document<'_>, span: Span, published: Option<Date>) -> TimeExpression {
    TimeExpression { span, resolved: time::resolved(span.slice(document.text), published) }
}

fn span_of(document: &Document<'_>, tokens: Option<&Range<usize>>) -> Option<Span> {
    tokens.map(|tokens| document.span_of(tokens))
}

/// The record of the source at `tokens`.
fn source_of(document: &Document<'_>, tokens: &Range<usize>, resolution: &Resolution) -> Source {
    Source {
        spans: vec![document.span_of(tokens)],
        form: resolution.form,
        resolved_name: resolution.name.clone(),
        resolved_span: span_of(document, resolution.tokens.as_ref()),
        entity_kind: resolution.kind,
        named: resolution.is_named,
        title: resolution.title.clone(),
        entity: resolution.entity,
    }
}

fn cue_of(document: &Document<'_>, tokens: &Range<usize>, entry: Option<&CueEntry>) -> Cue {
    let span = document.span_of(tokens);
    Cue {
        spans: vec![span],
        lemma: entry.map_or_else(|| span.slice(document.text).to_lowercase(), |entry| entry.lemma.clone()),
        in_lexicon: entry.is_some(),
        stance: entry.map_or(Stance::Neutral, |entry| entry.stance),
    }
}

/// The entry and the frame that license an attribution, as "lemma/category/frame".
fn entry_name(attribution: &Attribution, entry: Option<&CueEntry>) -> String {
    match (entry, attribution.origin.frame) {
        (Some(entry), Some(frame)) => format!("{}/{}/{}", entry.lemma, entry.category.name(), frame.name()),
        _ => String::new(),
    }
}
