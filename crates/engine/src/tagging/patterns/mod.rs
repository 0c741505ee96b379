//! Cue candidates -> what is proposed to be source, cue and content: a table of patterns, and how each is held against
//! the words.

pub(crate) mod slots; //         where a source or content stands to its cue
pub(crate) mod table; //         the patterns, from sure to unsure
pub(crate) mod adjuncts; //      what stands between cue and content
pub(crate) mod source_slots; //  fills the slots of sources
pub(crate) mod content_slots; // fills the slots of contents
pub(crate) mod parentheses; //   contents around an "X said"
pub(crate) mod noun_cues; //     contents of "the claim that"
pub(crate) mod matching; //      the first pattern whose slots a candidate's surroundings fill
pub(crate) mod mark_cues; //     colons and dashes as cues
pub(crate) mod captions; //      sources and contents by layout alone
