//! A directory with files, `ascribe serve` running in it, its log, and its two doors.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use ascribe::client::ClaimServiceClient;
use ascribe::wire::v1;
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};

/// Longer than anything here takes: what isn't there by then won't come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What every daemon here is told, unless flags say otherwise: free ports, both doors, one thread, a quick eye on its files.
const VARIABLES: [(&str, &str); 4] = [
    ("ASCRIBE_LISTEN", "127.0.0.1:0"),
    ("ASCRIBE_ADMIN_LISTEN", "127.0.0.1:0"),
    ("ASCRIBE_WORKERS", "1"),
    ("ASCRIBE_RELOAD_SECONDS", "0.05"),
];

/// A directory with files in it.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory can be made"));
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    /// Where a file of this name is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a file there whole, as tools that replace files of a running service do.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let (path, new) = (self.0.path().join(name), self.0.path().join(format!("{name}.new")));
        fs::write(&new, text).expect("a file can be written");
        fs::rename(new, path).expect("a file can be renamed");
    }

    /// The same, with the time at which it was changed last.
    pub(crate) fn write_as_of(&self, name: &str, text: &str, time: SystemTime) {
        let (path, new) = (self.0.path().join(name), self.0.path().join(format!("{name}.new")));
        fs::write(&new, text).expect("a file can be written");
        let file = fs::File::options().write(true).open(&new).expect("it can be opened");
        file.set_modified(time).expect("its time can be set");
        fs::rename(new, path).expect("a file can be renamed");
    }

    /// `ascribe` with these arguments and nothing in its environment but `variables`.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ascribe"));
        command.current_dir(self.0.path()).args(arguments);
        command.env_clear().envs(variables.iter().copied()).stdin(Stdio::null());
        command
    }

    /// Exit code, standard output and standard error of a command that ends by itself.
    pub(crate) fn run(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> (Option<i32>, String, String) {
        let output = self.command(arguments, variables).output().expect("the command runs");
        let text = |bytes| String::from_utf8(bytes).expect("it speaks UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

/// A running service. It is killed when it is dropped.
pub(crate) struct Daemon {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
}

impl Daemon {
    /// Starts with [`VARIABLES`] and `flags`, and waits until both doors are open.
    pub(crate) fn start(place: &Place, flags: &[&str]) -> Self {
        Self::start_with(place, flags, &[])
    }

    pub(crate) fn start_with(place: &Place, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["serve"], flags].concat();
        Self::running(place.command(&arguments, &[&VARIABLES, variables].concat()))
    }

    /// Starts it by another program, which gets `before`, then the program to start and its arguments.
    pub(crate) fn start_by(program: &str, before: &[&str], place: &Place, flags: &[&str]) -> Self {
        let service = place.command(&[&["serve"], flags].concat(), &VARIABLES);
        let mut command = Command::new(program);
        command.args(before).arg(service.get_program()).args(service.get_args());
        command.current_dir(place.0.path()).env_clear().envs(VARIABLES).stdin(Stdio::null());
        Self::running(command)
    }

    fn running(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the service starts");
        let lines = BufReader::new(child.stderr.take().expect("it has a log")).lines();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let reader = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("no reader panics").push(line);
            }
        });
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut daemon = Self { child, log, reader: Some(reader), address: nowhere, admin: nowhere };
        daemon.admin = daemon.address_after("admin door on ");
        daemon.address = daemon.address_after("listening on ");
        // Both doors may be open before it has loaded.
        daemon.eventually("it is ready", |daemon| daemon.get("/readyz").0 == 200);
        daemon
    }

    /// The address that stands in the log after these words.
    fn address_after(&self, words: &str) -> SocketAddr {
        let find = |line: &String| {
            let rest = line.split(words).nth(1)?;
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(rest.len());
            rest[..end].parse().ok()
        };
        let mut found = None;
        self.eventually(words, |daemon| {
            found = daemon.log().iter().find_map(find);
            found.is_some()
        });
        found.expect("it was found")
    }

    /// The lines of the log so far.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().expect("no reader panics").clone()
    }

    /// Waits until `is_so`.
    #[track_caller]
    pub(crate) fn eventually(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "not in time: {what}\n{}", self.log().join("\n"));
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for a line of the log that holds these words.
    #[track_caller]
    pub(crate) fn logs(&self, words: &str) {
        self.eventually(words, |daemon| daemon.log().iter().any(|line| line.contains(words)));
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end; its exit code and the whole log.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<String>) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it doesn't end");
            thread::sleep(Duration::from_millis(5));
        };
        self.reader.take().expect("the log is read").join().expect("no reader panics");
        (status.code(), self.log())
    }

    /// Code and body of an answer of the admin door.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.http("GET", path, "")
    }

    pub(crate) fn http(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.admin).expect("the admin door is open");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}"
        );
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("an answer has a code");
        (code, body.to_owned())
    }

    /// The value of a metric, given with its labels.
    pub(crate) fn metric(&self, name: &str) -> Option<f64> {
        let (_, text) = self.get("/metrics");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map(|value| value.parse().expect("a metric is a number"))
    }

    pub(crate) async fn client(&self) -> ClaimServiceClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("a valid address");
        ClaimServiceClient::new(endpoint.connect().await.expect("it listens"))
    }

    /// The version of the lexicon in use.
    pub(crate) async fn lexicon_version(&self) -> String {
        let info = self.client().await.get_extractor_info(v1::GetExtractorInfoRequest {}).await;
        info.expect("it tells").into_inner().lexicon_version
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Fails where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn request(text: &str) -> v1::ExtractClaimsRequest {
    let document = v1::Document { text: text.to_owned(), ..v1::Document::default() };
    v1::ExtractClaimsRequest { document: Some(document), options: None }
}
