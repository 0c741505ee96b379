//! `ascribe` reads news and says who said what.
//!
//! ```
//! let extractor = ascribe_engine::Extractor::default();
//! let text = "The old dam is safe, Ana Ruiz said. “We looked at every stone,” she told reporters.";
//! for claim in &extractor.extract(text) {
//!     println!("{} | {}", claim.speaker().unwrap_or("nobody"), claim.cue_lemma());
//! }
//! ```
//!
//! [`Extractor`] finds the claims of texts; [`Extraction`] is what it found in one; a [`Claim`] says who, how and what, as
//! [`Span`]s of the text. [`Verifier`] says of quotations whether a text holds them. Everything is immutable once built and
//! the same for all threads; nothing in here does IO, reads a clock or fails.
//!
//! | to … | use |
//! |---|---|
//! | read one text | [`Extractor::extract`] |
//! | say when it was published, or who "the Boss" is | [`Extractor::extract_in`] with a [`Context`] |
//! | know what makes an answer doubtful, such as another language | [`Extraction::notices`] |
//! | read many on all cores | [`Extractor::extract_many`] |
//! | stop where nobody waits any more | [`Extractor::extract_unless`] |
//! | know beforehand how much there is to do | [`Extractor::work`], [`Verifier::work`] |
//! | add cues of one's own | [`Lexicon::extended_by`], [`Extractor::builder`] |
//! | read with another model | [`Network::from_file`], [`Extractor::builder`] |
//! | check quotations | [`Verifier::verify`] |
//! | know why something is no claim | [`Extractor::trace`] |
//!
//! # The same claims as the command
//!
//! [`Extractor::extract`] leaves out what is below [`DEFAULT_MIN_CONFIDENCE`], as the command and the service do; all of it
//! is in [`Extraction::all`].
//!
//! ```
//! # let seed = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.txt"));
//! use ascribe_engine::Extractor;
//! let found = Extractor::default().extract(seed);
//! for claim in &found {
//!     println!("{:?} {:?} {}", claim.speaker(), found.cue(claim), found.content(claim));
//! }
//! # let speakers: Vec<_> = found.iter().map(|claim| claim.speaker().unwrap_or("nobody")).collect();
//! # let recorded = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.speakers.txt"));
//! # assert_eq!(speakers, recorded.lines().collect::<Vec<_>>());
//! ```
//!
//! # Features
//!
//! - `serde`: the [`record`] of what was found serializes, as the command and the service write it: with the words beside
//!   their spans, and offsets in the unit that you count in. Findings serialize field by field as they stand here.
//! - `training`: the rooms one at a time, and what the network is trained on.
//!
//! # A text's way through the house, from top to bottom

#![allow(
    unreachable_pub,
    reason = "a room says by `pub` what other rooms may use; this page, what callers may"
)]

mod text; //             floor 0: the words that every room speaks
mod lexicon; //          floor 1: what is known before reading
mod segmentation; //     floor 2: text -> document: paragraphs, sentences, tokens, quotations
mod cues; //             floor 3: document -> cue candidates
mod annotation; //       floor 4: document -> what its words, sentences and phrases are, read once
mod tagging; //          floor 5: document + candidates -> labels of source, cue, content
mod attribution; //      floor 6: labels -> attributions, linked and nested
mod coreference; //      floor 7: sources -> who they are
mod claims; //           floor 8: attributions -> claims
mod verification; //     floor 8: a given quotation -> whether the document holds it
mod notices; //          floor 8: a text -> what makes its answer doubtful, before it is read
mod extraction; //       floor 9: a document with its claims
mod extractor; //        floor 10: runs the rooms in order
mod verifier; //         floor 11: the same for quotations that somebody gives
mod trace; //            floor 11: why there are no other claims
#[cfg(feature = "serde")]
pub mod record; //       floor 11: an extraction -> the record that is written as JSON
#[cfg(feature = "training")]
pub mod rooms; //        floor 11: the rooms one at a time, for benches, tests and training

pub use claims::{
    Claim, Content, Cue, DEFAULT_MIN_CONFIDENCE, EntityKind, Explanation, MentionForm, QuotationKind,
    Selected, Source, TimeExpression, select, with_min_confidence,
};
pub use coreference::Alias;
pub use extraction::Extraction;
pub use extractor::{Context, Extractor, ExtractorBuilder};
pub use lexicon::{
    AttributionType, CueCategory, CueEntry, CueForm, CueTrait, CueTraits, Frame, Inflection, Lexicon,
    LexiconError, LexiconFault, LexiconLineFault, LicensedFrame, SpeechAct, Stance,
};
pub use notices::{Notice, NoticeReason};
pub use tagging::network::{ModelError, Network};
pub use text::{
    Circumstances, Document, IsCancelled, Paragraph, Polarity, Quotation, Sentence, Span, Token, TokenKind,
    Work,
};
pub use trace::{Fate, Trace, TracedCue, TracedProposal};
pub use verification::{Difference, Edit, Finding, GivenQuotation, Verdict};
pub use verifier::Verifier;

/// The Rust of the documents is compiled, and run.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/library.md"))]
    mod library {}
    #[doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md"))]
    mod readme {}
}
