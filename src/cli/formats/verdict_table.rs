//! What was found of quotations -> comma-separated values: a row a quotation, in the form of `table`.

use super::super::names::{difference, short_name};
use super::table::{Cells, is_formula, written};
use crate::wire::{InputQuotation, OffsetUnit, v1};
use v1::verify_quotations_response::Item;

/// How many columns say what was found: those between what was given and the error.
const FOUND: usize = 8;

/// The first line. `start` and `end`, with their unit, are those of the whole passage.
pub(in super::super) fn heading(unit: OffsetUnit) -> String {
    let unit = match unit {
        OffsetUnit::Bytes => "bytes",
        OffsetUnit::Utf16 => "utf16",
        OffsetUnit::CodePoints => "code_points",
    };
    let [start, end] = ["start", "end"].map(|edge| format!("{edge}_{unit}"));
    let columns = [
        "document_id",
        "quotation_id",
        "quotation",
        "speaker_asked",
        "verdict",
        "speaker_verdict",
        "speaker",
        "passage",
        "similarity",
        &start,
        &end,
        "differences",
        "error",
    ];
    written(|writer| writer.write_record(columns))
}

/// The line of a quotation that was looked for.
pub(in super::super) fn row(document_id: &str, item: &Item, cells: Cells) -> String {
    let quotation = item.quotation.clone().unwrap_or_default();
    let edge = |edge: fn(&v1::Span) -> i32| {
        item.span.as_ref().map_or_else(String::new, |span| edge(span).to_string())
    };
    let differences: Vec<String> = item.differences.iter().map(difference).collect();
    let row = [
        document_id.to_owned(),
        quotation.quotation_id,
        quotation.text,
        quotation.speaker,
        short_name(item.verdict().as_str_name(), "VERDICT_"),
        short_name(item.speaker_verdict().as_str_name(), "SPEAKER_VERDICT_"),
        item.speaker.clone(),
        item.text.clone(),
        item.similarity.to_string(),
        edge(|span| span.start),
        edge(|span| span.end),
        differences.join("; "),
        String::new(),
    ];
    line(row, cells)
}

/// The line of a quotation that could not be looked for.
pub(in super::super) fn fault(
    document_id: &str,
    quotation: &InputQuotation,
    why: &str,
    cells: Cells,
) -> String {
    let InputQuotation { text, speaker, quotation_id } = quotation.clone();
    let given = [document_id.to_owned(), quotation_id, text, speaker];
    let found = std::iter::repeat_n(String::new(), FOUND);
    line(given.into_iter().chain(found).chain([why.to_owned()]), cells)
}

fn line(row: impl IntoIterator<Item = String>, cells: Cells) -> String {
    let row = row.into_iter().map(|cell| match cells {
        Cells::SafeForSpreadsheets if is_formula(&cell) => format!("'{cell}"),
        _ => cell,
    });
    written(|writer| writer.write_record(row))
}
