//! Comparisons -> the attributions on which the sides disagree, to read.

use std::collections::HashSet;
use std::fmt;

use super::article::Attribution;
use super::comparison::{Comparison, ROLES, Tokenized};

/// An attribution that the other side doesn't have. Prints as one line.
#[derive(Debug)]
pub struct Disagreement<'a> {
    comparison: &'a Comparison<'a>,
    side: &'static str,
    raw: &'a Attribution,
}

/// The attributions that are not right, article by article: gold ones that were missed, then predicted ones
/// that are wrong.
pub fn disagreements<'a>(comparisons: &'a [Comparison<'a>]) -> impl Iterator<Item = Disagreement<'a>> {
    comparisons.iter().flat_map(|comparison| {
        let (gold, predicted): (HashSet<_>, HashSet<_>) = comparison.right_pairs().unzip();
        let all_of = |side, ones: &'a [Tokenized<'a>], right: HashSet<usize>| {
            let others = ones.iter().enumerate().filter(move |(index, _)| !right.contains(index));
            others.map(move |(_, one)| Disagreement { comparison, side, raw: one.raw })
        };
        all_of("missed", &comparison.gold, gold).chain(all_of("wrong", &comparison.predicted, predicted))
    })
}

impl fmt::Display for Disagreement<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}  {}", self.side, self.comparison.id)?;
        for role in ROLES {
            let parts = role.spans(self.raw).iter().map(|span| {
                self.comparison.text.chars().skip(span.start).take(span.end - span.start).collect::<String>()
            });
            write!(formatter, "  {}={:?}", role.name(), parts.collect::<Vec<_>>().join(" … "))?;
        }
        Ok(())
    }
}
