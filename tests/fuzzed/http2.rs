//! Any sequence of HTTP/2 frames, sent to a server in this process: nothing panics, the connection comes to its end once
//! the peer has said all, and the server still answers.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ascribe::client::{Trust, healthcheck};
use ascribe::serve::{Engine, ServiceConfig, run};
use ascribe_engine::{Context, Extraction, IsCancelled, Lexicon};

/// Longer than any connection lasts whose peer has said all.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a client of HTTP/2 says first, with settings that are all default.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const END_HEADERS: u8 = 4;

/// The heads that an input can name: a path and a content type.
const HEADS: [(&str, &str); 8] = [
    ("/ascribe.v1.ClaimService/ExtractClaims", "application/grpc"),
    ("/ascribe.v1.ClaimService/BatchExtractClaims", "application/grpc"),
    ("/ascribe.v1.ClaimService/StreamExtractClaims", "application/grpc"),
    ("/ascribe.v1.ClaimService/VerifyQuotations", "application/grpc-web+proto"),
    ("/ascribe.v1.ClaimService/ListCues", "application/grpc-web-text"),
    ("/grpc.health.v1.Health/Watch", "application/grpc"),
    ("/v1/claims:extract", "application/json"),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "application/grpc"),
];
/// What begins a head of those, each with a number of its own, and a gRPC message, in an input.
const FIRST_HEAD: u8 = 16;
const MESSAGE: u8 = 24;

/// An engine that finds nothing.
struct Nothing(Lexicon);

impl Engine for Nothing {
    fn extract_unless<'text>(
        &self,
        text: &'text str,
        _: Context<'_>,
        _: IsCancelled<'_>,
    ) -> Option<Extraction<'text>> {
        Some(Extraction::of_claims(text, Vec::new()))
    }

    fn lexicon(&self) -> &Lexicon {
        &self.0
    }

    fn tagger_version(&self) -> &'static str {
        "none"
    }

    fn knowledge_version(&self) -> &'static str {
        "none"
    }
}

/// Panics so far, on any thread: the server catches those of its calls.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// A server that lives as long as the process.
static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        before(panic);
    }));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    std::thread::spawn(move || {
        let engine = Arc::new(Nothing(Lexicon::embedded()));
        let config = ServiceConfig { workers: 1, ..ServiceConfig::default() };
        runtime.block_on(run(listener, engine, config, std::future::pending()))
    });
    address
});

/// Says what `input` makes of frames, and reads until the server has closed the connection.
pub(crate) fn check(input: &[u8]) {
    let before = PANICS.load(Ordering::SeqCst);
    let mut socket = TcpStream::connect(*SERVER).expect("the server listens");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    socket.set_write_timeout(Some(PATIENCE)).expect("a time-out can be set");
    // Both fail where the server has closed it already, as it may.
    let _ = socket.write_all(&frames(input));
    let _ = socket.shutdown(Shutdown::Write);
    let mut answer = [0; 4096];
    loop {
        match socket.read(&mut answer) {
            Ok(1..) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the server keeps a connection whose peer has said all");
            }
            Ok(0) | Err(_) => break,
        }
    }
    assert!(healthcheck(*SERVER, &Trust::default()).is_ok(), "the server doesn't answer any more");
    assert_eq!(PANICS.load(Ordering::SeqCst), before, "something panicked");
}

/// The preface, and what the input says: frames of any kind, flags, stream and content; heads that are right; messages with
/// their prefixes; and every other byte as it is.
fn frames(mut input: &[u8]) -> Vec<u8> {
    let mut all = PREFACE.to_vec();
    while let [kind, flags, stream, length, rest @ ..] = input {
        let content = &rest[..rest.len().min(usize::from(*length))];
        match kind {
            0..FIRST_HEAD => {
                frame(&mut all, *kind, *flags, *stream, content);
                input = &rest[content.len()..];
            }
            FIRST_HEAD..MESSAGE => {
                let (path, content_type) = HEADS[usize::from(kind - FIRST_HEAD)];
                let mut fields = Vec::new();
                for (name, value) in [
                    (":method", "POST"),
                    (":scheme", "http"),
                    (":path", path),
                    (":authority", "localhost"),
                    ("content-type", content_type),
                    ("te", "trailers"),
                ] {
                    // A literal field that isn't indexed, without Huffman's code.
                    fields.push(0);
                    for text in [name, value] {
                        fields.push(u8::try_from(text.len()).expect("these are short"));
                        fields.extend_from_slice(text.as_bytes());
                    }
                }
                fields.extend_from_slice(content);
                frame(&mut all, HEADERS, flags | END_HEADERS, *stream, &fields);
                input = &rest[content.len()..];
            }
            &MESSAGE => {
                frame(
                    &mut all,
                    DATA,
                    *flags,
                    *stream,
                    &[&[0, 0, 0, 0, u8::try_from(content.len()).unwrap_or(u8::MAX)], content].concat(),
                );
                input = &rest[content.len()..];
            }
            _ => {
                all.push(*kind);
                input = &input[1..];
            }
        }
    }
    all.extend_from_slice(input);
    all
}

fn frame(all: &mut Vec<u8>, kind: u8, flags: u8, stream: u8, content: &[u8]) {
    let length = u32::try_from(content.len()).expect("it is short").to_be_bytes();
    all.extend_from_slice(&length[1..]);
    all.extend_from_slice(&[kind, flags, 0, 0, 0, stream]);
    all.extend_from_slice(content);
}
