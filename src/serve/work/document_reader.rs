//! One document's way: checked input -> a worker -> its message.

use std::sync::Arc;
use std::time::Instant;

use tracing::Span;

use super::engine::{CurrentEngine, Engine};
use super::pool::{Pool, Ticket, Unanswered};
use super::queue::{Order, Outlook};
use crate::serve::admission::budget::Budget;
use crate::serve::call::call_notes::CallNotes;
use crate::serve::call::peer::TurnTaker;
use crate::serve::config::ServiceConfig;
use crate::serve::request_id::RequestId;
use crate::serve::status::Failure;
use crate::serve::telemetry::metrics::{DocumentFate, Metrics};
use crate::wire::{
    InputDocument, Limits, OutputOptions, Provenance, cut_document_id, document_claims, input_document, v1,
};
use ascribe_engine::{Context, Work};

/// Reads documents, for every method. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DocumentReader {
    engine: CurrentEngine,
    pool: Arc<Pool>,
    budget: Budget,
    limits: Limits,
    metrics: Metrics,
}

/// The call that work is done for. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct WorkFor {
    pub(crate) request_id: RequestId,
    /// Who takes turns with others in the queue.
    pub(crate) taker: TurnTaker,
    /// When its caller stops waiting.
    pub(crate) deadline: Option<Instant>,
    /// Where it is noted how long that waits and takes.
    pub(crate) notes: CallNotes,
}

/// What became of one of several documents of a call.
pub(crate) struct BulkAnswer {
    /// The caller's name for the document, cut where it is longer than names may be.
    pub(crate) document_id: String,
    pub(crate) outcome: Result<v1::DocumentClaims, Failure>,
}

/// One of several documents of a call.
pub(crate) struct BulkDocument {
    pub(crate) document: Option<v1::Document>,
    /// Where it stands in the request, for errors.
    pub(crate) path: String,
    pub(crate) options: Arc<OutputOptions>,
    pub(crate) call: WorkFor,
}

impl DocumentReader {
    pub(crate) fn new(
        config: &ServiceConfig,
        engine: CurrentEngine,
        pool: Pool,
        budget: Budget,
        metrics: Metrics,
    ) -> Self {
        Self { engine, pool: Arc::new(pool), budget, limits: config.limits, metrics }
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

    /// What work of this caller that comes now would wait for; none: as much work as that of the average document.
    pub(crate) fn outlook(&self, taker: &TurnTaker, work: Option<Work>, is_bulk: bool) -> Outlook {
        self.pool.outlook(taker, work, is_bulk)
    }

    /// How much there is to do for the claims of a text with these options.
    pub(crate) fn work_of(&self, text: &str, options: &OutputOptions) -> Result<Work, Failure> {
        Ok(self.engine()?.work(text, Context { aliases: &options.aliases, ..Context::default() }))
    }

    /// The bytes that all calls may hold together.
    pub(crate) const fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Checks one of several documents of a call, and reads it.
    pub(crate) async fn read_bulk(self, bulk: BulkDocument) -> BulkAnswer {
        let document_id =
            bulk.document.as_ref().map_or("", |document| cut_document_id(&document.document_id));
        let document_id = document_id.to_owned();
        let outcome = match input_document(bulk.document, &bulk.path, &self.limits) {
            Ok(document) => self.read_document(document, bulk.options, &bulk.call, true, ()).await,
            Err(violations) => Err(Failure::Invalid(violations)),
        };
        BulkAnswer { document_id, outcome }
    }

    /// Reads a document. `held` is dropped when a worker is done with the document, or when that leaves the queue.
    pub(crate) async fn read<H: Send + 'static>(
        &self,
        document: InputDocument,
        options: Arc<OutputOptions>,
        call: &WorkFor,
        held: H,
    ) -> Result<v1::DocumentClaims, Failure> {
        self.read_document(document, options, call, false, held).await
    }

    async fn read_document<H: Send + 'static>(
        &self,
        document: InputDocument,
        options: Arc<OutputOptions>,
        call: &WorkFor,
        is_bulk: bool,
        held: H,
    ) -> Result<v1::DocumentClaims, Failure> {
        let bytes = document.text.len();
        let mut fate = DocumentFate::abandoned_unless_told(&self.metrics);
        let order = order(call, self.work_of(&document.text, &options)?, is_bulk);
        let work =
            move |engine: &dyn Engine, ticket: &Ticket<'_>| answer(engine, &document, &options, ticket);
        let answer = self.run(order, work, call, held).await?;
        match &answer {
            Ok(message) => fate.is_read(bytes, message.claims.len()),
            Err(Unanswered::Panicked) => fate.is_failed(),
            Err(Unanswered::Stopped | Unanswered::TooLate) => {}
        }
        answer.map_err(|unanswered| Failure::of(unanswered, &call.request_id))
    }

    /// Has a worker do other work with the engine. `held` is as in [`Self::read`].
    pub(crate) async fn work<T: Send + 'static, H: Send + 'static>(
        &self,
        work: Work,
        run: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        call: &WorkFor,
        held: H,
    ) -> Result<T, Failure> {
        let done = self.run(order(call, work, false), run, call, held).await?;
        done.map_err(|unanswered| Failure::of(unanswered, &call.request_id))
    }

    /// Work returns nothing where it stopped because its caller is gone.
    async fn run<T: Send + 'static, H: Send + 'static>(
        &self,
        order: Order,
        work: impl FnOnce(&dyn Engine, &Ticket<'_>) -> Option<T> + Send + 'static,
        call: &WorkFor,
        held: H,
    ) -> Result<Result<T, Unanswered>, Failure> {
        let engine = self.engine()?;
        let bytes = order.work.read_bytes;
        let (metrics, within) = (self.metrics.clone(), Span::current());
        let (request_id, notes) = (call.request_id.clone(), call.notes.clone());
        let work = move |ticket: &Ticket<'_>| {
            let _held = held;
            // With the name of the call, since a line of the log shows the innermost span only.
            let _span = tracing::info_span!(parent: &within, "read", bytes, %request_id).entered();
            let started = Instant::now();
            let answer = work(&*engine, ticket);
            let computed = started.elapsed();
            metrics.worked(ticket.waited, computed);
            notes.worked(ticket.waited, computed);
            answer
        };
        let done = self.pool.run(Instant::now(), order, work).await;
        Ok(done.and_then(|answer| answer.ok_or(Unanswered::Stopped)))
    }
}

fn order(call: &WorkFor, work: Work, is_bulk: bool) -> Order {
    Order { taker: call.taker.clone(), work, is_bulk, deadline: call.deadline }
}

/// What a worker does; returns nothing where the caller goes away meanwhile.
fn answer(
    engine: &dyn Engine,
    document: &InputDocument,
    options: &OutputOptions,
    ticket: &Ticket<'_>,
) -> Option<v1::DocumentClaims> {
    let context = Context {
        published: document.published,
        aliases: &options.aliases,
        language_is_given: document.language_given,
    };
    let found = engine.extract_unless(&document.text, context, ticket.is_abandoned)?;
    let provenance = Provenance {
        lexicon_version: engine.lexicon().version(),
        tagger_version: engine.tagger_version(),
        knowledge_version: engine.knowledge_version(),
    };
    Some(document_claims(&document.document_id, &found, &options.record, provenance))
}
