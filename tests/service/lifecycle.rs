//! The health check, reflection, callers that go away.

use std::sync::atomic::Ordering;

use ascribe::client::{Trust, healthcheck};
use prost::Message;
use tokio_stream::StreamExt;

use crate::server::{Scripted, Server, eventually, request};

#[tokio::test(flavor = "multi_thread")]
async fn the_healthcheck_asks_a_running_server() {
    let server = Server::scripted(&Scripted::new()).await;
    let address = server.address;
    let asked =
        tokio::task::spawn_blocking(move || healthcheck(address, &Trust::default())).await.expect("it ends");
    assert!(asked.is_ok(), "{asked:?}");
    server.stop().await.expect("it ends").expect("no error");
    let asked =
        tokio::task::spawn_blocking(move || healthcheck(address, &Trust::default())).await.expect("it ends");
    let message = asked.expect_err("nobody listens").to_string();
    assert!(message.starts_with(&format!("can't connect to http://{address}: ")), "{message}");
}

const SERVICES: [&str; 4] = [
    "ascribe.v1.ClaimService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

/// Asks reflection of one version for the services and for the file of a symbol.
macro_rules! reflect {
    ($version:ident, $server:expr, $symbol:expr) => {{
        use tonic_reflection::pb::$version::ServerReflectionRequest;
        use tonic_reflection::pb::$version::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::$version::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::$version::server_reflection_response::MessageResponse;
        let ask = |message| ServerReflectionRequest { host: String::new(), message_request: Some(message) };
        let requests = vec![
            ask(MessageRequest::ListServices(String::new())),
            ask(MessageRequest::FileContainingSymbol($symbol.to_owned())),
        ];
        let mut client = ServerReflectionClient::new($server.channel().await);
        let responses = client.server_reflection_info(tokio_stream::iter(requests)).await;
        let mut responses = responses.expect("reflection answers").into_inner();
        let mut next =
            async || responses.next().await.expect("an answer").expect("no error").message_response;
        let Some(MessageResponse::ListServicesResponse(list)) = next().await else { panic!("no list") };
        let mut names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
        names.sort();
        let Some(MessageResponse::FileDescriptorResponse(file)) = next().await else { panic!("no file") };
        (names, file.file_descriptor_proto)
    }};
}

#[tokio::test]
async fn reflection_tells_of_every_service_with_all_options() {
    let server = Server::scripted(&Scripted::new()).await;
    let (v1_names, files) = reflect!(v1, server, "ascribe.v1.Document");
    assert_eq!(v1_names, SERVICES);
    // google.api.field_behavior = REQUIRED, as it is encoded: what prost's own types would drop.
    let required = [0xe2, 0x41, 0x01, 0x02];
    assert!(files.iter().any(|file| file.windows(required.len()).any(|bytes| bytes == required)));
    let (v1alpha_names, files) = reflect!(v1alpha, server, "google.rpc.ErrorInfo");
    assert_eq!(v1alpha_names, SERVICES);
    let file = prost_types::FileDescriptorProto::decode(files[0].as_slice()).expect("a descriptor");
    assert_eq!(file.name(), "google/rpc/error_details.proto");
}

#[tokio::test]
async fn every_answer_names_its_call() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = server.client().await;
    let response = client.extract_claims(request("x")).await.expect("it is read");
    let given = response.metadata().get("x-request-id").expect("it has a name").to_str();
    assert_eq!(given.ok().map(str::len), Some(16));
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_its_document_along() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let mut client = server.client().await;
    let call = tokio::spawn(async move { client.extract_claims(request("block")).await });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    call.abort();
    eventually(|| engine.abandoned.load(Ordering::SeqCst) == 1).await;
}
