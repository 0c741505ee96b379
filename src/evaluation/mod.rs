//! How well attributions agree with gold ones: precision, recall and F1.
//!
//! In: articles of both sides ([`articles`], [`brat_article`], [`Article::from_claims`]). Out: [`figures`] and
//! [`field_figures`] over the same [`Comparison`]s, and the [`disagreements`] to read.
//!
//! All figures are micro-averaged over the file:
//!
//! | row | what is right |
//! |---|---|
//! | `tokens ROLE` | a token that both sides give that role |
//! | `spans ROLE` | a predicted span whose token range, without punctuation at its ends, is a gold one's |
//! | `strict ROLE` | the same, with the punctuation |
//! | `attribution` | a pair whose contents overlap by at least half, and whose sources do |
//! | `attribution=` | a pair in which every role has the same words |
//! | `field NAME` | a pair whose contents overlap by at least half and in which that field agrees |
//!
//! An attribution is paired with at most one of the other side, best overlap first; overlap is the words in
//! both over the words in either. Only spans are compared, on the tokens that they touch, so that white
//! space never decides. `tests/evaluation.rs` shows that the figures are those of the scoring script which
//! other systems were measured with.

mod tokens;
mod article;
mod file;
mod from_json;
mod tools;
mod comparison;
mod figures;
mod fields;
mod disagreements;
mod legend;

pub use article::{Article, ArticleError, Attribution, CodePoints, Side};
pub use comparison::{Comparison, ComparisonError, compare};
pub use disagreements::{Disagreement, disagreements};
pub use fields::field_figures;
pub use figures::{Figures, Row, figures};
pub use file::{Read, articles, read_articles};
pub use legend::legend;
pub use tools::brat::brat_article;
