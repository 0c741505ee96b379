//! `ascribe` reads news and says who said what.
//!
//! A text's way through the house, from top to bottom:

pub mod text; //         floor 0: the words that every room speaks
pub mod lexicon; //      floor 1: what is known before reading
pub mod segmentation; // floor 2: text -> document: paragraphs, sentences, tokens, quotations
pub mod cues; //         floor 3: document -> cue candidates
mod annotation; //       floor 4: document -> what its words, sentences and phrases are, read once
pub mod tagging; //      floor 5: document + candidates -> labels of source, cue, content
pub mod attribution; //  floor 6: labels -> attributions, linked and nested
pub mod coreference; //  floor 7: sources -> who they are
pub mod claims; //       floor 8: attributions -> claims
pub mod verification; // floor 8: a given quotation -> whether the document holds it
pub mod extractor; //    floor 9: runs the rooms in order

pub use extractor::{Context, Extractor, IsCancelled, Verifier};
