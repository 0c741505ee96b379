//! `ascribe completions`: a script with which a shell completes commands, options and their values.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::failure::Failure;

/// The arguments of `ascribe completions`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell that is to complete
    shell: Shell,
}

/// Prints the script for this command.
pub(crate) fn run(arguments: &Arguments, command: &mut Command) -> Result<ExitCode, Failure> {
    // Into memory first: clap panics where whoever reads went away.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, command, "ascribe", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
