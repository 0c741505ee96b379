//! What a row says beside its text -> fields of its answer; and the line of a row that has no answer.

use serde::Serialize;

use super::super::input::{Fault, Position, RowMeta};

/// An answer, an object of JSON on one line, with what its row says: `document`, and the caller's own columns in `kept`.
pub(in super::super) fn with_row(answer: &str, row: &RowMeta) -> String {
    let Some(open) = answer.trim_end().strip_suffix('}') else { return answer.to_owned() };
    let document = serde_json::to_string(row).expect("strings have a JSON form");
    let comma = if open.ends_with('{') { "" } else { "," };
    let mut answer = format!("{open}{comma}\"document\":{document}");
    if !row.kept.is_empty() {
        let kept = row.kept.iter().map(|(name, json)| format!("{}:{json}", serde_json::Value::from(name.as_str())));
        answer += &format!(",\"kept\":{{{}}}", kept.collect::<Vec<_>>().join(","));
    }
    answer + "}"
}

/// The line of a piece of input that is no document.
pub(in super::super) fn error_line(document_id: &str, file: &str, position: Position, fault: &Fault) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        document_id: &'a str,
        error: Error<'a>,
    }
    #[derive(Serialize)]
    struct Error<'a> {
        code: i32,
        reason: &'static str,
        message: &'a str,
        file: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        index: Option<u64>,
    }
    let (line, index) = match position {
        Position::Whole => (None, None),
        Position::Line(line) => (Some(line), None),
        Position::Index(index) => (None, Some(index)),
    };
    let (code, reason) = (fault.reason.code(), fault.reason.name());
    let error = Error { code, reason, message: &fault.message, file, line, index };
    serde_json::to_string(&Line { document_id, error }).expect("strings and numbers have a JSON form") + "\n"
}

/// The columns that a row adds to those of its claims, by name.
pub(in super::super) fn columns(kept: &[String]) -> Vec<String> {
    let document = ["document_title", "document_url", "document_outlet", "document_publish_time"];
    document.iter().map(|name| (*name).to_owned()).chain(kept.iter().cloned()).collect()
}

/// What stands in these columns.
pub(in super::super) fn cells(row: Option<&RowMeta>) -> Vec<String> {
    let Some(row) = row else { return Vec::new() };
    let document = [&row.title, &row.url, &row.outlet, &row.publish_time];
    let document = document.into_iter().map(|value| value.clone().unwrap_or_default());
    document.chain(row.kept.iter().map(|(_, json)| cell(json))).collect()
}

/// A value of JSON as a cell: a string by its characters, nothing for null, all else as it is written.
fn cell(json: &str) -> String {
    let string = serde_json::from_str::<Option<String>>(json);
    string.map_or_else(|_| json.to_owned(), Option::unwrap_or_default)
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
            kept: vec![kept("n", "9007199254740993"), kept("tags", "[\"a\"]"), kept("s", "\"x\\ny\""), kept("no", "null")],
            ..RowMeta::default()
        };
        let line = with_row("{\"document_id\":\"a\"}", &row);
        assert_eq!(
            line,
            "{\"document_id\":\"a\",\"document\":{\"title\":\"A \\\"title\\\"\",\"url\":null,\"outlet\":null,\
             \"publish_time\":\"2024-03-07\"},\"kept\":{\"n\":9007199254740993,\"tags\":[\"a\"],\"s\":\"x\\ny\",\"no\":null}}"
        );
        assert_eq!(cells(Some(&row)), ["A \"title\"", "", "", "2024-03-07", "9007199254740993", "[\"a\"]", "x\ny", ""]);
        assert_eq!(with_row("{}", &RowMeta::default()).find(','), with_row("{}", &RowMeta::default()).find(",\"url"));
    }
}
