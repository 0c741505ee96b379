//! The service as a process: its log and traces, its signals, its files, and both its doors.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use super::admin::{self, Admin};
use super::engine::{CurrentEngine, Engine};
use super::files;
use super::front::Gate;
use super::keys::Keys;
use super::log;
use super::metrics::Metrics;
use super::reload::{self, Reload};
use super::run::{ServeError, Shared, run_with};
use super::settings::Settings;
use super::signals::{Hangups, stop_signal};
use super::tls::Tls;
use super::traces::Traces;

/// How long the runtime may take to end after the service has.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Makes an engine of the files that the settings name, as they are now, or says what is wrong with them.
pub type Load = Arc<dyn Fn() -> Result<Arc<dyn Engine>, String> + Send + Sync>;

/// Serves until the process gets SIGTERM or SIGINT, and then until the calls in flight are answered, at most
/// for the drain limit. Begins with the engine that `load` makes, and calls it for another when its files change, and on
/// SIGHUP. Blocks. Logs to standard error.
///
/// # Errors
/// When it can't start.
pub fn serve_until_signal(settings: Settings, load: Load) -> Result<(), ServeError> {
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

async fn serve(settings: Settings, traces: Option<&Traces>, load: Load) -> Result<(), ServeError> {
    let log = log::begin(settings.log_level, settings.log_format, traces);
    let shutdown = stop_signal().map_err(ServeError::Signal)?;
    let hangups = Hangups::listen().map_err(ServeError::Signal)?;
    let mut shared = Shared::default();
    let mut reloads = Vec::new();
    let engine_files: Vec<PathBuf> = [settings.lexicon, settings.model].into_iter().flatten().collect();
    // Everything is read before a port is opened. Files that are looked at later are looked at before they are read, so that
    // no change in between is missed.
    if !engine_files.is_empty() {
        let load = engine_reload(load.clone(), shared.engine.clone(), shared.metrics.clone());
        reloads.push(Reload::new("lexicon", engine_files, load).await);
    }
    let engine = load_apart(load).await.map_err(ServeError::Load)?;
    if let Some(file) = settings.api_keys {
        let keys: Arc<ArcSwap<Keys>> = Arc::default();
        reloads.push(Reload::new("keys", vec![file.clone()], keys_reload(file.clone(), keys.clone())).await);
        keys.store(Arc::new(read_keys(&file).await.map_err(ServeError::Keys)?));
        shared.gate = gate(keys);
    }
    if let Some(tls) = &settings.service.tls {
        shared.tls = Some(Tls::load(tls.clone()).await?);
    }
    shared.metrics.runs(engine.lexicon().version(), engine.tagger_version());
    let _admin = match settings.admin_listen {
        None => None,
        Some(address) => {
            let listener = listen(address).await?;
            tracing::info!("admin door on {}", listener.local_addr().unwrap_or(address));
            let (metrics, status) = (shared.metrics.clone(), shared.health.subscribe());
            let door = admin::run(listener, Admin { metrics, status, log });
            Some(AbortOnDropHandle::new(tokio::spawn(door)))
        }
    };
    let listener = listen(settings.listen).await?;
    let watching = reload::watch(reloads, settings.reload_interval, hangups, shared.metrics.clone());
    let _watching = AbortOnDropHandle::new(tokio::spawn(watching));
    let loading = async { Ok::<_, Infallible>(engine) };
    run_with(listener, shared, loading, settings.service, shutdown).await
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| ServeError::Listen { address, source })
}

/// Loads another engine, off the runtime, and lets it read for all who come from then on.
fn engine_reload(load: Load, current: CurrentEngine, metrics: Metrics) -> reload::Load {
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

/// Loads an engine on a thread where that holds up nobody.
async fn load_apart(load: Load) -> Result<Arc<dyn Engine>, String> {
    let loaded = tokio::task::spawn_blocking(move || load()).await;
    loaded.unwrap_or_else(|error| Err(format!("loading the engine failed: {error}")))
}

/// Asks every call for one of the keys that are valid then.
fn gate(keys: Arc<ArcSwap<Keys>>) -> Gate {
    Arc::new(move |path, headers| keys.load().check(path, headers))
}

fn keys_reload(file: PathBuf, current: Arc<ArcSwap<Keys>>) -> reload::Load {
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
