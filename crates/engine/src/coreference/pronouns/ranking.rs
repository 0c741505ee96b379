//! How much speaks for a mention as a pronoun's antecedent: the sum of what its features weigh.

use crate::coreference::pronouns::features::PronounFeatures;
use crate::coreference::pronouns::pronoun::{Pronoun, Role};
use crate::coreference::pronouns::weights::WEIGHTS;

/// How much speaks for a mention that has these features, as the antecedent of such a pronoun: larger is better.
pub(crate) fn score(features: PronounFeatures, pronoun: Pronoun, role: Role) -> f32 {
    let column = column_of(pronoun, role);
    features.all().map(|feature| WEIGHTS[feature as usize][column]).sum()
}

/// The column of the weights by which such a pronoun's candidates are weighed.
pub(crate) fn column_of(pronoun: Pronoun, role: Role) -> usize {
    let of_role = match role {
        Role::Subject => 0,
        Role::Object | Role::Reflexive => 1,
        Role::Owner => 2,
    };
    match pronoun {
        Pronoun::Person(_) => of_role,
        Pronoun::Several => 3 + of_role,
        _ => 6,
    }
}
