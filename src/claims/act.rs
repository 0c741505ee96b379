//! Type, act and polarity of an attribution: from its lexicon entry, its source and its content.

use super::{EntityKind, Source};
use crate::attribution::Attribution;
use crate::lexicon::{AttributionType, CueEntry, SpeechAct};
use crate::text::Document;

/// What sort of attribution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nature {
    pub(super) attribution_type: AttributionType,
    pub(super) act: SpeechAct,
    pub(super) negated: bool,
}

/// Cues whose commitment is not to do it: "refused to leave" is a negated commitment.
const REFUSALS: [&str; 15] = [
    "refuse",
    "decline",
    "refusal",
    "decide against",
    "opt against",
    "hesitate",
    "reluctant",
    "reluctance",
    "unwilling",
    "have no plans",
    "have no intention of",
    "have no desire",
    "stop short of",
    "hold off on",
    "shy away from",
];

/// Verbs that, refused, make a refusal to comment: "declined to comment", "refused to say".
const COMMENTS: [&str; 9] =
    ["comment", "say", "answer", "respond", "discuss", "elaborate", "speculate", "disclose", "confirm"];

/// The nature of an attribution whose cue has that entry, and which has that source.
pub(super) fn nature_of(
    document: &Document<'_>,
    attribution: &Attribution,
    entry: Option<&CueEntry>,
    source: Option<&Source>,
) -> Nature {
    let Some(entry) = entry else {
        let document = source.is_some_and(|source| source.entity_kind == EntityKind::Document);
        return Nature {
            attribution_type: if document {
                AttributionType::Evidence
            } else {
                AttributionType::Communication
            },
            act: SpeechAct::Assertion,
            negated: attribution.negated,
        };
    };
    let mut nature =
        Nature { attribution_type: entry.attribution_type, act: entry.act, negated: attribution.negated };
    if is_refusal(entry) {
        if is_comment(document, attribution) {
            nature.act = SpeechAct::NoComment;
            nature.attribution_type = AttributionType::Communication;
        } else {
            nature.negated = !nature.negated;
        }
    }
    if source.is_some_and(|source| source.entity_kind == EntityKind::Document) && tells_of_facts(nature.act) {
        nature.attribution_type = AttributionType::Evidence;
    }
    nature
}

/// "Decline to" commits; "decline comment", an entry of its own, doesn't. "Have no desire to" wants not to.
fn is_refusal(entry: &CueEntry) -> bool {
    REFUSALS.contains(&entry.lemma.as_str()) && matches!(entry.act, SpeechAct::Commitment | SpeechAct::Desire)
}

/// "(Declined) TO COMMENT on the case".
fn is_comment(document: &Document<'_>, attribution: &Attribution) -> bool {
    let content = &attribution.contents[0];
    content
        .clone()
        .take(3)
        .any(|token| COMMENTS.iter().any(|verb| document.word(token).eq_ignore_ascii_case(verb)))
}

/// Acts that a document can only do by being evidence: "the report shows", "the poll predicts".
fn tells_of_facts(act: SpeechAct) -> bool {
    matches!(act, SpeechAct::Assertion | SpeechAct::Perception | SpeechAct::Belief | SpeechAct::Prediction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    #[test]
    fn every_refusal_is_a_cue() {
        let lexicon = Lexicon::embedded();
        let reached = |lemma| lexicon.entries().iter().any(|entry| entry.lemma == lemma && is_refusal(entry));
        for lemma in REFUSALS {
            assert!(reached(lemma), "no entry of {lemma:?} is a commitment or a desire");
        }
    }
}
