//! One document's way: checked input -> a worker -> its message.

use std::sync::Arc;
use std::time::Instant;

use super::call::RequestId;
use super::engine::Engine;
use super::pool::{Pool, Ticket, Unanswered, WhenFull};
use super::status::Failure;
use crate::pipeline::Context;
use crate::wire::{InputDocument, Limits, OutputOptions, Provenance, document_claims, input_document, v1};

/// Reads documents, for every method alike. Cheap to clone.
#[derive(Clone)]
pub(super) struct Reader {
    engine: Arc<dyn Engine>,
    pool: Arc<Pool>,
    limits: Limits,
}

impl Reader {
    pub(super) fn new(engine: Arc<dyn Engine>, pool: Pool, limits: Limits) -> Self {
        Self { engine, pool: Arc::new(pool), limits }
    }

    pub(super) fn engine(&self) -> &dyn Engine {
        &*self.engine
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a document that may not wait for a place in the queue would be turned away now.
    pub(super) fn is_full(&self) -> bool {
        self.pool.is_full()
    }

    /// Checks the document that stands at `path` of a request, and reads it.
    pub(super) async fn check_and_read(
        self,
        document: Option<v1::Document>,
        path: &str,
        options: Arc<OutputOptions>,
        request_id: RequestId,
    ) -> Result<v1::DocumentClaims, Failure> {
        let document = input_document(document, path, &self.limits).map_err(Failure::Invalid)?;
        self.read(document, options, WhenFull::Wait, &request_id).await
    }

    /// Reads a document.
    pub(super) async fn read(
        &self,
        document: InputDocument,
        options: Arc<OutputOptions>,
        when_full: WhenFull,
        request_id: &RequestId,
    ) -> Result<v1::DocumentClaims, Failure> {
        let engine = self.engine.clone();
        let work = move |ticket: &Ticket<'_>| answer(&*engine, &document, &options, ticket);
        let answer = self.pool.run(when_full, work).await;
        answer
            .and_then(|message| message.ok_or(Unanswered::Stopped))
            .map_err(|unanswered| Failure::of(unanswered, request_id))
    }
}

impl Reader {
    /// Has other work with the engine done by a worker, if one is free or there is a place in the queue; work that
    /// returns nothing gave up because its caller went.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        request_id: &RequestId,
    ) -> Result<T, Failure> {
        let engine = self.engine.clone();
        let done = self.pool.run(WhenFull::Refuse, move |ticket: &Ticket<'_>| work(&*engine, ticket)).await;
        done.and_then(|answer| answer.ok_or(Unanswered::Stopped))
            .map_err(|unanswered| Failure::of(unanswered, request_id))
    }
}

/// What a worker does; nothing where the caller goes meanwhile.
fn answer(
    engine: &dyn Engine,
    document: &InputDocument,
    options: &OutputOptions,
    ticket: &Ticket<'_>,
) -> Option<v1::DocumentClaims> {
    let started = Instant::now();
    let context = Context { published: document.published, aliases: &options.aliases };
    let claims = engine.extract_unless(&document.text, context, ticket.is_abandoned)?;
    let provenance = Provenance {
        lexicon_version: engine.lexicon().version(),
        tagger_version: engine.tagger_version(),
        queued: Some(ticket.waited),
        computed: Some(started.elapsed()),
    };
    Some(document_claims(&document.document_id, &document.text, &claims, options, &provenance))
}
