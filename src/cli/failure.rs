//! Why a command could not do what it was asked for.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use thiserror::Error;

use super::names::printable;
use crate::evaluation::{ArticleError, ComparisonError};
use crate::faults::told;
use crate::secrets::without_keys;
use ascribe_engine::{LexiconError, ModelError};

/// What ends a command. Faults of single documents don't: they are said, and the next document is read.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error("{file}: {why}")]
    Read { file: String, why: String },
    #[error("can't write {file}: {why}")]
    WriteFile { file: String, why: String },
    #[error("{}", told(error.faults.iter().map(|fault| format!("{file}: {fault}"))))]
    Lexicon { file: String, error: LexiconError },
    #[error("{file}: {error}")]
    Model { file: String, error: ModelError },
    #[error("{file}:{}: {}", error.line, error.fault)]
    Articles { file: String, error: ArticleError },
    #[error("{}", told(faults.iter().map(|(line, why)| format!("{file}:{line}: {why}"))))]
    Aliases { file: String, faults: Vec<(usize, String)> },
    #[error("{gold}: {error}")]
    Comparison { gold: String, error: ComparisonError },
    #[error("this --format always counts {0}: remove --offsets")]
    FormatOffsets(&'static str),
    #[error("standard input can't be both the article and the quotations")]
    TwiceStandardInput,
    #[error("{option} has no effect with {with}: remove it")]
    Useless { option: &'static str, with: String },
    #[error(
        "{second}: the article {id:?} is in {first} too: evaluate the two by themselves, or give them other ids"
    )]
    TwiceArticle { id: String, first: String, second: String },
    #[error("{0}: holds no .ann, .json or .jsonl file")]
    NoGold(String),
    #[error("--predicted has no confidences: remove --min-confidence")]
    NoConfidence,
    #[error("{0} is not this machine: pass --any-target to load it anyway")]
    ForeignTarget(String),
    #[error("can't start {wanted} threads: {error}; fewer may do: --threads")]
    Threads { wanted: usize, error: io::Error },
    #[error("--method stream has no deadlines: remove --deadline-ms")]
    StreamDeadline,
    // What the other door says of itself; only the commands that open it know its types.
    #[error("{0}")]
    Service(String),
    #[error("{0}")]
    Resume(String),
    #[error("{0} is an input too: write to another file")]
    OutputIsInput(String),
    #[error("{file}: {}{advice}", reason(error))]
    Output { file: String, error: io::Error, advice: &'static str },
    #[error("standard output: {}", reason(.0))]
    Write(#[from] io::Error),
}

impl Failure {
    /// Whether the reader of standard output went away.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

/// Says on standard error what is wrong. Control characters of file names and texts don't reach the terminal, nor do keys.
pub(super) fn complain(what: &impl Display) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "ascribe: {}", printable(&without_keys(&what.to_string())));
}

/// The same, but waits no longer than `limit` for whoever reads standard error.
pub(super) fn complain_within(limit: Duration, what: impl Display + Send + 'static) {
    let (done, said) = sync_channel(1);
    let thread = thread::Builder::new().spawn(move || {
        complain(&what);
        // Fails where nobody waits any more.
        let _ = done.try_send(());
    });
    if thread.is_ok() {
        let _ = said.recv_timeout(limit);
    }
}

/// What the system says of a failed read or write, without its number.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::IsADirectory => "is a directory, not a file".to_owned(),
        ErrorKind::PermissionDenied => "can't be read or written: permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            text.to_lowercase()
        }
    }
}
