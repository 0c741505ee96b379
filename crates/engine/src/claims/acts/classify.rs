//! Type and act of an attribution: from its lexicon entry, its source and its content.

use crate::annotation::AnnotatedDocument;
use crate::attribution::Attribution;
use crate::claims::acts::act_rules::{in_context, without_entry};
use crate::claims::{EntityKind, Source};
use crate::lexicon::{AttributionType, CueEntry, SpeechAct};
use crate::tagging::circumstances::polarity::refuses_comment;

/// What sort of attribution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nature {
    pub(crate) attribution_type: AttributionType,
    pub(crate) act: SpeechAct,
}

/// The nature of an attribution whose cue has that entry, and which has that source.
pub(crate) fn nature_of(
    annotated: &AnnotatedDocument<'_>,
    attribution: &Attribution,
    entry: Option<&CueEntry>,
    source: Option<&Source>,
) -> Nature {
    let Some(entry) = entry else {
        let is_document = source.is_some_and(|source| source.entity_kind == EntityKind::Document);
        let (attribution_type, act) = without_entry(annotated, attribution);
        return Nature {
            attribution_type: if is_document { AttributionType::Evidence } else { attribution_type },
            act: if asks(annotated, attribution) { SpeechAct::Question } else { act },
        };
    };
    let (attribution_type, act) = in_context(annotated, attribution, entry, source);
    let mut nature = Nature { attribution_type, act };
    if refuses_comment(annotated, &attribution.parts.contents, entry) {
        nature = Nature { attribution_type: AttributionType::Communication, act: SpeechAct::NoComment };
    }
    if source.is_some_and(|source| source.entity_kind == EntityKind::Document) && tells_of_facts(nature.act) {
        nature.attribution_type = AttributionType::Evidence;
    }
    nature
}

/// At most this many marks at the end of a content are passed over (invariant 8).
const MOST_MARKS: usize = 16;

/// "Why Lisbon?" after a colon.
fn asks(annotated: &AnnotatedDocument<'_>, attribution: &Attribution) -> bool {
    attribution.parts.contents.iter().all(|content| {
        let last = content.clone().rev().take(MOST_MARKS).find(|&token| !annotated.is_mark(token));
        last.is_some_and(|last| annotated.word(last) == "?") || annotated.word_or(content.end) == "?"
    })
}

/// Acts that a document can only do by being evidence: "the report shows", "the poll predicts".
fn tells_of_facts(act: SpeechAct) -> bool {
    matches!(act, SpeechAct::Assertion | SpeechAct::Perception | SpeechAct::Belief | SpeechAct::Prediction)
}
