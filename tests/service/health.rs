//! gRPC's health protocol, asked by a client that isn't ours, and by hand where that lacks a method.

use std::sync::Arc;
use std::time::Duration;

use ascribe::serve::{Engine, ServeError, ServiceConfig};
use prost::Message;
use tokio::sync::oneshot;
use tokio_stream::StreamExt;
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, reason, request};

const SERVICE: &str = "ascribe.v1.ClaimService";

fn about(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn the_server_and_its_service_are_serving() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    for service in ["", SERVICE] {
        let response = client.check(about(service)).await.expect("it is known");
        assert_eq!(response.get_ref().status(), ServingStatus::Serving);
    }
    assert_eq!(client.check(about("nobody")).await.expect_err("unknown").code(), Code::NotFound);
}

/// Health is for all, so that it must cost next to nothing.
#[tokio::test]
async fn a_question_about_health_is_short() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    let status = client.check(about(&"x".repeat(5_000))).await.expect_err("it is too long");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert_eq!(status.message(), "a request message is longer than 4096 bytes: send less at once");
}

/// `message HealthListResponse { map<string, HealthCheckResponse> statuses = 1; }`
#[derive(Clone, PartialEq, Message)]
struct Listed {
    #[prost(map = "string, message", tag = "1")]
    statuses: std::collections::HashMap<String, HealthCheckResponse>,
}

#[tokio::test]
async fn all_statuses_are_listed() {
    let server = Server::scripted(&Scripted::new()).await;
    let (mut sender, _connection) = raw::connect(server.address).await;
    let head = raw::post_to("/grpc.health.v1.Health/List", &[]);
    let (response, mut body) = sender.send_request(head, false).expect("it is sent");
    body.send_data(raw::framed(&[], 0).into(), true).expect("it is sent");
    let answer = raw::whole(response).await;
    assert_eq!(answer.status().code(), Code::Ok);
    let listed = Listed::decode(&answer.message[5..]).expect("a list");
    let mut listed: Vec<_> =
        listed.statuses.iter().map(|(name, response)| (name.as_str(), response.status())).collect();
    listed.sort_unstable_by_key(|&(name, _)| name);
    assert_eq!(listed, [("", ServingStatus::Serving), (SERVICE, ServingStatus::Serving)]);
}

#[tokio::test]
async fn who_watches_a_service_that_is_unknown_is_told_and_kept() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    let mut statuses = client.watch(about("nobody")).await.expect("it can be watched").into_inner();
    let first = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(first.status(), ServingStatus::ServiceUnknown);
    let more = tokio::time::timeout(Duration::from_millis(100), statuses.next()).await;
    assert!(more.is_err(), "the stream stays open: {more:?}");
    let stopped = server.stop();
    assert!(statuses.next().await.is_none());
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

#[tokio::test]
async fn who_watches_is_told_that_the_server_stops() {
    let server = Server::scripted(&Scripted::new()).await;
    let mut client = HealthClient::new(server.channel().await);
    let mut statuses = client.watch(about("")).await.expect("it is known").into_inner();
    let first = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(first.status(), ServingStatus::Serving);
    let stopped = server.stop();
    let second = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(second.status(), ServingStatus::NotServing);
    assert!(statuses.next().await.is_none());
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

#[tokio::test]
async fn nothing_is_serving_before_the_engine_is_loaded() {
    let (engine_comes, loading) = oneshot::channel::<Arc<dyn Engine>>();
    let server = Server::loading(loading, one_worker()).await;
    let mut client = server.client().await;
    let mut health = HealthClient::new(server.channel().await);
    for service in ["", SERVICE] {
        let response = health.check(about(service)).await.expect("it is known");
        assert_eq!(response.get_ref().status(), ServingStatus::NotServing);
    }
    let mut statuses = health.watch(about(SERVICE)).await.expect("it is known").into_inner();
    let first = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(first.status(), ServingStatus::NotServing);
    let status = client.extract_claims(request("x")).await.expect_err("nobody could read it");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "NOT_LOADED"));
    assert!(status.metadata().contains_key("grpc-retry-pushback-ms"));

    assert!(engine_comes.send(Scripted::new()).is_ok());
    let second = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(second.status(), ServingStatus::Serving);
    assert!(client.extract_claims(request("x")).await.is_ok());
}

#[tokio::test]
async fn a_server_whose_engine_cannot_be_loaded_ends() {
    let (engine_comes, loading) = oneshot::channel::<Arc<dyn Engine>>();
    let server = Server::loading(loading, one_worker()).await;
    drop(engine_comes);
    let ended = server.ended().await;
    assert!(matches!(ended, Err(ServeError::Load(_))), "{ended:?}");
}

/// Before the listener closes, those who balance load have time to turn to others.
#[tokio::test]
async fn a_server_that_stops_says_so_before_it_turns_callers_away() {
    let config = ServiceConfig { pre_drain: Duration::from_secs(1), ..one_worker() };
    let server = Server::start(Scripted::new(), config).await;
    let address = server.address;
    let mut client = server.client().await;
    let mut statuses =
        HealthClient::new(server.channel().await).watch(about("")).await.expect("it is known").into_inner();
    let first = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(first.status(), ServingStatus::Serving);
    let stopped = server.stop();
    let second = statuses.next().await.expect("a status").expect("no error");
    assert_eq!(second.status(), ServingStatus::NotServing);
    assert!(client.extract_claims(request("x")).await.is_ok(), "calls are still answered");
    assert!(tokio::net::TcpStream::connect(address).await.is_ok(), "connections are still taken");
    let stopped = tokio::time::timeout(PATIENCE, stopped).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

/// Checks go round admission, and the runtime is never held up by the texts that are read.
#[tokio::test]
async fn a_server_that_is_overloaded_is_healthy() {
    let engine = Scripted::new();
    let config = ServiceConfig { max_in_flight: 2, max_streams: 1, ..one_worker() };
    let server = Server::start(engine.clone(), config).await;
    let client = server.client().await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { client.extract_claims(request("block")).await })
        })
        .collect();
    eventually(|| calls.iter().filter(|call| call.is_finished()).count() == 18).await;
    let mut health = HealthClient::new(server.channel().await);
    let response = health.check(about("")).await.expect("it answers");
    assert_eq!(response.get_ref().status(), ServingStatus::Serving);
    engine.release();
}
