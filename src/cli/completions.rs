//! `ascribe completions`: a script with which a shell completes commands, options and their values.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::failure::Failure;

/// The arguments of `ascribe completions`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell that is to complete
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    // Into memory first: clap panics where whoever reads went away.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "ascribe", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
