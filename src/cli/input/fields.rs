//! The fields of an object of JSON, in their order, as they are written; or what is wrong with one.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// At most so many characters of a wrong value are shown.
const SHOWN: usize = 40;

/// The fields of an object: names, and values as they are written, so that a number keeps all its digits.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) names: Vec<String>,
    pub(super) values: Vec<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Fields::default();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    // The last one counts, as in every reader of JSON.
                    if let Some(at) = fields.names.iter().position(|known| *known == name) {
                        fields.values[at] = value;
                    } else {
                        fields.names.push(name);
                        fields.values.push(value);
                    }
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Why a line is no JSON, without the line's number.
pub(in super::super) fn json_fault(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let what = whole.split(" at line ").next().unwrap_or_default();
    format!("{what} (column {})", error.column())
}

/// A value as errors show it.
pub(super) fn shown(value: &str) -> String {
    value.chars().take(SHOWN).collect()
}
