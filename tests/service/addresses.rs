//! Clients with addresses of their own, and proxies.
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, SocketAddr};

use ascribe::serve::ConnectionConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tonic::Code;

use crate::crowds::{SOON, crowded, server};
use crate::raw;
use crate::server::{PATIENCE, Scripted};

/// A connection from another address of this machine, which only Linux has without being told to.
async fn from(last: u8, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into()).expect("it is the loopback's");
    socket.connect(address).await.expect("the server listens")
}

/// Whether the server answers over this connection.
async fn is_answered(mut socket: TcpStream) -> bool {
    let head = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut answer = String::new();
    let asked = async {
        socket.write_all(head.as_bytes()).await?;
        socket.read_to_string(&mut answer).await
    };
    timeout(PATIENCE, asked).await.expect("it ends in time").is_ok() && answer.starts_with("HTTP/1.1 200 ")
}

#[tokio::test]
async fn one_address_leaves_places_to_others() {
    let never = PATIENCE * 2;
    let config = ConnectionConfig { idle_after: never, silent_after: never, ..crowded(8) };
    let server = server(&Scripted::new(), ConnectionConfig { place_timeout: SOON, ..config }).await;
    let mut held = Vec::new();
    for _ in 0..6 {
        held.push(raw::connect(server.address).await);
    }
    let told = raw::call(server.address, "GetExtractorInfo", &[], raw::framed(&[], 0)).await.status();
    assert_eq!(told.code(), Code::Unavailable);
    assert!(told.message().starts_with("your address"), "{}", told.message());
    assert!(is_answered(from(2, server.address).await).await);
    for (sender, _) in held {
        assert!(sender.ready().await.is_ok(), "no other lost its connection");
    }
}

#[tokio::test]
async fn who_holds_most_gives_way_to_who_holds_less() {
    let server = server(&Scripted::new(), crowded(8)).await;
    // They have no call yet, so that none of them gives way to the next.
    let mut most = Vec::new();
    for _ in 0..6 {
        most.push(raw::connect(server.address).await);
    }
    let few = from(2, server.address).await;
    tokio::time::sleep(SOON).await;
    for last in 3..6 {
        assert!(is_answered(from(last, server.address).await).await);
    }
    let some_are_gone = async {
        let mut left = 6;
        while left == 6 {
            left = 0;
            for (sender, _) in &most {
                left += u32::from(sender.clone().ready().await.is_ok());
            }
            tokio::time::sleep(SOON / 20).await;
        }
    };
    timeout(PATIENCE, some_are_gone).await.expect("those of the address that holds most give way");
    assert!(is_answered(few).await, "but not the only one of another");
}

#[tokio::test]
async fn a_trusted_proxy_may_have_all_connections_but_a_few() {
    let never = PATIENCE * 2;
    let config = ConnectionConfig {
        idle_after: never,
        silent_after: never,
        place_timeout: SOON,
        trusted_proxies: vec!["127.0.0.2/32".parse().expect("a network")],
        ..crowded(32)
    };
    let server = server(&Scripted::new(), config).await;
    let mut held = Vec::new();
    for _ in 0..29 {
        held.push(from(2, server.address).await);
    }
    assert!(is_answered(from(2, server.address).await).await, "three quarters are no limit for it");
    held.push(from(2, server.address).await);
    assert!(!is_answered(from(2, server.address).await).await);
    assert!(is_answered(from(3, server.address).await).await, "others find one");
}
