//! Calls on a connection that the service is just closing.

use std::net::SocketAddr;

use ascribe::client::{LoadPlan, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::server::{Scripted, Server};
use super::{loaded, outcomes, plan};

/// HTTP/2: how long the client's preface and a frame's head are, the type of a frame of headers, no settings, and the end of a
/// connection, in order, that took no stream at all.
const PREFACE: usize = 24;
const HEAD: usize = 9;
const HEADERS: u8 = 1;
const SETTINGS: [u8; HEAD] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const GOAWAY: [u8; HEAD + 8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Ends a connection when it is asked something.
async fn close_when_asked(mut socket: TcpStream) -> std::io::Result<()> {
    socket.write_all(&SETTINGS).await?;
    socket.read_exact(&mut [0; PREFACE]).await?;
    loop {
        let mut head = [0; HEAD];
        socket.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        socket.read_exact(&mut vec![0; length as usize]).await?;
        if head[3] == HEADERS {
            socket.write_all(&GOAWAY).await?;
            // What is still on its way is read, so that the end is no reset.
            return socket.read_to_end(&mut Vec::new()).await.map(drop);
        }
    }
}

/// Stands before a service: its first connection is closed when it is asked something, the others are passed on.
async fn closing_first(service: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async move {
        let (first, _) = listener.accept().await.expect("somebody connects");
        tokio::spawn(close_when_asked(first));
        while let Ok((mut caller, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut service = TcpStream::connect(service).await?;
                copy_bidirectional(&mut caller, &mut service).await
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_came_too_late_for_its_connection_is_sent_over_another() {
    for method in [Method::Unary, Method::Batch { documents: 2 }] {
        let server = Server::scripted(&Scripted::new()).await;
        let front = closing_first(server.address).await;
        let plan = LoadPlan {
            target: format!("http://{front}"),
            connections: 1,
            health_rate: 0.0,
            method,
            ..plan(&server, 20.0, &["one", "two"])
        };
        let report = loaded(plan).await;
        assert_eq!(outcomes(&report), [("OK", report.begun)]);
    }
}
