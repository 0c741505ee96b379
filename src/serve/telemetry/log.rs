//! The log: lines on standard error, as text or JSON, never a word of an article. Also hands spans to `traces`.

use std::fmt;
use std::io::{self, IsTerminal};
use std::panic;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use super::log_line::{Escapes, TextFields};
use super::log_writer::LogWriter;
use super::metrics::Metrics;
use super::traces::Traces;

/// How long the end of the process waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: colored on a terminal.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl LogFormat {
    /// The values that are accepted, for people.
    pub(crate) const ALLOWED: &str = "text or json";
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// What is logged: a level for everything, and others for some modules.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLevel {
    text: String,
    targets: Targets,
}

impl LogLevel {
    /// The values that are accepted, for people.
    pub(crate) const ALLOWED: &str =
        "off, error, warn, info, debug or trace, perhaps with others for modules: info,h2=debug";
}

impl Default for LogLevel {
    fn default() -> Self {
        let level = LevelFilter::INFO;
        Self { text: level.to_string(), targets: Targets::new().with_default(level) }
    }
}

impl FromStr for LogLevel {
    type Err = ();

    /// Stricter than `RUST_LOG`, for which a mistyped level is the name of a module. A module's name holds only what such
    /// names can, so that a level that is shown is no forged line.
    fn from_str(text: &str) -> Result<Self, ()> {
        let level = |name: &str| match name {
            "off" => Ok(LevelFilter::OFF),
            "error" => Ok(LevelFilter::ERROR),
            "warn" => Ok(LevelFilter::WARN),
            "info" => Ok(LevelFilter::INFO),
            "debug" => Ok(LevelFilter::DEBUG),
            "trace" => Ok(LevelFilter::TRACE),
            _ => Err(()),
        };
        let is_module = |name: &str| {
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
            !name.is_empty() && name.chars().all(is_allowed)
        };
        let mut targets = Targets::new();
        for part in text.split(',').map(str::trim) {
            targets = match part.split_once('=') {
                Some((module, _)) if !is_module(module) => return Err(()),
                Some((module, name)) => targets.with_target(module, level(name)?),
                None => targets.with_default(level(part)?),
            };
        }
        Ok(Self { text: text.to_owned(), targets })
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Changes what is logged while the service runs.
#[derive(Clone, Debug)]
pub(crate) struct LogControl {
    filter: reload::Handle<Targets, Registry>,
    level: Arc<Mutex<LogLevel>>,
    writer: LogWriter,
}

impl LogControl {
    /// What is logged now.
    pub(crate) fn level(&self) -> LogLevel {
        self.level.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logs something else from now on.
    pub(crate) fn set_level(&self, level: LogLevel) {
        let mut current = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        // Fails only where the subscriber is gone, and it lives as long as the program.
        if self.filter.reload(level.targets.clone()).is_ok() {
            *current = level;
        }
    }

    /// Waits until the last lines are written, at most for a second: nobody has to read them.
    pub(crate) fn end(&self) {
        self.writer.flush(LAST_LINES);
    }
}

/// Starts to log, and to send traces. Does nothing where the program has a log of its own already. Fails where no thread
/// can be started.
pub(crate) fn begin(
    level: LogLevel,
    format: LogFormat,
    traces: Option<&Traces>,
    metrics: &Metrics,
) -> io::Result<LogControl> {
    let (filter, handle) = reload::Layer::new(level.targets.clone());
    let is_colored = io::stderr().is_terminal();
    let escapes = match format {
        LogFormat::Text if is_colored => Escapes::ColoredText,
        LogFormat::Text => Escapes::Text,
        LogFormat::Json => Escapes::Json,
    };
    let writer = LogWriter::start(io::stderr(), escapes, metrics.clone())?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer.clone());
    let lines = match format {
        LogFormat::Text => lines.fmt_fields(TextFields).with_ansi(is_colored).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let subscriber =
        tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces.map(Traces::layer));
    if subscriber.try_init().is_ok() {
        // A panic's message can hold words of the text that it was about; its location can't.
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!("panic at {place}");
        }));
    }
    Ok(LogControl { filter: handle, level: Arc::new(Mutex::new(level)), writer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_no_level() {
        for right in ["info", "off", "trace,h2=off", "warn, ascribe::serve=debug"] {
            assert_eq!(right.parse::<LogLevel>().map(|level| level.to_string()), Ok(right.to_owned()));
        }
        for wrong in ["", "wran", "info,", "h2=", "=info", "INFO?", "info,a b=info", "info,\u{2028}=info"] {
            assert!(wrong.parse::<LogLevel>().is_err(), "{wrong}");
        }
    }
}
