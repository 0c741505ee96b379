//! The sources of attributions -> who they are.

pub(crate) mod heads; //      the words of a source taken apart
pub(crate) mod part; //       who one part of a source is; the numbers of entities
pub(crate) mod resolution; // what is known of a part, as a record
pub(crate) mod resolver; //   heads looked up, nouns and pronouns resolved in the order of the text, outer attributions first
