//! What annotation tools have to know beforehand: the labels of passages, and what can be said of a content.

use ascribe_engine::{AttributionType, SpeechAct};

/// The labels of passages; all but the first are parts that a content's relations lead to.
pub(super) const ROLES: [&str; 6] = ["Content", "Source", "Cue", "Addressee", "Medium", "Time"];

/// All values that there are.
type Values = fn() -> Vec<&'static str>;

/// What a content has one value of, with its values.
pub(super) const VALUES: [(&str, Values); 3] = [("Kind", kinds), ("Type", attribution_types), ("Act", acts)];

/// What holds of a content or doesn't.
pub(super) const FLAGS: [&str; 2] = ["Negated", "Hedged"];

fn kinds() -> Vec<&'static str> {
    vec!["direct", "indirect", "mixed"]
}

fn attribution_types() -> Vec<&'static str> {
    AttributionType::ALL.iter().map(|one| one.name()).collect()
}

fn acts() -> Vec<&'static str> {
    SpeechAct::ALL.iter().map(|one| one.name()).collect()
}
