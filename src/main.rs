//! The `ascribe` command: parses its arguments, calls one command, sets the exit code.

use std::process::ExitCode;

use ascribe::cli::Cli;

fn main() -> ExitCode {
    Cli::from_arguments().run()
}
