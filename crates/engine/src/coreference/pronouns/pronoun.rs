//! Pronouns: what each asks of its antecedent, and what its place in the clause is.
//!
//! "I" is whoever speaks the quotation that it stands in, "who" the noun before it. "He", "she", "they" and "it" go to
//! the best of the people, bodies or groups mentioned before (`antecedents.rs`).

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;
use crate::lexicon::{Gender, WordClasses};

/// What a pronoun asks of its antecedent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pronoun {
    /// "I", "me", "my".
    Speaker,
    /// "We", "us", "our".
    Speakers,
    /// "He", "she".
    Person(Gender),
    /// "They", "their".
    Several,
    /// "It", "its".
    Thing,
    /// "Who", "which", "that".
    Relative,
    /// "Many", "you", "everyone": nobody in particular.
    Indefinite,
}

impl Pronoun {
    /// What the word asks.
    pub(crate) fn of(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "i" | "me" | "my" | "mine" | "myself" => Self::Speaker,
            "we" | "us" | "our" | "ours" | "ourselves" => Self::Speakers,
            "he" | "him" | "his" | "himself" => Self::Person(Gender::Male),
            "she" | "her" | "hers" | "herself" => Self::Person(Gender::Female),
            "they" | "them" | "their" | "theirs" | "themselves" => Self::Several,
            "it" | "its" | "itself" => Self::Thing,
            "who" | "which" | "that" | "whom" | "whose" => Self::Relative,
            _ => Self::Indefinite,
        }
    }

    /// Whether who it is depends on the pronouns before it, or on the source of what it stands in.
    pub(crate) fn is_resolved_late(self) -> bool {
        !matches!(self, Self::Relative | Self::Indefinite)
    }

    /// What sort of being it is where nobody is found.
    pub(crate) fn kind(self, word: &str) -> EntityKind {
        match self {
            Self::Speaker | Self::Person(_) => EntityKind::Person,
            Self::Speakers | Self::Several => EntityKind::Group,
            Self::Thing | Self::Relative => EntityKind::Unknown,
            Self::Indefinite => match word.to_lowercase().as_str() {
                "you" | "it" | "one" | "this" | "anybody" | "anyone" | "nobody" | "no" => EntityKind::Unknown,
                _ => EntityKind::Group,
            },
        }
    }
}

/// What a pronoun is in its clause, as far as its form and the next word tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// "He said".
    Subject,
    /// "Told him".
    Object,
    /// "His party".
    Owner,
    /// "Himself".
    Reflexive,
}

impl Role {
    /// The role of the third-person pronoun at `token`.
    pub(crate) fn of(annotated: &AnnotatedDocument<'_>, token: usize) -> Self {
        match annotated.word(token).to_lowercase().as_str() {
            "his" | "their" | "its" => Self::Owner,
            "himself" | "herself" | "themselves" | "itself" => Self::Reflexive,
            // "Her party", but "told her that".
            "her" if owns(annotated, token + 1) => Self::Owner,
            "her" | "him" | "them" | "hers" | "theirs" => Self::Object,
            "it" if !annotated.is_verbal(token + 1) && token > 0 && annotated.is_verbal(token - 1) => {
                Self::Object
            }
            _ => Self::Subject,
        }
    }
}

/// Whether what stands after "her" may be hers.
fn owns(annotated: &AnnotatedDocument<'_>, next: usize) -> bool {
    let outside = WordClasses::PREPOSITION
        .or(WordClasses::DETERMINER)
        .or(WordClasses::COORDINATOR)
        .or(WordClasses::SUBORDINATOR)
        .or(WordClasses::TO)
        .or(WordClasses::THAT)
        .or(WordClasses::WEEKDAY)
        .or(WordClasses::PERSONAL)
        .or(WordClasses::FINITE);
    annotated.is_wordlike(next) && !annotated.is(next, outside)
}
