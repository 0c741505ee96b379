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

/// A line for each claim.
pub(in super::super) fn rows(message: &v1::DocumentClaims) -> String {
    written(|writer| message.claims.iter().try_for_each(|claim| writer.write_record(row(message, claim))))
}

fn written(write: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> String {
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
        let file = heading() + &rows(&message);
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let column = |name: &str| COLUMNS.iter().position(|column| *column == name).expect("a column");
        let record = reader.records().next().expect("a row").expect("as many fields as columns");
        assert_eq!(&record[column("content")], "\"Yes, no\"\nma");
        assert_eq!((&record[column("start")], &record[column("end")]), ("3", "9"));
        assert_eq!(&record[column("negated")], "true");
        assert_eq!(&record[column("source")], "");
    }
}
