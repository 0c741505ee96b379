//! `StreamExtractClaims`: a flow of documents, bounded in both directions.
//!
//! The answers are a stream that reads requests only while it is asked for answers and holds fewer documents
//! than its limit. HTTP/2 asks only while the client reads: a client that doesn't read is not read from.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::{Stream, StreamExt};
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Status, Streaming};

use super::call::RequestId;
use super::reader::{OneOfMany, Reader};
use super::status::{Failure, failure_behind};
use crate::wire::{OutputOptions, output_options, v1};
use v1::stream_extract_claims_request::Message;
use v1::stream_extract_claims_response::Outcome;

/// An answer, and the bytes of the text that it is to.
type Answer = (v1::StreamExtractClaimsResponse, usize);

/// The answers of one stream, in the order in which they are ready.
pub(super) struct Answers {
    requests: Streaming<v1::StreamExtractClaimsRequest>,
    reader: Reader,
    request_id: RequestId,
    /// What holds for the next document.
    options: Arc<OutputOptions>,
    /// In tasks of their own: whoever waits here for its turn must be able to take it, and to pass it on,
    /// also while the client doesn't read.
    in_flight: JoinSet<Answer>,
    /// Of the texts in flight.
    bytes: usize,
    /// Ready once the server is to stop: no further document is taken then.
    stopping: Pin<Box<WaitForCancellationFutureOwned>>,
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
        request_id: RequestId,
        stopping: CancellationToken,
    ) -> Self {
        let options = output_options(None, "options", reader.limits()).expect("the defaults are valid");
        Self {
            requests,
            reader,
            request_id,
            options: Arc::new(options),
            in_flight: JoinSet::new(),
            bytes: 0,
            stopping: Box::pin(stopping.cancelled_owned()),
            intake: Intake::Open,
        }
    }

    /// Reads requests while there is room and the client has sent some.
    fn take_in(&mut self, context: &mut Context<'_>) {
        while matches!(self.intake, Intake::Open) && self.has_room() {
            if self.stopping.as_mut().poll(context).is_ready() {
                self.intake = Intake::Failed(Failure::ShuttingDown.into());
                return;
            }
            let Poll::Ready(request) = self.requests.poll_next_unpin(context) else { return };
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

    /// Whether a further document may be in flight: there are few, and together they are no longer than the
    /// largest message.
    fn has_room(&self) -> bool {
        let limits = self.reader.limits();
        self.in_flight.len() < limits.max_stream_in_flight.max(1) && self.bytes < limits.max_request_bytes
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
        let one = OneOfMany {
            document: item.document,
            path: "item.document".to_owned(),
            options: self.options.clone(),
            request_id: self.request_id.clone(),
        };
        self.in_flight.spawn(async move {
            let outcome = match reader.count_and_read_in_turn(one).await {
                Ok(result) => Outcome::Result(result),
                Err(failure) => Outcome::Error(failure.into_item()),
            };
            (v1::StreamExtractClaimsResponse { sequence: item.sequence, outcome: Some(outcome) }, bytes)
        });
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
            let (answer, bytes) = answer.expect("a document's task neither panics nor is aborted");
            this.bytes -= bytes;
            return Poll::Ready(Some(Ok(answer)));
        }
        // No document is in flight.
        match std::mem::replace(&mut this.intake, Intake::Ended) {
            Intake::Open => {
                this.intake = Intake::Open;
                Poll::Pending
            }
            Intake::Ended => Poll::Ready(None),
            Intake::Failed(status) => Poll::Ready(Some(Err(status))),
        }
    }
}
