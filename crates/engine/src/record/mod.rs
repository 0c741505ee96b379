//! The record of an answer: what was found in a text, in plain fields, with words beside their places and offsets in the
//! unit that the caller counts in.
//!
//! In: an [`Extraction`](crate::Extraction), and [`Options`]. Out: [`DocumentClaims`], which serialize. The command's JSON
//! lines are this; so is the service's JSON, which is the proto3 JSON of its contract (`proto/ascribe/v1/claims.proto`):
//! names in `snake_case`, values of enums by their full names. What is always set is always written, zeros, `false`, "" and
//! empty lists too; what may be absent (`source`, `cue`, `addressee`, `medium`, `time`, `explanation`, `resolved_span`) is
//! left out where it is. Fields stand in the contract's order, so that the same answer is the same bytes wherever it comes
//! from.
//!
//! ```
//! use ascribe_engine::{Extractor, record};
//!
//! let extractor = Extractor::default();
//! let found = extractor.extract("Mayor Ana Ruiz said the bridge is safe.");
//! let options = record::Options { offsets: record::OffsetUnit::CodePoints, ..Default::default() };
//! let answer = record::document_claims("bridge", &found, &options, record::Provenance::of(&extractor));
//! let json = serde_json::to_value(&answer).expect("every record has a JSON form");
//! assert_eq!(json["offset_encoding"], "OFFSET_ENCODING_CODE_POINTS");
//! assert_eq!(json["claims"][0]["source"]["spans"][0]["start"], 0);
//! assert_eq!(json["claims"][0]["negated"], false);
//! ```

mod options; //   what to return, and how
mod offsets; //   byte offsets -> the caller's unit
mod names; //     the values of enums, as the contract names them
mod answer; //    the record of a document's claims
mod size; //      how long it is as a message
mod noticed; //   what was noticed of an extraction's text -> its record
mod making; //    an extraction -> its record
mod cues; //      an entry of the lexicon -> its record

#[cfg(test)]
mod tests;

pub use crate::notices::NoticeReason;
pub use answer::{
    Claim, Content, Cue, DocumentClaims, Explanation, Notice, Source, Span, TextPart, TimeExpression,
};
pub use cues::{CueEntry, CueFrame, cue_entry};
pub use making::document_claims;
pub use noticed::notices;
pub use offsets::Offsets;
pub use options::{OffsetUnit, Options, Provenance, View};
