//! The log where nobody reads it: the service goes on, and says afterwards how much was lost.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ascribe::client::ClaimServiceClient;
use tonic::transport::Endpoint;

use crate::daemon::{PATIENCE, Place, request};

/// A service whose log is read up to the line that tells its address, and then no further.
struct Unread {
    child: Child,
    log: BufReader<ChildStderr>,
    address: SocketAddr,
    admin: SocketAddr,
}

impl Unread {
    fn start(place: &Place, flags: &[&str]) -> Self {
        let arguments = [&["serve", "--workers", "1"], flags].concat();
        let doors = [("ASCRIBE_LISTEN", "127.0.0.1:0"), ("ASCRIBE_ADMIN_LISTEN", "127.0.0.1:0")];
        let mut child = place.command(&arguments, &doors).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let admin = address_after(&mut log, "admin door on ");
        let address = address_after(&mut log, "listening on ");
        Self { child, log, address, admin }
    }

    /// An answer of the admin door.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.admin).expect("the admin door is open");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.admin);
        stream.write_all(head.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    fn lost(&self) -> u64 {
        let metrics = self.get("/metrics");
        let line = metrics.lines().find_map(|line| line.strip_prefix("ascribe_log_lines_lost_total "));
        line.expect("there is such a metric").parse().expect("it is a number")
    }

    /// Calls until lines of the log are lost.
    async fn fill(&self) {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        let mut client = ClaimServiceClient::new(endpoint.connect().await.expect("it listens"));
        let begun = Instant::now();
        while self.lost() == 0 {
            assert!(begun.elapsed() < PATIENCE, "nothing is lost");
            for _ in 0..50 {
                client.extract_claims(request("It was late.")).await.expect("it is read");
            }
        }
    }

    fn terminate(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return assert_eq!(status.code(), Some(0));
            }
            assert!(begun.elapsed() < PATIENCE, "it doesn't end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        // Fails where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_after(log: &mut impl BufRead, words: &str) -> SocketAddr {
    let mut lines = log.lines().map_while(Result::ok);
    let address = |line: String| {
        let rest = line.split(words).nth(1)?;
        rest.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').next()?.parse().ok()
    };
    lines.find_map(address).expect("it says where it listens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_stops_neither_calls_nor_probes_nor_the_end() {
    let place = Place::with(&[]);
    let mut service = Unread::start(&place, &["--log-level", "trace"]);
    service.fill().await;
    assert!(service.get("/livez").starts_with("HTTP/1.1 200"));
    assert!(service.get("/readyz").starts_with("HTTP/1.1 200"));
    let (code, _, err) = place.run(&["healthcheck", "--target", &service.address.to_string()], &[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    service.terminate();
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_log_is_read_again_it_says_how_many_lines_were_lost() {
    let place = Place::with(&[]);
    let mut service = Unread::start(&place, &["--log-level", "trace", "--log-format", "json"]);
    service.fill().await;
    let mut line = String::new();
    while !line.contains(" lines of the log were lost") {
        line.clear();
        assert!(service.log.read_line(&mut line).expect("it is UTF-8") > 0, "it ended");
        serde_json::from_str::<serde_json::Value>(&line).expect("every line is whole");
    }
    // What comes after that is read by nobody, and doesn't have to be.
    service.terminate();
}

#[test]
fn a_start_that_fails_ends_though_nobody_reads_why() {
    let place = Place::with(&[]);
    let mut command = place.command(&["serve", "--workers", "none"], &[]);
    // More than a pipe holds stands in it already.
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let full = writer.try_clone().expect("a clone");
    let filling = thread::spawn(move || while writer.write_all(&[b'x'; 4096]).is_ok() {});
    thread::sleep(Duration::from_millis(100));
    let mut child = command.stderr(full).spawn().expect("it starts");
    drop(command);
    let begun = Instant::now();
    while child.try_wait().expect("it can be waited for").is_none() {
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("it doesn't end");
        }
        thread::sleep(Duration::from_millis(5));
    }
    drop(reader);
    filling.join().expect("the pipe is broken by now");
}
