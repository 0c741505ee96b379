//! Proto3 JSON where the generated code can't do it: messages by their descriptors.
//!
//! Requests are read so, because JSON has several forms for the same message (`null` for a field that is left out, `1.0`
//! for 1, numbers for names of enums), and errors are written so, because their details are spelt out by their types.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{DESCRIPTORS, google_rpc};

/// What the contract is made of.
fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors"))
}

fn descriptor(name: &str) -> MessageDescriptor {
    pool().get_message_by_name(name).unwrap_or_else(|| panic!("{name} is part of the contract"))
}

/// The bytes of a message whose JSON this is, one of those in `ascribe.v1`.
///
/// # Errors
/// What is wrong with the JSON, and where.
///
/// # Panics
/// When the contract has no message of that name.
pub fn message_of_json(name: &str, json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let _: Unique = serde_json::from_slice(json)?;
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let message = DynamicMessage::deserialize(descriptor(&format!("ascribe.v1.{name}")), &mut deserializer)?;
    deserializer.end()?;
    Ok(message.encode_to_vec())
}

/// Any JSON in whose objects no key stands twice: of two texts one would be lost without a word.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let _: Unique = map.next_value()?;
            if let Some(key) = keys.replace(key) {
                return Err(A::Error::custom(format_args!("the field {key:?} stands there twice")));
            }
        }
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
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
    let options = SerializeOptions::new().use_proto_field_name(true);
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
        let bytes =
            message_of_json("ExtractClaimsRequest", json.as_bytes()).map_err(|error| error.to_string())?;
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
}
