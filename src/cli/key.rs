//! `ascribe key`: makes a key for a caller of the service.
//!
//! The line for the server's file goes to standard output, so that it can be appended there; the key itself to
//! standard error, to be given to the caller. It is kept nowhere.

use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use crate::serve::new_key;

/// The arguments of `ascribe key`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Who it is for: in the server's file, its log and its errors
    name: String,
    /// How many calls in a second the caller may make [default: any number]
    #[arg(long, value_name = "N")]
    rate: Option<NonZero<u32>>,
    /// How many of them may come at once [default: those of a second]
    #[arg(long, value_name = "N", requires = "rate")]
    burst: Option<NonZero<u32>>,
}

/// Makes a key, prints its line, and tells the key.
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
