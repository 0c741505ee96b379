//! `ascribe key`: makes a key for a caller of the service.
//!
//! Prints the line for the server's file to standard output, so that it can be appended there, and the key itself to
//! standard error, to be given to the caller. Nothing keeps the key.

use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::serve::new_key;

/// The arguments of `ascribe key`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The caller's name in the server's file, log and errors
    name: String,
    /// The caller may make at most N calls a second [default: any number]
    #[arg(long, value_name = "N")]
    rate: Option<NonZero<u32>>,
    /// At most N of them may come at once [default: those of a second]
    #[arg(long, value_name = "N", requires = "rate")]
    burst: Option<NonZero<u32>>,
}

/// Makes a key, prints its line, and shows the key.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let made = new_key(&arguments.name).map_err(Failure::Service)?;
    let rates = [arguments.rate, arguments.burst].into_iter().flatten();
    let line = rates.fold(made.line, |line, number| format!("{line}:{number}"));
    writeln!(io::stdout(), "{line}")?;
    let told =
        "the key, shown this once; callers send it as \"authorization: Bearer KEY\" or \"x-api-key: KEY\"";
    writeln!(io::stderr(), "{told}\n{}", made.key)?;
    Ok(ExitCode::SUCCESS)
}
