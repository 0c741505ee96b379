//! Asks a running service whether it serves, as a container's HEALTHCHECK does.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

use super::generated::health::HealthCheckRequest;
use super::generated::health::health_check_response::ServingStatus;
use super::generated::health::health_client::HealthClient;
use crate::address::Target;

/// All of it, from connecting to the last byte of the answer, may take at most this long.
const PATIENCE: Duration = Duration::from_secs(3);
/// The longest answer of the admin door that is read, in bytes: a longer one is none of this service's.
const LONGEST_ANSWER: usize = 16 << 10;
/// The most headers that such an answer has.
const MOST_HEADERS: usize = 64;
/// How much of an answer that is no HTTP is shown, in characters.
const SHOWN: usize = 80;

/// Why a service isn't healthy.
#[derive(Debug, Error)]
pub enum HealthcheckError {
    /// The client can't be started.
    #[error("can't start the health check: {0}")]
    Start(io::Error),
    /// Nobody said whom to trust.
    #[error(
        "{target} is asked over TLS, and nothing says whom to trust: name the authority of its certificate with --ca"
    )]
    NoAuthority {
        /// The service that was asked.
        target: Target,
    },
    /// The authorities can't be read, or the name is none.
    #[error("can't ask {target} over TLS: {}", root_cause(source))]
    Tls {
        /// The service that was asked.
        target: Target,
        /// What is wrong.
        source: tonic::transport::Error,
    },
    /// Nothing answers there.
    #[error("can't connect to {target}: {}", root_cause(source))]
    Connect {
        /// The service that was asked.
        target: Target,
        /// Why it didn't work.
        source: tonic::transport::Error,
    },
    /// Nothing answers at its admin door.
    #[error("can't ask at {target}: {source}")]
    Ask {
        /// The service that was asked.
        target: Target,
        /// Why it didn't work.
        source: io::Error,
    },
    /// It connects, but there is no whole answer in time.
    #[error("{target} doesn't answer within {} seconds", PATIENCE.as_secs())]
    Silent {
        /// The service that was asked.
        target: Target,
    },
    /// What its admin door answers is no answer of HTTP, or not a whole one.
    #[error("{target} answers with something else than HTTP, or with half an answer: {answer:?}")]
    Malformed {
        /// The service that was asked.
        target: Target,
        /// The beginning of the answer.
        answer: String,
    },
    /// It answers with an error.
    #[error("{target} answers {:?}: {}", status.code(), status.message())]
    Refused {
        /// The service that was asked.
        target: Target,
        /// The error.
        status: Box<tonic::Status>,
    },
    /// It answers, but doesn't serve.
    #[error("{target} says {status}")]
    NotServing {
        /// The service that was asked.
        target: Target,
        /// The status that it reports: "`NOT_SERVING`", or code and reason of the admin door's answer.
        status: String,
    },
}

/// Whom a health check trusts over TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// The authorities that may have signed the service's certificate, PEM.
    pub authorities: Option<Vec<u8>>,
    /// The name that the certificate is to have, where it isn't the target's host.
    pub server_name: Option<String>,
}

/// Asks the service at `target` whether it serves, over gRPC: in plain text, or over TLS where the target says so. Blocks for
/// at most three seconds.
///
/// # Errors
/// When it doesn't serve, or can't be asked.
pub fn healthcheck(target: impl Into<Target>, trust: &Trust) -> Result<(), HealthcheckError> {
    let target = target.into();
    let endpoint = endpoint(&target, trust)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(HealthcheckError::Start)?;
    let checked = runtime.block_on(async {
        let checked = tokio::time::timeout(PATIENCE, check(&target, endpoint)).await;
        checked.unwrap_or_else(|_| Err(HealthcheckError::Silent { target: target.clone() }))
    });
    // A look-up of its name may still wait for an answer.
    runtime.shutdown_background();
    checked
}

fn endpoint(target: &Target, trust: &Trust) -> Result<Endpoint, HealthcheckError> {
    let wrong = |source| HealthcheckError::Tls { target: target.clone(), source };
    let endpoint = Endpoint::from_shared(target.to_string()).map_err(wrong)?;
    if target.is_tls() != Some(true) {
        return Ok(endpoint);
    }
    let Some(authorities) = &trust.authorities else {
        return Err(HealthcheckError::NoAuthority { target: target.clone() });
    };
    let mut tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authorities));
    if let Some(name) = &trust.server_name {
        tls = tls.domain_name(name);
    }
    endpoint.tls_config(tls).map_err(wrong)
}

/// The last reason of an error, which is what the system or the peer says.
fn root_cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), root_cause)
}

