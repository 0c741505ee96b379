//! Answers as callers keep them: the same text gives the same bytes over every door, what is always set is always written, and
//! how long it took stands beside the answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use ascribe::serve::ServiceConfig;
use ascribe::wire::v1::{self, batch_extract_claims_response, stream_extract_claims_response};
use ascribe_engine::record::{self, Options, Provenance, View};
use ascribe_engine::{Context, Extractor};
use prost::Message;
use serde_json::{Value, json};
use tokio_stream::StreamExt;
use tonic::metadata::MetadataMap;

use crate::http1::{Response, send};
use crate::raw;
use crate::server::{Scripted, Server, document, request};

const TEXT: &str =
    "“Zoé’s dam,” Mayor Ana Ruiz told reporters on Tuesday, “leaks.” Critics denied that it was “old 👍”.";

async fn real_server() -> (Server, Arc<Extractor>) {
    let extractor = Arc::new(Extractor::default());
    (Server::start(extractor.clone(), ServiceConfig::default()).await, extractor)
}

async fn post(server: &Server, method: &str, body: &Value) -> Response {
    let head = format!("POST /v1/claims:{method} HTTP/1.1\r\ncontent-type: application/json");
    send(server.address, &head, body.to_string().as_bytes()).await
}

/// The head of an answer without what belongs to the call and not to the text.
fn lasting(head: &str) -> Vec<&str> {
    let of_call = ["date:", "x-request-id:", "server-timing:"];
    head.lines().filter(|line| !of_call.iter().any(|name| line.starts_with(name))).collect()
}

/// The times of a call in milliseconds: waited, and worked.
fn times(told: &str) -> (f64, f64) {
    let (queue, compute) = told.split_once(", ").expect("two times");
    let time = |told: &str, name: &str| told.strip_prefix(name).and_then(|time| time.parse().ok());
    let queue = time(queue, "queue;dur=").unwrap_or_else(|| panic!("{told}"));
    (queue, time(compute, "compute;dur=").unwrap_or_else(|| panic!("{told}")))
}

fn times_in(metadata: &MetadataMap) -> Option<(f64, f64)> {
    metadata.get("server-timing").map(|told| times(told.to_str().expect("it is text")))
}

#[tokio::test]
async fn the_same_text_gives_the_same_bytes_over_every_door() {
    let (server, extractor) = real_server().await;
    let mut client = server.client().await;
    let options = v1::ExtractionOptions { view: v1::ClaimView::Full.into(), ..Default::default() };
    let asked = |text: &str| v1::ExtractClaimsRequest { options: Some(options.clone()), ..request(text) };

    let mut answers = BTreeSet::new();
    for _ in 0..2 {
        let unary = client.extract_claims(asked(TEXT)).await.expect("it is read").into_inner();
        answers.insert(unary.result.expect("always set").encode_to_vec());
        let batch = v1::BatchExtractClaimsRequest {
            documents: vec![document(TEXT); 2],
            options: Some(options.clone()),
        };
        let batch = client.batch_extract_claims(batch).await.expect("it is read").into_inner();
        for item in batch.items {
            let Some(batch_extract_claims_response::item::Outcome::Result(result)) = item.outcome else {
                panic!("{item:?}")
            };
            answers.insert(result.encode_to_vec());
        }
        let item = v1::stream_extract_claims_request::Item { sequence: 1, document: Some(document(TEXT)) };
        let messages = [
            v1::stream_extract_claims_request::Message::Options(options.clone()),
            v1::stream_extract_claims_request::Message::Item(item),
        ];
        let messages = messages.map(|message| v1::StreamExtractClaimsRequest { message: Some(message) });
        let stream = client.stream_extract_claims(tokio_stream::iter(messages)).await.expect("it begins");
        let answer = stream.into_inner().next().await.expect("an answer").expect("no error");
        let Some(stream_extract_claims_response::Outcome::Result(result)) = answer.outcome else {
            panic!("{answer:?}")
        };
        answers.insert(result.encode_to_vec());
    }
    assert_eq!(answers.len(), 1, "gRPC's answers differ");

    // JSON: as the library writes it, over HTTP twice.
    let found = extractor.extract_in(TEXT, Context::default());
    let options = Options { view: View::Full, ..Options::default() };
    let record = record::document_claims("", &found, &options, Provenance::of(&extractor));
    let of_library = serde_json::to_string(&record).expect("a record has a JSON form");
    let asked = json!({"document": {"text": TEXT}, "options": {"view": "CLAIM_VIEW_FULL"}});
    let (first, second) = (post(&server, "extract", &asked).await, post(&server, "extract", &asked).await);
    assert_eq!(String::from_utf8_lossy(&first.body), format!("{{\"result\":{of_library}}}"));
    assert_eq!((lasting(&first.head), &first.body), (lasting(&second.head), &second.body));
    let asked = json!({"documents": [{"text": TEXT}, {"text": TEXT}], "options": {"view": 2}});
    let (first, second) =
        (post(&server, "batchExtract", &asked).await, post(&server, "batchExtract", &asked).await);
    let item = format!("{{\"document_id\":\"\",\"result\":{of_library}}}");
    assert_eq!(String::from_utf8_lossy(&first.body), format!("{{\"items\":[{item},{item}]}}"));
    assert_eq!((lasting(&first.head), &first.body), (lasting(&second.head), &second.body));
    let asked = json!({
        "document": {"text": TEXT}, "quotations": [{"text": "dam leaks"}, {"text": "no", "speaker": "Ruiz"}],
    });
    let (first, second) =
        (post(&server, "verifyQuotations", &asked).await, post(&server, "verifyQuotations", &asked).await);
    assert_eq!((lasting(&first.head), &first.body), (lasting(&second.head), &second.body));
}

