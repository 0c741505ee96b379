//! Proto3 JSON where the generated code can't do it: messages by their descriptors.
//!
//! Requests are read so, because JSON has several forms for the same message (`null` for a field that is left out, `1.0`
//! for 1, numbers for names of enums), and errors are written so, because their details are spelt out by their types.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, Kind, MessageDescriptor, SerializeOptions,
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use thiserror::Error;

use super::method::Method;
use super::{DESCRIPTORS, google_rpc};

/// What the contract is made of.
fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors"))
}

fn descriptor(name: &str) -> MessageDescriptor {
    pool().get_message_by_name(name).unwrap_or_else(|| panic!("{name} is part of the contract"))
}

/// What a method of ours takes; none of another service's.
pub(super) fn request_descriptor(method: Method) -> Option<MessageDescriptor> {
    pool().get_message_by_name(&format!("ascribe.v1.{}Request", method.name()))
}

/// The most values that the JSON of one message may hold, objects and lists among them: ten thousand documents, the most
/// that a batch can be allowed, with all of their fields. While it is read each takes up to a hundred bytes, however short
/// it is written.
const MOST_VALUES: usize = 131_072;

/// Strings up to so many bytes may be shorter in the message (times, names of enums): they don't count towards its size.
const SHORT_STRING_BYTES: usize = 64;

/// The longest key of an object, in bytes. No field has a name so long.
const LONGEST_KEY: usize = 64;

/// How much an error says before the place, in characters.
const SHOWN_CHARACTERS: usize = 200;

/// Why JSON is no message.
#[derive(Debug, Error)]
pub enum JsonError {
    /// What is wrong, and where.
    #[error("{0}")]
    Wrong(String),
    /// The message would be longer than it may be.
    #[error("the message is longer than {0} bytes")]
    TooLarge(usize),
}

impl From<serde_json::Error> for JsonError {
    /// What it repeats of the JSON is cut, so that an error stays short.
    fn from(error: serde_json::Error) -> Self {
        let told = error.to_string();
        let place = told.rfind(" at line ").filter(|_| error.line() > 0).unwrap_or(told.len());
        let (why, place) = told.split_at(place);
        match why.char_indices().nth(SHOWN_CHARACTERS) {
            Some((cut, _)) => Self::Wrong(format!("{}…{place}", &why[..cut])),
            None => Self::Wrong(told),
        }
    }
}

/// The bytes of a message whose JSON this is, one of those in `ascribe.v1`, at most `max_bytes`. Needs little more
/// memory than the JSON and the message take, whatever the JSON holds.
///
/// # Errors
/// What is wrong with the JSON, and where; or that its message is too large.
///
/// # Panics
/// When the contract has no message of that name.
pub fn message_of_json(name: &str, json: &[u8], max_bytes: usize) -> Result<Vec<u8>, JsonError> {
    let mut count = Count { values: 0, bytes: 0, max_bytes };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    if let Err(error) = count.check(&mut deserializer) {
        return Err(if count.is_too_large() { JsonError::TooLarge(max_bytes) } else { error.into() });
    }
    deserializer.end()?;
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let descriptor = descriptor(&format!("ascribe.v1.{name}"));
    let message = DynamicMessage::deserialize(descriptor.clone(), &mut deserializer);
    let message = message.map_err(|error| {
        let JsonError::Wrong(why) = JsonError::from(error) else { return JsonError::TooLarge(max_bytes) };
        // Where the name of an enum's value is wrong, nothing else was found to be wrong before it.
        let json = serde_json::from_slice(json).unwrap_or_default();
        match allowed_instead(&descriptor, &json).filter(|_| why.starts_with(UNKNOWN_NAME)) {
            Some(allowed) => JsonError::Wrong(format!("{why}: allowed are {allowed}")),
            None => JsonError::Wrong(why),
        }
    })?;
    let message = message.encode_to_vec();
    if message.len() > max_bytes { Err(JsonError::TooLarge(max_bytes)) } else { Ok(message) }
}

