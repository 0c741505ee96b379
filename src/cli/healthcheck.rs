//! `ascribe healthcheck`: asks a running service whether it serves, for containers.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::serve::healthcheck;

/// The arguments of `ascribe healthcheck`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the service listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051")]
    target: SocketAddr,
}

/// Asks. A service that doesn't serve is a failure.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    healthcheck(arguments.target).map_err(|error| Failure::Service(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
