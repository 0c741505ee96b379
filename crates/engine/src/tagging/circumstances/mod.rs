//! What stands around an attribution: to whom it was said, through what, when; and whether it is negated or hedged.

pub(crate) mod media; //      the surroundings of an attribution; "on Twitter", "in a statement"
pub(crate) mod addressees; // "told reporters"
pub(crate) mod times; //      "on Tuesday"
pub(crate) mod polarity; //   "did not say", "may have said"
