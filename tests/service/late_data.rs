//! Calls that are answered before their message has come: what comes of it afterwards costs nobody anything.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use ascribe::serve::{ConnectionConfig, ServiceConfig};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::frames::{
    DATA, ENHANCE_YOUR_CALM, Frames, HEADERS, PRIORITY, PROTOCOL_ERROR, WINDOW_UPDATE, frame, grpc_head,
    head, message, streams,
};
use crate::raw;
use crate::server::{Scripted, Server, eventually, one_worker, request};

/// So many calls later comes a message: more than h2 remembers calls that it reset.
const LATER: usize = 60;

/// Makes calls that are answered before their messages come; each message comes when many other calls have been answered.
async fn with_late_messages(
    connection: &mut Frames,
    streams: impl Iterator<Item = u32>,
    head: impl Fn(u32) -> Vec<u8>,
) {
    let body = message(0, &request("a text that nobody reads").encode_to_vec());
    let late = |stream: u32| [&body[..5], &stream.to_be_bytes(), &body[9..]].concat();
    let mut answered = VecDeque::new();
    for stream in streams {
        connection.send(&head(stream)).await;
        connection.until(|frame| frame.stream == stream && frame.ends_stream()).await;
        answered.push_back(stream);
        if answered.len() > LATER {
            connection.send(&late(answered.pop_front().expect("there are some"))).await;
        }
    }
    for stream in answered {
        connection.send(&late(stream)).await;
    }
}

#[tokio::test]
async fn refused_calls_whose_messages_come_later_do_not_cost_others_their_connection() {
    let engine = Scripted::new();
    let server = Server::start(engine.clone(), ServiceConfig { max_in_flight: 2, ..one_worker() }).await;
    let mut connection = Frames::connect(server.address).await;
    for stream in [1, 3] {
        let body = message(stream, &request("block").encode_to_vec());
        connection.send(&[grpc_head(stream, "ExtractClaims"), body].concat()).await;
    }
    eventually(|| engine.begun.load(Ordering::SeqCst) == 1).await;
    let refused = streams(302).skip(2);
    with_late_messages(&mut connection, refused, |stream| grpc_head(stream, "ExtractClaims")).await;
    engine.release();
    let mut answered = Vec::new();
    while answered.len() < 2 {
        let end =
            connection.until(|frame| frame.stream <= 3 && (frame.kind == DATA || frame.ends_stream())).await;
        // A refusal has no message.
        if end.kind == DATA {
            answered.push(end.stream);
        }
    }
    answered.sort_unstable();
    assert_eq!(answered, [1, 3]);
}

#[tokio::test]
async fn every_door_of_http2_takes_late_messages() {
    let server = Server::scripted(&Scripted::new()).await;
    for (path, content_type) in [
        ("/ascribe.v1.ClaimService/Nothing", "application/grpc"),
        ("/ascribe.v1.ClaimService/Nothing", "application/grpc-web+proto"),
        ("/v1/nothing", "application/json"),
        ("/v1/claims:extract", "text/plain"),
    ] {
        let mut connection = Frames::connect(server.address).await;
        with_late_messages(&mut connection, streams(250), |stream| head(stream, path, content_type)).await;
        assert_eq!(connection.is_alive().await, Ok(()), "{path} {content_type}");
    }
}

#[tokio::test]
async fn a_peer_whose_calls_were_answered_may_still_not_do_everything() {
    let connections = ConnectionConfig { max_stream_errors: 5, ..ConnectionConfig::default() };
    let server = Server::start(Scripted::new(), ServiceConfig { connections, ..one_worker() }).await;
    let answered = async |connection: &mut Frames, count: u32| {
        for stream in streams(count) {
            connection.send(&grpc_head(stream, "Nothing")).await;
            connection.until(|frame| frame.stream == stream && frame.ends_stream()).await;
        }
    };
    let mut connection = Frames::connect(server.address).await;
    answered(&mut connection, 10).await;
    for stream in streams(10) {
        // A call that depends on itself.
        connection.send(&frame(PRIORITY, 0, stream, &[&stream.to_be_bytes()[..], &[7]].concat())).await;
    }
    assert_eq!(connection.is_alive().await, Err(ENHANCE_YOUR_CALM));

    let mut connection = Frames::connect(server.address).await;
    connection.send(&grpc_head(1, "ExtractClaims")).await;
    connection.send(&message(1, &request("block").encode_to_vec())).await;
    connection.send(&frame(DATA, 0, 1, b"more")).await;
    assert_eq!(connection.is_alive().await, Err(PROTOCOL_ERROR));

    let mut connection = Frames::connect(server.address).await;
    answered(&mut connection, 1).await;
    connection.send(&frame(HEADERS, 4, 1, &[0x83, 0x86])).await;
    connection.send(&frame(WINDOW_UPDATE, 0, 1, &i32::MAX.to_be_bytes())).await;
    assert_eq!(connection.is_alive().await, Ok(()), "a few mistakes are forgiven");
}

/// Sends a request slowly that is refused at its head, and reads its answer.
async fn refused_while_it_sends(server: &Server, head: &str, begin: &[u8]) -> String {
    const LENGTH: usize = 3 << 20;
    let mut socket = TcpStream::connect(server.address).await.expect("the server listens");
    let head = format!("{head} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {LENGTH}\r\n");
    socket.write_all(head.as_bytes()).await.expect("it is sent");
    socket
        .write_all(b"connection: close\r\ncontent-type: application/grpc-web+proto\r\n\r\n")
        .await
        .expect("it is sent");
    socket.write_all(begin).await.expect("it is sent");
    let piece = vec![0; (LENGTH - begin.len()) / 4];
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        socket.write_all(&piece).await.expect("it is still read");
    }
    let rest = vec![0; LENGTH - begin.len() - 3 * piece.len()];
    socket.write_all(&rest).await.expect("it is still read");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.expect("it is answered");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn grpc_web_over_http1_gets_its_answer_while_it_still_sends() {
    let server = Server::scripted(&Scripted::new()).await;
    let answer = refused_while_it_sends(&server, "POST /ascribe.v1.ClaimService/Nothing", &[]).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("grpc-status: 12"), "{answer}");
    // A stream that its first message ends.
    let begin = raw::framed(&[0xff; 3], 0);
    let path = "POST /ascribe.v1.ClaimService/StreamExtractClaims";
    let answer = refused_while_it_sends(&server, path, &begin).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("grpc-status:3"), "{answer}");
}
