//! The record of a lexicon's entry.

use serde::Serialize;

use crate::lexicon::{self, AttributionType, CueCategory, SpeechAct, Stance};

/// One sense of a cue: a lemma in the frames that share a type, an act and a stance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CueEntry {
    /// In lower case: "say", "point out".
    pub lemma: String,
    /// Its spellings in a text, in lower case, each once.
    pub forms: Vec<String>,
    /// What its attributions are about.
    #[serde(rename = "type")]
    pub attribution_type: AttributionType,
    /// What is done by it.
    pub act: SpeechAct,
    /// What its choice tells of the reporter.
    pub stance: Stance,
    /// A sentence in which it is a cue.
    pub example: String,
    /// Its part of speech.
    pub category: CueCategory,
    /// The frames that it takes, most typical first.
    pub frames: Vec<CueFrame>,
    /// What else is asked of it, by its name in the lexicon.
    pub traits: Vec<&'static str>,
}

/// A frame that a cue takes: how its content is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CueFrame {
    /// Its name in the lexicon: "that", "quotation".
    pub name: &'static str,
    /// How many in a hundred of the cue's occurrences in this frame attribute something.
    pub reliability_percent: u8,
}

/// The record of an entry.
#[must_use]
pub fn cue_entry(entry: &lexicon::CueEntry) -> CueEntry {
    let frames = entry
        .frames
        .iter()
        .map(|licensed| CueFrame { name: licensed.frame.name(), reliability_percent: licensed.reliability });
    CueEntry {
        lemma: entry.lemma.clone(),
        forms: entry.spellings().into_iter().map(str::to_owned).collect(),
        attribution_type: entry.attribution_type,
        act: entry.act,
        stance: entry.stance,
        example: entry.example.clone(),
        category: entry.category,
        frames: frames.collect(),
        traits: entry.traits.iter().map(lexicon::CueTrait::name).collect(),
    }
}
