//! A request in JSON -> its message.
//!
//! In: proto3 JSON, which has several forms for the same message (`null` for a field that is left out, `1.0` for 1, numbers
//! for names of enums, two spellings of a field). Out: the message's bytes, or which fields are wrong. A document of a batch
//! that is wrong leaves the others as they are.

use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};
use prost_reflect::{Cardinality, DynamicMessage, Kind, MessageDescriptor};
use thiserror::Error;

use super::inward::FieldViolation;
use super::json_count::Count;
use super::json_faults::{BODY, Whole, entries, faults, field_of, items, unknown};
use super::limits::MAX_DOCUMENT_ID_BYTES;
use super::proto_json::descriptor;
use super::v1;

/// At most this many wrong fields of a request are told.
const MOST_FAULTS: usize = 16;
/// The same of one document of a batch: what is told of it has to fit into its item.
const MOST_FAULTS_OF_DOCUMENT: usize = 3;
/// The most documents of a batch of which some are wrong: the most that a batch can be allowed.
const MOST_DOCUMENTS: usize = 10_000;

/// Why JSON is no message.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum JsonError {
    /// What is wrong, and where; at least one.
    #[error("{}", .0.iter().map(|one| format!("{} {}", one.field, one.description)).collect::<Vec<_>>().join("; "))]
    Wrong(Vec<FieldViolation>),
    /// The message would be longer than it may be.
    #[error("the message is longer than {0} bytes")]
    TooLarge(usize),
}

/// A batch in which documents may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBatch {
    /// The bytes of its message. In place of a wrong document stands one that has its id alone, if that could be read.
    pub message: Vec<u8>,
    /// The numbers of the wrong documents, in their order, with what is wrong with each.
    pub wrong: Vec<(usize, Vec<FieldViolation>)>,
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
    let descriptor = descriptor(&format!("ascribe.v1.{name}"));
    let whole = utf8(json)?;
    let mut count = Count::new(max_bytes);
    let part = Part { whole: Whole(whole), json: whole, path: "", most: MOST_FAULTS };
    part.message(&descriptor, &mut count).map_err(NoMessage::into_error)
}

/// The same of a `BatchExtractClaimsRequest`, where wrong documents are told one by one.
///
/// # Errors
/// What is wrong with the JSON beside its documents; or that its message is too large.
///
/// # Panics
/// Never: the message is part of the contract.
pub fn batch_of_json(json: &[u8], max_bytes: usize) -> Result<ReadBatch, JsonError> {
    let error = match message_of_json("BatchExtractClaimsRequest", json, max_bytes) {
        Ok(message) => return Ok(ReadBatch { message, wrong: Vec::new() }),
        Err(JsonError::TooLarge(limit)) => return Err(JsonError::TooLarge(limit)),
        Err(error) => error,
    };
    let whole = utf8(json)?;
    // Where it is no JSON object, nobody knows where one document ends.
    let Some(entries) = entries(whole) else { return Err(error) };
    document_by_document(whole, entries, max_bytes).unwrap_or(Err(error))
}

