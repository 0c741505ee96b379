//! What was found of quotations -> comma-separated values: a row a quotation, in the form of `table`.

use super::super::names::{difference, short_name};
use super::table::{Cells, is_formula};
use crate::wire::{InputQuotation, OffsetUnit, v1};
use v1::verify_quotations_response::Item;

/// How many columns say what was found: those between what was given and the error.
const FOUND: usize = 9;

/// The columns. `start` and `end` are those of the whole passage.
const COLUMNS: [&str; 14] = [
    "document_id",
    "quotation_id",
    "quotation",
    "speaker_asked",
    "verdict",
    "speaker_verdict",
    "speaker",
    "passage",
    "passage_start",
    "passage_end",
    "similarity",
    "differences",
    "offset_encoding",
    "error",
];

/// The first line.
pub(in super::super) fn heading() -> String {
    line(COLUMNS.map(str::to_owned), Cells::AsTheyAre)
}

/// The line of a quotation that was looked for.
pub(in super::super) fn row(document_id: &str, item: &Item, unit: OffsetUnit, cells: Cells) -> String {
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
        edge(|span| span.start),
        edge(|span| span.end),
        item.similarity.to_string(),
        differences.join("; "),
        short_name(v1::OffsetEncoding::from(unit).as_str_name(), "OFFSET_ENCODING_"),
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
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(row).expect("writing to memory never fails");
    let bytes = writer.into_inner().expect("writing to memory never fails");
    String::from_utf8(bytes).expect("every field is UTF-8")
}
