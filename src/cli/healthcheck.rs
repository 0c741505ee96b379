//! `ascribe healthcheck`: asks a running service whether it serves, for containers.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::files;
use crate::client::{Target, Trust, admin_healthcheck, healthcheck};
use crate::secrets::shown;

/// Where a service listens by default.
const DEFAULT_TARGET: &str = "127.0.0.1:50051";
/// The variables that tell a service where to listen. A container's health check sees those of its service.
const TARGET_VARIABLE: &str = "ASCRIBE_LISTEN";
const ADMIN_VARIABLE: &str = "ASCRIBE_ADMIN_LISTEN";

/// The arguments of `ascribe healthcheck`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the service listens, like localhost:50051 or <https://claims.example.org:50051>; over TLS with https:// or --ca
    /// [default: `ASCRIBE_LISTEN`, or 127.0.0.1:50051]
    #[arg(long, value_name = "ADDRESS", value_parser = target)]
    target: Option<Target>,
    /// The admin door of the service, to be asked instead: also the way to check a service that wants callers' certificates
    /// [default: `ASCRIBE_ADMIN_LISTEN`, unless --target or --ca is given]
    #[arg(long, value_name = "ADDRESS", value_parser = target, conflicts_with_all = ["target", "ca", "server_name"])]
    admin_target: Option<Target>,
    /// For TLS: a file with the authorities that may have signed the service's certificate, PEM
    #[arg(long, value_name = "FILE", alias = "tls-ca")]
    ca: Option<PathBuf>,
    /// For TLS: the name in the service's certificate, where it isn't the host of the address
    #[arg(long, value_name = "NAME", requires = "ca")]
    server_name: Option<String>,
}

/// Reads the address of a service, for an argument.
pub(super) fn target(text: &str) -> Result<Target, String> {
    let wanted =
        "wanted is host and port, like localhost:50051, or a URL, like https://claims.example.org:50051";
    text.parse().map_err(|why| format!("it {why}; {wanted}"))
}

/// Asks the service. One that doesn't serve is a failure.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let is_told = arguments.target.is_some() || arguments.ca.is_some();
    let admin = match &arguments.admin_target {
        None if !is_told => of_environment(ADMIN_VARIABLE)?,
        admin => admin.clone(),
    };
    let outcome = if let Some(admin) = admin {
        admin_healthcheck(admin)
    } else {
        let target =
            arguments.target.clone().map_or_else(|| of_environment(TARGET_VARIABLE), |it| Ok(Some(it)))?;
        let target = target.unwrap_or_else(|| DEFAULT_TARGET.parse().expect("it is an address"));
        let trust = Trust {
            authorities: arguments.ca.as_deref().map(authorities).transpose()?,
            server_name: arguments.server_name.clone(),
        };
        healthcheck(target.or_tls(arguments.ca.is_some()), &trust)
    };
    outcome.map_err(|error| Failure::Service(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

/// What stands in a file of authorities.
pub(super) fn authorities(file: &Path) -> Result<Vec<u8>, Failure> {
    files::read_bytes(file).map_err(|why| Failure::Read { file: file.display().to_string(), why })
}

/// The address in a variable, if it is set and not empty.
fn of_environment(variable: &str) -> Result<Option<Target>, Failure> {
    let value = env::var_os(variable).unwrap_or_default().to_string_lossy().into_owned();
    if value.is_empty() {
        return Ok(None);
    }
    let target = target(&value);
    target.map(Some).map_err(|why| Failure::Service(format!("{variable} is {}: {why}", shown(&value))))
}
