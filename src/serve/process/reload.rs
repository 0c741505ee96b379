//! Reads files again while the service runs: on SIGHUP, and when one has changed.
//!
//! Where the new contents can't be used, the old ones stay in use. The process finds changes by polling, as gRPC's own
//! watcher of certificates does: that works on every file system, also where files are links that change, as in
//! Kubernetes. A file that hangs holds up those alone that come into use with it.

use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::signals::Hangups;
use crate::serve::files::{FileFault, Stamp, WatchedFile, When};
use crate::serve::telemetry::metrics::Metrics;

/// What stands in some files, in their order, each with the file's name.
pub(crate) type Contents = Vec<(String, Vec<u8>)>;

/// Puts new contents of the files into use. Returns what is in use now, or why the old contents stay.
pub(crate) type Apply =
    Box<dyn Fn(Contents) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// Files that come into use together.
pub(crate) struct WatchedFiles {
    /// "lexicon" or "keys": in the log and in metrics.
    what: &'static str,
    files: Vec<WatchedFile>,
    /// Their stamps when they were last read; none where that has to be done again, because one hung.
    read: Option<Vec<Stamp>>,
    /// Their stamps at the last look.
    seen: Option<Vec<Stamp>>,
}

/// What became of a look at files that were not read.
enum Unread {
    /// They are as they were.
    Unchanged,
    /// They can't be read.
    Fault(String),
}

impl WatchedFiles {
    /// Reads the files, and detects changes from now on.
    pub(crate) async fn read_first(
        what: &'static str,
        paths: Vec<PathBuf>,
    ) -> Result<(Self, Contents), String> {
        let files = paths.into_iter().map(WatchedFile::new).collect();
        let mut files = Self { what, files, read: None, seen: None };
        // The stamps come first, so that no change in between is missed.
        let stamps = files.stamps().await.map_err(|(_, fault)| fault)?;
        (files.read, files.seen) = (Some(stamps.clone()), Some(stamps));
        let contents = files.contents(When::Start).await.map_err(|(_, fault)| fault)?;
        Ok((files, contents))
    }

    /// Reads the files if that is asked for, or if they have changed and then stayed the same for one look, so that nobody
    /// is in the middle of writing them.
    async fn read_again(&mut self, is_asked: bool) -> Result<Contents, Unread> {
        let now = match self.stamps().await {
            Ok(now) => now,
            // That was told when it began.
            Err((FileFault::StillHangs, _)) if !is_asked => return Err(Unread::Unchanged),
            Err((_, why)) => {
                self.read = None;
                return Err(Unread::Fault(why));
            }
        };
        let is_due = self.read.as_ref() != Some(&now) && self.seen.as_ref() == Some(&now);
        self.seen = Some(now.clone());
        if !is_due && !is_asked {
            return Err(Unread::Unchanged);
        }
        self.read = Some(now);
        self.contents(When::Again).await.map_err(|(fault, why)| {
            if fault.hangs() {
                self.read = None;
            }
            Unread::Fault(why)
        })
    }

    async fn stamps(&self) -> Result<Vec<Stamp>, (FileFault, String)> {
        let mut stamps = Vec::with_capacity(self.files.len());
        for file in &self.files {
            stamps.push(file.stamp().await.map_err(|fault| told(file, fault))?);
        }
        Ok(stamps)
    }

    async fn contents(&self, when: When) -> Result<Contents, (FileFault, String)> {
        let mut contents = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let bytes = file.read(when).await.map_err(|fault| told(file, fault))?;
            contents.push((file.path().display().to_string(), bytes));
        }
        Ok(contents)
    }
}

/// A fault, alone and with the file's name.
fn told(file: &WatchedFile, fault: FileFault) -> (FileFault, String) {
    let told = format!("{}: {fault}", file.path().display());
    (fault, told)
}

/// Files with what their contents are for.
pub(crate) struct Reload {
    files: WatchedFiles,
    apply: Apply,
}

impl Reload {
    pub(crate) const fn new(files: WatchedFiles, apply: Apply) -> Self {
        Self { files, apply }
    }

    async fn look(&mut self, is_asked: bool, metrics: &Metrics) {
        let applied = match self.files.read_again(is_asked).await {
            Err(Unread::Unchanged) => return,
            Err(Unread::Fault(why)) => Err(why),
            Ok(contents) => (self.apply)(contents).await,
        };
        let what = self.files.what;
        metrics.reloaded(what, applied.is_ok());
        match applied {
            Ok(now) => tracing::info!("read again: {what} {now}"),
            // Several faults are several lines, but one line of the log.
            Err(why) => tracing::error!("keeping the old {what}: {}", why.replace('\n', "; ")),
        }
    }

    /// Looks at the files every `interval`, and when that is asked for. Ends when nobody can ask any more.
    async fn watch(mut self, interval: Duration, mut asked: watch::Receiver<()>, metrics: Metrics) {
        loop {
            let is_asked = tokio::select! {
                changed = asked.changed() => match changed {
                    Ok(()) => true,
                    Err(_) => return,
                },
                () = tokio::time::sleep(interval) => false,
            };
            self.look(is_asked, &metrics).await;
        }
    }
}

/// Reads again what has changed, and everything on SIGHUP. Looks at the files every `interval`. Never ends.
pub(crate) async fn watch(reloads: Vec<Reload>, interval: Duration, mut hangups: Hangups, metrics: Metrics) {
    let (ask, asked) = watch::channel(());
    let watching = reloads.into_iter().map(|reload| reload.watch(interval, asked.clone(), metrics.clone()));
    let asking = async {
        loop {
            hangups.next().await;
            ask.send_replace(());
        }
    };
    tokio::join!(asking, join_all(watching));
}
