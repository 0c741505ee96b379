//! Looks through JSON before a message is made of it.
//!
//! In: JSON, and how large its message may be. Out: nothing, or what is wrong and where: there is no more of it than a
//! message can hold, and no field stands twice in an object, in either spelling, because of two texts one would be lost
//! without a word.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The most values that the JSON of one message may hold, objects and lists among them: ten thousand documents, the most
/// that a batch can be allowed, with all of their fields. While it is read each takes up to a hundred bytes, however short
/// it is written.
pub(super) const MOST_VALUES: usize = 131_072;

/// Strings up to so many bytes may be shorter in the message (times, names of enums): they don't count towards its size.
const SHORT_STRING_BYTES: usize = 64;

/// The longest key of an object, in bytes. No field has a name so long.
const LONGEST_KEY: usize = 64;

/// What there is so far of the JSON of one message.
pub(super) struct Count {
    values: usize,
    /// Of strings that are as long in the message.
    bytes: usize,
    max_bytes: usize,
    /// Where it failed, the innermost step first.
    path: Vec<Step>,
}

/// A step of a path.
enum Step {
    Field(String),
    Item(usize),
}

impl Count {
    /// For a message of at most this many bytes.
    pub(super) const fn new(max_bytes: usize) -> Self {
        Self { values: 0, bytes: 0, max_bytes, path: Vec::new() }
    }

    /// Counts all of one value, which is JSON to its end.
    ///
    /// # Errors
    /// What is wrong with it; [`Self::take_path`] says in which field.
    pub(super) fn check(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        DeserializeSeed::deserialize(&mut *self, &mut deserializer)?;
        deserializer.end()
    }

    /// Where it failed: `documents[3].text`; empty where it wasn't in a field.
    pub(super) fn take_path(&mut self) -> String {
        let mut path = String::new();
        for step in self.path.drain(..).rev() {
            // Writing into a string doesn't fail.
            let _ = match step {
                Step::Field(key) if path.is_empty() => write!(path, "{}", field_name(&key)),
                Step::Field(key) => write!(path, ".{}", field_name(&key)),
                Step::Item(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    /// The longest that the message may be.
    pub(super) const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Whether it failed because the message would be longer than it may be.
    pub(super) const fn is_too_large(&self) -> bool {
        self.bytes > self.max_bytes
    }

    /// Whether it failed because there are more values than any message holds.
    pub(super) const fn holds_too_many(&self) -> bool {
        self.values > MOST_VALUES
    }

    fn value<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(E::custom(format_args!("holds more than {MOST_VALUES} values")));
        }
        Ok(())
    }
}

/// The name in JSON of a field with this name: `documentId` for `document_id`, which is taken as well.
fn json_name(field: &str) -> Cow<'_, str> {
    if !field.contains('_') {
        return Cow::Borrowed(field);
    }
    let mut name = String::with_capacity(field.len());
    let mut is_next_upper = false;
    for c in field.chars() {
        match c {
            '_' => is_next_upper = true,
            c if is_next_upper => {
                name.push(c.to_ascii_uppercase());
                is_next_upper = false;
            }
            c => name.push(c),
        }
    }
    Cow::Owned(name)
}

/// The name of a field with this name in JSON: `document_id` for `documentId`.
fn field_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

impl<'de> DeserializeSeed<'de> for &mut Count {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Count {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.value()?;
        // By their names in JSON; with the other spelling where that was used.
        let mut keys: HashMap<String, Option<String>> = HashMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if key.len() > LONGEST_KEY {
                return Err(A::Error::custom(format_args!("holds a key of {} bytes", key.len())));
            }
            if let Err(error) = map.next_value_seed(&mut *self) {
                self.path.push(Step::Field(key));
                return Err(error);
            }
            let name = json_name(&key);
            if let Some(other) = keys.get(&*name) {
                let other = other.as_deref().unwrap_or(&name);
                let also = if other == key { String::new() } else { format!(", also as {other:?}") };
                let error = A::Error::custom(format_args!("stands there twice{also}"));
                self.path.push(Step::Field(key));
                return Err(error);
            }
            let (name, differs) = (name.into_owned(), json_name(&key) != key);
            keys.insert(name, differs.then_some(key));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.value()?;
        for index in 0.. {
            match items.next_element_seed(&mut *self) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => {
                    self.path.push(Step::Item(index));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.value()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.value()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.value()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.value()
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.len() > SHORT_STRING_BYTES {
            self.bytes += text.len();
            if self.is_too_large() {
                return Err(E::custom("holds too much"));
            }
        }
        self.value()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.value()
    }
}