/// Like [`healthcheck`], at the service's admin door: that speaks plain text and needs no certificate, whatever the service
/// itself does.
///
/// # Errors
/// When it doesn't serve, or can't be asked; also when the answer isn't whole, whatever its first words say.
pub fn admin_healthcheck(target: impl Into<Target>) -> Result<(), HealthcheckError> {
    let target = target.into();
    let asked = ask_admin(&target, Instant::now() + PATIENCE);
    let answer = asked.map_err(|source| match source.kind() {
        // The one is what Unix says of a limit of time, the other what Windows does.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            HealthcheckError::Silent { target: target.clone() }
        }
        _ => HealthcheckError::Ask { target: target.clone(), source },
    })?;
    match whole_answer(&answer) {
        Some((200, _)) => Ok(()),
        Some((code, reason)) => {
            Err(HealthcheckError::NotServing { target, status: format!("{code} {reason}") })
        }
        None => {
            let answer = String::from_utf8_lossy(&answer).chars().take(SHOWN).collect();
            Err(HealthcheckError::Malformed { target, answer })
        }
    }
}

/// The addresses of a target; of a name those that the system finds before `deadline`.
fn addresses(target: &Target, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    let (host, port) = (target.host().to_owned(), target.port());
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let (found, finding) = sync_channel(1);
    // On a thread of its own: the system takes as long as it likes.
    thread::Builder::new().spawn(move || {
        // Fails where nobody waits any more.
        let _ = found.try_send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter));
    })?;
    let left = deadline.saturating_duration_since(Instant::now());
    finding.recv_timeout(left).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// A connection to the first address of a target that takes one.
fn connect(target: &Target, deadline: Instant) -> io::Result<TcpStream> {
    let mut refused = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses(target, deadline)? {
        match TcpStream::connect_timeout(&address, left_until(deadline)?) {
            Ok(socket) => return Ok(socket),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

fn left_until(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::Error::from(io::ErrorKind::TimedOut)),
        left => Ok(left),
    }
}

/// What the admin door answers, until it ends; everything before `deadline`.
fn ask_admin(target: &Target, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut socket = connect(target, deadline)?;
    let url = target.to_string();
    let host = url.split_once("://").map_or(&*url, |(_, host)| host);
    socket.set_write_timeout(Some(left_until(deadline)?))?;
    // Of this version the answer ends with the connection.
    socket.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes())?;
    let (mut answer, mut buffer) = (Vec::new(), [0; 1024]);
    while answer.len() < LONGEST_ANSWER && !is_complete(&answer) {
        // A new limit for each piece: the rest of the one for all of them.
        socket.set_read_timeout(Some(left_until(deadline)?))?;
        match socket.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(answer)
}

/// Whether an answer says how long it is, and is as long.
fn is_complete(answer: &[u8]) -> bool {
    head(answer).is_some_and(|head| head.length.is_some_and(|length| answer.len() - head.bytes >= length))
}

/// Code and reason of an answer that ended; none where that is no HTTP, or ended too soon.
fn whole_answer(answer: &[u8]) -> Option<(u16, String)> {
    let head = head(answer)?;
    let is_whole = head.length.is_none_or(|length| answer.len() - head.bytes >= length);
    (is_whole && answer.len() < LONGEST_ANSWER).then_some((head.code, head.reason))
}

/// The head of an answer.
struct Head {
    code: u16,
    reason: String,
    /// Of the head itself.
    bytes: usize,
    /// Of what follows, where the head tells.
    length: Option<usize>,
}

/// Reads a head; none where it isn't whole, or none.
fn head(answer: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(bytes) = response.parse(answer).ok()? else { return None };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = match length {
        Some(header) => Some(std::str::from_utf8(header.value).ok()?.trim().parse().ok()?),
        None => None,
    };
    let reason = response.reason.unwrap_or_default().to_owned();
    Some(Head { code: response.code?, reason, bytes, length })
}

async fn check(target: &Target, endpoint: Endpoint) -> Result<(), HealthcheckError> {
    let target = || target.clone();
    let channel = endpoint.connect().await;
    let channel = channel.map_err(|source| HealthcheckError::Connect { target: target(), source })?;
    let response = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    let response = response
        .map_err(|status| HealthcheckError::Refused { target: target(), status: Box::new(status) })?;
    match response.get_ref().status() {
        ServingStatus::Serving => Ok(()),
        status => {
            Err(HealthcheckError::NotServing { target: target(), status: status.as_str_name().to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_answer_counts() {
        for whole in [
            "HTTP/1.0 200 OK\r\n\r\nready\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready\n",
            "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert!(matches!(whole_answer(whole.as_bytes()), Some((200, _))), "{whole:?}");
        }
        for half in [
            "",
            "garbage 200 x\r\n\r\n",
            "HTTP/1.0 200 OK",
            "HTTP/1.0 200 OK\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nread",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "\u{feff}HTTP/1.0 200 OK\r\n\r\n",
        ] {
            assert_eq!(whole_answer(half.as_bytes()), None, "{half:?}");
        }
        let unready = b"HTTP/1.0 503 Service Unavailable\r\n\r\n";
        assert_eq!(whole_answer(unready), Some((503, "Service Unavailable".to_owned())));
    }
}
