//! Lines of JSON as other programs write them, where reading them as values would lose something: ids that are numbers.
//!
//! In: a line, or a field of it as it is written. Out: the id as a string.

use std::collections::HashMap;

use serde_json::value::RawValue;

/// How much of a wrong id is shown.
const SHOWN: usize = 40;

/// An id: a string, or a whole number, which is taken as its digits, however many. No other number is an id: programs
/// write 1.0 and 1e3 in several ways, so that two files would not agree on one.
///
/// # Errors
/// That `field` is something else.
pub(crate) fn id(written: &RawValue, field: &str) -> Result<String, String> {
    let json = written.get();
    if json.starts_with('"') {
        return serde_json::from_str(json).map_err(|error| format!("the {field} is no string: {error}"));
    }
    let digits = json.strip_prefix('-').unwrap_or(json);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(json.to_owned());
    }
    let shown: String = json.chars().take(SHOWN).collect();
    Err(format!("the {field} is {shown}, not a string or a whole number"))
}

/// A field of an object, as it is written; the last one where it stands there twice.
pub(crate) fn field<'a>(object: &'a str, name: &str) -> Option<&'a RawValue> {
    serde_json::from_str::<HashMap<String, &RawValue>>(object).ok()?.remove(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_in(line: &str) -> Result<String, String> {
        id(field(line, "id").expect("there is one"), "id")
    }

    #[test]
    fn a_whole_number_is_its_digits() {
        for number in
            ["7", "0", "-3", "9007199254740993", "18446744073709551616", "123456789012345678901234567890"]
        {
            assert_eq!(id_in(&format!(r#"{{"text": "x", "id": {number} }}"#)).as_deref(), Ok(number));
        }
        assert_eq!(id_in(r#"{"id": "a\u00e9\n"}"#).as_deref(), Ok("aé\n"));
        assert_eq!(id_in(r#"{"id": 1, "id": 2}"#).as_deref(), Ok("2"));
    }

    #[test]
    fn nothing_else_is_an_id() {
        for other in ["1.0", "1e3", "1E3", "-0.5", "true", "[1]", r#"{"a": 1}"#, "null"] {
            let expected = format!("the id is {other}, not a string or a whole number");
            assert_eq!(id_in(&format!(r#"{{"id": {other}}}"#)), Err(expected));
        }
        assert!(id_in(r#"{"id": "\ud800"}"#).is_err());
    }
}
