//! The fields of a line of JSON -> strings, or what is wrong with one.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::json_lines;

/// Why a line is no JSON, without the line's number.
pub(in super::super) fn json_fault(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let what = whole.split(" at line ").next().unwrap_or_default();
    format!("{what} (column {})", error.column())
}

/// A field that has to be a string.
pub(in super::super) fn string(value: Option<Value>, field: &str) -> Result<String, String> {
    match value {
        Some(Value::String(string)) => Ok(string),
        Some(other) => {
            let shown: String = other.to_string().chars().take(40).collect();
            Err(format!("the {field} is {shown}, not a string"))
        }
        None => Err(format!("has no {field}")),
    }
}

/// The name of a row, which may also be a whole number.
pub(super) fn id(written: Option<&RawValue>, field: &str) -> Result<String, String> {
    json_lines::id(written.ok_or_else(|| format!("has no {field}"))?, field)
}
