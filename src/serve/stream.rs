//! `StreamExtractClaims`: a flow of documents, bounded in both directions.
//!
//! The answers are a stream that reads requests only while it is asked for answers and holds fewer documents
//! than its limit. HTTP/2 asks only while the client reads: a client that doesn't read is not read from.

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

use super::admission::Place;
use super::budget::Held;
use super::deadline::later;
use super::ending::Ending;
use super::reader::{OneOfMany, Reader};
use super::recheck::Recheck;
use super::service::Caller;
use super::status::{Failure, failure_behind};
use crate::wire::{OutputOptions, output_options, v1};
use v1::stream_extract_claims_request::Message;
use v1::stream_extract_claims_response::Outcome;

/// An answer, the bytes of the text that it is to, and what both hold.
type Answer = (v1::StreamExtractClaimsResponse, usize, Option<Held>);

/// An answer is thought to be so many times as long as its text. Those of `tests/data/wikinews-dev.jsonl` in the full view are
/// 2.8 times as long, as JSON.
const BYTES_OF_ANSWER: usize = 4;

/// The answers of one stream, in the order in which they are ready.
pub(super) struct Answers {
    requests: Streaming<v1::StreamExtractClaimsRequest>,
    reader: Reader,
    caller: Caller,
    /// What holds for the next document.
    options: Arc<OutputOptions>,
    /// In tasks of their own: whoever waits here for its turn must be able to take it, and to pass it on,
    /// also while the client doesn't read.
    in_flight: JoinSet<Answer>,
    /// Of the texts in flight.
    bytes: usize,
    ending: Ending,
    /// Ready once no further document is to be taken.
    has_to_end: Pin<Box<WaitForCancellationFutureOwned>>,
    idle: Idle,
    intake: Intake,
}

/// Whether further requests are read, and how the stream ends when all answers are given.
enum Intake {
    Open,
    Ended,
    Failed(Status),
}

impl Answers {
    pub(super) fn new(
        requests: Streaming<v1::StreamExtractClaimsRequest>,
        reader: Reader,
        caller: Caller,
        ending: Ending,
        max_idle: Duration,
    ) -> Self {
        let options = output_options(None, "options", reader.limits()).expect("the defaults are valid");
        Self {
            requests,
            reader,
            caller,
            options: Arc::new(options),
            in_flight: JoinSet::new(),
            bytes: 0,
            has_to_end: Box::pin(ending.begun()),
            ending,
            idle: Idle::new(max_idle),
            intake: Intake::Open,
        }
    }

    /// Reads requests while there is room and the client has sent some.
    fn take_in(&mut self, context: &mut Context<'_>) {
        while matches!(self.intake, Intake::Open) && self.has_room() {
            if self.has_to_end.as_mut().poll(context).is_ready() {
                self.intake = Intake::Failed(self.ending.failure().into());
                return;
            }
            let Poll::Ready(request) = self.requests.poll_next_unpin(context) else { return };
            self.idle.since = Instant::now();
            let taken = match request {
                Some(Ok(request)) => self.take(request),
                Some(Err(status)) => Err(self.mapped(status)),
                None => {
                    self.intake = Intake::Ended;
                    return;
                }
            };
            if let Err(status) = taken {
                self.intake = Intake::Failed(status);
            }
        }
    }

    /// Whether a further document may be in flight: there is none, or there are few, together they are no longer than the
    /// largest message, and all streams leave the others enough of what all may hold.
    fn has_room(&self) -> bool {
        let limits = self.reader.limits();
        self.in_flight.is_empty()
            || self.in_flight.len() < limits.max_stream_in_flight
                && self.bytes < limits.max_request_bytes
                && self.reader.budget().is_half_free()
    }

    /// Changes the options, or begins to read a document.
    fn take(&mut self, request: v1::StreamExtractClaimsRequest) -> Result<(), Status> {
        match request.message {
            Some(Message::Options(options)) => {
                let options = output_options(Some(options), "options", self.reader.limits());
                self.options = Arc::new(options.map_err(Failure::Invalid)?);
            }
            Some(Message::Item(item)) => self.begin(item),
            None => return Err(Failure::field("message", "is required").into()),
        }
        Ok(())
    }

    /// Begins to read a document; whatever becomes of it is an answer.
    fn begin(&mut self, item: v1::stream_extract_claims_request::Item) {
        let bytes = item.document.as_ref().map_or(0, |document| document.text.len());
        self.bytes += bytes;
        let reader = self.reader.clone();
        let answer = bytes.saturating_mul(BYTES_OF_ANSWER).min(reader.limits().max_response_bytes);
        let held = reader.budget().take_for_stream(bytes + answer);
        let one = OneOfMany {
            document: item.document,
            path: "item.document".to_owned(),
            options: self.options.clone(),
            request_id: self.caller.request_id.clone(),
        };
        let read = async move {
            let outcome = match reader.read_in_turn(one).await {
                Ok(result) => Outcome::Result(result),
                Err(failure) => Outcome::Error(failure.into_item()),
            };
            let answer = v1::StreamExtractClaimsResponse { sequence: item.sequence, outcome: Some(outcome) };
            (answer, bytes, held)
        };
        self.in_flight.spawn(read.in_current_span());
    }

    fn mapped(&self, status: Status) -> Status {
        let limit = self.reader.limits().max_request_bytes;
        failure_behind(&status, limit).map_or(status, Status::from)
    }
}

impl Stream for Answers {
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
                if this.idle.poll_over(&this.caller.place, context).is_ready() {
                    let failure = this.caller.place.refuse(Failure::StreamIdle);
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

/// How often a stream that sends nothing is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How long a stream has sent nothing.
struct Idle {
    since: Instant,
    max: Duration,
    recheck: Recheck,
}

impl Idle {
    fn new(max: Duration) -> Self {
        let since = Instant::now();
        Self { since, max, recheck: Recheck::at(later(since, max)) }
    }

    /// Ready once it was for longer than it may, and others need the place.
    fn poll_over(&mut self, place: &Place, context: &mut Context<'_>) -> Poll<()> {
        let end = later(self.since, self.max);
        self.recheck.poll(context, || {
            let now = Instant::now();
            let is_over = end <= now && place.is_wanted();
            (!is_over).then(|| end.max(now + LOOK))
        })
    }
}
