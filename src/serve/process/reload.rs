//! Reads files again while the service runs: on SIGHUP, and when one has changed.
//!
//! Where the new contents can't be used, the old ones stay in use. The process finds changes by polling, as gRPC's own
//! watcher of certificates does: that works on every file system, also where files are links that change, as in
//! Kubernetes.

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use super::files::{self, Stamp};
use super::signals::Hangups;
use crate::serve::telemetry::metrics::Metrics;

/// Reads files again and puts their contents into use. Returns what is in use now, or why the old contents stay.
pub(crate) type Apply =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// Files that come into use together.
pub(crate) struct Reload {
    /// "lexicon" or "keys": in the log and in metrics.
    what: &'static str,
    files: Vec<PathBuf>,
    load: Apply,
    /// Their stamps when they were last read.
    read: Vec<Stamp>,
    /// Their stamps at the last look.
    seen: Vec<Stamp>,
}

impl Reload {
    /// Detects changes from now on.
    pub(crate) async fn new(what: &'static str, files: Vec<PathBuf>, load: Apply) -> Self {
        let stamps = files::stamps(&files).await;
        Self { what, files, load, read: stamps.clone(), seen: stamps }
    }

    /// Looks at the files. True when they have changed and then stayed the same for one look, so that nobody is in the
    /// middle of writing them.
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

/// Reads again what has changed, and everything on SIGHUP. Looks at the files every `interval`. Never ends.
pub(crate) async fn watch(
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
