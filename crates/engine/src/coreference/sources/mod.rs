//! The sources of attributions -> who they are.

pub(crate) mod heads; //      the words of a source taken apart
pub(crate) mod resolver; //   heads looked up, nouns and pronouns resolved, outer attributions first
pub(crate) mod resolution; // what is known at the end, as a record
