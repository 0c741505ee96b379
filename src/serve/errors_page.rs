//! The page about errors, `docs/errors.md`: every error that a caller can get, as the code writes it.
//!
//! In: examples of what goes wrong, handed to the code that says so. Out: Markdown, up to what the program says of its own
//! files, which a test adds from the sources.

use std::fmt::Write;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use tonic::Status;

use super::call::keys::{Keys, new_key};
use super::code_names::code_name;
use super::config::AllowedHosts;
use super::json::{content_type_failure, http_code};
use super::methods::check_batch;
use super::request_id::RequestId;
use super::settings::{Given, assemble};
use super::status::{Failure, Full, failure_behind};
use super::transport::hosts::HostCheck;
use super::transport::places::NoPlace;
use crate::wire::{
    FieldViolation, JsonError, Limits, input_document, input_verification, message_of_json, output_options,
    v1,
};

const OPENING: &str = "# Errors

For those who got one. This page is made from the code (`src/serve/errors_page.rs`); a test compares them. Values in the texts
are examples.

Every error of a call has a code of gRPC, a text, and a `google.rpc.ErrorInfo` with the domain `ascribe.v1` and a `reason` in
capitals, which is what programs look at. Over HTTP the same stands in JSON as `google.rpc.Status`, with the HTTP code below;
Connect's clients get it in Connect's shape. `UNAVAILABLE` and `QUOTA_EXCEEDED` also say when to come back: in a `RetryInfo`, in
`grpc-retry-pushback-ms`, and over HTTP in `retry-after`. In a batch and in a stream a document's error stands in its item, and
the others are answered.

## Calls

| reason | gRPC | HTTP | for example | what to do |
|---|---|---|---|---|
";

const FIELDS: &str = "
## Fields

What `INVALID_FIELDS` says of them. Its `BadRequest` has path and text of each; over JSON line and column stand behind.

| field | what is wrong |
|---|---|
";

const SETTINGS: &str = "
## Settings of `ascribe serve`

All that is wrong is told at once, and nothing is started ([configuration.md](configuration.md)).

| for example |
|---|
";

/// The page as Markdown, without what the program says of its own files.
///
/// # Panics
/// Never: a test makes the page.
#[must_use]
pub fn errors_page() -> String {
    let mut page = OPENING.to_owned();
    for failure in failures() {
        let (reason, advice) = (failure.reason(), advice(&failure));
        let status = Status::from(failure);
        let (code, http) = (code_name(status.code()), http_code(&status).as_u16());
        // Writing into a string doesn't fail.
        let _ =
            writeln!(page, "| `{reason}` | `{code}` | {http} | {} | {advice} |", in_cell(status.message()));
    }
    page.push_str(FIELDS);
    for FieldViolation { field, description } in violations() {
        let _ = writeln!(page, "| `{field}` | {} |", in_cell(&description));
    }
    page.push_str(SETTINGS);
    for refusal in refusals() {
        let _ = writeln!(page, "| {} |", in_cell(&refusal));
    }
    page
}

/// A text in a cell of a table.
fn in_cell(text: &str) -> String {
    format!("`` {} ``", text.replace('|', "\\|").replace('\n', " "))
}

