//! Objects of JSON whose names are all known: quotations, people.
//!
//! In: a line, and the names that it may have. Out: what stands under each, as it is written; or which name isn't known, and
//! which one is meant.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::json_fault;
use crate::json_lines;
use crate::misspelling::meant;

/// How much of a wrong name or value an error repeats, in characters.
const SHOWN: usize = 40;

/// A name that an object may have, and what others call it.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Name {
    pub(in super::super) name: &'static str,
    /// Not near by their letters: "`said_by`" for `speaker`.
    pub(in super::super) others: &'static [&'static str],
}

/// What stands in an object, as it is written, by known names.
#[derive(Debug, Default)]
pub(in super::super) struct Fields {
    values: Vec<(&'static str, Box<RawValue>)>,
    /// The first name that isn't known or that stands there twice.
    pub(in super::super) fault: Option<String>,
}

impl Fields {
    /// The fields of the object that `line` is.
    ///
    /// # Errors
    /// That it is none.
    pub(in super::super) fn of(line: &str, names: &[Name]) -> Result<Self, String> {
        // A struct would also be read from a list of its fields.
        if !line.trim_start().starts_with('{') {
            return Err("is not a JSON object".to_owned());
        }
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let pairs = deserializer.deserialize_map(Pairs).map_err(|error| json_fault(&error))?;
        deserializer.end().map_err(|error| json_fault(&error))?;
        let mut fields = Self::default();
        for (written, value) in pairs {
            match known(&written, names) {
                Ok(name) if fields.get(name).is_some() => {
                    fields.fault.get_or_insert(format!("the field {name:?} stands there twice"));
                }
                Ok(name) => fields.values.push((name, value)),
                Err(why) => {
                    fields.fault.get_or_insert(format!("the field {why}"));
                }
            }
        }
        Ok(fields)
    }

    fn get(&self, name: &str) -> Option<&RawValue> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }

    /// What stands under `name`; none where nothing or `null` does.
    fn given(&self, name: &str) -> Option<&RawValue> {
        self.get(name).filter(|value| value.get() != "null")
    }

    /// The string under `name`; empty where nothing or `null` stands there.
    pub(in super::super) fn string(&self, name: &str) -> Result<String, String> {
        let Some(value) = self.given(name) else { return Ok(String::new()) };
        if !value.get().starts_with('"') {
            return Err(format!("the {name} is {}, not a string", shown(value.get())));
        }
        serde_json::from_str(value.get())
            .map_err(|error| format!("the {name} is no string: {}", json_fault(&error)))
    }

    /// The string under `name`, which has to be there.
    pub(in super::super) fn required(&self, name: &str) -> Result<String, String> {
        self.get(name).ok_or_else(|| format!("has no {name}"))?;
        self.string(name)
    }

    /// The id under `name`: a string, or the digits of a whole number; empty where nothing or `null` stands there.
    pub(in super::super) fn id(&self, name: &str) -> Result<String, String> {
        self.given(name).map_or_else(|| Ok(String::new()), |value| json_lines::id(value, name))
    }
}

/// Which of the names `written` is, in one of the two spellings that JSON has for it.
///
/// # Errors
/// That it is none, and which one is meant.
pub(in super::super) fn known(written: &str, names: &[Name]) -> Result<&'static str, String> {
    let is_it = |name: &&Name| written == name.name || written == camel(name.name);
    if let Some(name) = names.iter().find(is_it) {
        return Ok(name.name);
    }
    let all = || names.iter().map(|name| name.name);
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let is_called = |name: &&Name| name.others.iter().any(|other| plain(other) == plain(written));
    let nearest = meant(written, all()).or_else(|| names.iter().find(is_called).map(|name| name.name));
    Err(match nearest {
        Some(name) => format!("{} is not known: write {name:?}", quoted(written)),
        None => {
            format!("{} is not known: known are {}", quoted(written), all().collect::<Vec<_>>().join(", "))
        }
    })
}

/// `document_id` -> `documentId`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |camel, part| {
        let (initial, rest) = part.split_at(part.len().min(1));
        camel + &initial.to_ascii_uppercase() + rest
    })
}

/// A value, cut so that an error stays short.
fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN).collect();
    if cut.len() < value.len() { cut + "…" } else { cut }
}

fn quoted(name: &str) -> String {
    format!("{:?}", shown(name))
}

/// Reads the names and values of an object in their order, those that stand there twice, too.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            if pairs.len() >= MOST_FIELDS {
                return Err(A::Error::custom(format!("holds more than {MOST_FIELDS} fields")));
            }
            pairs.push((name, object.next_value()?));
        }
        Ok(pairs)
    }
}

/// At most this many fields has an object: with more it is something else.
const MOST_FIELDS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [Name; 2] =
        [Name { name: "text", others: &["quote"] }, Name { name: "document_id", others: &["doc"] }];

    #[test]
    fn names_are_known_in_both_spellings_and_others_are_answered_with_what_is_meant() {
        for (written, expected) in [
            ("text", Ok("text")),
            ("document_id", Ok("document_id")),
            ("documentId", Ok("document_id")),
            ("Text", Err(r#""Text" is not known: write "text""#)),
            ("texts", Err(r#""texts" is not known: write "text""#)),
            ("Document Id", Err(r#""Document Id" is not known: write "document_id""#)),
            ("QUOTE", Err(r#""QUOTE" is not known: write "text""#)),
            ("model", Err(r#""model" is not known: known are text, document_id"#)),
            ("", Err(r#""" is not known: known are text, document_id"#)),
        ] {
            assert_eq!(known(written, &NAMES), expected.map_err(str::to_owned), "{written}");
        }
    }

    #[test]
    fn nothing_of_an_object_is_passed_over() {
        let fields =
            Fields::of(r#" {"text": "a\u00e9", "documentId": 9007199254740993}"#, &NAMES).expect("an object");
        assert_eq!(fields.fault, None);
        assert_eq!(fields.required("text").as_deref(), Ok("aé"));
        assert_eq!(fields.id("document_id").as_deref(), Ok("9007199254740993"));
        let fields = Fields::of(r#"{"text": null}"#, &NAMES).expect("an object");
        assert_eq!((fields.string("text").as_deref(), fields.id("document_id").as_deref()), (Ok(""), Ok("")));
        for (line, fault) in [
            (r#"{"text": "a", "text": "b"}"#, r#"the field "text" stands there twice"#),
            (r#"{"document_id": "a", "documentId": "a"}"#, r#"the field "document_id" stands there twice"#),
            (r#"{"quote": "a", "x": 1}"#, r#"the field "quote" is not known: write "text""#),
        ] {
            assert_eq!(Fields::of(line, &NAMES).expect("an object").fault.as_deref(), Some(fault));
        }
        for (line, why) in [
            ("[]", "is not a JSON object"),
            (r#"{"text""#, "EOF while parsing an object (column 7)"),
            (r#"{"text": 1} x"#, "trailing characters (column 13)"),
        ] {
            assert_eq!(Fields::of(line, &NAMES).expect_err(line), why);
        }
        let fields = Fields::of(r#"{"text": 3}"#, &NAMES).expect("an object");
        assert_eq!(fields.required("text").expect_err("a number"), "the text is 3, not a string");
    }
}