/// Reads a batch of which something is wrong; none where that is nothing that can be told of single documents.
fn document_by_document(
    whole: &str,
    entries: Vec<(String, &str)>,
    max_bytes: usize,
) -> Option<Result<ReadBatch, JsonError>> {
    let batch = descriptor("ascribe.v1.BatchExtractClaimsRequest");
    let mut count = Count::new(max_bytes);
    let mut read = ReadBatch { message: Vec::new(), wrong: Vec::new() };
    let mut refused = Vec::new();
    let mut has_documents = false;
    for (key, json) in entries {
        let Some(field) = field_of(&batch, &key) else {
            let description = unknown(&batch, &key);
            refused.push(FieldViolation { field: key, description });
            continue;
        };
        let Kind::Message(message) = field.kind() else { return None };
        if json == "null" {
            continue;
        }
        if field.cardinality() != Cardinality::Repeated {
            let part = Part { whole: Whole(whole), json, path: field.name(), most: MOST_FAULTS };
            match part.message(&message, &mut count) {
                Ok(bytes) => append(&mut read.message, field.number(), &bytes),
                Err(NoMessage::Wrong(wrong)) => refused.extend(wrong),
                Err(fatal) => return Some(Err(fatal.into_error())),
            }
            continue;
        }
        let documents = items(json).filter(|items| items.len() <= MOST_DOCUMENTS && !has_documents)?;
        has_documents = true;
        for (index, json) in documents.into_iter().enumerate() {
            let path = format!("{}[{index}]", field.name());
            let part = Part { whole: Whole(whole), json, path: &path, most: MOST_FAULTS_OF_DOCUMENT };
            let bytes = match part.message(&message, &mut count) {
                Ok(bytes) => bytes,
                Err(NoMessage::Wrong(wrong)) => {
                    read.wrong.push((index, wrong));
                    nothing_but_its_id(json)
                }
                Err(fatal) => return Some(Err(fatal.into_error())),
            };
            append(&mut read.message, field.number(), &bytes);
            if read.message.len() > max_bytes {
                return Some(Err(JsonError::TooLarge(max_bytes)));
            }
        }
    }
    if read.message.len() > max_bytes {
        return Some(Err(JsonError::TooLarge(max_bytes)));
    }
    match (refused.is_empty(), read.wrong.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Ok(read)),
        (false, _) => Some(Err(JsonError::Wrong(refused))),
    }
}

/// What stands in place of a document that couldn't be read.
fn nothing_but_its_id(json: &str) -> Vec<u8> {
    let id = entries(json).into_iter().flatten().find_map(|(key, value)| {
        let is_id = key == "document_id" || key == "documentId";
        let id = is_id.then(|| serde_json::from_str::<String>(value).ok()).flatten()?;
        (id.len() <= MAX_DOCUMENT_ID_BYTES).then_some(id)
    });
    v1::Document { document_id: id.unwrap_or_default(), ..v1::Document::default() }.encode_to_vec()
}

/// Appends a message as a field of another.
fn append(message: &mut Vec<u8>, number: u32, field: &[u8]) {
    encode_key(number, WireType::LengthDelimited, message);
    encode_varint(field.len() as u64, message);
    message.extend_from_slice(field);
}

/// JSON as text: in another encoding none of it can be read.
fn utf8(json: &[u8]) -> Result<&str, JsonError> {
    let wrong = |description| JsonError::Wrong(vec![FieldViolation { field: BODY.to_owned(), description }]);
    let text = std::str::from_utf8(json).map_err(|error| {
        let at = error.valid_up_to();
        let byte = json.get(at).copied().unwrap_or_default();
        wrong(format!(
            "is not UTF-8: its byte {}, counted from 1, is 0x{byte:02x}; send JSON as UTF-8",
            at + 1
        ))
    })?;
    if text.trim().is_empty() {
        return Err(wrong("is empty: a JSON object is wanted".to_owned()));
    }
    Ok(text)
}

/// A message in JSON, as all of a request or a part of it.
struct Part<'json, 'path> {
    whole: Whole<'json>,
    json: &'json str,
    /// Where it stands in the request; empty for all of it.
    path: &'path str,
    /// At most this many of its wrong fields are told.
    most: usize,
}

/// Why a part is no message.
enum NoMessage {
    Wrong(Vec<FieldViolation>),
    /// There is more than the whole may hold.
    TooMany(FieldViolation),
    TooLarge(usize),
}

impl NoMessage {
    fn into_error(self) -> JsonError {
        match self {
            Self::Wrong(wrong) => JsonError::Wrong(wrong),
            Self::TooMany(one) => JsonError::Wrong(vec![one]),
            Self::TooLarge(limit) => JsonError::TooLarge(limit),
        }
    }
}

