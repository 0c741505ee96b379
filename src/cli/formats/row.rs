//! What a row says beside its text -> fields of its answer; and the line of a row that has no answer.

use serde::Serialize;

use super::super::input::{Fault, Position, RowMeta};
use super::table::About;

/// An answer, an object of JSON on one line, with what its row says: `document`, and the caller's own columns in `kept`.
pub(in super::super) fn with_row(answer: &str, row: &RowMeta) -> String {
    let Some(open) = answer.trim_end().strip_suffix('}') else { return answer.to_owned() };
    let document = serde_json::to_string(row).expect("strings have a JSON form");
    let comma = if open.ends_with('{') { "" } else { "," };
    let mut answer = format!("{open}{comma}\"document\":{document}");
    if !row.kept.is_empty() {
        let kept =
            row.kept.iter().map(|(name, json)| format!("{}:{json}", serde_json::Value::from(name.as_str())));
        answer.extend([",\"kept\":{", &kept.collect::<Vec<_>>().join(","), "}"]);
    }
    answer + "}"
}

/// The `error` of a line that stands for something that wasn't answered, with its place.
#[derive(Serialize)]
pub(in super::super) struct ErrorOfRow<'a> {
    code: i32,
    reason: &'static str,
    message: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
}

impl<'a> ErrorOfRow<'a> {
    /// The code is the one that the service would answer with, the reason a word for programs.
    pub(in super::super) const fn new(
        (code, reason): (i32, &'static str),
        message: &'a str,
        (file, position): (&'a str, Position),
    ) -> Self {
        let (line, index) = match position {
            Position::Whole => (None, None),
            Position::Line(line) => (Some(line), None),
            Position::Index(index) => (None, Some(index)),
        };
        Self { code, reason, message, file, line, index }
    }
}

/// The line of a piece of input that is no document.
pub(in super::super) fn error_line(
    document_id: &str,
    file: &str,
    position: Position,
    fault: &Fault,
) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        document_id: &'a str,
        error: ErrorOfRow<'a>,
    }
    let error = ErrorOfRow::new((fault.reason.code(), fault.reason.name()), &fault.message, (file, position));
    serde_json::to_string(&Line { document_id, error }).expect("strings and numbers have a JSON form") + "\n"
}

/// What a table says of a row.
pub(in super::super) fn about(row: Option<&RowMeta>) -> About<'_> {
    let Some(row) = row else { return About::default() };
    About {
        title: row.title.as_deref().unwrap_or_default(),
        url: row.url.as_deref().unwrap_or_default(),
        outlet: row.outlet.as_deref().unwrap_or_default(),
        publish_time: row.publish_time.as_deref().unwrap_or_default(),
        kept: &row.kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_says_comes_back_as_it_was() {
        let kept = |name: &str, json: &str| (name.to_owned(), json.to_owned());
        let row = RowMeta {
            title: Some("A \"title\"".to_owned()),
            publish_time: Some("2024-03-07".to_owned()),
            kept: vec![
                kept("n", "9007199254740993"),
                kept("tags", "[\"a\"]"),
                kept("s", "\"x\\ny\""),
                kept("no", "null"),
            ],
            ..RowMeta::default()
        };
        let line = with_row("{\"document_id\":\"a\"}", &row);
        assert_eq!(
            line,
            "{\"document_id\":\"a\",\"document\":{\"title\":\"A \\\"title\\\"\",\"url\":null,\"outlet\":null,\
             \"publish_time\":\"2024-03-07\"},\"kept\":{\"n\":9007199254740993,\"tags\":[\"a\"],\"s\":\"x\\ny\",\"no\":null}}"
        );
        assert_eq!(about(Some(&row)).title, "A \"title\"");
    }
}
