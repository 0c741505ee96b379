//! A progress bar on standard error, where somebody watches and it takes a while.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

/// With more files than this there is a bar.
const A_FEW_FILES: usize = 4;
/// So there is with more bytes than this, however few the files.
const A_LOT_OF_BYTES: u64 = 16 << 20;

/// How far the reading has come. Does nothing where there is no bar.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar over the bytes of some files, if there is a terminal to show it and enough to do.
    pub(super) fn over(files: &[PathBuf]) -> Self {
        let size = |file: &PathBuf| fs::metadata(Path::new(file)).map_or(0, |data| data.len());
        let total: u64 = files.iter().map(size).sum();
        let wanted = files.len() > A_FEW_FILES || total > A_LOT_OF_BYTES;
        Self((wanted && io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template(
                "{bar:30} {decimal_bytes}/{decimal_total_bytes}, {msg}, {eta} left",
            );
            let style = style.expect("the template is a valid one");
            ProgressBar::new(total).with_style(style).with_message("0 documents")
        }))
    }

    /// Another piece of input is done, and the number of documents so far.
    pub(super) fn advance(&self, bytes: usize, documents: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes as u64);
            bar.set_message(format!("{documents} documents"));
        }
    }

    /// Prints something without the bar in its way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
