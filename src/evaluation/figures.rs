//! Comparisons -> precision, recall and F1 of each role and of whole attributions.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::comparison::{Comparison, ROLES, Role, Tokenized, ratio};

/// Rows of figures by name, in the order in which they came up. Prints as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    rows: Vec<(String, Row)>,
}

/// What one row counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// How many of the predicted ones are right.
    pub right: usize,
    /// How many were predicted.
    pub predicted: usize,
    /// How many there are in gold.
    pub gold: usize,
}

/// The figures of roles and whole attributions.
#[must_use]
pub fn figures(comparisons: &[Comparison<'_>]) -> Figures {
    let mut figures = Figures::default();
    for comparison in comparisons {
        for role in ROLES {
            add_role(&mut figures, comparison, role);
        }
        let row = |right| Row { right, predicted: comparison.predicted.len(), gold: comparison.gold.len() };
        figures.add("attribution", row(comparison.right_pairs().count()));
        let equal = comparison.pairs.iter().filter(|&&(gold, predicted)| {
            comparison.gold[gold].words == comparison.predicted[predicted].words
        });
        figures.add("attribution=", row(equal.count()));
    }
    figures
}

fn add_role(figures: &mut Figures, comparison: &Comparison<'_>, role: Role) {
    let name = role.name();
    let words = |side: &[Tokenized<'_>]| -> BTreeSet<usize> {
        side.iter().flat_map(|one| one.words(role).iter().copied()).collect()
    };
    figures.add(&format!("tokens {name}"), common(words(&comparison.gold), words(&comparison.predicted)));
    let strict = |side: &[Tokenized<'_>]| -> Vec<_> {
        side.iter().flat_map(|one| one.spans(role).iter().cloned()).collect()
    };
    let (gold, predicted) = (strict(&comparison.gold), strict(&comparison.predicted));
    let trimmed = |ranges: &[std::ops::Range<usize>]| -> Vec<_> {
        ranges.iter().map(|range| comparison.tokens.trimmed(range)).collect()
    };
    figures.add(&format!("spans {name}"), common(trimmed(&gold), trimmed(&predicted)));
    figures.add(&format!("strict {name}"), common(gold, predicted));
}

/// Counts two multisets and what they share.
fn common<T: Eq + Hash>(gold: impl IntoIterator<Item = T>, predicted: impl IntoIterator<Item = T>) -> Row {
    let mut row = Row::default();
    let mut unmatched: HashMap<T, usize> = HashMap::new();
    for item in gold {
        row.gold += 1;
        *unmatched.entry(item).or_default() += 1;
    }
    for item in predicted {
        row.predicted += 1;
        if let Some(count) = unmatched.get_mut(&item).filter(|count| **count > 0) {
            *count -= 1;
            row.right += 1;
        }
    }
    row
}

impl Figures {
    /// The rows with their names.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Row)> {
        self.rows.iter().map(|(name, row)| (name.as_str(), *row))
    }

    /// The row of that name.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<Row> {
        self.rows().find(|(other, _)| *other == name).map(|(_, row)| row)
    }

    /// These figures with other ones below them.
    #[must_use]
    pub fn followed_by(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self
    }

    /// Adds counts to the row of that name.
    pub(super) fn add(&mut self, name: &str, counts: Row) {
        let place = self.rows.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
            self.rows.push((name.to_owned(), Row::default()));
            self.rows.len() - 1
        });
        let row = &mut self.rows[place].1;
        row.right += counts.right;
        row.predicted += counts.predicted;
        row.gold += counts.gold;
    }
}

impl Row {
    /// How many of the predicted ones are right, in percent to two places; 0 where there are none.
    #[must_use]
    pub fn precision(self) -> f64 {
        percent(self.precise())
    }

    /// How many of gold's were found, in percent to two places; 0 where there are none.
    #[must_use]
    pub fn recall(self) -> f64 {
        percent(self.found())
    }

    /// The harmonic mean of precision and recall, in percent to two places.
    #[must_use]
    pub fn f1(self) -> f64 {
        let (precise, found) = (self.precise(), self.found());
        percent(if precise + found > 0.0 { 2.0 * precise * found / (precise + found) } else { 0.0 })
    }

    fn precise(self) -> f64 {
        ratio(self.right, self.predicted).unwrap_or(0.0)
    }

    fn found(self) -> f64 {
        ratio(self.right, self.gold).unwrap_or(0.0)
    }
}

/// An object: a row's name -> its figures, in the order of the rows.
impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.rows.len()))?;
        for (name, row) in self.rows() {
            object.serialize_entry(name, &row)?;
        }
        object.end()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Row", 6)?;
        object.serialize_field("precision", &self.precision())?;
        object.serialize_field("recall", &self.recall())?;
        object.serialize_field("f1", &self.f1())?;
        object.serialize_field("right", &self.right)?;
        object.serialize_field("predicted", &self.predicted)?;
        object.serialize_field("gold", &self.gold)?;
        object.end()
    }
}

/// A share in percent, rounded to two places. By way of its decimal digits: `(x * 100).round() / 100` would
/// be off by 0.01 where the product is inexact.
fn percent(share: f64) -> f64 {
    format!("{:.2}", 100.0 * share).parse().expect("a formatted number is a number")
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["precision", "recall", "F1", "right", "predicted", "gold"];
        let [precision, recall, f1, right, predicted, gold] = heads;
        write!(formatter, "{:46}{precision:>10}{recall:>9}{f1:>8}{right:>8}{predicted:>11}{gold:>7}", "")?;
        for (name, row) in self.rows() {
            write!(formatter, "\n{name:46}{:10.2}{:9.2}{:8.2}", row.precision(), row.recall(), row.f1())?;
            write!(formatter, "{:8}{:11}{:7}", row.right, row.predicted, row.gold)?;
        }
        Ok(())
    }
}
