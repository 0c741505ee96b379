//! `BatchExtractClaims`: several documents in, one item for each out, in one response that clients take.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use prost::Message;

use super::caller::Caller;
use crate::serve::messages::wrong_documents::WrongDocuments;
use crate::serve::status::Failure;
use crate::serve::work::document_reader::{BulkAnswer, BulkDocument, DocumentReader};
use crate::wire::{Limits, cut_document_id, output_options, v1};
use ascribe_engine::Work;
use v1::batch_extract_claims_response::Item;
use v1::batch_extract_claims_response::item::Outcome;

/// The bytes that a response keeps free for the error of each document that is still to come. A test compares the longest
/// error with it.
const ERROR_BYTES: usize = 2560;

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
    options.record.max_bytes = options.record.max_bytes.min(room);
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
                Some(failure) => {
                    let document_id = cut_document_id(&document.document_id).to_owned();
                    BulkAnswer { document_id, outcome: Err(failure) }
                }
                None => {
                    reader.read_bulk(BulkDocument { document: Some(document), path, options, call }).await
                }
            }
        }
    });
    let mut outcomes = outcomes.buffered(limits.max_stream_in_flight.max(1));
    let mut items = Vec::with_capacity(count);
    while let Some(answer) = outcomes.next().await {
        items.push(fitted(answer, &mut room));
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

/// The item for an answer: the result where there is room for it, which it then takes. The document's name beside the
/// result takes no more than is kept free for an error.
fn fitted(answer: BulkAnswer, room: &mut usize) -> Item {
    let BulkAnswer { document_id, outcome } = answer;
    let outcome = outcome.and_then(|result| {
        *room = room.checked_sub(result.encoded_len()).ok_or(Failure::ResponseFull)?;
        Ok(result)
    });
    let outcome = match outcome {
        Ok(result) => Outcome::Result(result),
        Err(failure) => Outcome::Error(failure.into_item(&document_id)),
    };
    Item { outcome: Some(outcome), document_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{batch_of_json, input_document};

    #[test]
    fn the_longest_error_fits_in_what_is_kept_free_for_it() {
        let document_id = "x".repeat(1 << 20);
        let worst = v1::Document {
            document_id: document_id.clone(),
            text: String::new(),
            // Each is written as six characters in the error.
            language_code: "\u{7f}".repeat(1000),
            publish_time: Some(pbjson_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
        };
        let violations = input_document(Some(worst), "documents[1000000]", &Limits::default());
        let failure = Failure::Invalid(violations.expect_err("every field is wrong"));
        let outcome = Some(Outcome::Error(failure.into_item(&document_id)));
        let item = Item { outcome, document_id: cut_document_id(&document_id).to_owned() };
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
        let item = Item { outcome: Some(Outcome::Error(failure.into_item(""))), ..Item::default() };
        assert!(item.encoded_len() + 8 <= ERROR_BYTES, "{}", item.encoded_len());
    }

    #[test]
    fn a_result_that_does_not_fit_leaves_its_room_to_the_next() {
        let mut room = 100;
        let mut fit = |id: usize| {
            let document_id = "x".repeat(id);
            let result = v1::DocumentClaims { document_id: document_id.clone(), ..Default::default() };
            let item =
                fitted(BulkAnswer { document_id: document_id.clone(), outcome: Ok(result) }, &mut room);
            assert_eq!(item.document_id, document_id);
            item.outcome
        };
        assert!(matches!(fit(50), Some(Outcome::Result(_))));
        let full = fit(60);
        assert!(matches!(full, Some(Outcome::Error(error)) if error.message.contains("StreamExtractClaims")));
        assert!(matches!(fit(20), Some(Outcome::Result(_))));
    }
}
