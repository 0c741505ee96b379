//! Asking a running service whether it serves, as a container's HEALTHCHECK does.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use thiserror::Error;
use tonic::transport::Endpoint;

use super::rpc::health::HealthCheckRequest;
use super::rpc::health::health_check_response::ServingStatus;
use super::rpc::health::health_client::HealthClient;

/// How long connecting and answering may take, each.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why a service isn't healthy.
#[derive(Debug, Error)]
pub enum HealthcheckError {
    /// The client can't be started.
    #[error("can't start the health check: {0}")]
    Start(io::Error),
    /// Nobody answers there.
    #[error("can't connect to {address}: {source}")]
    Connect {
        /// The address that was asked.
        address: SocketAddr,
        /// Why it didn't work.
        source: tonic::transport::Error,
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
        /// What it says of itself: "`NOT_SERVING`".
        status: &'static str,
    },
}

/// Asks the service at `address` whether it serves. Blocks, for a few seconds at most. An address that
/// stands for all of the machine's is asked at its loopback.
///
/// # Errors
/// When it doesn't serve, or can't be asked.
pub fn healthcheck(mut address: SocketAddr) -> Result<(), HealthcheckError> {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(HealthcheckError::Start)?.block_on(check(address))
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
        status => Err(HealthcheckError::NotServing { address, status: status.as_str_name() }),
    }
}