impl Part<'_, '_> {
    fn message(&self, message: &MessageDescriptor, count: &mut Count) -> Result<Vec<u8>, NoMessage> {
        if let Err(error) = count.check(self.json) {
            let inner = count.take_path();
            if count.is_too_large() {
                return Err(NoMessage::TooLarge(count.max_bytes()));
            }
            let separator = if self.path.is_empty() || inner.is_empty() { "" } else { "." };
            let fault = self.whole.told(&error, self.json, format!("{}{separator}{inner}", self.path));
            return Err(if count.holds_too_many() {
                NoMessage::TooMany(FieldViolation { field: BODY.to_owned(), ..fault })
            } else {
                NoMessage::Wrong(vec![fault])
            });
        }
        let mut deserializer = serde_json::Deserializer::from_str(self.json);
        let read = DynamicMessage::deserialize(message.clone(), &mut deserializer).map_err(|error| {
            let found = faults(self.whole, message, self.json, self.path, self.most);
            if found.is_empty() {
                return NoMessage::Wrong(vec![self.whole.told(&error, self.json, self.path.to_owned())]);
            }
            NoMessage::Wrong(found)
        })?;
        let bytes = read.encode_to_vec();
        if bytes.len() > count.max_bytes() { Err(NoMessage::TooLarge(count.max_bytes())) } else { Ok(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json_count::MOST_VALUES;

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
    fn what_is_no_such_message_is_told_with_its_path_and_place() {
        for (json, told) in [
            (
                "{\"document\": {\n\"text\": 3}}",
                "document.text is 3: a string, in quotation marks, is wanted (line 2, column 9)",
            ),
            (
                "{\"documents\": []}",
                "documents is no field here: perhaps document is meant (line 1, column 15)",
            ),
            (
                r#"{"document": {"txet": "x"}}"#,
                "document.txet is no field here: perhaps text is meant (line 1, column 23)",
            ),
            (
                r#"{"document": {"colour": "x"}}"#,
                "document.colour is no field here: there are document_id, text, language_code, publish_time \
                 (line 1, column 25)",
            ),
            (r#"{"text": "x"}"#, "text is no field here: perhaps document.text is meant (line 1, column 10)"),
            (
                r#"{"options": {"offsetEncodign": 1}}"#,
                "options.offsetEncodign is no field here: perhaps offset_encoding is meant (line 1, column 32)",
            ),
            (
                r#"{"document": {"text": "é", "publishTime": "March 7, 2024"}}"#,
                "document.publish_time is \"March 7, 2024\": a time with its zone, like \"2024-03-07T15:04:05Z\" or \
                 \"2024-03-07T15:04:05-05:00\", is wanted (line 1, column 43)",
            ),
            (
                r#"{"options": {"max_claims": 2147483648}}"#,
                "options.max_claims is 2147483648: a whole number from -2147483648 to 2147483647 is wanted \
                 (line 1, column 28)",
            ),
            (
                r#"{"options": {"kinds": 1}}"#,
                "options.kinds is 1: a list, in brackets, is wanted (line 1, column 23)",
            ),
            (
                r#"{"options": {"aliases": [{"name": "a"}, {"variants": ["b", null]}]}}"#,
                "options.aliases[1].variants[1] is null: a string, in quotation marks, is wanted (line 1, column 60)",
            ),
            (
                r#"{"document": "x"}"#,
                "document is \"x\": an object, in braces, is wanted (line 1, column 14)",
            ),
            ("[]", "body is a list: an object, in braces, is wanted (line 1, column 1)"),
            ("null", "body is null: an object, in braces, is wanted (line 1, column 1)"),
            ("{\"document\": {}} {}", "body is no JSON: trailing characters (line 1, column 18)"),
            (r#"{"document": {"text": "x",}}"#, "document is no JSON: trailing comma (line 1, column 27)"),
            (
                r#"{"document": {"text": "x"#,
                "document.text ends too early, in the middle of its JSON (line 1, column 24)",
            ),
            (" \n", "body is empty: a JSON object is wanted"),
            (
                "{\"document\": {\"text\": \"a\",\n\"text\": \"b\"}}",
                "document.text stands there twice (line 2, column 12)",
            ),
        ] {
            assert_eq!(read(json).expect_err(json), told, "{json}");
        }
        let latin1 = message_of_json("ExtractClaimsRequest", b"{\"a\": \"Zo\xeb\"}", 1000);
        let told = latin1.expect_err("it is not UTF-8").to_string();
        assert_eq!(told, "body is not UTF-8: its byte 10, counted from 1, is 0xeb; send JSON as UTF-8");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let json = r#"{"document": {"text": 7, "publish_time": ""}, "options": {"view": "FULL"}, "x": 1}"#;
        let error = message_of_json("ExtractClaimsRequest", json.as_bytes(), 1000).expect_err("all is wrong");
        let JsonError::Wrong(wrong) = error else { panic!("{error}") };
        let fields: Vec<&str> = wrong.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["document.text", "document.publish_time", "options.view", "x"]);
        let many = format!(r#"{{"options": {{"kinds": [{}0]}}}}"#, r#""x","#.repeat(1000));
        let error =
            message_of_json("ExtractClaimsRequest", many.as_bytes(), 10_000).expect_err("they are wrong");
        assert!(matches!(error, JsonError::Wrong(wrong) if wrong.len() == MOST_FAULTS));
    }

    #[test]
    fn a_field_in_both_of_its_spellings_is_told_with_both() {
        for (json, path, first) in [
            (
                r#"{"document": {"document_id": "a", "documentId": "b"}}"#,
                "document.document_id",
                "document_id",
            ),
            (
                r#"{"document": {"documentId": "a", "text": "x", "document_id": "a"}}"#,
                "document.document_id",
                "documentId",
            ),
            (r#"{"options": {"maxClaims": 1, "max_claims": 1}}"#, "options.max_claims", "maxClaims"),
            (
                r#"{"options": {"aliases": [{"name": "a"}, {"entity_kind": 1, "entityKind": 1}]}}"#,
                "options.aliases[1].entity_kind",
                "entity_kind",
            ),
            (
                r#"{"document": {"publishTime": null, "publish_time": null}}"#,
                "document.publish_time",
                "publishTime",
            ),
        ] {
            let error = read(json).expect_err(json);
            let told = format!("{path} stands there twice, also as {first:?} (line 1");
            assert!(error.starts_with(&told), "{error}");
        }
    }

    #[test]
    fn a_name_that_no_value_has_is_answered_with_those_that_one_has() {
        for (json, told) in [
            (
                r#"{"options": {"view": "FULL"}}"#,
                "options.view is \"FULL\": one of CLAIM_VIEW_BASIC, CLAIM_VIEW_FULL is wanted (line 1, column 22)",
            ),
            (
                r#"{"options": {"kinds": ["QUOTATION_KIND_MIXED", "x"]}}"#,
                "options.kinds[1] is \"x\": one of QUOTATION_KIND",
            ),
            (r#"{"options": {"aliases": [{"name": "a"}, {"entityKind": "Person"}]}}"#, "ENTITY_KIND_PERSON"),
        ] {
            let error = read(json).expect_err(json);
            assert!(error.contains(told) && !error.contains("UNSPECIFIED"), "{error}");
        }
    }

    fn batch(json: &str) -> Result<(v1::BatchExtractClaimsRequest, Vec<String>), String> {
        let read = batch_of_json(json.as_bytes(), 10_000).map_err(|error| error.to_string())?;
        let message = v1::BatchExtractClaimsRequest::decode(read.message.as_slice());
        let told = read.wrong.iter().flat_map(|(number, wrong)| {
            wrong.iter().map(move |one| format!("{number}: {} {}", one.field, one.description))
        });
        Ok((message.expect("it is that message"), told.collect()))
    }

    #[test]
    fn a_wrong_document_of_a_batch_leaves_the_others_as_they_are() {
        let json = r#"{"documents": [{"text": "a"}, {"documentId": "b", "text": "b", "publish_time": "x"}, 7,
            {"text": "c", "text": "d"}, {"text": "e", "document_id": "e"}, {"text": "\ud83c"}],
            "options": {"max_claims": 3}}"#;
        let (message, told) = batch(json).expect("some of it is read");
        let texts: Vec<&str> = message.documents.iter().map(|document| document.text.as_str()).collect();
        assert_eq!(texts, ["a", "", "", "", "e", ""]);
        assert_eq!(message.documents[1].document_id, "b");
        assert_eq!(message.options.map(|options| options.max_claims), Some(3));
        let places = [
            "1: documents[1].publish_time is \"x\": a time",
            "2: documents[2] is 7: an object, in braces, is wanted (line 1, column 86)",
            "3: documents[3].text stands there twice (line 2, column",
            "5: documents[5].text is no JSON: ",
        ];
        assert_eq!(told.len(), places.len(), "{told:?}");
        for (told, place) in told.iter().zip(places) {
            assert!(told.starts_with(place), "{told}");
        }
        // Nothing is wrong with it.
        let (message, told) =
            batch(r#"{"documents": [{"text": "a"}], "options": null}"#).expect("it is read");
        assert_eq!((message.documents.len(), told.len()), (1, 0));
    }

    #[test]
    fn what_is_wrong_beside_the_documents_of_a_batch_refuses_all_of_it() {
        for (json, told) in [
            (r#"{"documents": [{"text": 7}], "options": {"view": "x"}}"#, "options.view is \"x\": one of"),
            (r#"{"document": [{"text": "a"}]}"#, "document is no field here: perhaps documents is meant"),
            (r#"{"documents": {"text": "a"}}"#, "documents is an object: a list, in brackets, is wanted"),
            (r#"{"documents": [{"text": 7}, {]}"#, "documents[1] is no JSON: key must be a string"),
            (r#"{"documents": [7], "documents": []}"#, "documents stands there twice"),
            (
                &format!(r#"{{"documents": [{}7]}}"#, "7,".repeat(MOST_VALUES)),
                "body holds more than 131072 values",
            ),
            (
                &format!(r#"{{"documents": [7, {{"text": "{}"}}]}}"#, "x".repeat(10_001)),
                "the message is longer than 10000 bytes",
            ),
        ] {
            let error = batch(json).expect_err("it is refused");
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn what_would_take_more_memory_than_a_message_may_is_refused_before_it_is_made() {
        let zeros = |count: usize| format!(r#"{{"options": {{"kinds": [{}0]}}}}"#, "0,".repeat(count - 1));
        assert!(read(&zeros(500)).is_ok());
        let error = read(&zeros(MOST_VALUES)).expect_err("these are too many");
        assert!(error.contains("body holds more than 131072 values (line 1"), "{error}");
        let text = |bytes: usize| format!(r#"{{"document": {{"text": "{}"}}}}"#, "\\u0078".repeat(bytes));
        assert_eq!(read(&text(990)).map(|read| read.document.expect("it is there").text.len()), Ok(990));
        for bytes in [998, 5000] {
            assert_eq!(read(&text(bytes)).expect_err("too long"), "the message is longer than 1000 bytes");
        }
        let long = "k".repeat(100_000);
        for (json, why) in [
            (format!(r#"{{"{long}": 0}}"#), "body holds a key of 100000 bytes (line 1, column 100003)"),
            (format!(r#"{{"options": {{"view": "{}"}}}}"#, &long[..900]), "kkk…: one of CLAIM_VIEW_BASIC"),
        ] {
            let error = read(&json).expect_err("there is no such field");
            assert!(error.len() < 300 && error.contains(why), "{error}");
        }
        // Names and times are shorter in the message than in JSON.
        let kinds = vec!["\"QUOTATION_KIND_DIRECT\""; 100].join(",");
        assert!(read(&format!(r#"{{"options": {{"kinds": [{kinds}]}}}}"#)).is_ok());
    }
}
