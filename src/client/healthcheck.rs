//! Asks a running service whether it serves, as a container's HEALTHCHECK does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use thiserror::Error;
use tonic::transport::Endpoint;

use super::generated::health::HealthCheckRequest;
use super::generated::health::health_check_response::ServingStatus;
use super::generated::health::health_client::HealthClient;

/// Connecting and answering may take at most this long, each.
const PATIENCE: Duration = Duration::from_secs(3);
/// At most this many bytes of an answer are read for its first line.
const LONGEST_LINE: u64 = 256;

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
        /// The status that it reports: "`NOT_SERVING`", or the first line of the admin door's answer.
        status: String,
    },
}

/// Asks the service at `address` whether it serves, over gRPC in plain text. Blocks for at most a few seconds. Where the
/// address stands for all of the machine's, asks at the loopback.
///
/// # Errors
/// When it doesn't serve, or can't be asked.
pub fn healthcheck(address: SocketAddr) -> Result<(), HealthcheckError> {
    let address = reachable(address);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(HealthcheckError::Start)?.block_on(check(address))
}

/// Like [`healthcheck`], at the service's admin door: that speaks plain text and needs no certificate, whatever the service
/// itself does.
///
/// # Errors
/// When it doesn't serve, or can't be asked.
pub fn admin_healthcheck(address: SocketAddr) -> Result<(), HealthcheckError> {
    let address = reachable(address);
    let asked = || {
        let mut socket = TcpStream::connect_timeout(&address, PATIENCE)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        // Of this version the answer ends with the connection.
        socket.write_all(b"GET /readyz HTTP/1.0\r\n\r\n")?;
        let mut line = String::new();
        BufReader::new(socket.take(LONGEST_LINE)).read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    };
    let status = asked().map_err(|source| HealthcheckError::Ask { address, source })?;
    // "HTTP/1.0 200 OK"
    match status.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(HealthcheckError::NotServing { address, status }),
    }
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
        endpoint.connect_timeout(PATIENCE).timeout(PATIENCE).connect().await
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
