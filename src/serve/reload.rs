//! Reading files again while the service runs: on SIGHUP, and when one has changed.
//!
//! What was read before stays where the new cannot be used. Changes are found by looking, as gRPC's own
//! watcher of certificates does it: that works on every file system, also where files are links that are
//! changed, as in Kubernetes.

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use super::files::{self, Stamp};
use super::metrics::Metrics;
use super::signals::Hangups;

/// Reads files again and puts what they hold into use. Says what is in use now, or why the old stays.
pub(super) type Load =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// Files that are put into use together.
pub(super) struct Reload {
    /// "lexicon" or "keys": in the log and in metrics.
    what: &'static str,
    files: Vec<PathBuf>,
    load: Load,
    /// As they were when they were read last.
    read: Vec<Stamp>,
    /// As they were at the last look.
    seen: Vec<Stamp>,
}

impl Reload {
    /// Changes count from now on.
    pub(super) async fn new(what: &'static str, files: Vec<PathBuf>, load: Load) -> Self {
        let stamps = files::stamps(&files).await;
        Self { what, files, load, read: stamps.clone(), seen: stamps }
    }

    /// Looks at the files. Ready to be read are those that have changed and then stayed the same for one look:
    /// nobody is in the middle of writing them.
    async fn is_due(&mut self) -> bool {
        let now = files::stamps(&self.files).await;
        let is_due = now != self.read && now == self.seen;
        self.seen = now;
        is_due
    }

    async fn run(&mut self, metrics: &Metrics) {
        self.read = files::stamps(&self.files).await;
        let loaded = (self.load)().await;
        metrics.reloaded(self.what, loaded.is_ok());
        match loaded {
            Ok(now) => tracing::info!("read again: {} {now}", self.what),
            Err(why) => tracing::error!("keeping the old {}: {why}", self.what),
        }
    }
}

/// Reads again what has changed, and everything on SIGHUP. Looks every `interval`. Never ends.
pub(super) async fn watch(
    mut reloads: Vec<Reload>,
    interval: Duration,
    mut hangups: Hangups,
    metrics: Metrics,
) {
    loop {
        let is_asked = tokio::select! {
            () = hangups.next() => true,
            () = tokio::time::sleep(interval) => false,
        };
        for reload in &mut reloads {
            if is_asked || reload.is_due().await {
                reload.run(&metrics).await;
            }
        }
    }
}
