//! What is wrong with JSON that is no message: in which field, what stands there, what belongs there, and at which place.
//!
//! In: JSON that couldn't be read, and the message that it should be. Out: the fields that are wrong. Only whoever was
//! refused pays for this.

use std::fmt;

use prost_reflect::{Cardinality, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::inward::FieldViolation;
use super::json_count::MOST_VALUES;
use crate::misspelling::meant;

/// How much an error repeats of a wrong value, in characters.
const SHOWN_CHARACTERS: usize = 40;

/// How much an error repeats of what the parser says, in characters.
const SAID_CHARACTERS: usize = 120;

/// The field of what is wrong with a body as a whole.
pub(super) const BODY: &str = "body";

/// All of a request in JSON, of which parts are looked at.
#[derive(Clone, Copy)]
pub(super) struct Whole<'json>(pub(super) &'json str);

impl<'json> Whole<'json> {
    /// Where a part of it begins: "line 1, column 24", in characters.
    fn place_of(self, part: &'json str) -> String {
        self.place((part.as_ptr() as usize).saturating_sub(self.0.as_ptr() as usize))
    }

    /// The place of so many bytes after the beginning.
    fn place(self, bytes: usize) -> String {
        let before = self.0.get(..bytes).unwrap_or(self.0);
        let line = before.rsplit('\n').next().unwrap_or_default();
        format!("line {}, column {}", 1 + before.matches('\n').count(), 1 + line.chars().count())
    }

    /// What the parser says of a part of it that begins at `part`, as what is wrong with the field at `path`.
    pub(super) fn told(self, error: &serde_json::Error, part: &'json str, path: String) -> FieldViolation {
        let said = error.to_string();
        let why = said.rfind(" at line ").filter(|_| error.line() > 0).map_or(&*said, |end| &said[..end]);
        let why = if error.is_eof() {
            "ends too early, in the middle of its JSON".to_owned()
        } else if error.is_syntax() {
            format!("is no JSON: {}", cut(why, SAID_CHARACTERS))
        } else {
            cut(why, SAID_CHARACTERS)
        };
        let place = self.place(self.offset_of(part) + offset(part, error.line(), error.column()));
        let field = if path.is_empty() { BODY.to_owned() } else { path };
        FieldViolation { field, description: format!("{why} ({place})") }
    }

    fn offset_of(self, part: &'json str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.0.as_ptr() as usize)
    }
}

/// The byte at a line and column, both counted from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = (before + column.saturating_sub(1)).min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The fields that are wrong of a message whose JSON stands at `path`, at most `most`. Perhaps none is found: JSON that a
/// parser refuses for another reason is for its own error to tell.
pub(super) fn faults<'json>(
    whole: Whole<'json>,
    message: &MessageDescriptor,
    json: &'json str,
    path: &str,
    most: usize,
) -> Vec<FieldViolation> {
    let mut faults = Faults { whole, most, found: Vec::new() };
    faults.message(message, json, path);
    faults.found
}

struct Faults<'json> {
    whole: Whole<'json>,
    most: usize,
    found: Vec<FieldViolation>,
}

impl<'json> Faults<'json> {
    fn is_full(&self) -> bool {
        self.found.len() >= self.most
    }

    fn add(&mut self, path: &str, part: &'json str, why: &str) {
        if !self.is_full() {
            let field = if path.is_empty() { BODY } else { path }.to_owned();
            let description = format!("{why} ({})", self.whole.place_of(part));
            self.found.push(FieldViolation { field, description });
        }
    }

    fn message(&mut self, message: &MessageDescriptor, json: &'json str, path: &str) {
        let Some(entries) = entries(json) else {
            return self.add(path, json, &instead_of(json, "an object, in braces,"));
        };
        for (key, value) in entries {
            if self.is_full() {
                return;
            }
            let field = field_of(message, &key);
            let name = field.as_ref().map_or(&*key, FieldDescriptor::name);
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            match field {
                None => self.add(&path, value, &unknown(message, &key)),
                Some(field) => self.field(message, &field, value, &path),
            }
        }
    }

    fn field(&mut self, message: &MessageDescriptor, field: &FieldDescriptor, json: &'json str, path: &str) {
        // Null is any field left out.
        if json == "null" {
            return;
        }
        if field.cardinality() != Cardinality::Repeated {
            return self.value(message, field, json, path);
        }
        match items(json) {
            None => self.add(path, json, &instead_of(json, "a list, in brackets,")),
            Some(items) => {
                for (index, item) in items.into_iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    self.value(message, field, item, &format!("{path}[{index}]"));
                }
            }
        }
    }

    /// One value of a field.
    fn value(&mut self, message: &MessageDescriptor, field: &FieldDescriptor, json: &'json str, path: &str) {
        if let Kind::Message(inner) = field.kind()
            && inner.full_name() != TIMESTAMP
        {
            return self.message(&inner, json, path);
        }
        if !is_read(message, field, json) {
            self.add(path, json, &instead_of(json, &wanted(&field.kind())));
        }
    }
}

