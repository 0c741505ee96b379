//! A progress bar on standard error, where somebody watches and it takes a while.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::failure::complain;

/// What takes longer is shown.
const A_WHILE: Duration = Duration::from_secs(2);
/// The bar moves this often, also while a long text is read.
const TICK: Duration = Duration::from_millis(500);

/// How far the reading has come. Does nothing where nobody watches.
pub(in super::super) struct Progress {
    bar: Option<ProgressBar>,
    /// Standard output goes to the same screen.
    shares_terminal: bool,
    has_ended: Arc<Mutex<bool>>,
    began: Instant,
}

impl Progress {
    /// Progress over so many bytes, if that can be told, that is shown to whoever watches standard error.
    pub(in super::super) fn over(bytes: Option<u64>, is_wanted: Wanted) -> Self {
        let bar = (is_wanted == Wanted::Yes && io::stderr().is_terminal()).then(|| bar(bytes));
        let has_ended = Arc::new(Mutex::new(false));
        if let Some(bar) = bar.clone() {
            let has_ended = Arc::clone(&has_ended);
            // Without it nothing is lost but a bar.
            let _ = thread::Builder::new().spawn(move || {
                thread::sleep(A_WHILE);
                let has_ended = has_ended.lock().unwrap_or_else(PoisonError::into_inner);
                if !*has_ended {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
        }
        Self { bar, shares_terminal: io::stdout().is_terminal(), has_ended, began: Instant::now() }
    }

    /// Another piece of input is done, and the number of documents so far.
    pub(in super::super) fn advance(&self, bytes: usize, documents: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes as u64);
            bar.set_message(format!("{} documents", HumanCount(documents)));
        }
    }

    /// Writes by `write`, for which the bar makes room where both are on one screen.
    pub(in super::super) fn write<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.shares_terminal => bar.suspend(write),
            _ => write(),
        }
    }

    /// Says on standard error what is wrong, or has to be known.
    pub(in super::super) fn say(&self, what: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(&what)),
            None => complain(&what),
        }
    }

    /// How long it has been going on.
    pub(in super::super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Takes the bar away.
    pub(in super::super) fn finish(&self) {
        *self.has_ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Whether progress is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Wanted {
    /// Where somebody watches.
    Yes,
    /// Nowhere.
    No,
}

fn bar(bytes: Option<u64>) -> ProgressBar {
    let template = match bytes {
        Some(_) => "{bar:30} {decimal_bytes} of {decimal_total_bytes}, {msg}, {eta} left",
        None => "{spinner} {decimal_bytes}, {msg}, {elapsed}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is a valid one");
    let bar = bytes.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.set_draw_target(ProgressDrawTarget::hidden());
    bar.with_style(style).with_message("0 documents")
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// A count as people read it: `12,345`.
pub(in super::super) fn count(number: u64) -> String {
    HumanCount(number).to_string()
}
