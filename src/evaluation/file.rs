//! A file of articles -> [`Article`]s. In: JSON lines of either form.
//!
//! The one form is that of the gold files, with the offsets of each role:
//!
//! ```json
//! {"id": "a", "text": "Ana said no.", "attributions": [{"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 11]]}]}
//! ```
//!
//! The other is the service's own answer, `DocumentClaims` in proto3 JSON, alone or as the `result` of an
//! `ExtractClaimsResponse`. Offsets count code points in both. An id may also be a whole number, which is taken as its
//! digits: articles are paired by ids, and 7 and "7" are one.

use std::collections::HashSet;

use thiserror::Error;

use super::article::Article;
use super::from_json;

/// What is wrong with a file of articles, and where.
#[derive(Debug, Error)]
#[error("line {line}: {fault}")]
pub struct ArticleError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong in it.
    pub fault: String,
}

/// Reads articles from the text of a file, one a line; empty lines are passed over.
///
/// # Errors
/// The first line that is not an article of either form, or that repeats an id.
pub fn articles(file: &str) -> Result<Vec<Article>, ArticleError> {
    let mut seen = HashSet::new();
    let mut articles = Vec::new();
    for (index, line) in file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = |fault: String| ArticleError { line: index + 1, fault };
        let article = from_json::article(line).map_err(fault)?;
        if !seen.insert(article.id.clone()) {
            return Err(fault(format!("a second article with the id {:?}", article.id)));
        }
        articles.push(article);
    }
    Ok(articles)
}
