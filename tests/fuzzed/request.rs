//! Any bytes as each message that a client sends: no panic, errors that stay short, input within the limits,
//! the same message through its JSON, and an answer that fits where the text is short.

use std::fmt::Debug;
use std::sync::LazyLock;

use ascribe::wire::{
    FieldViolation, InputDocument, Limits, Method, OutputOptions, Provenance, document_claims,
    input_document, look_over, message_of_json, output_options, v1,
};
use ascribe_engine::{Context, Extractor};
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use v1::stream_extract_claims_request::Message as StreamMessage;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

/// Texts up to here are read as well, in bytes. Longer ones are what the target `extract` is for.
const READ_BYTES: usize = 256;
/// What one violation may say at most, in bytes: all of them travel in a header.
const LONGEST_DESCRIPTION: usize = 1024;
/// A document and options have so many fields that can be wrong, at most.
const MOST_VIOLATIONS: usize = 16;

/// A message of the wire that has a JSON form.
trait Wire: Message + Debug + Default + Serialize + DeserializeOwned {}
impl<M: Message + Debug + Default + Serialize + DeserializeOwned> Wire for M {}

/// Reads `bytes` as every request, and as the JSON of one.
pub(crate) fn check(bytes: &[u8]) {
    for method in Method::ALL {
        if let Err(violation) = look_over(method, bytes, &Limits::default()) {
            assert_short(&[violation], "");
        }
    }
    if let Some(request) = decoded::<v1::ExtractClaimsRequest>(bytes) {
        // What is refused before it is decoded would be refused afterwards.
        if look_over(Method::ExtractClaims, bytes, &Limits::default()).is_err() {
            let options = output_options(request.options.clone(), "options", &Limits::default());
            assert!(options.is_err(), "{options:?}");
        }
        check_request(vec![request.document], request.options);
    }
    if let Some(request) = decoded::<v1::BatchExtractClaimsRequest>(bytes) {
        check_request(request.documents.into_iter().map(Some).collect(), request.options);
    }
    if let Some(request) = decoded::<v1::StreamExtractClaimsRequest>(bytes) {
        match request.message {
            Some(StreamMessage::Item(item)) => check_request(vec![item.document], None),
            Some(StreamMessage::Options(options)) => check_request(Vec::new(), Some(options)),
            None => {}
        }
    }
    decoded::<v1::ListCuesRequest>(bytes);
    if let Ok(message) =
        message_of_json("BatchExtractClaimsRequest", bytes, Limits::default().max_request_bytes)
    {
        let request = v1::BatchExtractClaimsRequest::decode(message.as_slice());
        let request = request.expect("what was made of JSON is that message");
        check_request(request.documents.into_iter().map(Some).collect(), request.options);
    }
}

/// The message that `bytes` are, if they are one. Where it has a JSON form, that is the same message.
fn decoded<M: Wire>(bytes: &[u8]) -> Option<M> {
    let message = M::decode(bytes).ok()?;
    // Numbers that are in no enum and times that no calendar has can't be written as JSON at all.
    let json = serde_json::to_value(&message).ok().filter(|json| !has_no_form(json));
    if let Some(json) = json.map(|json| json.to_string()) {
        let again: M = serde_json::from_str(&json)
            .unwrap_or_else(|error| panic!("{error} in the JSON that was written for {message:?}: {json}"));
        // Of the bytes, since a message that holds NaN isn't equal to itself.
        assert_eq!(again.encode_to_vec(), message.encode_to_vec(), "{message:?} through {json}");
    }
    Some(message)
}

/// Whether something stands there that can't be read again: what is no number, or a year of more than four digits, which
/// proto3 JSON doesn't have.
fn has_no_form(json: &Value) -> bool {
    match json {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_no_form),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let is_far_away = |time: &str| time.starts_with(['+', '-']);
            name == "publish_time" && value.as_str().is_some_and(is_far_away) || has_no_form(value)
        }),
        _ => false,
    }
}

/// Judges documents and options as the service does, and answers what is right.
fn check_request(documents: Vec<Option<v1::Document>>, options: Option<v1::ExtractionOptions>) {
    let limits = Limits::default();
    let options = match output_options(options, "options", &limits) {
        Ok(options) => options,
        Err(violations) => return assert_short(&violations, "options"),
    };
    assert!(
        options.record.max_claims <= limits.max_claims
            && options.record.max_bytes <= limits.max_response_bytes
    );
    assert!((0.0..=1.0).contains(&options.record.min_confidence), "{options:?}");
    for document in documents {
        match input_document(document, "document", &limits) {
            Ok(document) => check_document(&document, &options, &limits),
            Err(violations) => assert_short(&violations, "document"),
        }
    }
}

fn check_document(document: &InputDocument, options: &OutputOptions, limits: &Limits) {
    let text = &document.text;
    assert!(!text.is_empty() && text.len() <= limits.max_document_bytes, "{document:?}");
    if text.len() > READ_BYTES {
        return;
    }
    let context = Context { published: document.published, aliases: &options.aliases, ..Context::default() };
    let found = EXTRACTOR.extract_in(text, context);
    let answer = document_claims(&document.document_id, &found, &options.record, Provenance::of(&EXTRACTOR));
    assert!(answer.claims.len() <= options.record.max_claims, "{answer:?}");
    assert!(answer.encoded_len() <= options.record.max_bytes, "{answer:?}");
    serde_json::to_string(&answer).expect("what the service makes has a JSON form");
}

/// Violations name fields below `path`, and are few and short enough for the headers of an answer.
fn assert_short(violations: &[FieldViolation], path: &str) {
    assert!((1..=MOST_VIOLATIONS).contains(&violations.len()), "{violations:?}");
    for FieldViolation { field, description } in violations {
        assert!(field.starts_with(path) && !description.is_empty(), "{field}: {description}");
        assert!(field.len() + description.len() <= LONGEST_DESCRIPTION, "{field}: {description}");
    }
}
