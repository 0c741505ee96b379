//! A file of articles -> [`Article`]s. In: JSON lines, or one list of JSON, of any of these forms.
//!
//! One form is that of the gold files, with the offsets of each role:
//!
//! ```json
//! {"id": "a", "text": "Ana said no.", "attributions": [{"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 11]]}]}
//! ```
//!
//! Another is the service's own answer, `DocumentClaims` in proto3 JSON, alone or as the `result` of an
//! `ExtractClaimsResponse`. Offsets count code points in both. The others are what Label Studio and doccano export
//! (`tools`). An id may also be a whole number, which is taken as its digits: articles are paired by ids, and 7 and "7" are
//! one.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::article::{Article, ArticleError, Side};
use super::from_json::{self, Row};

/// What a file of articles holds.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Read {
    /// The articles, in the order of the file.
    pub articles: Vec<Article>,
    /// How many of its tasks nobody annotated yet: they are no articles.
    pub unannotated: usize,
}

/// Reads gold articles from the text of a file.
///
/// # Errors
/// The first line that is not an article of any form, or that repeats an id.
pub fn articles(file: &str) -> Result<Vec<Article>, ArticleError> {
    read_articles(file, Side::Gold).map(|read| read.articles)
}

/// Reads articles from the text of a file, one a line, empty lines passed over; or one an item, where the file is a list.
///
/// # Errors
/// The first line that is not an article of any form, or that repeats an id.
pub fn read_articles(file: &str, side: Side) -> Result<Read, ArticleError> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let mut seen = HashSet::new();
    let mut read = Read::default();
    for (line, row) in rows(file)? {
        let fault = |fault: String| ArticleError { line, fault };
        match from_json::article(row, side).map_err(fault)? {
            Row::Article(article) => {
                if !seen.insert(article.id.clone()) {
                    return Err(fault(format!("a second article with the id {:?}", article.id)));
                }
                read.articles.push(article);
            }
            Row::Unannotated => read.unannotated += 1,
        }
    }
    Ok(read)
}

/// The objects of a file with the lines that they begin on.
fn rows(file: &str) -> Result<Vec<(usize, &str)>, ArticleError> {
    let begins = file.trim_start();
    if begins.starts_with('[') {
        let list: Vec<&RawValue> = serde_json::from_str(file).map_err(|error| fault_of(&error))?;
        // Each is a part of the file: where it lies tells its line.
        let (mut at, mut line) = (0, 1);
        let mut row = |item: &RawValue| {
            let start = item.get().as_ptr().addr().saturating_sub(file.as_ptr().addr());
            line += file.get(at..start).map_or(0, |passed| passed.matches('\n').count());
            at = start;
            line
        };
        return Ok(list.into_iter().map(|item| (row(item), item.get())).collect());
    }
    // One object over many lines: a single task, saved by hand.
    let opens = file.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if opens.trim() == "{" {
        let object: &RawValue = serde_json::from_str(file).map_err(|error| fault_of(&error))?;
        return Ok(vec![(1, object.get())]);
    }
    let lines = file.lines().enumerate().map(|(index, line)| (index + 1, line));
    Ok(lines.filter(|(_, line)| !line.trim().is_empty()).collect())
}

fn fault_of(error: &serde_json::Error) -> ArticleError {
    let whole = error.to_string();
    let what = whole.split(" at line ").next().unwrap_or_default();
    ArticleError { line: error.line().max(1), fault: format!("{what} (column {})", error.column()) }
}
