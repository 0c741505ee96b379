//! What callers get when all is well.

use std::sync::Arc;

use ascribe::serve::ServiceConfig;
use ascribe::wire;
use ascribe::wire::v1::{self, batch_extract_claims_response, stream_extract_claims_response};
use ascribe_engine::Extractor;
use tokio_stream::StreamExt;

use crate::server::{Scripted, Server, document, request};

async fn real_server() -> (Server, Arc<Extractor>) {
    let extractor = Arc::new(Extractor::default());
    (Server::start(extractor.clone(), ServiceConfig::default()).await, extractor)
}

/// The Wikinews articles, as documents with their ids.
fn articles() -> Vec<v1::Document> {
    include_str!("../data/wikinews-dev.jsonl")
        .lines()
        .map(|line| {
            let article: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            let field = |name: &str| article[name].as_str().expect("a string").to_owned();
            v1::Document { document_id: field("id"), text: field("text"), ..v1::Document::default() }
        })
        .collect()
}

/// The article without every hundredth character and every other quotation mark.
fn mutilated(article: v1::Document) -> v1::Document {
    let mut marks = 0;
    let survives = |(index, character): &(usize, char)| {
        marks += usize::from("\"“”".contains(*character));
        index % 100 != 99 && (marks % 2 == 0 || !"\"“”".contains(*character))
    };
    let text = article.text.chars().enumerate().filter(survives).map(|(_, character)| character).collect();
    v1::Document { document_id: format!("{}, mutilated", article.document_id), text, ..article }
}

/// What was found.
fn read(result: Option<v1::DocumentClaims>) -> v1::DocumentClaims {
    result.expect("the document was read")
}

fn code_points() -> v1::ExtractionOptions {
    v1::ExtractionOptions {
        offset_encoding: v1::OffsetEncoding::CodePoints.into(),
        view: v1::ClaimView::Full.into(),
        ..v1::ExtractionOptions::default()
    }
}

#[tokio::test]
async fn batch_unary_and_stream_give_the_same_answers() {
    let (server, extractor) = real_server().await;
    let mut client = server.client().await;
    let mut documents = articles();
    documents.extend(documents.clone().into_iter().map(mutilated));

    let mut unary = Vec::new();
    for document in documents.clone() {
        let request = v1::ExtractClaimsRequest { document: Some(document), options: Some(code_points()) };
        let response = client.extract_claims(request).await.expect("the article is read");
        unary.push(read(response.into_inner().result));
    }
    assert!(unary.iter().all(|result| result.tagger_version == extractor.tagger_version()));
    assert!(unary.iter().all(|result| result.knowledge_version == extractor.knowledge_version()));

    let request =
        v1::BatchExtractClaimsRequest { documents: documents.clone(), options: Some(code_points()) };
    let response = client.batch_extract_claims(request).await.expect("the batch is read");
    let batch = response.into_inner().items.into_iter().map(|item| match item.outcome {
        Some(batch_extract_claims_response::item::Outcome::Result(result)) => read(Some(result)),
        other => panic!("{other:?}"),
    });
    assert_eq!(batch.collect::<Vec<_>>(), unary);

    let options = v1::stream_extract_claims_request::Message::Options(code_points());
    let items = documents.into_iter().zip(0..).map(|(document, sequence)| {
        let item = v1::stream_extract_claims_request::Item { sequence, document: Some(document) };
        v1::stream_extract_claims_request::Message::Item(item)
    });
    let messages: Vec<_> = std::iter::once(options).chain(items).collect();
    let requests =
        messages.into_iter().map(|message| v1::StreamExtractClaimsRequest { message: Some(message) });
    let responses = client.stream_extract_claims(tokio_stream::iter(requests.collect::<Vec<_>>()));
    let mut responses = responses.await.expect("the stream begins").into_inner();
    let mut streamed = Vec::new();
    while let Some(response) = responses.next().await {
        let response = response.expect("the stream goes on");
        match response.outcome {
            Some(stream_extract_claims_response::Outcome::Result(result)) => {
                streamed.push((response.sequence, read(Some(result))));
            }
            other => panic!("{other:?}"),
        }
    }
    streamed.sort_by_key(|&(sequence, _)| sequence);
    assert_eq!(streamed.into_iter().map(|(_, result)| result).collect::<Vec<_>>(), unary);
}

