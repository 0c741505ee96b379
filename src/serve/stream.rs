//! `StreamExtractClaims`: a flow of documents, bounded in both directions.
//!
//! The answers are a stream that reads requests only while it is asked for answers and holds fewer documents
//! than its limit. HTTP/2 asks only while the client reads: a client that doesn't read is not read from.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Status, Streaming};

use super::call::RequestId;
use super::reader::Reader;
use super::status::{Failure, failure_behind};
use crate::wire::{OutputOptions, output_options, v1};
use v1::stream_extract_claims_request::Message;
use v1::stream_extract_claims_response::Outcome;

type Answer = Pin<Box<dyn Future<Output = v1::StreamExtractClaimsResponse> + Send>>;

/// The answers of one stream, in the order in which they are ready.
pub(super) struct Answers {
    requests: Streaming<v1::StreamExtractClaimsRequest>,
    reader: Reader,
    request_id: RequestId,
    /// What holds for the next document.
    options: Arc<OutputOptions>,
    in_flight: FuturesUnordered<Answer>,
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
            in_flight: FuturesUnordered::new(),
            stopping: Box::pin(stopping.cancelled_owned()),
            intake: Intake::Open,
        }
    }

    /// Reads requests while there is room and the client has sent some.
    fn take_in(&mut self, context: &mut Context<'_>) {
        while matches!(self.intake, Intake::Open)
            && self.in_flight.len() < self.reader.limits().max_stream_in_flight.max(1)
        {
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

    /// Changes the options, or begins to read a document.
    fn take(&mut self, request: v1::StreamExtractClaimsRequest) -> Result<(), Status> {
        match request.message {
            Some(Message::Options(options)) => {
                let options = output_options(Some(options), "options", self.reader.limits());
                self.options = Arc::new(options.map_err(Failure::Invalid)?);
            }
            Some(Message::Item(item)) => self.in_flight.push(self.answer(item)),
            None => return Err(Failure::field("message", "is required").into()),
        }
        Ok(())
    }

    /// Reads a document; whatever becomes of it is an answer.
    fn answer(&self, item: v1::stream_extract_claims_request::Item) -> Answer {
        let (reader, options, request_id) =
            (self.reader.clone(), self.options.clone(), self.request_id.clone());
        Box::pin(async move {
            let outcome = reader.check_and_read(item.document, "item.document", options, request_id).await;
            let outcome = match outcome {
                Ok(result) => Outcome::Result(result),
                Err(failure) => Outcome::Error(failure.into_item()),
            };
            v1::StreamExtractClaimsResponse { sequence: item.sequence, outcome: Some(outcome) }
        })
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
        if let Some(answer) = ready!(this.in_flight.poll_next_unpin(context)) {
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
