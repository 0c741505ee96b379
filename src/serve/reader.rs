//! One document's way: checked input -> a worker -> its message.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Span;

use super::budget::Budget;
use super::call::RequestId;
use super::config::ServiceConfig;
use super::engine::{CurrentEngine, Engine};
use super::metrics::{DocumentFate, Metrics};
use super::pool::{Pool, Ticket, Unanswered};
use super::queue::Outlook;
use super::status::Failure;
use super::turns::{Announced, Turns};
use crate::wire::{InputDocument, Limits, OutputOptions, Provenance, document_claims, input_document, v1};
use ascribe_engine::Context;

/// Reads documents, for every method alike. Cheap to clone.
#[derive(Clone)]
pub(super) struct Reader {
    engine: CurrentEngine,
    pool: Arc<Pool>,
    turns: Turns,
    budget: Budget,
    limits: Limits,
    metrics: Metrics,
}

/// One of several documents of a call.
pub(super) struct OneOfMany {
    pub(super) document: Option<v1::Document>,
    /// Where it stands in the request, for errors.
    pub(super) path: String,
    pub(super) options: Arc<OutputOptions>,
    pub(super) request_id: RequestId,
}

impl Reader {
    pub(super) fn new(
        config: &ServiceConfig,
        engine: CurrentEngine,
        pool: Pool,
        budget: Budget,
        metrics: Metrics,
    ) -> Self {
        Self {
            engine,
            pool: Arc::new(pool),
            turns: Turns::new(config.workers),
            budget,
            limits: config.limits,
            metrics,
        }
    }

    /// What reads now, if it is loaded.
    pub(super) fn engine(&self) -> Result<Arc<dyn Engine>, Failure> {
        self.engine.get().ok_or(Failure::NotLoaded)
    }

    /// The same, but what reads now goes on to read, whatever takes its place for others.
    pub(super) fn as_now(&self) -> Self {
        Self { engine: self.engine.as_now(), ..self.clone() }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What a document of so many bytes that comes now would wait for; none: one like others.
    pub(super) fn outlook(&self, bytes: Option<usize>) -> Outlook {
        self.pool.outlook(bytes)
    }

    /// How long one of several documents that comes now waits for its turn.
    pub(super) fn backlog(&self) -> Duration {
        self.pool.backlog(self.turns.waiting())
    }

    /// Counts so many bytes of documents as waiting that come one after the other.
    pub(super) fn announce(&self, bytes: usize) -> Announced {
        self.turns.announce(bytes)
    }

    /// What all calls may hold together.
    pub(super) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Checks one of several documents of a call, and reads it when it is its turn.
    pub(super) async fn read_in_turn(self, one: OneOfMany) -> Result<v1::DocumentClaims, Failure> {
        let came = Instant::now();
        let document = input_document(one.document, &one.path, &self.limits).map_err(Failure::Invalid)?;
        let turn = self.turns.take(document.text.len()).await;
        self.read_since(came, document, one.options, &one.request_id, turn).await
    }

    /// Reads a document. `held` is dropped when a worker is done with it, or when it leaves the queue.
    pub(super) async fn read<H: Send + 'static>(
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

    /// Has other work with the engine on a text of `bytes` done by a worker. `held` is as in [`Self::read`].
    pub(super) async fn work<T: Send + 'static, H: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        request_id: &RequestId,
        held: H,
    ) -> Result<T, Failure> {
        let done = self.run(Instant::now(), bytes, work, request_id, held).await?;
        done.map_err(|unanswered| Failure::of(unanswered, request_id))
    }

    /// Work that returns nothing gave up because its caller went.
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
            // With the name of the call, since a line of the log shows the innermost span.
            let _span = tracing::info_span!(parent: &call, "read", bytes, %request_id).entered();
            let started = Instant::now();
            let answer = work(&*engine, ticket);
            metrics.worked(ticket.waited, started.elapsed());
            answer
        };
        Ok(self.pool.run(came, bytes, work).await.and_then(|answer| answer.ok_or(Unanswered::Stopped)))
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
        knowledge_version: engine.knowledge_version(),
        queued: Some(ticket.waited),
        computed: Some(started.elapsed()),
    };
    Some(document_claims(&document.document_id, &document.text, &claims, options, &provenance))
}
