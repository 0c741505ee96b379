//! What the rows of the figures count, in words.

use super::figures::Figures;

/// The columns, then each sort of row: how its name begins, how it is shown, what it counts.
const COLUMNS: &str = "\
precision: how much of what was found is right; recall: how much of gold was found; F1: their harmonic mean
right, predicted, gold: the counts that these are made from";
const ROWS: [(&str, &str, &str); 6] = [
    ("tokens ", "tokens ROLE", "words that both sides give this role"),
    ("spans ", "spans ROLE", "stretches that are the same but for punctuation at their ends"),
    ("strict ", "strict ROLE", "stretches that are the same, punctuation and all"),
    (
        "attribution",
        "attribution",
        "who said what: content and source share at least half of their words with gold's; the figure to quote",
    ),
    ("attribution=", "attribution=", "attributions in which each role has exactly gold's words"),
    (
        "field ",
        "field NAME",
        "of attributions whose content shares half of its words with gold's: this field agrees",
    ),
];

/// What the columns and those rows that the figures have count.
#[must_use]
pub fn legend(figures: &Figures) -> String {
    let is_there = |begins: &str, shown: &str| {
        figures
            .rows()
            .any(|(name, _)| if begins == shown { name == begins } else { name.starts_with(begins) })
    };
    let rows = ROWS.iter().filter(|(begins, shown, _)| is_there(begins, shown));
    let rows = rows.map(|(_, shown, counts)| format!("\n{shown:13} {counts}"));
    format!("{COLUMNS}{}", rows.collect::<String>())
}
