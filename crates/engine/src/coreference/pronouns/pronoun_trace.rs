//! What became of a document's pronouns, with all that was weighed: for measuring and for learning.

use crate::coreference::mentions::mention::Referent;
use crate::coreference::pronouns::features::PronounFeature;
use crate::coreference::pronouns::pronoun::{Pronoun, Role};
use crate::coreference::pronouns::ranking::column_of;
use crate::coreference::sources::resolver::Resolving;
use crate::text::{Span, Watch};

/// A third-person pronoun, and whom it was read as.
#[derive(Clone, Debug, PartialEq)]
pub struct PronounReading {
    /// The pronoun.
    pub pronoun: Span,
    /// The name or noun phrase before it that it stands for; none where it stands for nobody known.
    pub antecedent: Option<Span>,
    /// Everything that the text calls the same before or after, pronouns left out.
    pub mentions: Vec<Span>,
    /// The column of the weights that it is weighed by.
    pub column: usize,
    /// What was weighed, the nearest first.
    pub candidates: Vec<ReadCandidate>,
}

/// A mention that a pronoun might have stood for.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadCandidate {
    /// The mention; a pronoun where one was read as the same before.
    pub mention: Span,
    /// Whether it is a name.
    pub is_name: bool,
    /// What speaks for and against it, as rows of the weights.
    pub features: Vec<usize>,
}

/// All third-person pronouns with what was weighed for them.
pub(crate) fn pronoun_readings(
    mut resolving: Resolving<'_>,
    watch: &Watch<'_>,
) -> Option<Vec<PronounReading>> {
    let annotated = resolving.annotated;
    let mut seen = Vec::new();
    resolving.read(watch, |mentions, token, candidates, referent| {
        let before = mentions.all.partition_point(|mention| mention.tokens.end <= token);
        let antecedent = mentions.all[..before].iter().rfind(|it| Some(it.referent) == referent);
        let pronoun = Pronoun::of(annotated.word(token));
        let read = PronounReading {
            pronoun: annotated.document.tokens[token].span,
            antecedent: antecedent.map(|mention| annotated.document.span_of(&mention.tokens)),
            mentions: Vec::new(),
            column: column_of(pronoun, Role::of(annotated, token)),
            candidates: candidates
                .iter()
                .map(|candidate| ReadCandidate {
                    mention: annotated.document.span_of(&candidate.tokens),
                    is_name: matches!(candidate.referent, Referent::Entity(_))
                        && !candidate.features.has(PronounFeature::Chain),
                    features: candidate.features.all().map(|one| one as usize).collect(),
                })
                .collect(),
        };
        seen.push((read, referent));
    })?;
    let named = |referent| {
        let same = resolving.mentions.all.iter().filter(move |mention| mention.referent == referent);
        same.map(|mention| annotated.document.span_of(&mention.tokens)).collect()
    };
    let with_mentions = |(read, referent): (PronounReading, Option<Referent>)| PronounReading {
        mentions: referent.map_or_else(Vec::new, named),
        ..read
    };
    Some(seen.into_iter().map(with_mentions).collect())
}
