//! Claims -> comma-separated values: a row a claim, for spreadsheets and data frames. RFC 4180, but lines end with a line
//! feed alone.

use csv::Writer;

use super::super::names::short_name;
use crate::wire::v1;

/// The names of the columns. `start` and `end` are those of the first and the last span of the content.
const COLUMNS: [&str; 24] = [
    "document_id",
    "claim_id",
    "parent_claim_id",
    "speaker",
    "title",
    "entity_kind",
    "named",
    "entity_id",
    "source",
    "cue",
    "lemma",
    "content",
    "start",
    "end",
    "kind",
    "type",
    "act",
    "stance",
    "negated",
    "hedged",
    "addressee",
    "medium",
    "time",
    "confidence",
];

/// The first line.
pub(in super::super) fn heading() -> String {
    written(|writer| writer.write_record(COLUMNS))
}

/// What becomes of cells that a spreadsheet would take for formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Cells {
    /// They are written as they are: for programs.
    AsTheyAre,
    /// An apostrophe before them makes them text: for spreadsheets.
    SafeForSpreadsheets,
}

/// A line for each claim.
pub(in super::super) fn rows(message: &v1::DocumentClaims, cells: Cells) -> String {
    let cell = |cell: String| match cells {
        Cells::SafeForSpreadsheets if is_formula(&cell) => format!("'{cell}"),
        _ => cell,
    };
    let row = |claim| row(message, claim).map(cell);
    written(|writer| message.claims.iter().try_for_each(|claim| writer.write_record(row(claim))))
}

/// Whether a spreadsheet may take a cell for a formula: after spaces and quotation marks, which some of them drop, it
/// begins with a sign that opens one, or with white space that hides one. The same rule is in the page's copies.js.
pub(super) fn is_formula(cell: &str) -> bool {
    let rest = cell.trim_start_matches([' ', '"', '\'']);
    rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

pub(super) fn written(write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    write(&mut writer).expect("writing to memory never fails, and all rows have the same length");
    let bytes = writer.into_inner().expect("writing to memory never fails");
    String::from_utf8(bytes).expect("every field is UTF-8")
}

fn row(message: &v1::DocumentClaims, claim: &v1::Claim) -> [String; COLUMNS.len()] {
    let source = claim.source.clone().unwrap_or_default();
    let cue = claim.cue.clone().unwrap_or_default();
    let content = claim.content.clone().unwrap_or_default();
    let part = |part: &Option<v1::TextPart>| part.as_ref().map_or_else(String::new, |part| part.text.clone());
    let time =
        claim.time.as_ref().map(|time| if time.resolved.is_empty() { &time.text } else { &time.resolved });
    let short = |name: &str, prefix: &str| short_name(name, prefix);
    [
        message.document_id.clone(),
        claim.claim_id.clone(),
        claim.parent_claim_id.clone(),
        source.resolved_name.clone(),
        source.title.clone(),
        short(source.entity_kind().as_str_name(), "ENTITY_KIND_"),
        source.named.to_string(),
        source.entity_id.clone(),
        source.text,
        cue.text.clone(),
        cue.lemma.clone(),
        content.text,
        content.spans.first().map_or_else(String::new, |span| span.start.to_string()),
        content.spans.last().map_or_else(String::new, |span| span.end.to_string()),
        short(claim.kind().as_str_name(), "QUOTATION_KIND_"),
        short(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_"),
        short(claim.act().as_str_name(), "SPEECH_ACT_"),
        short(cue.stance().as_str_name(), "STANCE_"),
        claim.negated.to_string(),
        claim.hedged.to_string(),
        part(&claim.addressee),
        part(&claim.medium),
        time.cloned().unwrap_or_default(),
        claim.confidence.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_field_for_each_column_and_survives_commas_marks_and_line_ends() {
        let content =
            v1::Content { text: "\"Yes, no\"\nma".to_owned(), spans: vec![v1::Span { start: 3, end: 9 }] };
        let claim = v1::Claim { content: Some(content), negated: true, ..v1::Claim::default() };
        let message = v1::DocumentClaims { claims: vec![claim], ..v1::DocumentClaims::default() };
        let file = heading() + &rows(&message, Cells::AsTheyAre);
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let column = |name: &str| COLUMNS.iter().position(|column| *column == name).expect("a column");
        let record = reader.records().next().expect("a row").expect("as many fields as columns");
        assert_eq!(&record[column("content")], "\"Yes, no\"\nma");
        assert_eq!((&record[column("start")], &record[column("end")]), ("3", "9"));
        assert_eq!(&record[column("negated")], "true");
        assert_eq!(&record[column("source")], "");
    }
    #[test]
    fn cells_that_open_formulas_are_known_and_can_be_told_back() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\"=1", "'=1", " =1", "\"' -1", "＝1",
            "-",
        ] {
            assert!(is_formula(formula), "{formula:?}");
            // Whoever takes the apostrophe from each such cell has what was there.
            assert!(is_formula(&format!("'{formula}")), "{formula:?}");
        }
        for text in ["", "a=1", "'tis", "\"Yes\"", "1-2", "— no", "“=1”"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
