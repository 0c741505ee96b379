//! What the caller knows of names, found in the text: it wins over what the text lets guess.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::annotation::AnnotatedDocument;
use crate::coreference::EntityKind;

/// Somebody whom the caller knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alias {
    /// The name that records are to have: "Lloyd Austin". Not empty.
    pub name: String,
    /// What else the text may call them: "Secretary Austin", "the Pentagon chief". Words as they are written, but for
    /// the case of the first letter.
    pub variants: Vec<String>,
    /// Their title; empty for the text's.
    pub title: String,
    /// What sort of being they are; none for what the text tells.
    pub kind: Option<EntityKind>,
}

/// Where the aliases stand, in order and apart, the longest of several; each with its index.
pub(crate) fn aliases_in(annotated: &AnnotatedDocument<'_>, aliases: &[Alias]) -> Vec<(Range<usize>, usize)> {
    let mut by_first: FxHashMap<String, Vec<(Vec<&str>, usize)>> = FxHashMap::default();
    for (index, alias) in aliases.iter().enumerate() {
        for written in std::iter::once(&alias.name).chain(&alias.variants) {
            let words: Vec<&str> = written.split_whitespace().collect();
            if let Some(first) = words.first() {
                by_first.entry(first.to_lowercase()).or_default().push((words, index));
            }
        }
    }
    for variants in by_first.values_mut() {
        variants.sort_by_key(|(words, index)| (std::cmp::Reverse(words.len()), *index));
    }
    let mut found = Vec::new();
    let mut token = 0;
    while token < annotated.len() {
        let here = by_first.get(&annotated.word(token).to_lowercase()).and_then(|variants| {
            variants.iter().find_map(|(words, index)| Some((stands_at(annotated, token, words)?, *index)))
        });
        match here {
            Some((end, index)) => {
                found.push((token..end, index));
                token = end;
            }
            None => token += 1,
        }
    }
    found
}

/// The end of `words` if they stand at `start`, cut where the text's tokens are.
fn stands_at(annotated: &AnnotatedDocument<'_>, start: usize, words: &[&str]) -> Option<usize> {
    let mut token = start;
    for (index, word) in words.iter().enumerate() {
        let mut rest = *word;
        while !rest.is_empty() {
            let piece = annotated.word_or(token);
            let cut = rest.get(..piece.len()).filter(|_| !piece.is_empty())?;
            let is_same =
                if index == 0 && token == start { same_but_first(cut, piece) } else { cut == piece };
            if !is_same {
                return None;
            }
            rest = &rest[piece.len()..];
            token += 1;
        }
    }
    Some(token)
}

fn same_but_first(some: &str, other: &str) -> bool {
    let (mut some, mut other) = (some.chars(), other.chars());
    let first = some.next().map(|letter| letter.to_lowercase().to_string())
        == other.next().map(|letter| letter.to_lowercase().to_string());
    first && some.as_str() == other.as_str()
}
