//! A progress bar on standard error, where somebody watches and it takes a while.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::failure::complain;

/// With more files than this there is a bar.
const A_FEW_FILES: usize = 4;
/// So there is with more bytes than this, however few the files.
const A_LOT_OF_BYTES: u64 = 16 << 20;

/// How far the reading has come. Does nothing where there is no bar.
pub(in super::super) struct Progress {
    bar: Option<ProgressBar>,
    /// Standard output goes to the same screen.
    shares_terminal: bool,
}

impl Progress {
    /// A bar over the bytes of some files, if there is a terminal to show it and enough to do.
    pub(in super::super) fn over(files: &[PathBuf]) -> Self {
        let size = |file: &PathBuf| fs::metadata(file).map_or(0, |data| data.len());
        let total: u64 = files.iter().map(size).sum();
        let wanted = files.len() > A_FEW_FILES || total > A_LOT_OF_BYTES;
        let bar = (wanted && io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template(
                "{bar:30} {decimal_bytes} of {decimal_total_bytes}, {msg}, {eta} left",
            );
            let style = style.expect("the template is a valid one");
            ProgressBar::new(total).with_style(style).with_message("0 documents")
        });
        if let Some(bar) = &bar {
            bar.tick();
        }
        Self { bar, shares_terminal: io::stdout().is_terminal() }
    }

    /// Another piece of input is done, and the number of documents so far.
    pub(in super::super) fn advance(&self, bytes: usize, documents: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes as u64);
            bar.set_message(format!("{documents} documents"));
        }
    }

    /// Writes something, which the bar makes room for where both are on one screen.
    pub(in super::super) fn write<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.shares_terminal => bar.suspend(write),
            _ => write(),
        }
    }

    /// Says on standard error what is wrong with a piece of input.
    pub(in super::super) fn complain(&self, fault: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(&fault)),
            None => complain(&fault),
        }
    }

    /// Takes the bar away.
    pub(in super::super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
