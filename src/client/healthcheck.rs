//! Asks a running service whether it serves, as a container's HEALTHCHECK does.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use thiserror::Error;
use tonic::transport::Endpoint;

use super::generated::health::HealthCheckRequest;
use super::generated::health::health_check_response::ServingStatus;
use super::generated::health::health_client::HealthClient;

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
    /// Nothing answers there.
    #[error("can't connect to {address}: {source}")]
    Connect {
        /// The address that was asked.
        address: SocketAddr,
        /// Why it didn't work.
        source: tonic::transport::Error,
    },
    /// Nothing answers at its admin door.
    #[error("can't ask at {address}: {source}")]
    Ask {
        /// The address that was asked.
        address: SocketAddr,
        /// Why it didn't work.
        source: io::Error,
    },
    /// It connects, but there is no whole answer in time.
    #[error("{address} doesn't answer within {} seconds", PATIENCE.as_secs())]
    Silent {
        /// The address that was asked.
        address: SocketAddr,
    },
    /// What its admin door answers is no answer of HTTP, or not a whole one.
    #[error("{address} answers with something else than HTTP, or with half an answer: {answer:?}")]
    Malformed {
        /// The address that was asked.
        address: SocketAddr,
        /// The beginning of the answer.
        answer: String,
    },
    /// It answers with an error.
    #[error("{address} answers {:?}: {}", status.code(), status.message())]
    Refused {
        /// The address that was asked.
        address: SocketAddr,
        /// The error.
        status: Box<tonic::Status>,
    },
    /// It answers, but doesn't serve.
    #[error("{address} says {status}")]
    NotServing {
        /// The address that was asked.
        address: SocketAddr,
        /// The status that it reports: "`NOT_SERVING`", or code and reason of the admin door's answer.
        status: String,
    },
}

/// Asks the service at `address` whether it serves, over gRPC in plain text. Blocks for at most three seconds. Where the
/// address stands for all of the machine's, asks at the loopback.
///
/// # Errors
/// When it doesn't serve, or can't be asked.
pub fn healthcheck(address: SocketAddr) -> Result<(), HealthcheckError> {
    let address = reachable(address);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(HealthcheckError::Start)?.block_on(async {
        let checked = tokio::time::timeout(PATIENCE, check(address)).await;
        checked.unwrap_or(Err(HealthcheckError::Silent { address }))
    })
}

/// Like [`healthcheck`], at the service's admin door: that speaks plain text and needs no certificate, whatever the service
/// itself does.
///
/// # Errors
/// When it doesn't serve, or can't be asked; also when the answer isn't whole, whatever its first words say.
pub fn admin_healthcheck(address: SocketAddr) -> Result<(), HealthcheckError> {
    let address = reachable(address);
    let asked = ask_admin(address, Instant::now() + PATIENCE);
    let answer = asked.map_err(|source| match source.kind() {
        // The one is what Unix says of a limit of time, the other what Windows does.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => HealthcheckError::Silent { address },
        _ => HealthcheckError::Ask { address, source },
    })?;
    match whole_answer(&answer) {
        Some((200, _)) => Ok(()),
        Some((code, reason)) => {
            Err(HealthcheckError::NotServing { address, status: format!("{code} {reason}") })
        }
        None => {
            let answer = String::from_utf8_lossy(&answer).chars().take(SHOWN).collect();
            Err(HealthcheckError::Malformed { address, answer })
        }
    }
}

/// What the admin door answers, until it ends; everything before `deadline`.
fn ask_admin(address: SocketAddr, deadline: Instant) -> io::Result<Vec<u8>> {
    let left = || match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::Error::from(io::ErrorKind::TimedOut)),
        left => Ok(left),
    };
    let mut socket = TcpStream::connect_timeout(&address, left()?)?;
    socket.set_write_timeout(Some(left()?))?;
    // Of this version the answer ends with the connection.
    socket.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes())?;
    let (mut answer, mut buffer) = (Vec::new(), [0; 1024]);
    while answer.len() < LONGEST_ANSWER && !is_complete(&answer) {
        // A new limit for each piece: the rest of the one for all of them.
        socket.set_read_timeout(Some(left()?))?;
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

/// The address itself, or the loopback where it stands for all of the machine's.
const fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        _ => {}
    }
    address
}

async fn check(address: SocketAddr) -> Result<(), HealthcheckError> {
    let connected = async {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
        endpoint.connect().await
    };
    let channel = connected.await.map_err(|source| HealthcheckError::Connect { address, source })?;
    let response = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    let response =
        response.map_err(|status| HealthcheckError::Refused { address, status: Box::new(status) })?;
    match response.get_ref().status() {
        ServingStatus::Serving => Ok(()),
        status => Err(HealthcheckError::NotServing { address, status: status.as_str_name().to_owned() }),
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
