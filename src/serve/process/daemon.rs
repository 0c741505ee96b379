//! The service as a process: its log and traces, its signals, its files, and its two listeners.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::task::AbortOnDropHandle;

use super::admin::{self, Admin};
use super::descriptors::Descriptors;
use super::files;
use super::reload::{self, Reload};
use super::signals::{Hangups, stop_signal};
use crate::serve::call::keys::Keys;
use crate::serve::call::middleware::Gate;
use crate::serve::run::{ServeError, ServerState, run_with};
use crate::serve::settings::Settings;
use crate::serve::telemetry::log;
use crate::serve::telemetry::metrics::Metrics;
use crate::serve::telemetry::traces::Traces;
use crate::serve::transport::hosts::HostCheck;
use crate::serve::transport::tls::Tls;
use crate::serve::work::engine::{CurrentEngine, Engine};

/// How long the runtime may take to end after the service.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// So many connections may wait for a moment to be accepted, where the system allows it: clients that open thousands at once
/// would else have to begin again.
const BACKLOG: u32 = 4096;

/// Makes an engine of the files that the settings name, as they are now, or returns what is wrong with them.
pub type EngineLoader = Arc<dyn Fn() -> Result<Arc<dyn Engine>, String> + Send + Sync>;

/// Serves until the process gets SIGTERM or SIGINT, and then until the calls in flight are answered, at most for the drain
/// limit. Starts with the engine that `load` makes, and calls `load` again when the engine's files change, and on SIGHUP.
/// Blocks. Logs to standard error.
///
/// # Errors
/// When it can't start.
pub fn serve_until_signal(settings: Settings, load: EngineLoader) -> Result<(), ServeError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Start)?;
    let result = runtime.block_on(async {
        let traces = settings.otlp_endpoint.as_deref().map(Traces::begin).transpose();
        let traces = traces.map_err(ServeError::Traces)?;
        let result = serve(settings, traces.as_ref(), load).await;
        if let Some(traces) = traces {
            traces.end().await;
        }
        result
    });
    runtime.shutdown_timeout(LAST_WORDS);
    result
}

async fn serve(
    mut settings: Settings,
    traces: Option<&Traces>,
    load: EngineLoader,
) -> Result<(), ServeError> {
    let log = log::begin(settings.log_level, settings.log_format, traces);
    let descriptors = Descriptors::provided(&settings.service.connections);
    settings.service.connections.max_connections = descriptors.connections;
    settings.service.connections.max_waiting = descriptors.waiting;
    let shutdown = stop_signal().map_err(ServeError::Signal)?;
    let hangups = Hangups::listen().map_err(ServeError::Signal)?;
    let mut state = ServerState::default();
    let mut reloads = Vec::new();
    let engine_files: Vec<PathBuf> = [settings.lexicon, settings.model].into_iter().flatten().collect();
    // The process reads everything before it opens a port. It takes the stamp of a file before it reads the file, so that
    // it misses no change in between.
    if !engine_files.is_empty() {
        let load = engine_reload(load.clone(), state.engine.clone(), state.metrics.clone());
        reloads.push(Reload::new("lexicon", engine_files, load).await);
    }
    let engine = load_apart(load).await.map_err(ServeError::Load)?;
    if let Some(file) = settings.api_keys {
        let keys: Arc<ArcSwap<Keys>> = Arc::default();
        reloads.push(Reload::new("keys", vec![file.clone()], keys_reload(file.clone(), keys.clone())).await);
        keys.store(Arc::new(read_keys(&file).await.map_err(ServeError::Keys)?));
        state.gate = gate(keys);
    }
    if let Some(tls) = &settings.service.tls {
        state.tls = Some(Tls::load(tls.clone()).await?);
    }
    state.metrics.runs(engine.lexicon().version(), engine.tagger_version());
    let _admin = match settings.admin_listen {
        None => None,
        Some(address) => {
            let listener = listen(address)?;
            tracing::info!("admin door on {}", listener.local_addr().unwrap_or(address));
            let (metrics, status) = (state.metrics.clone(), state.health.subscribe());
            let hosts = HostCheck::new(&settings.service.allowed_hosts, Some(address));
            let door = admin::run(listener, Admin { metrics, status, log }, hosts, descriptors.admin);
            Some(AbortOnDropHandle::new(tokio::spawn(door)))
        }
    };
    let listener = listen(settings.listen)?;
    let watching = reload::watch(reloads, settings.reload_interval, hangups, state.metrics.clone());
    let _watching = AbortOnDropHandle::new(tokio::spawn(watching));
    let loading = async { Ok::<_, Infallible>(engine) };
    run_with(listener, state, loading, settings.service, shutdown).await
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    bound().map_err(|source| ServeError::Listen { address, source })
}

/// Loads another engine, off the runtime, and uses it for all calls that come from then on.
fn engine_reload(load: EngineLoader, current: CurrentEngine, metrics: Metrics) -> reload::Apply {
    Box::new(move || {
        let (load, current, metrics) = (load.clone(), current.clone(), metrics.clone());
        Box::pin(async move {
            let engine = load_apart(load).await?;
            let (lexicon, tagger) =
                (engine.lexicon().version().to_owned(), engine.tagger_version().to_owned());
            metrics.runs(&lexicon, &tagger);
            current.set(engine);
            Ok(format!("{lexicon}, tagger {tagger}"))
        })
    })
}

/// Loads an engine on a thread of its own, so that it blocks no call.
async fn load_apart(load: EngineLoader) -> Result<Arc<dyn Engine>, String> {
    let loaded = tokio::task::spawn_blocking(move || load()).await;
    loaded.unwrap_or_else(|error| Err(format!("loading the engine failed: {error}")))
}

/// Asks every call for one of the keys that are valid when it comes.
fn gate(keys: Arc<ArcSwap<Keys>>) -> Gate {
    Arc::new(move |path, headers| keys.load().check(path, headers))
}

fn keys_reload(file: PathBuf, current: Arc<ArcSwap<Keys>>) -> reload::Apply {
    Box::new(move || {
        let (file, current) = (file.clone(), current.clone());
        Box::pin(async move {
            let keys = read_keys(&file).await?.keeping_rates_of(&current.load());
            let count = keys.len();
            current.store(Arc::new(keys));
            Ok(format!("of {count} callers"))
        })
    })
}

async fn read_keys(file: &Path) -> Result<Keys, String> {
    let text = files::text(file).await?;
    Keys::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}
