//! Starting and stopping: socket, routes, signals.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;

use super::config::ServiceConfig;
use super::engine::Engine;
use super::front::FrontLayer;
use super::log;
use super::pool::Pool;
use super::reader::Reader;
use super::rpc::claim_service_server::{ClaimServiceServer, SERVICE_NAME};
use super::service::Claims;
use crate::wire;

/// What is SERVING: the server as a whole, and its one service.
const HEALTH_NAMES: [&str; 2] = ["", SERVICE_NAME];

/// Why the service doesn't run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address as given.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The threads or the runtime can't be started.
    #[error("can't start the service: {0}")]
    Start(io::Error),
    /// Signals can't be waited for.
    #[error("can't listen for signals: {0}")]
    Signal(io::Error),
    /// The descriptors of the contract are broken.
    #[error("can't offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport failed.
    #[error("can't go on serving: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// Serves at `address` until the process gets SIGTERM or SIGINT, and then until the calls in flight are
/// answered, at most for the drain limit. Blocks. Logs to standard error, as `RUST_LOG` says.
///
/// # Errors
/// When it can't start, or the transport fails.
pub fn serve_until_signal(
    address: SocketAddr,
    engine: Arc<dyn Engine>,
    config: ServiceConfig,
) -> Result<(), ServeError> {
    log::begin();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Start)?;
    runtime.block_on(async {
        let shutdown = stop_signal().map_err(ServeError::Signal)?;
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| ServeError::Listen { address, source })?;
        run(listener, engine, config, shutdown).await
    })
}

/// Serves on `listener` until `shutdown` is ready, and then until the calls in flight are answered, at most
/// for the drain limit. What is still open after that ends with the runtime.
///
/// # Errors
/// When it can't start, or the transport fails.
pub async fn run(
    listener: TcpListener,
    engine: Arc<dyn Engine>,
    config: ServiceConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let limits = config.limits;
    let pool = Pool::start(config.workers, config.queue_capacity).map_err(ServeError::Start)?;
    let reader = Reader::new(engine, pool, limits);
    let stopping = CancellationToken::new();
    let (mut health, health_service) = tonic_health::server::health_reporter();
    for name in HEALTH_NAMES {
        health.set_service_status(name, ServingStatus::Serving).await;
    }
    let claims = ClaimServiceServer::new(Claims::new(reader, stopping.clone()))
        .max_decoding_message_size(limits.max_request_bytes)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .send_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Zstd);
    match listener.local_addr() {
        Ok(address) => tracing::info!("listening on {address}"),
        Err(error) => tracing::warn!("listening on an unknown address: {error}"),
    }
    let server = Server::builder()
        .layer(FrontLayer { max_request_bytes: limits.max_request_bytes })
        .add_service(claims)
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .serve_with_incoming_shutdown(
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            stopping.clone().cancelled_owned(),
        );
    let mut server = std::pin::pin!(server);

    tokio::select! {
        result = &mut server => return Ok(result?),
        () = shutdown => {}
    }
    tracing::info!("stopping: no new calls, {:?} for those in flight", config.drain_limit);
    for name in HEALTH_NAMES {
        health.set_service_status(name, ServingStatus::NotServing).await;
        // Those who watch are told, and then their streams end; else each would hold up the drain.
        health.clear_service_status(name).await;
    }
    stopping.cancel();
    if let Ok(result) = tokio::time::timeout(config.drain_limit, server).await {
        result?;
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped with calls in flight: they took longer than the drain limit");
    }
    Ok(())
}

/// Tells of every service that runs here, and of what errors carry.
fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(wire::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
        .include_reflection_service(false)
}

/// Ready on the first SIGTERM or SIGINT from now on.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ready on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals nothing but the end of the process stops the service.
            std::future::pending::<()>().await;
        }
    })
}