const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// The field that a key names, in either spelling.
pub(super) fn field_of(message: &MessageDescriptor, key: &str) -> Option<FieldDescriptor> {
    message.get_field_by_json_name(key).or_else(|| message.get_field_by_name(key))
}

/// Whether a message of nothing but this value is read.
fn is_read(message: &MessageDescriptor, field: &FieldDescriptor, json: &str) -> bool {
    let name = field.name();
    let alone = match field.cardinality() {
        Cardinality::Repeated => format!("{{\"{name}\":[{json}]}}"),
        _ => format!("{{\"{name}\":{json}}}"),
    };
    DynamicMessage::deserialize(message.clone(), &mut serde_json::Deserializer::from_str(&alone)).is_ok()
}

/// That no field has this name, and which one is meant.
pub(super) fn unknown(message: &MessageDescriptor, key: &str) -> String {
    let names: Vec<String> = message.fields().map(|field| field.name().to_owned()).collect();
    if let Some(name) = meant(key, names.iter().map(String::as_str)) {
        return format!("is no field here: perhaps {name} is meant");
    }
    // It may stand one level too high.
    let inner = message.fields().filter(|field| field.cardinality() != Cardinality::Repeated);
    let deeper = inner.filter_map(|field| match field.kind() {
        Kind::Message(message) if message.full_name() != TIMESTAMP => {
            field_of(&message, key).map(|found| format!("{}.{}", field.name(), found.name()))
        }
        _ => None,
    });
    match deeper.into_iter().next() {
        Some(path) => format!("is no field here: perhaps {path} is meant"),
        None if names.is_empty() => "is no field here: there are none".to_owned(),
        None => format!("is no field here: there are {}", names.join(", ")),
    }
}

/// What belongs into a field, as "… is wanted" has it.
fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Double | Kind::Float => "a number".to_owned(),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => whole_number(i32::MIN, i32::MAX),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => whole_number(i64::MIN, i64::MAX),
        Kind::Uint32 | Kind::Fixed32 => whole_number(u32::MIN, u32::MAX),
        Kind::Uint64 | Kind::Fixed64 => whole_number(u64::MIN, u64::MAX),
        Kind::Bool => "true or false".to_owned(),
        Kind::String => "a string, in quotation marks,".to_owned(),
        Kind::Bytes => "a string in base64".to_owned(),
        Kind::Enum(names) => format!("one of {}", allowed(names)),
        Kind::Message(message) if message.full_name() == TIMESTAMP => {
            "a time with its zone, like \"2024-03-07T15:04:05Z\" or \"2024-03-07T15:04:05-05:00\",".to_owned()
        }
        Kind::Message(_) => "an object, in braces,".to_owned(),
    }
}

fn whole_number(least: impl fmt::Display, most: impl fmt::Display) -> String {
    format!("a whole number from {least} to {most}")
}

/// The names of an enum's values, but for the one that leaves it unspecified.
fn allowed(names: &EnumDescriptor) -> String {
    let values = names.values().filter(|value| value.number() != 0);
    values.map(|value| value.name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// What stands there, and what is wanted instead.
fn instead_of(json: &str, wanted: &str) -> String {
    let is = match json.as_bytes().first() {
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "a list".to_owned(),
        _ => cut(json.trim_end(), SHOWN_CHARACTERS),
    };
    format!("is {is}: {wanted} is wanted")
}

/// The entries of an object; none where it isn't one.
pub(super) fn entries(json: &str) -> Option<Vec<(String, &str)>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let entries = deserializer.deserialize_map(Entries).ok()?;
    deserializer.end().ok()?;
    Some(entries)
}

/// The items of a list; none where it isn't one.
pub(super) fn items(json: &str) -> Option<Vec<&str>> {
    serde_json::Deserializer::from_str(json).deserialize_seq(Items).ok()
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            if entries.len() == MOST_VALUES {
                return Err(A::Error::custom("there are too many"));
            }
            entries.push((key, value.get()));
        }
        Ok(entries)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<&'de RawValue>()? {
            if items.len() == MOST_VALUES {
                return Err(A::Error::custom("there are too many"));
            }
            items.push(item.get());
        }
        Ok(items)
    }
}
