//! `BatchExtractClaims`: several documents in, one item for each out, in one response that clients take.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use prost::Message;

use super::caller::Caller;
use crate::serve::messages::wrong_documents::WrongDocuments;
use crate::serve::status::Failure;
use crate::serve::work::document_reader::{BulkDocument, DocumentReader};
use crate::wire::{Limits, output_options, v1};
use ascribe_engine::Work;
use v1::batch_extract_claims_response::Item;
use v1::batch_extract_claims_response::item::Outcome;

/// The bytes that a response keeps free for the error of each document that is still to come. A test compares the longest
/// error with it.
const ERROR_BYTES: usize = 2048;

/// Reads every document of `request` but those that are `wrong` already, a few at a time.
pub(crate) async fn read_all(
    reader: &DocumentReader,
    request: v1::BatchExtractClaimsRequest,
    wrong: &WrongDocuments,
    caller: &Caller,
) -> Result<v1::BatchExtractClaimsResponse, Failure> {
    let bytes = request.documents.iter().map(|document| document.text.len()).sum();
    let limits = *reader.limits();
    caller.permit.hold_with_answer(bytes, &limits)?;
    let count = request.documents.len();
    check_count(count, &limits)?;
    let mut options = output_options(request.options, "options", &limits).map_err(Failure::Invalid)?;
    let mut room = limits.max_response_bytes.saturating_sub(count * ERROR_BYTES);
    // A document's answer is cut to what fits rather than refused for its own length.
    options.max_bytes = options.max_bytes.min(room);
    let options = Arc::new(options);
    // The names, of which each document has all, are counted once and not for each of them.
    let names = reader.work_of("", &options)?.search_bytes;
    let searched = if names == 0 { 0 } else { bytes.saturating_add(names.saturating_mul(count)) };
    let work = Work::reading(bytes) + Work::searching(searched);
    caller.permit.wait_in_bulk(reader, work)?;
    // One engine reads all documents, also when the lexicon changes meanwhile.
    let reader = &reader.pinned();

    let outcomes = stream::iter(request.documents.into_iter().enumerate()).map(|(index, document)| {
        let (reader, options, call) = (reader.clone(), options.clone(), caller.call.clone());
        let path = format!("documents[{index}]");
        let failure = wrong.failure(index);
        async move {
            match failure {
                Some(failure) => Err(failure),
                None => {
                    reader.read_bulk(BulkDocument { document: Some(document), path, options, call }).await
                }
            }
        }
    });
    let mut outcomes = outcomes.buffered(limits.max_stream_in_flight.max(1));
    let mut items = Vec::with_capacity(count);
    while let Some(outcome) = outcomes.next().await {
        items.push(fitted(outcome, &mut room));
    }
    Ok(v1::BatchExtractClaimsResponse { items })
}

/// Refuses a batch of no documents, or of too many.
pub(crate) fn check_count(count: usize, limits: &Limits) -> Result<(), Failure> {
    let most = limits.max_batch_documents;
    match count {
        0 => Err(Failure::field("documents", "is empty")),
        count if count > most => {
            Err(Failure::field("documents", format!("holds {count} documents, more than {most}")))
        }
        _ => Ok(()),
    }
}

/// The item for an outcome: the result where there is room for it, which it then takes.
fn fitted(outcome: Result<v1::DocumentClaims, Failure>, room: &mut usize) -> Item {
    let outcome = outcome.and_then(|result| {
        *room = room.checked_sub(result.encoded_len()).ok_or(Failure::ResponseFull)?;
        Ok(result)
    });
    let outcome = match outcome {
        Ok(result) => Outcome::Result(result),
        Err(failure) => Outcome::Error(failure.into_item()),
    };
    Item { outcome: Some(outcome), document_id: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{batch_of_json, input_document};

    #[test]
    fn the_longest_error_fits_in_what_is_kept_free_for_it() {
        let worst = v1::Document {
            document_id: "x".repeat(1 << 20),
            text: String::new(),
            // Each is written as six characters in the error.
            language_code: "\u{7f}".repeat(1000),
            publish_time: Some(pbjson_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
        };
        let violations = input_document(Some(worst), "documents[1000000]", &Limits::default());
        let failure = Failure::Invalid(violations.expect_err("every field is wrong"));
        let item = Item { outcome: Some(Outcome::Error(failure.into_item())), ..Item::default() };
        assert!(item.encoded_len() + 8 <= ERROR_BYTES, "{}", item.encoded_len());
    }

    #[test]
    fn the_longest_error_of_a_document_in_json_fits_too() {
        let wide = "\u{10ffff}".repeat(100);
        let document = format!(r#"{{"text": {{}}, "publish_time": "{wide}", "documentId": 7}}"#);
        let batch = format!(r#"{{"documents": [{}{document}]}}"#, "{},".repeat(9999));
        let read = batch_of_json(batch.as_bytes(), 1 << 20).expect("one of them is wrong");
        let [(9999, violations)] = read.wrong.as_slice() else { panic!("{:?}", read.wrong) };
        let failure = Failure::Invalid(violations.clone());
        let item = Item { outcome: Some(Outcome::Error(failure.into_item())), ..Item::default() };
        assert!(item.encoded_len() + 8 <= ERROR_BYTES, "{}", item.encoded_len());
    }

    #[test]
    fn a_result_that_does_not_fit_leaves_its_room_to_the_next() {
        let result = |id: usize| v1::DocumentClaims { document_id: "x".repeat(id), ..Default::default() };
        let mut room = 100;
        assert!(matches!(fitted(Ok(result(50)), &mut room).outcome, Some(Outcome::Result(_))));
        let full = fitted(Ok(result(60)), &mut room).outcome;
        assert!(matches!(full, Some(Outcome::Error(error)) if error.message.contains("StreamExtractClaims")));
        assert!(matches!(fitted(Ok(result(20)), &mut room).outcome, Some(Outcome::Result(_))));
    }
}