/// How an error begins about a name that no value of its enum has.
const UNKNOWN_NAME: &str = "unrecognized enum value";

/// The names of the first enum in a message of which its JSON names a value that there isn't.
fn allowed_instead(message: &MessageDescriptor, json: &Value) -> Option<String> {
    json.as_object()?.iter().find_map(|(key, value)| {
        let field = message.get_field_by_json_name(key).or_else(|| message.get_field_by_name(key))?;
        let mut values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter();
        match field.kind() {
            Kind::Enum(names) => {
                let is_unknown = |name: &str| names.get_value_by_name(name).is_none();
                values.any(|value| value.as_str().is_some_and(is_unknown)).then(|| allowed(&names))
            }
            Kind::Message(message) => values.find_map(|value| allowed_instead(&message, value)),
            _ => None,
        }
    })
}

/// The names of an enum's values, but for the one that leaves it unspecified.
fn allowed(names: &EnumDescriptor) -> String {
    let values = names.values().filter(|value| value.number() != 0);
    values.map(|value| value.name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// Looks through JSON before a message is made of it: no field stands twice in an object, in either spelling, because of
/// two texts one would be lost without a word; and there is no more of it than a message can hold.
struct Count {
    values: usize,
    /// Of strings that are as long in the message.
    bytes: usize,
    max_bytes: usize,
}

impl Count {
    fn check<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        DeserializeSeed::deserialize(self, deserializer)
    }

    const fn is_too_large(&self) -> bool {
        self.bytes > self.max_bytes
    }

    fn value<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(E::custom(format_args!("there are more than {MOST_VALUES} values")));
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
                return Err(A::Error::custom(format_args!("there is a key of {} bytes", key.len())));
            }
            map.next_value_seed(&mut *self)?;
            let name = json_name(&key);
            if let Some(other) = keys.get(&*name) {
                let other = other.as_deref().unwrap_or(&name);
                let also = if other == key { String::new() } else { format!(", also as {other:?}") };
                return Err(A::Error::custom(format_args!("the field {key:?} stands there twice{also}")));
            }
            let (name, differs) = (name.into_owned(), json_name(&key) != key);
            keys.insert(name, differs.then_some(key));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.value()?;
        while items.next_element_seed(&mut *self)?.is_some() {}
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
                return Err(E::custom("there is too much of it"));
            }
        }
        self.value()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.value()
    }
}