/// What a caller does about an error.
const fn advice(failure: &Failure) -> &'static str {
    match failure {
        Failure::Invalid(_) => "Mend the fields that are named; the same request fails again.",
        Failure::MessageTooLarge { .. } | Failure::DecompressedTooLarge { .. } => {
            "Send fewer or shorter documents at once, or stream them; whoever runs the service can raise `max-request-bytes`."
        }
        Failure::UnsupportedCoding(_) => "Compress with gzip, deflate or zstd, or not at all.",
        Failure::UnsupportedContentType(_) => "Name the content type that the text says, and send UTF-8.",
        Failure::NotSpoken(_) => "Use the protocol or the path that the text names.",
        Failure::NoSuchMethod(_) | Failure::NoSuchService(_) | Failure::NothingThere { .. } => {
            "Mend the name."
        }
        Failure::HttpMethodNotAllowed(_) => "Use one of the methods in `allow`.",
        Failure::Malformed(_) => "The client's library or what stands between breaks messages: look there.",
        Failure::BrokenOff => "Nobody reads this; it stands in the log.",
        Failure::ResponseFull => "Send fewer documents in a batch, or stream them.",
        Failure::QueueFull(_) | Failure::WouldMissDeadline { .. } => {
            "Try again after the time in `RetryInfo`; more workers or replicas where it lasts."
        }
        Failure::MessageSlow | Failure::NotLoaded | Failure::ShuttingDown => {
            "Try again after the time in `RetryInfo`."
        }
        Failure::StreamIdle | Failure::ConnectionOld => {
            "Open the stream again and go on with the documents that have no answer."
        }
        Failure::TooManyConnections(_) => "Use fewer connections: gRPC needs one.",
        Failure::HostNotAllowed(_) => "Call the service by a name that it allows, or have it allowed.",
        Failure::OriginNotAllowed(_) => {
            "Have the page's origin allowed, or call through a server of your own."
        }
        Failure::DeadlinePassed => "Allow more time, or send less at once.",
        Failure::Unauthenticated(_) => "Send a key that is valid.",
        Failure::PermissionDenied(_) => "Ask whoever runs the service.",
        Failure::QuotaExceeded { .. } => {
            "Come back after the time in `RetryInfo`; a higher rate is the operator's to give."
        }
        Failure::Bug(_) => "Tell whoever runs the service: its log has the cause under this name.",
    }
}

/// One example of every error of a call, or more where their texts differ.
fn failures() -> Vec<Failure> {
    let second = Duration::from_secs(1);
    let slots =
        |is_by_one| Full::Slots { what: "calls are under way (max-in-flight)", most: 4096, is_by_one };
    let mut failures = vec![
        Failure::field("document.text", "is empty"),
        Failure::MessageTooLarge { limit: 4 << 20 },
        Failure::DecompressedTooLarge { coding: "gzip", limit: 4 << 20 },
        Failure::UnsupportedCoding("br".to_owned()),
    ];
    for content_type in
        ["", "application/x-www-form-urlencoded", "text/plain", "application/json; charset=windows-1252"]
    {
        failures.extend(content_type_failure(content_type));
    }
    failures.extend([
        Failure::NotSpoken("gRPC needs HTTP/2; over HTTP/1.1 there are gRPC-Web and JSON".to_owned()),
        Failure::NoSuchMethod("/ascribe.v1.ClaimService/ExtractClaim".to_owned()),
        Failure::NoSuchService("ascribe".to_owned()),
        Failure::NothingThere {
            path: "/v1/claim:extract".to_owned(),
            instead: "perhaps /v1/claims:extract is meant".to_owned(),
        },
        Failure::HttpMethodNotAllowed("POST"),
    ]);
    for said in [
        "failed to decode Protobuf message: Document.text: invalid string value: data is not UTF-8 encoded",
        "Error decompressing: corrupt deflate stream",
        "Unexpected EOF decoding stream.",
        "Missing request message.",
        "protocol error: received message with compressed-flag but no grpc-encoding was specified",
        "protocol error: received message with invalid compression flag: 7 (valid flags are 0 and 1), while sending request",
        "tonic-web: malformed base64 request has unencoded bytes",
    ] {
        failures.extend(failure_behind(&Status::internal(said), 0));
    }
    failures.push(Failure::Malformed("the request holds more than one message".to_owned()));
    failures.extend(failure_behind(&Status::unimplemented(""), 0));
    failures.extend([
        Failure::BrokenOff,
        Failure::ResponseFull,
        Failure::QueueFull(slots(false)),
        Failure::QueueFull(slots(true)),
        Failure::QueueFull(Full::Bytes { most: 128 << 20 }),
        Failure::QueueFull(Full::Wait { wait: 33 * second, most: 30 * second, waiting: 90 }),
        Failure::WouldMissDeadline { wait: 3 * second, waiting: 9 },
        Failure::MessageSlow,
        Failure::StreamIdle,
        Failure::ConnectionOld,
        Failure::TooManyConnections(NoPlace::HoldsMost.told()),
        Failure::TooManyConnections(NoPlace::NoneFree.told()),
        Failure::NotLoaded,
        Failure::ShuttingDown,
        Failure::DeadlinePassed,
    ]);
    failures.extend(failures_of_keys());
    failures.extend([
        Failure::QuotaExceeded {
            subject: "key:desk".to_owned(),
            description: "more than 10 calls in a second".to_owned(),
            retry_after: Duration::from_millis(700),
        },
        Failure::HostNotAllowed("evil.example".to_owned()),
        Failure::OriginNotAllowed("https://news.example.org".to_owned()),
        Failure::Bug(RequestId::of(&HeaderMap::from_iter([(
            HeaderName::from_static("x-request-id"),
            HeaderValue::from_static("f00dfeedf00dfeed"),
        )]))),
    ]);
    failures
}

