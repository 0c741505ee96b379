//! `ascribe` reads news and says who said what.
//!
//! A text's way through the house, from top to bottom:

pub mod text; //         floor 0: the words that every room speaks
pub mod lexicon; //      floor 1: what is known before reading
pub mod segmentation; // floor 2: text -> document: paragraphs, sentences, tokens, quotations
pub mod cues; //         floor 3: document -> cue candidates
pub mod tagging; //      floor 4: document + candidates -> labels of source, cue, content
pub mod attribution; //  floor 5: labels -> attributions, linked and nested
pub mod coreference; //  floor 6: sources -> who they are
pub mod claims; //       floor 7: attributions -> claims
pub mod verification; // floor 7: a given quotation -> whether the document holds it
pub mod pipeline; //     floor 8: the extractor runs the rooms in order
pub mod evaluation; //   floor 9: precision and recall against gold
pub mod wire; //         floor 9: claims -> messages, requests -> checked input
pub mod serve; //        floor 10: the gRPC door
pub mod load; //         floor 10: the gRPC door, from outside: clients that measure it
pub mod cli; //          floor 10: the command-line door

pub use pipeline::{Context, Extractor, IsCancelled, Verifier};