#[tokio::test]
async fn the_answer_is_that_of_the_library() {
    let (server, extractor) = real_server().await;
    let text = "“The dam is safe,” said Ana Ruiz 👍. Critics said that it leaks.";
    let response = server.client().await.extract_claims(request(text)).await.expect("the text is read");
    let options = wire::Options::default();
    let found = extractor.extract(text);
    let expected = wire::document_claims("", &found, &options, wire::Provenance::of(&extractor));
    assert_eq!(read(response.into_inner().result), expected);
}

/// The whole text is one claim's content, so that its span tells the text's length in each unit.
#[tokio::test]
async fn spans_count_in_the_callers_unit() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let text = "Zoé 👍🏽 „ja“";
    for (unit, length) in [
        (v1::OffsetEncoding::Unspecified, text.len()),
        (v1::OffsetEncoding::Utf8Bytes, text.len()),
        (v1::OffsetEncoding::Utf16Units, text.encode_utf16().count()),
        (v1::OffsetEncoding::CodePoints, text.chars().count()),
    ] {
        let options =
            v1::ExtractionOptions { offset_encoding: unit.into(), ..v1::ExtractionOptions::default() };
        let request = v1::ExtractClaimsRequest { document: Some(document(text)), options: Some(options) };
        let response = client.extract_claims(request).await.expect("the text is read");
        let result = read(response.into_inner().result);
        let content = result.claims[0].content.as_ref().expect("a claim has a content");
        assert_eq!(content.text, text);
        assert_eq!(usize::try_from(content.spans[0].end).ok(), Some(length), "{unit:?}");
        assert_ne!(result.offset_encoding(), v1::OffsetEncoding::Unspecified);
    }
}

#[tokio::test]
async fn options_choose_what_is_returned() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let default = v1::ExtractionOptions::default;
    for (options, claims, is_truncated) in [
        (default(), 5, false),
        (v1::ExtractionOptions { max_claims: 3, ..default() }, 3, true),
        (v1::ExtractionOptions { min_confidence: Some(0.5), ..default() }, 5, false),
        (v1::ExtractionOptions { min_confidence: Some(0.6), ..default() }, 0, false),
        (v1::ExtractionOptions { kinds: vec![v1::QuotationKind::Direct.into()], ..default() }, 5, false),
        (v1::ExtractionOptions { kinds: vec![v1::QuotationKind::Mixed.into()], ..default() }, 0, false),
        (v1::ExtractionOptions { types: vec![v1::AttributionType::Control.into()], ..default() }, 0, false),
    ] {
        let request =
            v1::ExtractClaimsRequest { document: Some(document("claims 5")), options: Some(options.clone()) };
        let result = client.extract_claims(request).await.expect("the text is read").into_inner().result;
        let result = read(result);
        assert_eq!((result.claims.len(), result.truncated), (claims, is_truncated), "{options:?}");
    }
}

#[tokio::test]
async fn english_is_read_whatever_its_code() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    for code in ["", "en", "EN-gb"] {
        let mut request = request("Ruiz said so.");
        request.document.as_mut().expect("it has one").language_code = code.to_owned();
        assert!(client.extract_claims(request).await.is_ok(), "{code:?}");
    }
}

#[tokio::test]
async fn the_lexicon_comes_in_pages() {
    let (server, extractor) = real_server().await;
    let mut client = server.client().await;
    let expected: Vec<_> = extractor.lexicon().entries().iter().map(wire::cue_entry).collect();
    for page_size in [0, 7, 1000, i32::MAX] {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListCuesRequest { page_size, page_token };
            let page = client.list_cues(request).await.expect("a page").into_inner();
            let largest = usize::try_from(if page_size == 0 { 50 } else { page_size }).expect("positive");
            assert!(page.cues.len() <= largest.min(1000));
            found.extend(page.cues);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(found, expected, "{page_size}");
    }
}

#[tokio::test]
async fn the_server_says_what_it_runs() {
    let (server, extractor) = real_server().await;
    let request = v1::GetExtractorInfoRequest {};
    let info = server.client().await.get_extractor_info(request).await.expect("an answer").into_inner();
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(info.lexicon_version, extractor.lexicon().version());
    assert_eq!(info.tagger_version, extractor.tagger_version());
    assert_eq!(info.knowledge_version, extractor.knowledge_version());
    assert_eq!(info.language_codes, ["en"]);
    let expected = v1::Limits {
        max_document_bytes: 1 << 20,
        max_batch_documents: 256,
        max_request_bytes: 4 << 20,
        max_stream_in_flight: 16,
        max_response_bytes: 4 << 20,
        max_claims: 10_000,
        max_quotations: 1000,
        max_quotation_bytes: 64 << 10,
    };
    assert_eq!(info.limits, Some(expected));
}
