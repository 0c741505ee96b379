//! `VerifyQuotations`: a document and quotations in, one item for each quotation out.

use std::sync::Arc;
use std::time::Instant;

use super::caller::Caller;
use crate::serve::status::Failure;
use crate::serve::work::document_reader::DocumentReader;
use crate::serve::work::engine::Engine;
use crate::serve::work::pool::Ticket;
use crate::wire::{InputQuotation, VerificationInput, input_verification, notices, v1, verification_items};
use ascribe_engine::{Context, GivenQuotation, Verifier};

/// Reads the document of `request` and looks for its quotations there.
pub(crate) async fn verify(
    reader: &DocumentReader,
    verifier: &Arc<Verifier>,
    request: v1::VerifyQuotationsRequest,
    caller: &Caller,
) -> Result<v1::VerifyQuotationsResponse, Failure> {
    let quotations: usize = request.quotations.iter().map(|quotation| quotation.text.len()).sum();
    let bytes = caller.reads(request.document.as_ref());
    let Caller { call, permit } = caller;
    permit.hold_with_answer(bytes + quotations, reader.limits())?;
    let input = input_verification(request, reader.limits()).map_err(Failure::Invalid)?;
    let given: Vec<GivenQuotation<'_>> = input.quotations.iter().map(InputQuotation::as_quotation).collect();
    let text = &input.document.text;
    let work = reader.engine()?.work(text, Context::default()) + Verifier::work(text, &given);
    permit.wait(reader, work)?;
    let (verifier, max_bytes) = (verifier.clone(), reader.limits().max_response_bytes);
    let run =
        move |engine: &dyn Engine, ticket: &Ticket<'_>| answer(engine, &verifier, &input, max_bytes, ticket);
    reader.work(work, run, call, permit.clone()).await
}

/// What a worker does; returns nothing where the caller goes away meanwhile.
fn answer(
    engine: &dyn Engine,
    verifier: &Verifier,
    input: &VerificationInput,
    max_bytes: usize,
    ticket: &Ticket<'_>,
) -> Option<v1::VerifyQuotationsResponse> {
    let VerificationInput { document, quotations, offsets } = input;
    let context =
        Context { published: document.published, aliases: &[], language_is_given: document.language_given };
    let found = engine.extract_unless(&document.text, context, ticket.is_abandoned)?;
    let started = Instant::now();
    let given: Vec<GivenQuotation<'_>> = quotations.iter().map(InputQuotation::as_quotation).collect();
    let findings = verifier.verify_unless(&found, &given, ticket.is_abandoned)?;
    ticket.searched_since(started);
    let items = verification_items(&document.text, found.all(), quotations, &findings, *offsets, max_bytes);
    Some(v1::VerifyQuotationsResponse {
        items,
        offset_encoding: v1::OffsetEncoding::from(*offsets).into(),
        document_id: document.document_id.clone(),
        notices: notices(&found, *offsets),
    })
}
