//! `StreamExtractClaims`: a flow of documents, bounded in both directions.
//!
//! The response stream takes in requests only while HTTP/2 asks it for answers and it holds fewer documents than its limit.
//! HTTP/2 asks only while the client reads: from a slow client the server reads slowly too.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Status, Streaming};
use tracing::Instrument;

use super::caller::Caller;
use crate::serve::admission::admit::{Permit, answer_bytes};
use crate::serve::admission::budget::{Charge, Held};
use crate::serve::call::deadline::later;
use crate::serve::call::poll_timer::PollTimer;
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::messages::arrival::Arrival;
use crate::serve::status::{Failure, failure_behind};
use crate::serve::work::document_reader::{BulkAnswer, BulkDocument, DocumentReader};
use crate::wire::{OutputOptions, output_options, v1};
use v1::stream_extract_claims_request::Message;
use v1::stream_extract_claims_response::Outcome;

/// A response, the size of its document, and the budget that both occupy.
type Answer = (v1::StreamExtractClaimsResponse, usize, Option<Held>);

/// Options that hold less than this aren't counted: nearly all of them.
const FEW_BYTES: usize = 4096;

/// The responses of one stream, in the order in which they are ready.
pub(crate) struct ResponseStream {
    requests: Streaming<v1::StreamExtractClaimsRequest>,
    reader: DocumentReader,
    caller: Caller,
    /// Why no more requests come, where that isn't because the client has sent all.
    arrival: Arrival,
    /// The options for the next document.
    options: Arc<KeptOptions>,
    /// Each in a task of its own: a document is read, and its budget given back, also while the client doesn't read.
    in_flight: JoinSet<Answer>,
    /// The size of the texts in flight.
    bytes: usize,
    shutdown: StreamShutdown,
    /// Ready once the stream is to take in no further documents.
    has_to_end: Pin<Box<WaitForCancellationFutureOwned>>,
    idle: IdleTimer,
    intake: Intake,
}

/// Options, which hold their share of the budget until the last document that they hold for is answered.
struct KeptOptions {
    options: Arc<OutputOptions>,
    _charge: Option<Charge>,
}

/// Whether the stream takes in further requests, and how it ends when all answers are sent.
enum Intake {
    Open,
    Ended,
    Failed(Status),
}

impl ResponseStream {
    pub(crate) fn new(
        requests: Streaming<v1::StreamExtractClaimsRequest>,
        reader: DocumentReader,
        caller: Caller,
        arrival: Arrival,
        shutdown: StreamShutdown,
        max_idle: Duration,
    ) -> Self {
        let options = output_options(None, "options", reader.limits()).expect("the defaults are valid");
        Self {
            requests,
            reader,
            caller,
            arrival,
            options: Arc::new(KeptOptions { options: Arc::new(options), _charge: None }),
            in_flight: JoinSet::new(),
            bytes: 0,
            has_to_end: Box::pin(shutdown.started()),
            shutdown,
            idle: IdleTimer::new(max_idle),
            intake: Intake::Open,
        }
    }

    /// Takes in requests while there is room and the client has sent some.
    fn take_in(&mut self, context: &mut Context<'_>) {
        while matches!(self.intake, Intake::Open) && self.has_room() {
            if self.has_to_end.as_mut().poll(context).is_ready() {
                self.intake = Intake::Failed(self.shutdown.failure().into());
                return;
            }
            let Poll::Ready(request) = self.requests.poll_next_unpin(context) else { return };
            self.idle.since = Instant::now();
            let taken = match request {
                Some(Ok(request)) => self.take(request, context),
                Some(Err(status)) => Err(self.mapped(status)),
                None => match self.arrival.failure() {
                    Some(failure) => Err(failure.into()),
                    None => Ok(Next::End),
                },
            };
            match taken {
                Ok(Next::TakeIn) => {}
                Ok(Next::Yield) => return,
                Ok(Next::End) => self.intake = Intake::Ended,
                Err(status) => self.intake = Intake::Failed(status),
            }
        }
    }

    /// Whether a further document may be in flight: there is none, or there are few, together they are no longer than the
    /// largest message, and all streams together leave half of the budget to other calls.
    fn has_room(&self) -> bool {
        let limits = self.reader.limits();
        self.in_flight.is_empty()
            || self.in_flight.len() < limits.max_stream_in_flight
                && self.bytes < limits.max_request_bytes
                && self.reader.budget().is_half_free()
    }

