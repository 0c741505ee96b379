//! A stream that stays open: documents go in as they come, each answer finds its document by its number.
//!
//! A task owns the stream. It opens one for the first document, and another one after a stream has ended; what
//! was under way then ends as the stream did.

use std::collections::HashMap;

use futures_util::stream;
use tokio::sync::{mpsc, oneshot};
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::headers::CallHeaders;
use super::outcome::{Answer, Outcome};
use crate::client::generated::ClaimServiceClient;
use crate::wire::v1;
use prost::Message;
use v1::stream_extract_claims_request::{Item, Message as Part};

/// At most this many documents are on their way into a stream; those that the service doesn't take yet wait with their callers.
const WAITING: usize = 16;

/// A document, and where its answer goes.
struct Job {
    document: v1::Document,
    reply: oneshot::Sender<Answer>,
}

/// The sender to the task that owns the stream, which ends with the last of these.
#[derive(Clone)]
pub(super) struct StreamCaller(mpsc::Sender<Job>);

impl StreamCaller {
    pub(super) fn begin(client: ClaimServiceClient<Channel>, header: CallHeaders) -> Self {
        let (sender, jobs) = mpsc::channel(WAITING);
        tokio::spawn(keep_open(client, header, jobs));
        Self(sender)
    }

    /// Sends the first of `documents` through the stream and waits for its answer.
    pub(super) async fn call(&mut self, documents: Vec<v1::Document>) -> Answer {
        let (reply, answer) = oneshot::channel();
        let document = documents.into_iter().next().unwrap_or_default();
        // The task ends only with its callers; a lost reply is a fault of this program.
        let lost = Answer::failed(Outcome::of_code(Code::Internal), 1, 0);
        match self.0.send(Job { document, reply }).await {
            Ok(()) => answer.await.unwrap_or(lost),
            Err(_) => lost,
        }
    }
}

/// Streams, one after the other, until no more jobs can come.
async fn keep_open(
    mut client: ClaimServiceClient<Channel>,
    header: CallHeaders,
    mut jobs: mpsc::Receiver<Job>,
) {
    while let Some(first) = jobs.recv().await {
        let mut flow = Flow::default();
        let (parts, mut outgoing) = mpsc::channel(WAITING);
        let mut pending = Some(flow.part(first));
        let outgoing = stream::poll_fn(move |context| outgoing.poll_recv(context));
        // The service answers with headers before it has a document; what is pending is sent below.
        let opened = client.stream_extract_claims(header.before(outgoing)).await;
        let ended = match opened {
            Err(status) => Some(status),
            Ok(response) => flow.run(response.into_inner(), &mut jobs, parts, &mut pending).await,
        };
        flow.end(ended.as_ref());
    }
}

/// What is under way on one stream.
#[derive(Default)]
struct Flow {
    waiting: HashMap<i64, (oneshot::Sender<Answer>, usize)>,
    next: i64,
}

impl Flow {
    /// The message for a job, which waits for its answer from now on.
    fn part(&mut self, job: Job) -> v1::StreamExtractClaimsRequest {
        let item = Item { sequence: self.next, document: Some(job.document) };
        let message = v1::StreamExtractClaimsRequest { message: Some(Part::Item(item)) };
        self.waiting.insert(self.next, (job.reply, message.encoded_len()));
        self.next += 1;
        message
    }

    /// Sends and receives until the stream ends or nothing is left to do; returns the error that it ended with.
    async fn run(
        &mut self,
        mut answers: tonic::Streaming<v1::StreamExtractClaimsResponse>,
        jobs: &mut mpsc::Receiver<Job>,
        parts: mpsc::Sender<v1::StreamExtractClaimsRequest>,
        pending: &mut Option<v1::StreamExtractClaimsRequest>,
    ) -> Option<Status> {
        let mut parts = Some(parts);
        loop {
            let is_open = parts.is_some();
            tokio::select! {
                answer = answers.message() => match answer {
                    Ok(Some(answer)) => self.deliver(&answer),
                    Ok(None) => return None,
                    Err(status) => return Some(status),
                },
                room = reserve(parts.clone()), if pending.is_some() && is_open => {
                    match (room, pending.take()) {
                        (Some(room), Some(part)) => drop(room.send(part)),
                        // The stream takes no more; the answers end with the reason.
                        _ => parts = None,
                    }
                }
                job = jobs.recv(), if pending.is_none() && is_open => match job {
                    Some(job) => *pending = Some(self.part(job)),
                    // Ends the stream in order: the service answers what it has.
                    None => parts = None,
                },
            }
        }
    }

    fn deliver(&mut self, answer: &v1::StreamExtractClaimsResponse) {
        if let Some((reply, sent_bytes)) = self.waiting.remove(&answer.sequence) {
            // Who asked may have given up.
            let _ = reply.send(Answer::of_item(answer, sent_bytes));
        }
    }

    /// Tells everyone who still waits how the stream ended.
    fn end(&mut self, status: Option<&Status>) {
        let outcome = status.map_or(Outcome::BROKEN, Outcome::of);
        for (_, (reply, sent_bytes)) in self.waiting.drain() {
            let _ = reply.send(Answer::failed(outcome, 1, sent_bytes));
        }
    }
}

/// Room for the next message; none where the stream takes no more.
async fn reserve<T>(parts: Option<mpsc::Sender<T>>) -> Option<mpsc::OwnedPermit<T>> {
    parts?.reserve_owned().await.ok()
}