#[tokio::test]
async fn how_long_it_took_stands_beside_the_answer_of_every_door() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    // A scripted text takes 300 ms.
    let unary = client.extract_claims(request("slow")).await.expect("it is read");
    let (_, one) = times_in(unary.metadata()).expect("the trailers tell");
    assert!(one >= 290.0, "{one}");
    let documents = vec![document("slow"), document("slow")];
    let batch = client.batch_extract_claims(v1::BatchExtractClaimsRequest { documents, options: None }).await;
    let (waited, both) = times_in(batch.expect("it is read").metadata()).expect("the trailers tell");
    // There is one worker: the second waits for the first.
    assert!(both >= 580.0 && waited >= 290.0, "{both} {waited}");

    let items = ["slow", "slow"].map(|text| v1::StreamExtractClaimsRequest {
        message: Some(v1::stream_extract_claims_request::Message::Item(
            v1::stream_extract_claims_request::Item { sequence: 0, document: Some(document(text)) },
        )),
    });
    let stream = client.stream_extract_claims(tokio_stream::iter(items)).await.expect("it begins");
    assert!(times_in(stream.metadata()).is_none(), "nothing is read yet");
    let mut stream = stream.into_inner();
    while let Some(answer) = stream.next().await {
        answer.expect("no error");
    }
    let trailers = stream.trailers().await.expect("no error").expect("it has trailers");
    assert!(times_in(&trailers).expect("the trailers tell").1 >= 580.0, "{trailers:?}");

    let header = |answer: &Response| {
        let told = answer.head.lines().find_map(|line| line.strip_prefix("server-timing: "));
        told.map(times)
    };
    let asked = json!({"document": {"text": "slow"}});
    let answer = post(&server, "extract", &asked).await;
    assert!(header(&answer).expect("the header tells").1 >= 290.0, "{}", answer.head);
    assert!(!String::from_utf8_lossy(&answer.body).contains("duration"));
    let answer = post(&server, "batchExtract", &json!({"documents": [{"text": "slow"}, {"text": ""}]})).await;
    assert!(header(&answer).expect("the header tells").1 >= 290.0, "{}", answer.head);
    let refused = post(&server, "extract", &json!({"document": {"text": ""}})).await;
    assert!(header(&refused).is_none(), "nothing was read: {}", refused.head);

    let head = "POST /ascribe.v1.ClaimService/ExtractClaims HTTP/1.1\r\ncontent-type: application/grpc-web+proto\r\nx-grpc-web: 1";
    let answer = send(server.address, head, &raw::framed(&request("slow").encode_to_vec(), 0)).await;
    let body = String::from_utf8_lossy(&answer.body);
    let told = body.split("server-timing:").nth(1).and_then(|rest| rest.lines().next()).map(str::trim);
    assert!(times(told.expect("the trailers tell")).1 >= 290.0, "{body}");
}

/// The names of objects in a schema, each by its reference.
fn schema<'a>(openapi: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            openapi.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"))
        }
        None => schema,
    }
}

/// Checks that a value is what its schema says: all that is required, and nothing that it doesn't know.
fn assert_described(openapi: &Value, described: &Value, value: &Value, path: &str) {
    let described = schema(openapi, described);
    let of_kind = match described["type"].as_str().expect("a schema has a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        other => panic!("{path}: {other}"),
    };
    assert!(of_kind, "{path}: {value} is no {}", described["type"]);
    if let Some(names) = described["enum"].as_array() {
        assert!(names.contains(value), "{path}: {value}");
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        assert_described(openapi, &described["items"], item, &format!("{path}[{number}]"));
    }
    if described["additionalProperties"] == true {
        return;
    }
    for name in described["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        assert!(value.get(name).is_some(), "{path}: {name} is left out of {value}");
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        match described["properties"].get(name) {
            Some(property) => assert_described(openapi, property, value, &format!("{path}.{name}")),
            None => assert!(described["additionalProperties"].is_object(), "{path}: {name} isn't described"),
        }
    }
}

