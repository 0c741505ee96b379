//! Names: runs of capitalized words cut into title and name, united with their variants.

pub(crate) mod capitalized_runs; // words with capitals in a row
pub(crate) mod name_mentions; //    "Governor of Washington | Chris Gregoire"
pub(crate) mod variants; //         which names may be one
pub(crate) mod aliases; //          what the caller knows
pub(crate) mod entities; //         mentions -> entities
pub(crate) mod same_name; //        whether two given names may be of one
