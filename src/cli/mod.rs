//! The command-line door: arguments in; claims, figures or entries out, and an exit code.
//!
//! The exit code is 0 where everything was done, 1 where something was skipped (or a word is no cue), 2
//! where nothing could be done or the arguments are wrong, 3 where `verify` found what it is to fail on. Whatever goes wrong is a line on standard error.

mod exit; //        what the exit code says
mod names; //       names and texts as people are shown them
mod failure; //     why a command failed
mod files; //       files that are read whole: texts, lexicons, models, aliases
mod input; //       files and their lines -> documents
mod workers; //     documents on all processors, answers in order
mod output; //      whole lines -> standard output, a file, a folder
mod formats; //     claims -> CSV, brat, Label Studio, Web Annotation, a page
mod terminal; //    claims and verdicts -> what people see
mod layout; //      the options of a format -> what writes each document
mod extract; //     ascribe extract
mod explain; //     ascribe explain
mod verify; //      ascribe verify
mod evaluate; //    ascribe evaluate
mod cues; //        ascribe cues
mod proto; //       ascribe proto
mod serve; //       ascribe serve
mod key; //         ascribe key
mod healthcheck; // ascribe healthcheck
mod load; //        ascribe load
mod about; //       ascribe --version, completions, man

use std::borrow::Cow;
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::{self, ExitCode};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use crate::secrets::without_keys;
use crate::wire;
use about::{completions, man, version};
use exit::{NOTHING, PARTLY};
use failure::Failure;

/// Reads news and says who said what.
#[derive(Debug, Parser)]
#[command(version, long_version = version::LONG, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find the claims of texts: who said what, how
    Extract(extract::Arguments),
    /// Check whether texts contain given quotations, and who said them there
    Verify(verify::Arguments),
    /// Say why texts have the claims that they have, and not others
    Explain(explain::Arguments),
    /// Score extraction against gold annotations: precision, recall and F1
    Evaluate(evaluate::Arguments),
    /// Run the gRPC service until it is stopped
    Serve(serve::Arguments),
    /// Create an API key for a caller of the service
    Key(key::Arguments),
    /// Ask a running service whether it is healthy
    Healthcheck(healthcheck::Arguments),
    /// Load-test a running service: how fast it answers many clients
    Load(load::Arguments),
    /// List the lexicon, or look up a cue: the words that attribute something to a source
    Cues(cues::Arguments),
    /// Print the `OpenAPI` description of the HTTP/JSON interface
    Openapi,
    /// Print a script for your shell, which then completes commands and options
    Completions(completions::Arguments),
    /// Print the manual page of a command, or write all pages into a folder
    Man(man::Arguments),
    /// Print the contract of the service as a .proto file that compiles alone, or write all its files
    Proto(proto::Arguments),
}

impl Cli {
    /// The arguments that the program was called with. Wrong ones end the program with a line that says why.
    #[must_use]
    pub fn from_arguments() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            if let Some(meant) = extract_meant(&error) {
                failure::complain(&meant);
                process::exit(NOTHING.into());
            }
            let told = error.render().to_string();
            if error.kind() == ErrorKind::DisplayVersion {
                version::print(&told);
                process::exit(0);
            }
            if let Cow::Owned(told) = without_keys(&told) {
                // A key among the arguments, where it doesn't belong.
                let _ = write!(io::stderr(), "{told}");
                process::exit(NOTHING.into());
            }
            error.exit()
        })
    }

    /// Runs the command, says on standard error what failed, and returns the exit code.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let outcome = match self.command {
            Command::Extract(arguments) => extract::run(&arguments),
            Command::Explain(arguments) => explain::run(&arguments),
            Command::Verify(arguments) => verify::run(&arguments),
            Command::Serve(arguments) => Ok(serve::run(&arguments)),
            Command::Key(arguments) => key::run(&arguments),
            Command::Healthcheck(arguments) => healthcheck::run(&arguments),
            Command::Load(arguments) => load::run(&arguments),
            Command::Evaluate(arguments) => evaluate::run(&arguments),
            Command::Cues(arguments) => cues::run(&arguments),
            Command::Openapi => openapi(),
            Command::Completions(arguments) => completions::run(&arguments, &mut Self::command()),
            Command::Man(arguments) => man::run(&arguments, Self::command()),
            Command::Proto(arguments) => proto::run(&arguments),
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

/// What to say to somebody who names a file and no command: `ascribe article.txt`.
fn extract_meant(error: &clap::Error) -> Option<String> {
    let arguments: Vec<String> = env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    let is_command = |name: &String| Cli::command().find_subcommand(name).is_some();
    let is_file = |name: &&String| Path::new(name).exists() || (name.contains('.') && !name.starts_with('-'));
    if !matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument)
        || arguments.first().is_none_or(is_command)
    {
        return None;
    }
    let file = arguments.iter().find(is_file)?;
    let quoted = |argument: &String| {
        if argument.contains(char::is_whitespace) { format!("{argument:?}") } else { argument.clone() }
    };
    let line = arguments.iter().map(quoted).collect::<Vec<_>>().join(" ");
    Some(format!("{file:?} is no command: did you mean `ascribe extract {line}`?"))
}

fn openapi() -> Result<ExitCode, Failure> {
    writeln!(io::stdout(), "{:#}", wire::openapi())?;
    Ok(ExitCode::SUCCESS)
}
