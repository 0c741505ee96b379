//! Type, act and polarity of an attribution: from its lexicon entry, its source and its content.

use crate::attribution::Attribution;
use crate::claims::acts::act_rules::{in_context, without_entry};
use crate::claims::{EntityKind, Source};
use crate::lexicon::{AttributionType, CueEntry, SpeechAct};
use crate::text::Document;

/// What sort of attribution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nature {
    pub(crate) attribution_type: AttributionType,
    pub(crate) act: SpeechAct,
    pub(crate) negated: bool,
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
    if is_refusal(entry) {
        if is_comment(document, attribution) {
            nature.act = SpeechAct::NoComment;
            nature.attribution_type = AttributionType::Communication;
        } else {
            // "Has no plans to" holds its negation, "did not refuse to" another one.
            nature.negated =
                entry.lemma.contains(" no ") || entry.lemma.starts_with("stop ") || !nature.negated;
        }
    }
    nature.negated |= is_silence(entry);
    nature.negated |= is_nobody(document, attribution);
    if source.is_some_and(|source| source.entity_kind == EntityKind::Document) && tells_of_facts(nature.act) {
        nature.attribution_type = AttributionType::Evidence;
    }
    nature
}

/// At most this many marks at the end of a content are passed over (invariant 8).
const MOST_MARKS: usize = 16;

/// "Why Lisbon?" after a colon.
fn asks(document: &Document<'_>, attribution: &Attribution) -> bool {
    attribution.contents.iter().all(|content| {
        let last = content.clone().rev().take(MOST_MARKS).find(|&token| !document.tokens[token].is_mark());
        last.is_some_and(|last| document.word(last) == "?")
            || (content.end < document.tokens.len() && document.word(content.end) == "?")
    })
}

/// "No official has confirmed", "Nobody said".
fn is_nobody(document: &Document<'_>, attribution: &Attribution) -> bool {
    let first = attribution.source.as_ref().map(|source| document.word(source.start));
    first.is_some_and(|first| is_one_of(first, &["no", "nobody", "none", "neither"]))
}

/// Entries that tell of what isn't said: "make no mention of".
fn is_silence(entry: &CueEntry) -> bool {
    ["make no mention of", "say nothing about", "say nothing of", "say nothing", "keep silent about"]
        .contains(&entry.lemma.as_str())
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// "Decline to" commits; "decline comment", an entry of its own, doesn't. "Have no desire to" wants not to.
fn is_refusal(entry: &CueEntry) -> bool {
    let is_kept = matches!(entry.act, SpeechAct::Commitment | SpeechAct::Desire);
    // "Declined any contact", but "declined an interview".
    REFUSALS.contains(&entry.lemma.as_str()) && (is_kept || entry.lemma == "decline")
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