    /// Changes the options, or starts a document. Options may hold tens of thousands of names, and no answer bounds how
    /// many come: after each of them others have their turn.
    fn take(
        &mut self,
        request: v1::StreamExtractClaimsRequest,
        context: &Context<'_>,
    ) -> Result<Next, Status> {
        match request.message {
            Some(Message::Options(options)) => {
                self.change_options(options)?;
                context.waker().wake_by_ref();
                Ok(Next::Yield)
            }
            Some(Message::Item(item)) => {
                self.begin(item);
                Ok(Next::TakeIn)
            }
            None => Err(Failure::field("message", "is required").into()),
        }
    }

    /// Keeps options for the documents that follow. They count in the budget as documents do.
    fn change_options(&mut self, options: v1::ExtractionOptions) -> Result<(), Failure> {
        let options = output_options(Some(options), "options", self.reader.limits());
        let options = options.map_err(Failure::Invalid)?;
        // Twice: as long as the stream lives, the buffer is kept too that they came in.
        let bytes = options.held_bytes().saturating_mul(2);
        let charge = if bytes < FEW_BYTES {
            None
        } else if self.reader.budget().is_half_free() {
            let charge = self.reader.budget().charge(self.caller.permit.taker());
            charge.raise_to(bytes).map_err(|failure| self.caller.permit.refuse(failure))?;
            Some(charge)
        } else {
            return Err(self.caller.permit.refuse(Failure::QueueFull(self.reader.budget().is_full())));
        };
        self.options = Arc::new(KeptOptions { options: Arc::new(options), _charge: charge });
        Ok(())
    }

    /// Starts a document; however it ends, there is one answer to it.
    fn begin(&mut self, item: v1::stream_extract_claims_request::Item) {
        let bytes = item.document.as_ref().map_or(0, |document| document.text.len());
        self.bytes += bytes;
        let reader = self.reader.clone();
        let answer = answer_bytes(bytes, reader.limits());
        let held = reader.budget().take_for_stream(bytes + answer, self.caller.permit.taker());
        let kept = self.options.clone();
        let one = BulkDocument {
            document: item.document,
            path: "item.document".to_owned(),
            options: kept.options.clone(),
            call: self.caller.call.clone(),
        };
        let read = async move {
            let BulkAnswer { document_id, outcome } = reader.read_bulk(one).await;
            let outcome = match outcome {
                Ok(result) => Outcome::Result(result),
                Err(failure) => Outcome::Error(failure.into_item(&document_id)),
            };
            drop(kept);
            let answer = v1::StreamExtractClaimsResponse {
                sequence: item.sequence,
                outcome: Some(outcome),
                document_id,
            };
            (answer, bytes, held)
        };
        self.in_flight.spawn(read.in_current_span());
    }

    fn mapped(&self, status: Status) -> Status {
        let limit = self.reader.limits().max_request_bytes;
        let failure = self.arrival.failure().or_else(|| failure_behind(&status, limit));
        failure.map_or(status, Status::from)
    }
}

impl Stream for ResponseStream {
    type Item = Result<v1::StreamExtractClaimsResponse, Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.take_in(context);
        if let Some(answer) = ready!(this.in_flight.poll_join_next(context)) {
            let (answer, bytes, _held) = answer.expect("a document's task neither panics nor is aborted");
            this.bytes -= bytes;
            this.idle.since = Instant::now();
            return Poll::Ready(Some(Ok(answer)));
        }
        // No document is in flight.
        match std::mem::replace(&mut this.intake, Intake::Ended) {
            Intake::Open => {
                if this.idle.poll_over(&this.caller.permit, context).is_ready() {
                    let failure = this.caller.permit.refuse(Failure::StreamIdle);
                    return Poll::Ready(Some(Err(failure.into())));
                }
                this.intake = Intake::Open;
                Poll::Pending
            }
            Intake::Ended => Poll::Ready(None),
            Intake::Failed(status) => Poll::Ready(Some(Err(status))),
        }
    }
}

/// What the stream does after a request.
enum Next {
    /// It takes in the next.
    TakeIn,
    /// It takes in the next when others have had their turn.
    Yield,
    /// It takes in no more.
    End,
}

/// How often an idle stream is checked.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// How long a stream has been idle: nothing came, and nothing was in flight.
struct IdleTimer {
    since: Instant,
    max: Duration,
    timer: PollTimer,
}

impl IdleTimer {
    fn new(max: Duration) -> Self {
        let since = Instant::now();
        Self { since, max, timer: PollTimer::at(later(since, max)) }
    }

    /// Ready once that is longer than allowed while slots are scarce.
    fn poll_over(&mut self, permit: &Permit, context: &mut Context<'_>) -> Poll<()> {
        let end = later(self.since, self.max);
        self.timer.poll(context, || {
            let now = Instant::now();
            let is_over = end <= now && permit.is_wanted();
            (!is_over).then(|| end.max(now + CHECK_INTERVAL))
        })
    }
}
