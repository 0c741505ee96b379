//! `ascribe healthcheck`: asks a running service whether it serves, for containers.

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::client::{admin_healthcheck, healthcheck};
use crate::secrets::shown;

/// Where a service listens by default.
const DEFAULT_TARGET: &str = "127.0.0.1:50051";
/// The variables that tell a service where to listen. A container's health check sees those of its service.
const TARGET_VARIABLE: &str = "ASCRIBE_LISTEN";
const ADMIN_VARIABLE: &str = "ASCRIBE_ADMIN_LISTEN";

/// The arguments of `ascribe healthcheck`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the service listens, in plain text [default: `ASCRIBE_LISTEN`, or 127.0.0.1:50051]
    #[arg(long, value_name = "ADDRESS")]
    target: Option<SocketAddr>,
    /// The admin door of the service, to be asked instead: the way to check a service with TLS
    /// [default: `ASCRIBE_ADMIN_LISTEN`, unless --target is given]
    #[arg(long, value_name = "ADDRESS", conflicts_with = "target")]
    admin_target: Option<SocketAddr>,
}

/// Asks the service. One that doesn't serve is a failure.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let admin = match (arguments.admin_target, arguments.target) {
        (None, None) => of_environment(ADMIN_VARIABLE)?,
        (admin, _) => admin,
    };
    let outcome = if let Some(admin) = admin {
        admin_healthcheck(admin)
    } else {
        let target = arguments.target.map_or_else(|| of_environment(TARGET_VARIABLE), |it| Ok(Some(it)))?;
        healthcheck(target.unwrap_or_else(|| DEFAULT_TARGET.parse().expect("it is an address")))
    };
    outcome.map_err(|error| Failure::Service(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// The address in a variable, if it is set and not empty.
fn of_environment(variable: &str) -> Result<Option<SocketAddr>, Failure> {
    let value = env::var_os(variable).unwrap_or_default().to_string_lossy().into_owned();
    if value.is_empty() {
        return Ok(None);
    }
    let address = value.parse();
    address
        .map(Some)
        .map_err(|_| Failure::Service(format!("{variable} is {}: no address with a port", shown(&value))))
}
