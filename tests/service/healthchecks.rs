//! The health check against peers that are no service of ours: it ends soon, and takes nothing else for health.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use ascribe::client::{Trust, admin_healthcheck, healthcheck};

/// A peer that treats every connection so.
fn peer(treat: impl Fn(TcpStream) + Send + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let treat = treat.clone();
            thread::spawn(move || treat(stream));
        }
    });
    address
}

/// A peer that answers a request with these bytes and hangs up.
fn answering(bytes: &'static [u8]) -> SocketAddr {
    peer(move |mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(bytes);
    })
}

#[test]
fn a_peer_that_drips_or_is_silent_is_given_up_in_time_and_called_that() {
    let drips = |mut stream: TcpStream| {
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(500));
        }
    };
    let is_silent = |stream: TcpStream| {
        thread::sleep(Duration::from_mins(1));
        drop(stream);
    };
    let drips_health = |mut stream: TcpStream| {
        for byte in b"HTTP/1.0 200 OK\r\n".iter().cycle() {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(200));
        }
    };
    let peers = [peer(drips), peer(is_silent), peer(drips_health)];
    let begun = Instant::now();
    let checks: Vec<_> = peers
        .iter()
        .flat_map(|&address| {
            let admin = thread::spawn(move || admin_healthcheck(address).expect_err("it is silent"));
            let grpc =
                thread::spawn(move || healthcheck(address, &Trust::default()).expect_err("it is silent"));
            [(admin, true), (grpc, false)]
        })
        .collect();
    for (check, is_admin) in checks {
        let told = check.join().expect("it ends").to_string();
        assert!(!told.contains("os error"), "{told}");
        assert!(!is_admin || told.contains("doesn't answer within 3 seconds"), "{told}");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn only_a_whole_answer_of_http_is_health() {
    for bytes in [
        &b"HTTP/1.0 200 OK\r\n\r\nready\n"[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nready\n",
    ] {
        let asked = admin_healthcheck(answering(bytes));
        assert!(asked.is_ok(), "{asked:?}");
    }
    for (bytes, why) in [
        (&b"garbage 200 x\r\n"[..], "something else than HTTP"),
        (b"HTTP/1.0 200 OK\r\n", "half an answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\nready\n", "half an answer"),
        (b"", "half an answer"),
        (b"\xff\xfe\xfd\n", "something else than HTTP"),
        (b"HTTP/1.0 503 Service Unavailable\r\n\r\nnot ready\n", "says 503 Service Unavailable"),
        (b"HTTP/1.0 301 Moved\r\nlocation: /readyz\r\n\r\n", "says 301 Moved"),
    ] {
        let told = admin_healthcheck(answering(bytes)).expect_err("it is none").to_string();
        assert!(told.contains(why), "{told}");
    }
    let endless = peer(|mut stream| while stream.write_all(&[b'y'; 4096]).is_ok() {});
    let told = admin_healthcheck(endless).expect_err("it never ends").to_string();
    assert!(told.len() < 300 && told.contains("something else than HTTP"), "{told}");
}
