//! `ascribe man`: the manual, one page a command, made from the same arguments as the help.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::Cli;
use super::failure::{Failure, reason};

/// The arguments of `ascribe man`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command whose page is printed, such as `extract`; without it, the page of ascribe itself
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    about: Option<String>,
    /// Write all pages into this folder instead: ascribe.1, ascribe-extract.1 and so on
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Prints a page, or writes all.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut command = Cli::command();
    // Gives each command the name that its page has: ascribe-extract.
    command.build();
    let pages: Vec<&Command> = commands(&command).collect();
    if let Some(folder) = &arguments.output {
        fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))?;
        for page in pages {
            let file = folder.join(format!("{}.1", name(page)));
            fs::write(&file, rendered(page)?).map_err(|error| unwritten(&file, &error))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = arguments.about.as_deref();
    let Some(page) = pages.iter().find(|page| page.get_name() == wanted.unwrap_or("ascribe")) else {
        let names: Vec<&str> = pages.iter().skip(1).map(|page| page.get_name()).collect();
        let unknown = wanted.unwrap_or_default();
        return Err(Failure::Service(format!(
            "there is no command {unknown:?}; one of: {}",
            names.join(", ")
        )));
    };
    io::stdout().write_all(&rendered(page)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The program itself, and what it can be told to do.
fn commands(program: &Command) -> impl Iterator<Item = &Command> {
    let told = program.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(program).chain(told.filter(|command| command.get_name() != "help"))
}

fn name(page: &Command) -> &str {
    page.get_display_name().unwrap_or_else(|| page.get_name())
}

fn rendered(page: &Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    Man::new(page.clone()).render(&mut text)?;
    Ok(text)
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::Read { file: path.display().to_string(), why: reason(error) }
}
