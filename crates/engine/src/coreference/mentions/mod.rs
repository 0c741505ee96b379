//! Noun phrases: "the minister", "the company", "officials", and whom they mean.

pub(crate) mod mention; //      a mention, and whom it stands for
pub(crate) mod noun_phrases; // where a phrase begins and ends, what its noun is
pub(crate) mod descriptions; // names that a phrase describes
pub(crate) mod nominals; //     phrases -> whom they mean
