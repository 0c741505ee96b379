//! Health, reflection, callers that go away, and how the server stops.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ascribe::serve::{ServiceConfig, healthcheck};
use ascribe::wire::v1;
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, reason, request};

fn check(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn the_server_and_its_service_are_serving() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    for service in ["", "ascribe.v1.ClaimService"] {
        let response = client.check(check(service)).await.expect("it is known");
        assert_eq!(response.get_ref().status(), ServingStatus::Serving);
    }
    assert_eq!(client.check(check("nobody")).await.expect_err("unknown").code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_healthcheck_asks_a_running_server() {
    let server = Server::scripted(&Scripted::new()).await;
    let address = server.address;
    let asked = tokio::task::spawn_blocking(move || healthcheck(address)).await.expect("it ends");
    assert!(asked.is_ok(), "{asked:?}");
    server.stop().await.expect("it ends").expect("no error");
    let asked = tokio::task::spawn_blocking(move || healthcheck(address)).await.expect("it ends");
    let message = asked.expect_err("nobody listens").to_string();
    assert!(message.starts_with(&format!("can't connect to {address}")), "{message}");
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

#[tokio::test]
async fn stopping_answers_calls_in_flight_and_takes_no_new_ones() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let address = server.address;
    let mut client = server.client().await;
    let call = tokio::spawn(async move { client.extract_claims(request("block")).await });
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;

    let mut stopped = server.stop();
    let refused = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("the listener is closed");
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut stopped).await.is_err());
    engine.release();
    assert!(call.await.expect("the task ends").is_ok());
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

#[tokio::test]
async fn stopping_ends_streams_once_their_documents_are_answered() {
    let engine = Scripted::new();
    let server = Server::scripted(&engine).await;
    let (requests, receiver) = mpsc::channel(4);
    let item = v1::stream_extract_claims_request::Item {
        sequence: 1,
        document: Some(crate::server::document("block")),
    };
    let item = v1::stream_extract_claims_request::Message::Item(item);
    requests.send(v1::StreamExtractClaimsRequest { message: Some(item) }).await.expect("the stream is open");
    let responses = server.client().await.stream_extract_claims(ReceiverStream::new(receiver)).await;
    let mut responses = responses.expect("the stream begins").into_inner();
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;

    let stopped = server.stop();
    engine.release();
    let answer = responses.next().await.expect("an answer").expect("no error");
    assert_eq!(answer.sequence, 1);
    let status = responses.next().await.expect("an end").expect_err("the server stops");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    // The client never ended its side.
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    drop(requests);
}

#[tokio::test]
async fn who_watches_is_told_that_the_server_stops() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    let mut statuses = client.watch(check("")).await.expect("it is known").into_inner();
    let first = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(first.status(), ServingStatus::Serving);
    let stopped = server.stop();
    let second = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(second.status(), ServingStatus::NotServing);
    assert!(statuses.next().await.is_none());
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

/// A peer that connects and says nothing would otherwise hold the server for ever.
#[tokio::test]
async fn stopping_takes_no_longer_than_the_drain_limit() {
    let config = ServiceConfig { drain_limit: Duration::from_millis(200), ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let silent = tokio::net::TcpStream::connect(server.address).await.expect("the server listens");
    // The answer shows that the silent one, which came before, was accepted too.
    assert!(server.client().await.extract_claims(request("x")).await.is_ok());
    let started = Instant::now();
    server.stop().await.expect("it ends").expect("no error");
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
    drop(silent);
}
