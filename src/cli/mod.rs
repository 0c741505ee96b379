//! The command-line door: arguments in; claims, figures or entries out, and an exit code.
//!
//! The exit code is 0 where everything was done, 1 where something was skipped (or a word is no cue), 2
//! where nothing could be done or the arguments are wrong. Whatever goes wrong is a line on standard error.

mod failure;
mod files;
mod extract;
mod input;
mod workers;
mod pretty;
mod wrap;
mod formats;
mod names;
mod progress;
mod verify;
mod verdicts;
mod evaluate;
mod cues;
mod serve;
mod key;
mod healthcheck;
mod load;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::wire;
use failure::Failure;

/// The exit code where something was left out or not found.
const PARTLY: u8 = 1;
/// The exit code where nothing could be done. Clap exits with the same for wrong arguments.
const NOTHING: u8 = 2;

/// Reads news and says who said what.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find the claims of texts: who said what, how
    Extract(extract::Arguments),
    /// Say of quotations whether a text really holds them, and who said them there
    Verify(verify::Arguments),
    /// Measure extraction against gold: precision, recall and F1
    Evaluate(evaluate::Arguments),
    /// Answer over gRPC until told to stop
    Serve(serve::Arguments),
    /// Make a key for a caller of the service
    Key(key::Arguments),
    /// Ask a running service whether it serves
    Healthcheck(healthcheck::Arguments),
    /// Call a service as a crowd would, and measure how soon it answers
    Load(load::Arguments),
    /// Look up the lexicon: the words that signal that something is attributed
    Cues(cues::Arguments),
    /// Print the `OpenAPI` description of the JSON door
    Openapi,
}

impl Cli {
    /// The arguments that the program was called with. Wrong ones end the program with a line that says why.
    #[must_use]
    pub fn from_arguments() -> Self {
        Self::parse()
    }

    /// Runs the command, says on standard error what failed, and returns the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let outcome = match self.command {
            Command::Extract(arguments) => extract::run(&arguments),
            Command::Verify(arguments) => verify::run(&arguments),
            Command::Serve(arguments) => serve::run(&arguments),
            Command::Key(arguments) => key::run(&arguments),
            Command::Healthcheck(arguments) => healthcheck::run(&arguments),
            Command::Load(arguments) => load::run(&arguments),
            Command::Evaluate(arguments) => evaluate::run(&arguments),
            Command::Cues(arguments) => cues::run(&arguments),
            Command::Openapi => openapi(),
        };
        match outcome {
            Ok(code) => code,
            // Whoever reads has seen enough (`| head`): nothing failed.
            Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
            Err(failure) => {
                failure::complain(&failure);
                ExitCode::from(NOTHING)
            }
        }
    }
}

fn openapi() -> Result<ExitCode, Failure> {
    writeln!(io::stdout(), "{:#}", wire::openapi())?;
    Ok(ExitCode::SUCCESS)
}
