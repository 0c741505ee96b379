//! The methods of `ascribe.v1.ClaimService`.

use std::sync::Arc;
use std::time::Duration;

use tonic::{Request, Response, Status, Streaming};

use super::caller::Caller;
use super::stream::ResponseStream;
use super::{batch, cues, verification};
use crate::serve::call::stream_shutdown::StreamShutdown;
use crate::serve::generated::claim_service_server::ClaimService;
use crate::serve::messages::arrival::Arrival;
use crate::serve::messages::wrong_documents::WrongDocuments;
use crate::serve::status::Failure;
use crate::serve::work::document_reader::DocumentReader;
use crate::wire::{LANGUAGES, input_document, output_options, v1};
use ascribe_engine::Verifier;

/// What the methods share.
pub(crate) struct ClaimMethods {
    reader: DocumentReader,
    verifier: Arc<Verifier>,
    /// How long a stream may be idle while slots are scarce.
    max_stream_idle: Duration,
}

impl ClaimMethods {
    pub(crate) fn new(reader: DocumentReader, max_stream_idle: Duration) -> Self {
        Self { reader, verifier: Arc::new(Verifier::default()), max_stream_idle }
    }

    async fn read_one(
        &self,
        request: v1::ExtractClaimsRequest,
        caller: &Caller,
    ) -> Result<v1::DocumentClaims, Failure> {
        let limits = self.reader.limits();
        let bytes = caller.reads(request.document.as_ref());
        caller.permit.hold_with_answer(bytes, limits)?;
        let document = input_document(request.document, "document", limits);
        let options = output_options(request.options, "options", limits);
        match (document, options) {
            (Ok(document), Ok(options)) => {
                caller.permit.wait(&self.reader, self.reader.work_of(&document.text, &options)?)?;
                let held = caller.permit.clone();
                self.reader.read(document, Arc::new(options), &caller.call, held).await
            }
            (document, options) => {
                let violations = document.err().into_iter().chain(options.err()).flatten().collect();
                Err(Failure::Invalid(violations))
            }
        }
    }
}

#[tonic::async_trait]
impl ClaimService for ClaimMethods {
    async fn extract_claims(
        &self,
        request: Request<v1::ExtractClaimsRequest>,
    ) -> Result<Response<v1::ExtractClaimsResponse>, Status> {
        let caller = Caller::of(&request);
        let result = self.read_one(request.into_inner(), &caller).await;
        let result = result.map_err(|failure| failure.about(caller.document_id()))?;
        Ok(Response::new(v1::ExtractClaimsResponse { result: Some(result) }))
    }

    async fn batch_extract_claims(
        &self,
        request: Request<v1::BatchExtractClaimsRequest>,
    ) -> Result<Response<v1::BatchExtractClaimsResponse>, Status> {
        let caller = Caller::of(&request);
        let wrong = WrongDocuments::in_extensions(request.extensions());
        let request = request.into_inner();
        let response = batch::read_all(&self.reader, request, &wrong, &caller).await?;
        Ok(Response::new(response))
    }

    type StreamExtractClaimsStream = ResponseStream;

    async fn stream_extract_claims(
        &self,
        request: Request<Streaming<v1::StreamExtractClaimsRequest>>,
    ) -> Result<Response<ResponseStream>, Status> {
        let caller = Caller::of(&request);
        let arrival = Arrival::in_extensions(request.extensions());
        let shutdown = StreamShutdown::in_extensions(request.extensions());
        let (requests, reader, max_idle) = (request.into_inner(), self.reader.clone(), self.max_stream_idle);
        Ok(Response::new(ResponseStream::new(requests, reader, caller, arrival, shutdown, max_idle)))
    }

    async fn verify_quotations(
        &self,
        request: Request<v1::VerifyQuotationsRequest>,
    ) -> Result<Response<v1::VerifyQuotationsResponse>, Status> {
        let caller = Caller::of(&request);
        let request = request.into_inner();
        let response = verification::verify(&self.reader, &self.verifier, request, &caller).await;
        Ok(Response::new(response.map_err(|failure| failure.about(caller.document_id()))?))
    }

    async fn list_cues(
        &self,
        request: Request<v1::ListCuesRequest>,
    ) -> Result<Response<v1::ListCuesResponse>, Status> {
        let caller = Caller::of(&request);
        Ok(Response::new(cues::list(&self.reader, request.into_inner(), caller).await?))
    }

    async fn get_extractor_info(
        &self,
        _request: Request<v1::GetExtractorInfoRequest>,
    ) -> Result<Response<v1::GetExtractorInfoResponse>, Status> {
        let engine = self.reader.engine()?;
        Ok(Response::new(v1::GetExtractorInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            lexicon_version: engine.lexicon().version().to_owned(),
            tagger_version: engine.tagger_version().to_owned(),
            knowledge_version: engine.knowledge_version().to_owned(),
            language_codes: LANGUAGES.map(str::to_owned).to_vec(),
            limits: Some((*self.reader.limits()).into()),
        }))
    }
}
