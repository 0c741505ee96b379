//! The log: lines on standard error, as text or JSON, never a word of an article. Also hands spans to `traces`.

use std::fmt;
use std::io::IsTerminal;
use std::panic;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use super::traces::Traces;

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

    /// Stricter than `RUST_LOG`, for which a mistyped level is the name of a module.
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
        let mut targets = Targets::new();
        for part in text.split(',').map(str::trim) {
            targets = match part.split_once('=') {
                Some(("", _)) => return Err(()),
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
}

/// Starts to log, and to send traces. Does nothing where the program has a log of its own already.
pub(crate) fn begin(level: LogLevel, format: LogFormat, traces: Option<&Traces>) -> LogControl {
    let (filter, handle) = reload::Layer::new(level.targets.clone());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
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
    LogControl { filter: handle, level: Arc::new(Mutex::new(level)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_no_level() {
        for right in ["info", "off", "trace,h2=off", "warn, ascribe::serve=debug"] {
            assert_eq!(right.parse::<LogLevel>().map(|level| level.to_string()), Ok(right.to_owned()));
        }
        for wrong in ["", "wran", "info,", "h2=", "=info", "INFO?"] {
            assert!(wrong.parse::<LogLevel>().is_err(), "{wrong}");
        }
    }
}