#[tokio::test]
async fn answers_and_errors_are_what_the_description_says() {
    let (server, _) = real_server().await;
    let openapi = send(server.address, "GET /openapi.json HTTP/1.1", b"").await.json();
    for (method, asked, code) in [
        ("extract", json!({"document": {"text": TEXT}, "options": {"view": "CLAIM_VIEW_FULL"}}), 200),
        ("extract", json!({"document": {"text": "It rained.", "document_id": "a"}}), 200),
        ("extract", json!({"document": {"text": "It was alleged that he lied.\n\n“No.”"}}), 200),
        ("extract", json!({"document": {"text": "", "document_id": "a"}}), 400),
        ("batchExtract", json!({"documents": [{"text": "It rained."}, {"text": ""}]}), 200),
        (
            "verifyQuotations",
            json!({"document": {"text": TEXT}, "quotations": [
                {"text": "Zoé’s dam leaks"}, {"text": "the whale", "speaker": "Ruiz"}, {"text": "dam rarely leaks"},
            ]}),
            200,
        ),
    ] {
        let answer = post(&server, method, &asked).await;
        assert_eq!(answer.code, code, "{asked}");
        let responses = &openapi["paths"][format!("/v1/claims:{method}")]["post"]["responses"];
        let response = &responses[if code == 200 { "200" } else { "default" }];
        assert_described(
            &openapi,
            &response["content"]["application/json"]["schema"],
            &answer.json(),
            method,
        );
    }
    let required = |name: &str| openapi["components"]["schemas"][name]["required"].clone();
    assert_eq!(required("ascribe.v1.Span"), json!(["start", "end"]));
    assert_eq!(required("ascribe.v1.ExtractClaimsRequest"), json!(["document"]));
    assert_eq!(required("ascribe.v1.Document"), json!(["text"]));
    assert_eq!(required("google.rpc.Status"), json!(["code", "message", "details"]));
    let claim = required("ascribe.v1.Claim");
    let claim: Vec<&str> = claim.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let always = [
        "claim_id",
        "parent_claim_id",
        "kind",
        "type",
        "act",
        "content",
        "negated",
        "hedged",
        "confidence",
        "fingerprint",
        "sentence",
        "quoted",
    ];
    assert_eq!(claim, always);
}

#[tokio::test]
async fn an_error_names_its_document() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let named = |id: &str, text: &str| v1::Document { document_id: id.to_owned(), ..document(text) };
    let long = "é".repeat(200);
    let cut = "é".repeat(128);
    for (id, text, told) in [("news-7", "", "news-7"), ("news-8", "panic", "news-8"), (&*long, "x", &*cut)] {
        let request = v1::ExtractClaimsRequest { document: Some(named(id, text)), options: None };
        let status = client.extract_claims(request).await.expect_err("it is wrong");
        let info = tonic_types::StatusExt::get_details_error_info(&status).expect("it has an ErrorInfo");
        assert_eq!(info.metadata.get("document_id").map(String::as_str), Some(told));
        let asked = json!({"document": {"document_id": id, "text": text}});
        let error = post(&server, "extract", &asked).await.json();
        assert_eq!(error["details"][0]["metadata"]["document_id"], told, "{error}");
        let mut asked = asked;
        asked["quotations"] = json!([{"text": "x"}]);
        let error = post(&server, "verifyQuotations", &asked).await.json();
        assert_eq!(error["details"][0]["metadata"]["document_id"], told, "{error}");

        let documents = vec![named("good", "x"), named(id, text)];
        let batch = v1::BatchExtractClaimsRequest { documents, options: None };
        let items = client.batch_extract_claims(batch).await.expect("it is answered").into_inner().items;
        assert_eq!(items[0].document_id, "good");
        assert_eq!(items[1].document_id, told);
        assert!(items[1].outcome.is_some(), "{items:?}");
        let asked = json!({"documents": [{"text": "x"}, {"document_id": id, "text": text}]});
        let items = &post(&server, "batchExtract", &asked).await.json()["items"];
        assert_eq!((&items[0]["document_id"], &items[1]["document_id"]), (&json!(""), &json!(told)));
        assert_eq!(items[1]["error"]["details"][0]["metadata"]["document_id"], told);

        let item = v1::stream_extract_claims_request::Item { sequence: 0, document: Some(named(id, text)) };
        let message = v1::stream_extract_claims_request::Message::Item(item);
        let message = v1::StreamExtractClaimsRequest { message: Some(message) };
        let stream = client.stream_extract_claims(tokio_stream::once(message)).await.expect("it begins");
        let answer = stream.into_inner().next().await.expect("an answer").expect("no error");
        assert_eq!((answer.sequence, answer.document_id.as_str()), (0, told));
    }
    // Where the deadline passes, the method doesn't get to say it.
    let mut late = tonic::Request::new(v1::ExtractClaimsRequest {
        document: Some(named("late", "block")),
        options: None,
    });
    late.metadata_mut().insert("grpc-timeout", "300m".parse().expect("a deadline"));
    let status = client.extract_claims(late).await.expect_err("it blocks");
    if let Some(info) = tonic_types::StatusExt::get_details_error_info(&status) {
        assert_eq!(info.metadata.get("document_id").map(String::as_str), Some("late"), "{status:?}");
    }
}