/// A status as proto3 JSON; a detail of a type that the contract doesn't know is left out.
///
/// # Panics
/// Never: every message of ours is in the descriptors.
#[must_use]
pub fn status_json(status: &google_rpc::Status) -> Vec<u8> {
    let known = |url: &str| pool().get_message_by_name(url.rsplit('/').next().unwrap_or(url)).is_some();
    let mut status = status.clone();
    status.details.retain(|detail| known(&detail.type_url));
    let message = DynamicMessage::decode(descriptor("google.rpc.Status"), status.encode_to_vec().as_slice());
    let message = message.expect("a status is read as it was written");
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut json);
    message.serialize_with_options(&mut serializer, &options).expect("known messages have a JSON form");
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::v1;

    fn read(json: &str) -> Result<v1::ExtractClaimsRequest, String> {
        let bytes = message_of_json("ExtractClaimsRequest", json.as_bytes(), 1000)
            .map_err(|error| error.to_string())?;
        Ok(v1::ExtractClaimsRequest::decode(bytes.as_slice()).expect("it is that message"))
    }

    #[test]
    fn every_form_of_json_is_the_same_message() {
        let plain = read(
            r#"{"document": {"document_id": "a", "text": "b"}, "options": {"view": 2, "max_claims": 3}}"#,
        );
        for other in [
            r#"{"document": {"documentId": "a", "text": "b"}, "options": {"view": "CLAIM_VIEW_FULL", "maxClaims": 3.0}}"#,
            r#"{"document": {"document_id": "a", "text": "b", "language_code": null, "publish_time": null},
                "options": {"view": 2, "max_claims": "3", "kinds": null, "offset_encoding": null}}"#,
        ] {
            assert_eq!(read(other), plain, "{other}");
        }
        let unknown = read(r#"{"options": {"view": 9}}"#).expect("a number of a later version is a number");
        assert_eq!(unknown.options.map(|options| options.view), Some(9));
    }

    #[test]
    fn what_is_no_such_message_is_told_with_its_place() {
        for (json, why) in [
            ("{\"document\": {\n\"text\": 3}}", "line 2"),
            ("{\"documents\": []}", "documents"),
            ("{\"document\": {}} {}", "trailing characters"),
            ("", "EOF"),
            (
                "{\"document\": {\"text\": \"a\",\n\"text\": \"b\"}}",
                "the field \"text\" stands there twice at line 2",
            ),
        ] {
            let error = read(json).expect_err(json);
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_field_in_both_of_its_spellings_is_told_with_both() {
        for (json, first, second) in [
            (r#"{"document": {"document_id": "a", "documentId": "b"}}"#, "document_id", "documentId"),
            (
                r#"{"document": {"documentId": "a", "text": "x", "document_id": "a"}}"#,
                "documentId",
                "document_id",
            ),
            (r#"{"options": {"maxClaims": 1, "max_claims": 1}}"#, "maxClaims", "max_claims"),
            (
                r#"{"options": {"aliases": [{"name": "a"}, {"entity_kind": 1, "entityKind": 1}]}}"#,
                "entity_kind",
                "entityKind",
            ),
            (r#"{"document": {"publishTime": null, "publish_time": null}}"#, "publishTime", "publish_time"),
        ] {
            let error = read(json).expect_err(json);
            let told = format!("the field {second:?} stands there twice, also as {first:?} at line 1");
            assert!(error.contains(&told), "{error}");
        }
    }

    #[test]
    fn a_name_that_no_value_has_is_answered_with_those_that_one_has() {
        for (json, told) in [
            (
                r#"{"options": {"view": "FULL"}}"#,
                "unrecognized enum value 'FULL' at line 1 column 27: allowed are CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL",
            ),
            (r#"{"options": {"kinds": ["QUOTATION_KIND_MIXED", "x"]}}"#, "QUOTATION_KIND_INDIRECT"),
            (r#"{"options": {"aliases": [{"name": "a"}, {"entityKind": "Person"}]}}"#, "ENTITY_KIND_PERSON"),
        ] {
            let error = read(json).expect_err(json);
            assert!(error.contains(told) && !error.contains("UNSPECIFIED"), "{error}");
        }
    }

    #[test]
    fn what_would_take_more_memory_than_a_message_may_is_refused_before_it_is_made() {
        let zeros = |count: usize| format!(r#"{{"options": {{"kinds": [{}0]}}}}"#, "0,".repeat(count - 1));
        assert!(read(&zeros(500)).is_ok());
        let error = read(&zeros(MOST_VALUES)).expect_err("these are too many");
        assert!(error.contains("more than 131072 values at line 1"), "{error}");
        let text = |bytes: usize| format!(r#"{{"document": {{"text": "{}"}}}}"#, "\\u0078".repeat(bytes));
        assert_eq!(read(&text(990)).map(|read| read.document.expect("it is there").text.len()), Ok(990));
        for bytes in [998, 5000] {
            assert_eq!(read(&text(bytes)).expect_err("too long"), "the message is longer than 1000 bytes");
        }
        let long = "k".repeat(100_000);
        for (json, why) in [
            (format!(r#"{{"{long}": 0}}"#), "there is a key of 100000 bytes at line 1 column 100003"),
            (format!(r#"{{"options": {{"view": "{}"}}}}"#, &long[..900]), "kkk… at line 1 column 923"),
        ] {
            let error = read(&json).expect_err("there is no such field");
            assert!(error.len() < 300 && error.contains(why), "{error}");
        }
        // Names and times are shorter in the message than in JSON.
        let kinds = vec!["\"QUOTATION_KIND_DIRECT\""; 100].join(",");
        assert!(read(&format!(r#"{{"options": {{"kinds": [{kinds}]}}}}"#)).is_ok());
    }
}
