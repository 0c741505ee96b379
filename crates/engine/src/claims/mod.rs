//! Attributions -> claims: the record that is handed out, with kind, type, act, stance and flags.

mod claim; //         the record
mod kind; //          direct, indirect, mixed
mod acts; //          type, act, stance
mod time; //          "on Tuesday" -> a date
pub mod ancestors; // what a claim stands in
mod confidence; //    what is sure enough

use std::ops::Range;

use jiff::civil::Date;

use acts::classify::nature_of;
use kind::Kinds;

use crate::attribution::Attribution;
use crate::coreference::Resolution;
use crate::lexicon::{AttributionType, CueEntry, Lexicon, Stance};
use crate::text::{Document, IsCancelled, Span, Watch};

pub use crate::coreference::{EntityKind, MentionForm};
pub use claim::{Claim, Content, Cue, Explanation, QuotationKind, Source, TimeExpression};
pub use confidence::{DEFAULT_MIN_CONFIDENCE, confident};

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

/// The claims that the attributions of `document` are, in the same order; nothing once `cancelled` says yes.
#[must_use]
pub fn claims_of(
    document: &Document<'_>,
    attributions: &[Attribution],
    knowledge: Knowledge<'_>,
    cancelled: IsCancelled<'_>,
) -> Option<Vec<Claim>> {
    let kinds = Kinds::new(document);
    let watch = Watch::new(cancelled);
    let claim = |(index, attribution)| {
        watch.step()?;
        Some(claim_of(document, attribution, index, knowledge, &kinds))
    };
    attributions.iter().enumerate().map(claim).collect()
}

fn claim_of(
    document: &Document<'_>,
    attribution: &Attribution,
    index: usize,
    knowledge: Knowledge<'_>,
    kinds: &Kinds<'_>,
) -> Claim {
    let entry = attribution.entry.map(|entry| &knowledge.lexicon.entries()[entry]);
    let source = attribution
        .source
        .as_ref()
        .zip(knowledge.sources[index].as_ref())
        .map(|(tokens, resolution)| source_of(document, tokens, resolution));
    let nature = nature_of(document, attribution, entry, source.as_ref());
    Claim {
        parent: attribution.parent,
        kind: kinds.of(attribution),
        attribution_type: nature.attribution_type,
        act: nature.act,
        source,
        cue: attribution.cue.as_ref().map(|tokens| cue_of(document, tokens, entry)),
        content: Content {
            spans: attribution.contents.iter().map(|piece| document.span_of(piece)).collect(),
        },
        negated: nature.negated,
        hedged: attribution.hedged,
        addressee: span_of(document, attribution.addressee.as_ref()),
        medium: span_of(document, attribution.medium.as_ref()),
        time: span_of(document, attribution.time.as_ref())
            .filter(|_| nature.attribution_type == AttributionType::Communication)
            .map(|span| time_of(document, span, knowledge.published)),
        confidence: attribution.confidence,
        explanation: Explanation {
            frame: attribution.pattern,
            cue_entry: entry_name(attribution, entry),
            source_confidence: attribution.parts.source,
            cue_confidence: attribution.parts.cue,
            content_confidence: attribution.parts.content,
        },
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
    match (entry, attribution.frame) {
        (Some(entry), Some(frame)) => format!("{}/{}/{}", entry.lemma, entry.category.name(), frame.name()),
        _ => String::new(),
    }
}
