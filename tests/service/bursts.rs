//! Many calls at once from clients that never retry: they wait their turn, and nobody is kept out by another's.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::ServiceConfig;
use ascribe::wire::Limits;
use prost::Message;
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tonic::{Code, Request};

use crate::raw;
use crate::server::{PATIENCE, Scripted, Server, eventually, reason, request};

/// What a server is started with, but for its number of workers.
fn as_it_comes() -> ServiceConfig {
    ServiceConfig { workers: 1, ..ServiceConfig::default() }
}

#[tokio::test]
async fn all_of_a_burst_are_answered() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), as_it_comes()).await;
    let mut calls = Vec::new();
    for _ in 0..4 {
        let client = server.client().await;
        for _ in 0..100 {
            let mut client = client.clone();
            calls.push(tokio::spawn(async move { client.extract_claims(request("block")).await }));
        }
    }
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    // Nothing is answered until all have come.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!calls.iter().any(JoinHandle::is_finished), "none is refused");
    engine.release();
    for call in calls {
        let answer = tokio::time::timeout(PATIENCE, call).await.expect("it ends in time");
        assert!(answer.expect("it doesn't panic").is_ok());
    }
}

#[tokio::test]
async fn one_clients_burst_delays_anothers_call_by_one_document() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), as_it_comes()).await;
    let busy = server.client().await;
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let mut client = busy.clone();
            tokio::spawn(async move { client.extract_claims(request("slow")).await })
        })
        .collect();
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    let mut another = server.client().await;
    assert!(another.extract_claims(request("x")).await.is_ok());
    let begun = engine.begun.load(Ordering::SeqCst);
    assert!(begun <= 4, "{begun} documents were begun before the other's call was answered");
    calls.iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn who_has_no_time_to_wait_is_told_how_many_do() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), as_it_comes()).await;
    let mut client = server.client().await;
    assert!(client.extract_claims(request("slow")).await.is_ok());
    let waiting: Vec<_> = ["block", "slow", "slow", "slow"]
        .into_iter()
        .map(|text| {
            let mut client = client.clone();
            tokio::spawn(async move { client.extract_claims(request(text)).await })
        })
        .collect();
    eventually(|| engine.begun.load(Ordering::SeqCst) == 2).await;
    let mut hurried = Request::new(request("slow"));
    hurried.set_timeout(Duration::from_millis(500));
    let status = loop {
        let refused = client.extract_claims(request_with_timeout(&hurried)).await;
        let status = refused.expect_err("the worker is busy for longer");
        // Until the three wait.
        if status.message().starts_with('3') {
            break status;
        }
    };
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "WOULD_MISS_DEADLINE"));
    assert!(status.message().starts_with("3 documents wait for a worker, this one would for "), "{status}");
    engine.release();
    for call in waiting {
        assert!(call.await.expect("it ends").is_ok());
    }
}

fn request_with_timeout(
    like: &Request<ascribe::wire::v1::ExtractClaimsRequest>,
) -> Request<ascribe::wire::v1::ExtractClaimsRequest> {
    let mut request = Request::new(like.get_ref().clone());
    *request.metadata_mut() = like.metadata().clone();
    request
}

/// Each answer has a megabyte, of which a client's window takes a part.
#[tokio::test]
async fn answers_count_until_they_are_read() {
    let limits = Limits { max_request_bytes: 64 << 10, ..Limits::default() };
    let config = ServiceConfig { max_queued_bytes: 3 << 20, limits, ..as_it_comes() };
    let server = Server::start(Scripted::new(), config).await;
    let body = raw::framed(&request(&format!("claims 20 {}", "x".repeat(50_000))).encode_to_vec(), 0);
    let mut unread = Vec::new();
    for _ in 0..4 {
        let (mut sender, connection) = raw::connect(server.address).await;
        let (response, mut stream) =
            sender.send_request(raw::post("ExtractClaims", &[]), false).expect("it is sent");
        stream.send_data(body.clone().into(), true).expect("it is sent");
        unread.push((response.await.expect("it is answered"), connection));
    }
    let mut client = server.client().await;
    // With what is kept for its answer.
    let too_much = "x".repeat(50_000);
    let status = client.extract_claims(request(&too_much)).await.expect_err("so much isn't free");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    assert!(status.message().contains("max-queued-bytes"), "{status}");
    drop(unread);
    let answered = async {
        while client.extract_claims(request(&too_much)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("what they held is free again");
}

/// Looks at the health whose messages never come, none of which needs a key.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn heads_of_one_address_leave_room_for_others() {
    let server = Server::start(Scripted::new(), as_it_comes()).await;
    let mut begun = Vec::new();
    for _ in 0..9 {
        let (mut sender, connection) = raw::connect(server.address).await;
        for _ in 0..100 {
            let head = raw::post_to("/grpc.health.v1.Health/Check", &[]);
            let (response, body) = sender.send_request(head, false).expect("it is sent");
            begun.push((tokio::spawn(raw::whole(response)), body));
            sender = sender.ready().await.expect("the connection is open");
        }
        // Its task goes on.
        drop(connection);
    }
    eventually(|| begun.iter().any(|(call, _)| call.is_finished())).await;
    let refused = begun.into_iter().find(|(call, _)| call.is_finished()).expect("one has ended");
    let status = refused.0.await.expect("it is answered").status();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "QUEUE_FULL"));
    // Another address of the same machine.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.2:0".parse().expect("an address")).expect("it is this machine's");
    let socket = socket.connect(server.address).await.expect("the server listens");
    let (mut sender, _connection) =
        raw::handshake(socket, &h2::client::Builder::new()).await.expect("it speaks HTTP/2");
    let head = raw::post_to("/grpc.health.v1.Health/Check", &[]);
    let (response, mut stream) = sender.send_request(head, false).expect("it is sent");
    stream.send_data(raw::framed(&[], 0).into(), true).expect("it is sent");
    let answer = tokio::time::timeout(PATIENCE, raw::whole(response)).await.expect("it is answered");
    assert_eq!(answer.status().code(), Code::Ok);
}

/// Of calls that are refused before their messages have come what still comes is read, but not of any number.
#[tokio::test]
async fn who_only_begins_calls_is_disconnected() {
    let server = Server::start(Scripted::new(), as_it_comes()).await;
    let mut connections = Vec::new();
    let mut begun = Vec::new();
    for _ in 0..18 {
        let (mut sender, connection) = raw::connect(server.address).await;
        connections.push(connection);
        for _ in 0..120 {
            let head = raw::post_to("/grpc.health.v1.Health/Check", &[]);
            let Ok(call) = sender.send_request(head, false) else { break };
            begun.push(call);
            match sender.ready().await {
                Ok(ready) => sender = ready,
                Err(_) => break,
            }
        }
    }
    eventually(|| connections.iter().any(JoinHandle::is_finished)).await;
    assert!(!connections[0].is_finished(), "whose calls were taken on stays");
    assert!(raw::is_served(server.address).await);
}
