//! Type, act and polarity of an attribution: from its lexicon entry, its source and its content.

use crate::attribution::Attribution;
use crate::claims::acts::act_rules::{in_context, without_entry};
use crate::claims::{EntityKind, Source};
use crate::lexicon::{AttributionType, CueEntry, CueTrait, SpeechAct, WordList};
use crate::text::Document;

/// What sort of attribution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nature {
    pub(crate) attribution_type: AttributionType,
    pub(crate) act: SpeechAct,
    pub(crate) negated: bool,
}

/// The nature of an attribution whose cue has that entry, and which has that source.
pub(crate) fn nature_of(
    document: &Document<'_>,
    attribution: &Attribution,
    entry: Option<&CueEntry>,
    source: Option<&Source>,
) -> Nature {
    let Some(entry) = entry else {
        let is_document = source.is_some_and(|source| source.entity_kind == EntityKind::Document);
        let (attribution_type, act) = without_entry(document, attribution);
        return Nature {
            attribution_type: if is_document { AttributionType::Evidence } else { attribution_type },
            act: if asks(document, attribution) { SpeechAct::Question } else { act },
            negated: attribution.negated,
        };
    };
    let (attribution_type, act) = in_context(document, attribution, entry, source);
    let mut nature = Nature { attribution_type, act, negated: attribution.negated };
    if entry.is(CueTrait::Refuses) {
        if is_comment(document, attribution) {
            nature.act = SpeechAct::NoComment;
            nature.attribution_type = AttributionType::Communication;
        } else {
            // "Has no plans to" holds its negation, "did not refuse to" another one.
            nature.negated = entry.is(CueTrait::Negates) || !nature.negated;
        }
    }
    nature.negated |= entry.is(CueTrait::Silent);
    nature.negated |= is_nobody(document, attribution);
    if source.is_some_and(|source| source.entity_kind == EntityKind::Document) && tells_of_facts(nature.act) {
        nature.attribution_type = AttributionType::Evidence;
    }
    nature
}

/// "Why Lisbon?" after a colon.
fn asks(document: &Document<'_>, attribution: &Attribution) -> bool {
    attribution.contents.iter().all(|content| {
        let last = content.clone().rev().find(|&token| !document.tokens[token].is_mark());
        last.is_some_and(|last| document.word(last) == "?")
            || (content.end < document.tokens.len() && document.word(content.end) == "?")
    })
}

/// "No official has confirmed", "Nobody said".
fn is_nobody(document: &Document<'_>, attribution: &Attribution) -> bool {
    let first = attribution.source.as_ref().map(|source| document.word(source.start));
    first.is_some_and(|first| is_one_of(first, &["no", "nobody", "none", "neither"]))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// "(Declined) TO COMMENT on the case".
fn is_comment(document: &Document<'_>, attribution: &Attribution) -> bool {
    let content = &attribution.contents[0];
    content.clone().take(3).any(|token| WordList::CommentVerb.has(document.word(token)))
}

/// Acts that a document can only do by being evidence: "the report shows", "the poll predicts".
fn tells_of_facts(act: SpeechAct) -> bool {
    matches!(act, SpeechAct::Assertion | SpeechAct::Perception | SpeechAct::Belief | SpeechAct::Prediction)
}
