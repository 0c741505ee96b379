//! Type, act and polarity of an attribution: from its lexicon entry, its source and its content.

use std::ops::Range;

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
        let is_document = source.is_some_and(|source| source.entity_kind == EntityKind::Document);
        return Nature {
            attribution_type: if is_document {
                AttributionType::Evidence
            } else {
                AttributionType::Communication
            },
            act: if asks(document, attribution) { SpeechAct::Question } else { SpeechAct::Assertion },
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
    nature.act = act_in_context(document, attribution, entry, nature.act);
    nature.negated |= is_nobody(document, attribution);
    if source.is_some_and(|source| source.entity_kind == EntityKind::Document) && tells_of_facts(nature.act) {
        nature.attribution_type = AttributionType::Evidence;
    }
    nature
}

/// What is done by words that mostly do something else.
fn act_in_context(
    document: &Document<'_>,
    attribution: &Attribution,
    entry: &CueEntry,
    act: SpeechAct,
) -> SpeechAct {
    let content = &attribution.contents[0];
    let opens_with = |words: &[&str]| is_one_of(document.word(content.start), words);
    match entry.lemma.as_str() {
        // "Agreed that the wall was crooked" promises nothing.
        "agree" if act == SpeechAct::Commitment && opens_with(&["that", "with"]) => SpeechAct::Assertion,
        // "Denied him a visa" says nothing of what is true.
        "deny"
            if content.clone().take(LONGEST_GRANT).any(|token| is_one_of(document.word(token), &GRANTS)) =>
        {
            SpeechAct::Decree
        }
        "find" if has_in_source(document, attribution, &JUDGES) && opens_with(&["that"]) => SpeechAct::Decree,
        "say" | "tell" | "add" if act == SpeechAct::Assertion => promised(document, content).unwrap_or(act),
        _ => act,
    }
}

/// How far into a content it is looked what was denied.
const LONGEST_GRANT: usize = 6;

/// What authorities grant.
const GRANTS: [&str; 10] =
    ["visa", "visas", "bail", "parole", "asylum", "permit", "permits", "entry", "permission", "licence"];

/// Whose findings are rulings.
const JUDGES: [&str; 7] = ["judge", "judges", "court", "jury", "tribunal", "magistrate", "justices"];

/// What "he would reopen the school" and "it would rain" are when somebody says them.
fn promised(document: &Document<'_>, content: &Range<usize>) -> Option<SpeechAct> {
    let start = content.start + usize::from(document.word(content.start).eq_ignore_ascii_case("that"));
    let [subject, modal] =
        [start, start + 1].map(|token| (token < content.end).then(|| document.word(token)));
    if !is_one_of(modal?, &["will", "would", "'ll", "’ll", "'d", "’d"]) {
        return None;
    }
    match subject? {
        "it" => Some(SpeechAct::Prediction),
        "he" | "she" | "they" | "we" | "I" => Some(SpeechAct::Commitment),
        _ => None,
    }
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

fn has_in_source(document: &Document<'_>, attribution: &Attribution, words: &[&str]) -> bool {
    let mut tokens = attribution.source.iter().flat_map(Clone::clone).take(LONGEST_GRANT);
    tokens.any(|token| is_one_of(document.word(token), words))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
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
