//! `ascribe serve`: opens the other door.

use std::net::SocketAddr;
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::failure::Failure;
use super::files::ExtractorFiles;
use crate::serve::{ServiceConfig, serve_until_signal};

/// The arguments of `ascribe serve`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes a free one, which the log tells
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051")]
    listen: SocketAddr,
    #[command(flatten)]
    extractor: ExtractorFiles,
    /// How many threads read texts [default: one for each processor]
    #[arg(long, value_name = "N")]
    workers: Option<NonZero<usize>>,
}

/// Serves until the process is told to stop.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let extractor = Arc::new(arguments.extractor.extractor()?);
    let mut config = ServiceConfig::default();
    if let Some(workers) = arguments.workers {
        config.workers = workers.get();
    }
    serve_until_signal(arguments.listen, extractor, config)
        .map_err(|error| Failure::Service(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
