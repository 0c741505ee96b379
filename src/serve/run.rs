//! Starting and stopping the server: socket, routes, the order in which things end.

use std::convert::Infallible;
use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::FusedFuture;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;

use super::admission::admit::Admission;
use super::admission::budget::Budget;
use super::call::middleware::{Gate, MAX_OTHER_MESSAGE_BYTES, Middleware, open_gate};
use super::config::ServiceConfig;
use super::generated::claim_service_server::ClaimServiceServer;
use super::generated::health::health_check_response::ServingStatus;
use super::generated::health::health_server::HealthServer;
use super::messages::checked::Checked;
use super::messages::content_coding::ContentCoding;
use super::methods::health::HealthService;
use super::methods::service::ClaimMethods;
use super::telemetry::metrics::Metrics;
use super::transport::accept::accept;
use super::transport::connection::Connections;
use super::transport::cors::Cors;
use super::transport::hosts::HostCheck;
use super::transport::protocols::Protocols;
use super::transport::tls::{Tls, TlsError, ValidFiles};
use super::work::document_reader::DocumentReader;
use super::work::engine::{CurrentEngine, Engine};
use super::work::pool::Pool;
use crate::wire;

/// Why the service doesn't run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The server can't listen on the address.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address as given.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The threads or the runtime can't be started.
    #[error("can't start the service: {0}")]
    Start(io::Error),
    /// The process can't wait for signals.
    #[error("can't listen for signals: {0}")]
    Signal(io::Error),
    /// The engine can't be loaded.
    #[error("{0}")]
    Load(String),
    /// The keys of callers can't be read.
    #[error("api-keys: {0}")]
    Keys(String),
    /// Traces can't be sent.
    #[error("can't send traces: {0}")]
    Traces(String),
    /// Connections can't be encrypted.
    #[error("can't begin with TLS: {0}")]
    Tls(#[from] TlsError),
    /// The descriptors of the contract are broken.
    #[error("can't offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// What a server shares with the process around it.
pub(super) struct ServerState {
    /// The engine; empty until it is loaded.
    pub(super) engine: CurrentEngine,
    /// Checks who calls.
    pub(super) gate: Gate,
    pub(super) metrics: Metrics,
    /// The health that the server reports.
    pub(super) health: watch::Sender<ServingStatus>,
    /// Encryption, where its files were read already; else the server reads those that the configuration names.
    pub(super) tls: Option<(Tls, ValidFiles)>,
}

impl Default for ServerState {
    fn default() -> Self {
        Self {
            engine: CurrentEngine::default(),
            gate: open_gate(),
            metrics: Metrics::default(),
            health: watch::channel(ServingStatus::NotServing).0,
            tls: None,
        }
    }
}

/// Serves on `listener` until `shutdown` is ready, and then until the calls in flight are answered, at most for the drain
/// limit; then the server cuts what is still open.
///
/// # Errors
/// When it can't start.
pub async fn run(
    listener: TcpListener,
    engine: Arc<dyn Engine>,
    config: ServiceConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    run_while_loading(listener, async { Ok::<_, Infallible>(engine) }, config, shutdown).await
}

/// Like [`run`], with an engine that may take its time to load. Until it is loaded, the service reports `NOT_SERVING`
/// and refuses calls with `UNAVAILABLE`.
///
/// # Errors
/// When it can't start, or `loading` fails.
pub async fn run_while_loading<E: Display>(
    listener: TcpListener,
    loading: impl Future<Output = Result<Arc<dyn Engine>, E>>,
    config: ServiceConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    run_with(listener, ServerState::default(), loading, config, shutdown).await
}

/// Like [`run_while_loading`], with the state that it shares with the process around it.
pub(super) async fn run_with<E: Display>(
    listener: TcpListener,
    state: ServerState,
    loading: impl Future<Output = Result<Arc<dyn Engine>, E>>,
    config: ServiceConfig,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let ServerState { engine, gate, metrics, health, tls } = state;
    let budget = Budget::new(&config);
    let pool = Pool::start(config.workers).map_err(ServeError::Start)?;
    let reader = DocumentReader::new(&config, engine.clone(), pool, budget.clone(), metrics.clone());
    let stopping = CancellationToken::new();
    let middleware = Middleware {
        routes: routes(&config, &reader, health.subscribe())?,
        gate,
        admission: Admission::new(&config, budget, reader.clone(), metrics.clone()),
        metrics,
        max_request_bytes: config.limits.max_request_bytes,
        max_call_duration: config.max_call_duration,
        slow_message: config.slow_message,
        max_stream_idle: config.max_stream_idle,
    };
    let tls = match (tls, config.tls) {
        (None, Some(config)) => Some(Tls::load(config, middleware.metrics.clone()).await?),
        (tls, _) => tls,
    };
    let (tls, watching) = match tls {
        None => (None, None),
        Some((tls, valid)) => {
            let tls = Arc::new(tls);
            let reloads = middleware.metrics.clone();
            (Some(tls.clone()), Some(async move { tls.watch(valid, reloads).await }))
        }
    };
    let loaded = async {
        engine
            .set(loading.await.map_err(|error| ServeError::Load(format!("can't load the engine: {error}")))?);
        health.send_replace(ServingStatus::Serving);
        tracing::info!("serving");
        Ok::<(), ServeError>(())
    };
    let mut loaded = pin!(loaded.fuse());
    // An engine that is there already answers the first call too.
    if let Some(loaded) = loaded.as_mut().now_or_never() {
        loaded?;
    }
    let address = listener.local_addr();
    match &address {
        Ok(address) => tracing::info!("listening on {address}"),
        Err(error) => tracing::warn!("listening on an unknown address: {error}"),
    }
    let hosts = HostCheck::new(&config.allowed_hosts, address.ok());
    let protocols = Protocols::new(middleware, hosts, Cors::new(config.cors_origins));
    let connections = Arc::new(Connections::new(config.connections, tls, protocols, stopping.clone()));
    let accepting = AbortOnDropHandle::new(tokio::spawn(accept(listener, connections.clone())));
    let _watching = watching.map(|watching| AbortOnDropHandle::new(tokio::spawn(watching)));

    let loaded = async {
        if !loaded.is_terminated() {
            loaded.await?;
        }
        std::future::pending().await
    };
    let ended = tokio::select! {
        ended = loaded => ended,
        () = shutdown => Ok(()),
    };
    health.send_replace(ServingStatus::NotServing);
    if ended.is_ok() {
        tokio::time::sleep(config.pre_drain).await;
    }
    tracing::info!("stopping: no new calls, {:?} for those in flight", config.drain_limit);
    stopping.cancel();
    // Its end closes the listener.
    let _ = accepting.await;
    if connections.drain(config.drain_limit).await {
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped, with connections cut");
    }
    ended
}

/// All methods of all services.
fn routes(
    config: &ServiceConfig,
    reader: &DocumentReader,
    status: watch::Receiver<ServingStatus>,
) -> Result<Routes, ServeError> {
    // What comes compressed is decompressed before tonic sees it, and answers are compressed behind it.
    let claims = ClaimServiceServer::new(ClaimMethods::new(reader.clone(), config.max_stream_idle))
        .max_decoding_message_size(config.limits.max_request_bytes)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd);
    let claims = Checked::new(claims, config.limits, config.limits.max_request_bytes, &MESSAGE_CODINGS);
    let health = HealthServer::new(HealthService::new(status));
    let mut routes = Routes::new(claims)
        .add_service(checked(config, health.max_decoding_message_size(MAX_OTHER_MESSAGE_BYTES)));
    if config.reflection {
        let v1 = reflection().build_v1()?.max_decoding_message_size(MAX_OTHER_MESSAGE_BYTES);
        let v1alpha = reflection().build_v1alpha()?.max_decoding_message_size(MAX_OTHER_MESSAGE_BYTES);
        routes = routes.add_service(checked(config, v1)).add_service(checked(config, v1alpha));
    }
    Ok(routes.prepare())
}

/// How messages of the claim service may be compressed.
const MESSAGE_CODINGS: [ContentCoding; 2] = [ContentCoding::Gzip, ContentCoding::Zstd];

/// A service other than ours, whose messages are short and plain.
const fn checked<S>(config: &ServiceConfig, service: S) -> Checked<S> {
    Checked::new(service, config.limits, MAX_OTHER_MESSAGE_BYTES, &[])
}

/// Describes every service that runs here, and the details of errors.
fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(wire::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
        .include_reflection_service(false)
}