/// What is said of keys that are none, and of one that is switched off.
fn failures_of_keys() -> Vec<Failure> {
    let made = new_key("desk").expect("the system has random bytes");
    let keys = Keys::parse(&format!("{}:off", made.line.trim_end())).expect("it is a line of a file");
    let sent = |key: &str| {
        let value = HeaderValue::from_str(key).expect("a key is a header");
        keys.check("/", &HeaderMap::from_iter([(HeaderName::from_static("x-api-key"), value)]))
    };
    [keys.check("/", &HeaderMap::new()), sent("ascribe_0"), sent(&made.key)]
        .into_iter()
        .filter_map(Result::err)
        .collect()
}

/// What is said of fields, in the order of the contract.
fn violations() -> Vec<FieldViolation> {
    let limits = Limits::default();
    let long = |bytes: usize| "x".repeat(bytes);
    let wrong_document = |text: String| v1::Document {
        document_id: long(257),
        text,
        language_code: "de".to_owned(),
        publish_time: Some(pbjson_types::Timestamp { seconds: 0, nanos: -1 }),
    };
    let good = v1::Document { text: "x".to_owned(), ..v1::Document::default() };
    let alias = |name: &str, variants: usize| v1::Alias {
        name: name.to_owned(),
        variants: vec![String::from("x"); variants],
        ..v1::Alias::default()
    };
    let options = |aliases: Vec<v1::Alias>| v1::ExtractionOptions {
        offset_encoding: 9,
        view: 3,
        min_confidence: Some(1.5),
        kinds: vec![9],
        types: vec![0],
        max_claims: -1,
        aliases,
    };
    let quotation = |text: String, speaker: usize| v1::verify_quotations_request::Quotation {
        text,
        speaker: long(speaker),
        ..Default::default()
    };
    let verify = |quotations: Vec<v1::verify_quotations_request::Quotation>| v1::VerifyQuotationsRequest {
        document: Some(good.clone()),
        quotations,
        ..v1::VerifyQuotationsRequest::default()
    };
    let mut found: Vec<FieldViolation> = [
        input_document(None, "document", &limits).err(),
        input_document(Some(wrong_document(String::new())), "document", &limits).err(),
        input_document(Some(wrong_document(long((1 << 20) + 1))), "document", &limits).err(),
        check_batch(0, &limits).err().map(violations_of),
        check_batch(257, &limits).err().map(violations_of),
        output_options(Some(options(vec![alias("", 0)])), "options", &limits).err(),
        output_options(Some(options(vec![alias("Ruiz", 65)])), "options", &limits).err(),
        output_options(Some(options(vec![alias(&long(257), 0)])), "options", &limits).err(),
        output_options(Some(options(vec![alias("Ruiz", 0); 1001])), "options", &limits).err(),
        input_verification(verify(Vec::new()), &limits).err(),
        input_verification(verify(vec![quotation("x".to_owned(), 0); 1001]), &limits).err(),
        input_verification(verify(vec![quotation(" ".to_owned(), 0)]), &limits).err(),
        input_verification(verify(vec![quotation(long((64 << 10) + 1), 0)]), &limits).err(),
        input_verification(verify(vec![quotation("x".to_owned(), 257)]), &limits).err(),
        HostCheck::new(&AllowedHosts::Any, None)
            .check(&http::Uri::from_static("/"), http::Version::HTTP_11, &HeaderMap::new())
            .err()
            .map(violations_of),
    ]
    .into_iter()
    .flatten()
    .flatten()
    .collect();
    for json in [
        &br#"{"document": {"text": 7}}"#[..],
        br#"{"document": {"txet": "x"}}"#,
        br#"{"text": "x"}"#,
        br#"{"document": {"text": "a", "text": "b"}}"#,
        br#"{"document": {"document_id": "a", "documentId": "b"}}"#,
        br#"{"document": {"publish_time": "March 7, 2024"}}"#,
        br#"{"options": {"view": "FULL", "max_claims": 1.5, "min_confidence": "high", "kinds": 1}}"#,
        b"[]",
        b"{\"document\": {\"text\": \"x\",}}",
        b"{\"document\": {\"text\": \"x",
        b"{} {}",
        b"{\"a\": \"Zo\xeb\"}",
        b"",
    ] {
        if let Err(JsonError::Wrong(wrong)) = message_of_json("ExtractClaimsRequest", json, 1 << 20) {
            found.extend(wrong);
        }
    }
    let mut told = Vec::new();
    for violation in found {
        if !told.contains(&violation) {
            told.push(violation);
        }
    }
    told
}

