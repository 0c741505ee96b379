//! Who holds up a server that stops: calls in flight do, peers without one don't.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ascribe::serve::ServiceConfig;
use prost::Message;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::frames::{DATA, Frames, HEADERS, frame, grpc_head, message};
use crate::server::{PATIENCE, Scripted, Server, eventually, one_worker, request};

/// With a drain limit beyond any patience.
async fn server(engine: &std::sync::Arc<Scripted>) -> Server {
    Server::start(engine.clone(), ServiceConfig { drain_limit: PATIENCE * 2, ..one_worker() }).await
}

async fn stops(server: Server) {
    let stopped = tokio::time::timeout(PATIENCE, server.stop()).await.expect("it stops in time");
    stopped.expect("it ends").expect("no error");
}

#[tokio::test]
async fn peers_that_say_nothing_more_do_not_hold_it_up() {
    let server = server(&Scripted::new()).await;
    let mut peers = Vec::new();
    for said in [
        // Heads of which the end is missing.
        &b"POST /v1/claims:extract HTTP/1.1\r\nhost: localhost\r\nx-more: "[..],
        b"GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\nGET /openapi.json HTTP/1.1\r\n",
    ] {
        let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
        socket.write_all(said).await.expect("it is sent");
        peers.push(socket);
    }
    // These don't answer the server's pings.
    let mut idle = Frames::connect(server.address).await;
    idle.until(|frame| frame.kind == crate::frames::SETTINGS).await;
    let mut after_a_call = Frames::connect(server.address).await;
    after_a_call.send(&[grpc_head(1, "GetExtractorInfo"), message(1, &[])].concat()).await;
    after_a_call.until(|frame| frame.stream == 1 && frame.ends_stream()).await;
    let mut half_a_head = Frames::connect(server.address).await;
    half_a_head.send(&frame(HEADERS, 0, 1, &[0x83])).await;
    // One whose call was refused, and whose message doesn't come.
    let mut refused = Frames::connect(server.address).await;
    refused.send(&grpc_head(1, "Nothing")).await;
    refused.until(|frame| frame.stream == 1 && frame.ends_stream()).await;
    stops(server).await;
    drop(peers);
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_gets_the_answers_to_its_calls() {
    let engine = Scripted::new();
    let server = server(&engine).await;
    let mut connection = Frames::connect(server.address).await;
    let body = message(1, &request("block").encode_to_vec());
    connection.send(&[grpc_head(1, "ExtractClaims"), body].concat()).await;
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let stopping = tokio::spawn(stops(server));
    // Longer than it takes to close those without calls.
    tokio::time::sleep(Duration::from_millis(800)).await;
    engine.release();
    let mut frame = connection.next().await.expect("the connection goes on");
    while frame.kind != DATA {
        frame = connection.next().await.expect("the connection goes on");
    }
    assert_eq!(frame.stream, 1);
    stopping.await.expect("it stops");
}
