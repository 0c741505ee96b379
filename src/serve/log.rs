//! The log: lines on standard error, never a word of an article.

use std::io::IsTerminal;
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Starts to log what `RUST_LOG` says, "info" where it says nothing. Does nothing where the program already
/// logs in a way of its own.
pub(super) fn begin() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if subscriber.try_init().is_ok() {
        // The message of a panic can hold the text that it was about; its place can't.
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!("panic at {place}");
        }));
    }
}