fn violations_of(failure: Failure) -> Vec<FieldViolation> {
    match failure {
        Failure::Invalid(violations) => violations,
        _ => Vec::new(),
    }
}

/// What is said of settings, one of each kind.
fn refusals() -> Vec<String> {
    let given: [(&str, &str); 12] = [
        ("listen", "50051"),
        ("admin-listen", "claims.example.org:9090"),
        ("workers", "none"),
        ("drain-seconds", "-1"),
        ("max-connection-age-seconds", "0.5"),
        ("lexicon", "a\nb"),
        ("trusted-proxies", "proxy"),
        ("allowed-hosts", "https://claims.example.org"),
        ("cors-origin", "https://news.example.org/"),
        ("reflection", "on"),
        ("log-level", "loud"),
        ("otlp-endpoint", "collector:4317"),
    ];
    let flag =
        |name: &str| given.iter().find(|(setting, _)| *setting == name).map(|(_, value)| (*value).to_owned());
    let variable = |name: &str| match name {
        "ASCRIBE_MAX_INFLIGHT" | "ASCRIBE_API_KEY" => Some("64".to_owned()),
        "TOKIO_WORKER_THREADS" => Some("0".to_owned()),
        _ => None,
    };
    let names = ["ASCRIBE_MAX_INFLIGHT".to_owned()];
    let file = "max_in_flight = 3\ntls-cert = 'a.pem'\nmax-document-bytes = 8000000\n";
    let refused =
        assemble(Given { flag: &flag, variable: &variable, names: &names }, Some(("ascribe.toml", file)));
    let refusals = refused.err().map(|refusals| refusals.0).unwrap_or_default();
    let broken = assemble(
        Given { flag: &|_| None, variable: &|_| None, names: &[] },
        Some(("ascribe.toml", "workers 3\n")),
    );
    let broken = broken.err().map(|refusals| refusals.0).unwrap_or_default();
    refusals.into_iter().chain(broken).map(|refusal| refusal.to_string()).collect()
}
