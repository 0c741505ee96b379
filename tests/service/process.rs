//! The built program as a process: file descriptors run out, signals come.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use ascribe::client::{Trust, healthcheck};

use crate::server::PATIENCE;

/// `ascribe serve` on a free port. Killed when it is dropped.
struct Process {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts it with at most `files` open at one time.
    fn start(files: u32) -> Self {
        let program = env!("CARGO_BIN_EXE_ascribe");
        let script = format!("ulimit -n {files}; exec \"$0\" serve --listen 127.0.0.1:0 --workers 1");
        let mut child = Command::new("sh")
            .args(["-c", &script, program])
            .env("RUST_LOG", "info")
            .stderr(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split("listening on ").nth(1)?.trim().parse().ok())
            .expect("it says where it listens");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("nothing panics while it is held").push(line);
            }
        });
        Self { child, address, log }
    }

    /// How many lines of the log hold `text`.
    fn said(&self, text: &str) -> usize {
        let log = self.log.lock().expect("nothing panics while it is held");
        log.iter().filter(|line| line.contains(text)).count()
    }

    /// Processor time so far, in hundredths of a second, which is what Linux counts in.
    fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let fields: Vec<_> = stat.rsplit(')').next().expect("a line").split_whitespace().collect();
        fields[11..13].iter().map(|field| field.parse::<u64>().expect("a number")).sum()
    }

    /// Takes file descriptors away from it while it runs, which it couldn't know of when it started.
    fn allow_files(&self, files: u32) {
        let (process, files) = (self.child.id().to_string(), format!("--nofile={files}"));
        let taken = Command::new("prlimit").args(["--pid", &process, &files]).status();
        assert!(taken.expect("there is prlimit").success());
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("there is kill").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn eventually(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "it comes in time");
        thread::sleep(Duration::from_millis(10));
    }
}

/// It needs some for itself, and takes no more connections than it has others.
#[test]
fn a_server_with_few_file_descriptors_takes_few_connections() {
    let process = Process::start(32);
    eventually(|| healthcheck(process.address, &Trust::default()).is_ok());
    let peers: Vec<_> = (0..60).map(|_| TcpStream::connect(process.address)).collect();
    assert!(peers.iter().all(Result::is_ok));
    eventually(|| process.said("no place for new connections") > 0);
    drop(peers);
    eventually(|| healthcheck(process.address, &Trust::default()).is_ok());
    assert_eq!(process.said("no place for new connections"), 1, "it doesn't say so again and again");
    assert_eq!(process.said("can't accept connections"), 0);
}

#[test]
fn a_server_without_free_file_descriptors_waits_instead_of_spinning() {
    let process = Process::start(256);
    eventually(|| healthcheck(process.address, &Trust::default()).is_ok());
    process.allow_files(32);
    // The system completes these connections, whether the server can accept them or not.
    let peers: Vec<_> = (0..60).map(|_| TcpStream::connect(process.address)).collect();
    assert!(peers.iter().all(Result::is_ok));
    eventually(|| process.said("can't accept connections") > 0);
    // The last of the checks may go away meanwhile and leave room for one.
    thread::sleep(Duration::from_millis(300));
    let said = process.said("can't accept connections");
    let before = process.ticks();
    thread::sleep(Duration::from_secs(1));
    let used = process.ticks() - before;
    assert!(used < 50, "{used} hundredths of a second of a processor in one second");
    assert_eq!(process.said("can't accept connections"), said, "it doesn't say so again and again");
    drop(peers);
    eventually(|| healthcheck(process.address, &Trust::default()).is_ok());
    assert!(process.said("accepting connections again") > 0);
}

#[test]
fn a_signal_ends_the_process_with_success() {
    for name in ["TERM", "INT"] {
        let mut process = Process::start(256);
        let silent = TcpStream::connect(process.address).expect("it listens");
        eventually(|| healthcheck(process.address, &Trust::default()).is_ok());
        process.signal(name);
        let started = Instant::now();
        let status = loop {
            if let Some(status) = process.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(started.elapsed() < PATIENCE, "it ends in time");
            thread::sleep(Duration::from_millis(10));
        };
        assert!(status.success(), "{status}");
        drop(silent);
    }
}
