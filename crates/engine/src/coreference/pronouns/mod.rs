//! Pronouns: whom "she", "they", "who" stand for.

pub(crate) mod pronoun; //         kinds of pronouns
pub(crate) mod clause_position; // subject, object, possessor
pub(crate) mod features; //        what speaks for an antecedent
pub(crate) mod weights; //         how much it speaks, learnt
pub(crate) mod ranking; //         how much speaks for an antecedent, summed
pub(crate) mod antecedents; //     the mentions that agree with a pronoun
pub(crate) mod relatives; //       "who", "which"
#[cfg(feature = "training")]
pub(crate) mod pronoun_trace; //   what was weighed, for training
