//! The `ascribe` command: parses its arguments, calls one command, sets the exit code.

use std::process::ExitCode;

use ascribe::cli::Cli;
use tikv_jemallocator::Jemalloc;

/// See Cargo.toml.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    Cli::from_arguments().run()
}
