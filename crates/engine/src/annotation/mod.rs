//! Document -> what its words, sentences and phrases are.

pub(crate) mod classes; //      the word classes, shape and sentence of each token; what is a headline
pub(crate) mod facts; //        what name, noun or place each token may be
pub(crate) mod noun_phrases; // where a noun phrase begins and ends
pub(crate) mod verb_groups; //  auxiliaries, voice, negation, hedges
pub(crate) mod clauses; //      where a content ends
