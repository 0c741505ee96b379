//! Few file descriptors: connections at one door leave some to the other, to files and to the process.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use ascribe::client::{Trust, healthcheck};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::daemon::{Daemon, PATIENCE, Place};

/// With so many there are 16 connections at the admin door, and at the other 64, of which one address gets 48.
const FILES: &str = "128";

fn with_few_files(place: &Place) -> Daemon {
    Daemon::start_by("/bin/sh", &["-c", &format!("ulimit -n {FILES}; exec \"$0\" \"$@\"")], place, &[])
}

/// Connections that say nothing, many more than there are descriptors.
fn crowd(address: SocketAddr) -> Vec<TcpStream> {
    (0..200).filter_map(|_| TcpStream::connect(address).ok()).collect()
}

/// Whether the admin door answers a request that is made like this; it may also close the connection.
fn answered(daemon: &Daemon, head: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(daemon.admin).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

/// Whether the service answers a client with an address of its own.
async fn serves_another(daemon: &Daemon) -> bool {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 2], 0).into()).expect("it is the loopback's");
    let mut stream = socket.connect(daemon.address).await.expect("it listens");
    let head = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.expect("it is answered in time").is_ok() && answer.starts_with("HTTP/1.1 200 ")
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_door_takes_the_others_descriptors() {
    let daemon = with_few_files(&Place::with(&[]));
    daemon.logs("max-connections is 4096, but only 64 are taken");
    daemon.logs(&format!("no more than {FILES} files open"));

    let at_the_door = crowd(daemon.address);
    assert_eq!(daemon.get("/livez").0, 200);
    let refused = "ascribe_connections_refused_total{reason=\"none-to-wait\"}";
    daemon.eventually("some are refused", |daemon| daemon.metric(refused) > Some(0.0));
    assert!(serves_another(&daemon).await);

    let at_the_admin_door = crowd(daemon.admin);
    assert!(serves_another(&daemon).await);
    // Those who say nothing there give way within moments.
    daemon.eventually("it is answered", |daemon| {
        answered(daemon, "GET /livez HTTP/1.1\r\nhost: localhost") == Some(200)
    });
    drop((at_the_door, at_the_admin_door));
    let address = daemon.address;
    let healthy = tokio::task::spawn_blocking(move || {
        std::iter::repeat_with(|| healthcheck(address, &Trust::default()).is_ok())
            .take(10)
            .any(|is_healthy| is_healthy)
    });
    assert!(healthy.await.expect("it ends"), "it takes new connections");
    let log = daemon.log();
    assert!(!log.iter().any(|line| line.contains("can't accept")), "{}", log.join("\n"));
}

#[test]
fn the_admin_door_looks_at_hosts_too() {
    let daemon = Daemon::start(&Place::with(&[]), &["--allowed-hosts", "ops.example.org"]);
    for (hosts, code) in [
        ("\r\nhost: localhost:9090", 200),
        ("\r\nhost: ops.example.org", 200),
        ("\r\nhost: evil.example", 421),
        ("\r\nhost: localhost\r\nhost: localhost", 400),
        ("", 400),
    ] {
        for request in ["GET /metrics", "PUT /log-level"] {
            let code = if request == "PUT /log-level" && code == 200 { 400 } else { code };
            let answered = answered(&daemon, &format!("{request} HTTP/1.1{hosts}"));
            assert_eq!(answered, Some(code), "{request} {hosts:?}");
        }
    }
    assert_eq!(answered(&daemon, "GET /readyz HTTP/1.0"), Some(200));
}
