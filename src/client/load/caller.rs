//! One connection and the calls over it.

use prost::Message;
use tonic::transport::Channel;
use tonic::{Response, Status};

use super::headers::CallHeaders;
use super::outcome::{Answer, Outcome};
use super::plan::Method;
use super::stream::StreamCaller;
use crate::client::generated::ClaimServiceClient;
use crate::wire::v1;
use v1::batch_extract_claims_response::item;

/// The longest answer that is taken, in bytes: a service may be set to send more than clients take by default.
const LARGEST_ANSWER: usize = 64 << 20;

/// How often a call is sent again that was never sent, since its connection was just ending.
const CONNECTIONS_THAT_END: usize = 3;

/// A connection with all that its calls need.
#[derive(Clone)]
pub(super) struct Caller {
    client: ClaimServiceClient<Channel>,
    header: CallHeaders,
    method: Method,
    stream: Option<StreamCaller>,
}

impl Caller {
    /// A caller over a connection. Begins a task where it keeps a stream.
    pub(super) fn new(channel: Channel, header: CallHeaders, method: Method) -> Self {
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
        let answer = sent(|| {
            let (mut client, request) = (self.client.clone(), self.header.before(message.clone()));
            async move { client.extract_claims(request).await }
        });
        match answer.await {
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
        let answer = sent(|| {
            let (mut client, request) = (self.client.clone(), self.header.before(message.clone()));
            async move { client.batch_extract_claims(request).await }
        });
        match answer.await {
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

/// What comes of a call, which is made again while it was never sent.
async fn sent<T, F: Future<Output = Result<Response<T>, Status>>>(
    mut call: impl FnMut() -> F,
) -> Result<Response<T>, Status> {
    let mut answer = call().await;
    for _ in 0..CONNECTIONS_THAT_END {
        if !answer.as_ref().is_err_and(Outcome::was_never_sent) {
            break;
        }
        answer = call().await;
    }
    answer
}
