//! The words that every room speaks: spans, tokens, sentences, paragraphs, quotations, documents,
//! and what an attribution is made of.
//!
//! Nothing in here decides anything about language; `segmentation` makes these values, all later rooms
//! read them. Offsets are bytes of the caller's text, on character edges, everywhere.

mod span;
mod token;
mod document;
mod cancellation;
mod work;
mod parts;

pub use cancellation::{IsCancelled, Watch};
pub use document::{Document, Paragraph, Quotation, Sentence};
pub use parts::{Circumstances, PartConfidences, Parts, Polarity};
pub use span::Span;
pub use token::{Token, TokenKind};
pub use work::Work;
