//! One document's way: checked input -> a worker -> its message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Span;

use super::engine::{CurrentEngine, Engine};
use super::pool::{Pool, Ticket, Unanswered};
use super::queue::Outlook;
use crate::serve::admission::budget::Budget;
use crate::serve::admission::bulk_queue::{BulkPermits, PendingBytes};
use crate::serve::config::ServiceConfig;
use crate::serve::request_id::RequestId;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::{DocumentFate, Metrics};
use crate::wire::{InputDocument, Limits, OutputOptions, Provenance, document_claims, input_document, v1};
use ascribe_engine::Context;

/// Reads documents, for every method. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DocumentReader {
    engine: CurrentEngine,
    pool: Arc<Pool>,
    bulk: BulkPermits,
    budget: Budget,
    limits: Limits,
    metrics: Metrics,
}

/// One of several documents of a call.
pub(crate) struct BulkDocument {
    pub(crate) document: Option<v1::Document>,
    /// Where it stands in the request, for errors.
    pub(crate) path: String,
    pub(crate) options: Arc<OutputOptions>,
    pub(crate) request_id: RequestId,
}

impl DocumentReader {
    pub(crate) fn new(
        config: &ServiceConfig,
        engine: CurrentEngine,
        pool: Pool,
        budget: Budget,
        metrics: Metrics,
    ) -> Self {
        Self {
            engine,
            pool: Arc::new(pool),
            bulk: BulkPermits::new(config.workers),
            budget,
            limits: config.limits,
            metrics,
        }
    }

    /// The engine in use, if one is loaded.
    pub(crate) fn engine(&self) -> Result<Arc<dyn Engine>, Failure> {
        self.engine.get().ok_or(Failure::NotLoaded)
    }

    /// A reader pinned to the current engine, unaffected by reloads.
    pub(crate) fn pinned(&self) -> Self {
        Self { engine: self.engine.pinned(), ..self.clone() }
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What a document that comes now would wait for. It has this many bytes; none: as many as the average one.
    pub(crate) fn outlook(&self, bytes: Option<usize>) -> Outlook {
        self.pool.outlook(bytes)
    }

    /// How long a bulk document that comes now would wait for its permit.
    pub(crate) fn backlog(&self) -> Duration {
        self.pool.backlog(self.bulk.waiting())
    }

    /// Counts bytes of bulk documents as waiting that come one after the other.
    pub(crate) fn announce(&self, bytes: usize) -> PendingBytes {
        self.bulk.announce(bytes)
    }

    /// The bytes that all calls may hold together.
    pub(crate) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Checks one of several documents of a call, waits for a bulk permit, and reads it.
    pub(crate) async fn read_bulk(self, bulk: BulkDocument) -> Result<v1::DocumentClaims, Failure> {
        let came = Instant::now();
        let document = input_document(bulk.document, &bulk.path, &self.limits).map_err(Failure::Invalid)?;
        let permit = self.bulk.acquire(document.text.len()).await;
        self.read_since(came, document, bulk.options, &bulk.request_id, permit).await
    }

    /// Reads a document. `held` is dropped when a worker is done with the document, or when that leaves the queue.
    pub(crate) async fn read<H: Send + 'static>(
        &self,
        document: InputDocument,
        options: Arc<OutputOptions>,
        request_id: &RequestId,
        held: H,
    ) -> Result<v1::DocumentClaims, Failure> {
        self.read_since(Instant::now(), document, options, request_id, held).await
    }

    async fn read_since<H: Send + 'static>(
        &self,
        came: Instant,
        document: InputDocument,
        options: Arc<OutputOptions>,
        request_id: &RequestId,
        held: H,
    ) -> Result<v1::DocumentClaims, Failure> {
        let bytes = document.text.len();
        let mut fate = DocumentFate::abandoned_unless_told(&self.metrics);
        let work =
            move |engine: &dyn Engine, ticket: &Ticket<'_>| answer(engine, &document, &options, ticket);
        let answer = self.run(came, bytes, work, request_id, held).await?;
        match &answer {
            Ok(message) => fate.is_read(bytes, message.claims.len()),
            Err(Unanswered::Panicked) => fate.is_failed(),
            Err(Unanswered::Stopped) => {}
        }
        answer.map_err(|unanswered| Failure::of(unanswered, request_id))
    }

    /// Has a worker do other work with the engine, on a text of `bytes`. `held` is as in [`Self::read`].
    pub(crate) async fn work<T: Send + 'static, H: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        request_id: &RequestId,
        held: H,
    ) -> Result<T, Failure> {
        let done = self.run(Instant::now(), bytes, work, request_id, held).await?;
        done.map_err(|unanswered| Failure::of(unanswered, request_id))
    }

    /// Work returns nothing where it stopped because its caller is gone.
    async fn run<T: Send + 'static, H: Send + 'static>(
        &self,
        came: Instant,
        bytes: usize,
        work: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        request_id: &RequestId,
        held: H,
    ) -> Result<Result<T, Unanswered>, Failure> {
        let engine = self.engine()?;
        let (metrics, call, request_id) = (self.metrics.clone(), Span::current(), request_id.clone());
        let work = move |ticket: &Ticket<'_>| {
            let _held = held;
            // With the name of the call, since a line of the log shows the innermost span only.
            let _span = tracing::info_span!(parent: &call, "read", bytes, %request_id).entered();
            let started = Instant::now();
            let answer = work(&*engine, ticket);
            metrics.worked(ticket.waited, started.elapsed());
            answer
        };
        Ok(self.pool.run(came, bytes, work).await.and_then(|answer| answer.ok_or(Unanswered::Stopped)))
    }
}

/// What a worker does; returns nothing where the caller goes away meanwhile.
fn answer(
    engine: &dyn Engine,
    document: &InputDocument,
    options: &OutputOptions,
    ticket: &Ticket<'_>,
) -> Option<v1::DocumentClaims> {
    let started = Instant::now();
    let context = Context { published: document.published, aliases: &options.aliases };
    let found = engine.extract_unless(&document.text, context, ticket.is_abandoned)?;
    let provenance = Provenance {
        lexicon_version: engine.lexicon().version(),
        tagger_version: engine.tagger_version(),
        knowledge_version: engine.knowledge_version(),
        queued: Some(ticket.waited),
        computed: Some(started.elapsed()),
    };
    Some(document_claims(&document.document_id, &document.text, found.all(), options, &provenance))
}
