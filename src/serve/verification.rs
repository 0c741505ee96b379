//! `VerifyQuotations`: a document and quotations in, one item for each quotation out.

use std::sync::Arc;

use super::admission::Place;
use super::call::RequestId;
use super::engine::Engine;
use super::pool::Ticket;
use super::reader::Reader;
use super::status::Failure;
use crate::wire::{InputQuotation, VerificationInput, input_verification, v1, verification_items};
use ascribe_engine::{Context, Extraction, GivenQuotation, Verifier};

/// Reads the document of `request` and looks for its quotations there.
pub(super) async fn verify(
    reader: &Reader,
    verifier: &Arc<Verifier>,
    request: v1::VerifyQuotationsRequest,
    request_id: &RequestId,
    place: Arc<Place>,
) -> Result<v1::VerifyQuotationsResponse, Failure> {
    let quotations: usize = request.quotations.iter().map(|quotation| quotation.text.len()).sum();
    let bytes = request.document.as_ref().map_or(0, |document| document.text.len());
    place.hold(bytes + quotations)?;
    let input = input_verification(request, reader.limits()).map_err(Failure::Invalid)?;
    place.wait(reader.outlook(Some(bytes)))?;
    let (verifier, max_bytes) = (verifier.clone(), reader.limits().max_response_bytes);
    let work =
        move |engine: &dyn Engine, ticket: &Ticket<'_>| answer(engine, &verifier, &input, max_bytes, ticket);
    reader.work(bytes, work, request_id, place).await
}

/// What a worker does; nothing where the caller goes meanwhile.
fn answer(
    engine: &dyn Engine,
    verifier: &Verifier,
    input: &VerificationInput,
    max_bytes: usize,
    ticket: &Ticket<'_>,
) -> Option<v1::VerifyQuotationsResponse> {
    let VerificationInput { document, quotations, offsets } = input;
    let context = Context { published: document.published, aliases: &[] };
    let claims = engine.extract_unless(&document.text, context, ticket.is_abandoned)?;
    let given: Vec<GivenQuotation<'_>> = quotations.iter().map(InputQuotation::as_quotation).collect();
    let found = Extraction::of_claims(&document.text, claims);
    let findings = verifier.verify_unless(&found, &given, ticket.is_abandoned)?;
    let items = verification_items(&document.text, found.all(), quotations, &findings, *offsets, max_bytes);
    Some(v1::VerifyQuotationsResponse { items, offset_encoding: v1::OffsetEncoding::from(*offsets).into() })
}
