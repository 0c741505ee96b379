//! The service as a process: its log and traces, its signals, its files, and its two listeners.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::task::AbortOnDropHandle;

use super::admin::{self, Admin};
use super::descriptors::Descriptors;
use super::reload::{self, Contents, Reload, WatchedFiles};
use super::service_manager;
use super::signals::{Hangups, stop_signal};
use crate::serve::call::keys::Keys;
use crate::serve::call::middleware::Gate;
use crate::serve::run::{ServeError, ServerState, run_with};
use crate::serve::settings::Settings;
use crate::serve::telemetry::log::{self, LogControl};
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

/// What stands in the files that the settings name; none where they name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineFiles {
    /// The lexicon's file: its name, and what stands in it.
    pub lexicon: Option<(String, Vec<u8>)>,
    /// The model's.
    pub model: Option<(String, Vec<u8>)>,
}

/// Makes an engine, or returns what is wrong with the files.
pub type EngineLoader = Arc<dyn Fn(EngineFiles) -> Result<Arc<dyn Engine>, String> + Send + Sync>;

/// Serves until the process gets SIGTERM or SIGINT, and then until the calls in flight are answered, at most for the drain
/// limit. Starts with the engine that `load` makes, and calls `load` again when the engine's files change, and on SIGHUP.
/// Blocks. Logs to standard error, and waits at its end for whoever reads that, at most for a second.
///
/// # Errors
/// When it can't start.
pub fn serve_until_signal(settings: Settings, load: EngineLoader) -> Result<(), ServeError> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // Not left to the runtime, which panics where the environment asks for none.
    runtime.worker_threads(settings.runtime_threads).enable_all();
    let runtime = runtime.build().map_err(ServeError::Start)?;
    let (result, log) = runtime.block_on(async {
        let traces = settings.otlp_endpoint.as_deref().map(Traces::begin).transpose();
        let traces = match traces.map_err(ServeError::Traces) {
            Ok(traces) => traces,
            Err(error) => return (Err(error), None),
        };
        let state = ServerState::default();
        let (level, format) = (settings.log_level.clone(), settings.log_format);
        let log = match log::begin(level, format, traces.as_ref(), &state.metrics) {
            Ok(log) => log,
            Err(error) => return (Err(ServeError::Start(error)), None),
        };
        let result = serve(settings, state, log.clone(), load).await;
        if let Some(traces) = traces {
            traces.end().await;
        }
        (result, Some(log))
    });
    runtime.shutdown_timeout(LAST_WORDS);
    if let Some(log) = log {
        log.end();
    }
    result
}

async fn serve(
    mut settings: Settings,
    mut state: ServerState,
    log: LogControl,
    load: EngineLoader,
) -> Result<(), ServeError> {
    let descriptors = Descriptors::provided(&settings.service.connections);
    settings.service.connections.max_connections = descriptors.connections;
    settings.service.connections.max_waiting = descriptors.waiting;
    for note in &settings.notes {
        tracing::warn!("{note}");
    }
    let shutdown = stop_signal().map_err(ServeError::Signal)?;
    let hangups = Hangups::listen().map_err(ServeError::Signal)?;
    let mut reloads = Vec::new();
    // The process reads everything before it opens a port.
    let parts = EngineParts { lexicon: settings.lexicon.is_some(), model: settings.model.is_some() };
    let paths: Vec<PathBuf> = [settings.lexicon, settings.model].into_iter().flatten().collect();
    let engine = if paths.is_empty() {
        load_apart(load, EngineFiles::default()).await
    } else {
        let (files, contents) = WatchedFiles::read_first("lexicon", paths).await.map_err(ServeError::Load)?;
        let apply = engine_reload(load.clone(), parts, state.engine.clone(), state.metrics.clone());
        reloads.push(Reload::new(files, apply));
        load_apart(load, parts.of(contents)).await
    };
    let engine = engine.map_err(ServeError::Load)?;
    if let Some(file) = settings.api_keys {
        let (files, contents) =
            WatchedFiles::read_first("keys", vec![file]).await.map_err(ServeError::Keys)?;
        let keys = Arc::new(ArcSwap::from_pointee(parse_keys(&contents).map_err(ServeError::Keys)?));
        reloads.push(Reload::new(files, keys_reload(keys.clone())));
        state.gate = gate(keys);
    }
    if let Some(tls) = &settings.service.tls {
        state.tls = Some(Tls::load(tls.clone(), state.metrics.clone()).await?);
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
    let telling = service_manager::keep_told(state.health.subscribe());
    let _telling = AbortOnDropHandle::new(tokio::spawn(telling));
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

/// Which files an engine is made from.
#[derive(Clone, Copy)]
struct EngineParts {
    lexicon: bool,
    model: bool,
}

impl EngineParts {
    /// The contents of these files, in this order, by what they are.
    fn of(self, contents: Contents) -> EngineFiles {
        let mut contents = contents.into_iter();
        let mut next = |is_there: bool| is_there.then(|| contents.next()).flatten();
        EngineFiles { lexicon: next(self.lexicon), model: next(self.model) }
    }
}

/// Loads another engine, off the runtime, and uses it for all calls that come from then on.
fn engine_reload(
    load: EngineLoader,
    parts: EngineParts,
    current: CurrentEngine,
    metrics: Metrics,
) -> reload::Apply {
    Box::new(move |contents| {
        let (load, current, metrics) = (load.clone(), current.clone(), metrics.clone());
        Box::pin(async move {
            let engine = load_apart(load, parts.of(contents)).await?;
            let (lexicon, tagger) =
                (engine.lexicon().version().to_owned(), engine.tagger_version().to_owned());
            metrics.runs(&lexicon, &tagger);
            current.set(engine);
            Ok(format!("{lexicon}, tagger {tagger}"))
        })
    })
}

/// Loads an engine on a thread of its own, so that it blocks no call.
async fn load_apart(load: EngineLoader, files: EngineFiles) -> Result<Arc<dyn Engine>, String> {
    let loaded = tokio::task::spawn_blocking(move || load(files)).await;
    loaded.unwrap_or_else(|error| Err(format!("loading the engine failed: {error}")))
}

/// Asks every call for one of the keys that are valid when it comes.
fn gate(keys: Arc<ArcSwap<Keys>>) -> Gate {
    Arc::new(move |path, headers| keys.load().check(path, headers))
}

fn keys_reload(current: Arc<ArcSwap<Keys>>) -> reload::Apply {
    Box::new(move |contents| {
        let current = current.clone();
        Box::pin(async move {
            let keys = parse_keys(&contents)?.keeping_rates_of(&current.load());
            let count = keys.len();
            current.store(Arc::new(keys));
            Ok(format!("of {count} callers"))
        })
    })
}

pub(super) fn parse_keys(contents: &Contents) -> Result<Keys, String> {
    let Some((name, bytes)) = contents.first() else { return Err("there is no file of keys".to_owned()) };
    let text = std::str::from_utf8(bytes).map_err(|_| format!("{name}: is not UTF-8"))?;
    Keys::parse(text).map_err(|error| error.told(name))
}
