//! One connection and the calls over it.

use std::time::Duration;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request};

use super::outcome::Outcome;
use super::plan::{LoadPlan, Method};
use super::stream::StreamCaller;
use crate::serve::ClaimServiceClient;
use crate::wire::v1;
use prost::Message;
use v1::batch_extract_claims_response::item;

/// Answers up to here are taken, in bytes: a service may be set to send more than clients take by default.
const LARGEST_ANSWER: usize = 64 << 20;

/// What came back from a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// Documents in it that were read, and that were refused or failed.
    pub(super) read: usize,
    pub(super) failed: usize,
    /// Bytes of the messages, without headers and frames.
    pub(super) sent_bytes: usize,
    pub(super) received_bytes: usize,
}

/// What each call carries beside its message.
#[derive(Clone, Debug)]
pub(super) struct Header {
    deadline: Option<Duration>,
    authorization: Option<MetadataValue<Ascii>>,
}

/// A connection with all that its calls need.
#[derive(Clone)]
pub(super) struct Caller {
    client: ClaimServiceClient<Channel>,
    header: Header,
    method: Method,
    stream: Option<StreamCaller>,
}

impl Header {
    /// What the calls of a plan carry; none, where its key can't stand in a header.
    pub(super) fn of(plan: &LoadPlan) -> Option<Self> {
        let key = plan.api_key.as_ref().map(|key| MetadataValue::try_from(format!("Bearer {key}")));
        let authorization = key.transpose().ok()?;
        Some(Self { deadline: plan.deadline, authorization })
    }

    /// The same for calls that have all the time they need.
    pub(super) fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }

    /// Puts a message behind it.
    pub(super) fn before<M>(&self, message: M) -> Request<M> {
        let mut request = Request::new(message);
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        if let Some(deadline) = self.deadline {
            request.set_timeout(deadline);
        }
        request
    }
}

impl Caller {
    /// A caller over a connection. Begins a task where it keeps a stream.
    pub(super) fn new(channel: Channel, header: Header, method: Method) -> Self {
        let client = ClaimServiceClient::new(channel).max_decoding_message_size(LARGEST_ANSWER);
        let stream = (method == Method::Stream).then(|| StreamCaller::begin(client.clone(), header.clone()));
        Self { client, header, method, stream }
    }

    /// Makes a call for these documents.
    pub(super) async fn call(&mut self, documents: Vec<v1::Document>) -> Answer {
        match (&mut self.stream, self.method) {
            (Some(stream), _) => stream.call(documents).await,
            (None, Method::Batch { .. }) => self.batch(documents).await,
            (None, _) => self.unary(documents).await,
        }
    }

    async fn unary(&mut self, documents: Vec<v1::Document>) -> Answer {
        let message = v1::ExtractClaimsRequest { document: documents.into_iter().next(), options: None };
        let sent_bytes = message.encoded_len();
        match self.client.extract_claims(self.header.before(message)).await {
            Ok(response) => Answer {
                outcome: Outcome::OK,
                read: 1,
                failed: 0,
                sent_bytes,
                received_bytes: response.get_ref().encoded_len(),
            },
            Err(status) => Answer::failed(Outcome::of(&status), 1, sent_bytes),
        }
    }

    async fn batch(&mut self, documents: Vec<v1::Document>) -> Answer {
        let count = documents.len();
        let message = v1::BatchExtractClaimsRequest { documents, options: None };
        let sent_bytes = message.encoded_len();
        match self.client.batch_extract_claims(self.header.before(message)).await {
            Ok(response) => {
                let items = &response.get_ref().items;
                let is_read = |item: &&v1::batch_extract_claims_response::Item| {
                    matches!(item.outcome, Some(item::Outcome::Result(_)))
                };
                let read = items.iter().filter(is_read).count();
                let received_bytes = response.get_ref().encoded_len();
                let failed = items.len() - read;
                Answer { outcome: Outcome::OK, read, failed, sent_bytes, received_bytes }
            }
            Err(status) => Answer::failed(Outcome::of(&status), count, sent_bytes),
        }
    }
}

impl Answer {
    /// A call of so many documents that brought nothing.
    pub(super) const fn failed(outcome: Outcome, documents: usize, sent_bytes: usize) -> Self {
        Self { outcome, read: 0, failed: documents, sent_bytes, received_bytes: 0 }
    }

    /// The answer to one document of a stream.
    pub(super) fn of_item(response: &v1::StreamExtractClaimsResponse, sent_bytes: usize) -> Self {
        let received_bytes = response.encoded_len();
        match &response.outcome {
            Some(v1::stream_extract_claims_response::Outcome::Result(_)) => {
                Self { outcome: Outcome::OK, read: 1, failed: 0, sent_bytes, received_bytes }
            }
            Some(v1::stream_extract_claims_response::Outcome::Error(error)) => {
                let outcome = Outcome::of_code(Code::from_i32(error.code));
                Self { received_bytes, ..Self::failed(outcome, 1, sent_bytes) }
            }
            None => Self::failed(Outcome::of_code(Code::Unknown), 1, sent_bytes),
        }
    }
}
