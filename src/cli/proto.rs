//! `ascribe proto`: the contract of the service, for the generators of other languages; in one file, or as a folder with all
//! that it imports.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::failure::{Failure, reason};
use crate::wire::{CONTRACT, CONTRACT_FILES};

/// The arguments of `ascribe proto`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to write it: a name that ends in .proto gets the one file that compiles alone, any other is a folder for
    /// ascribe/v1/claims.proto and what it imports [default: the one file, on standard output]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Writes the contract.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.output {
        None => io::stdout().write_all(CONTRACT.as_bytes())?,
        Some(path) if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("proto")) => {
            write_file(path, CONTRACT)?;
        }
        Some(folder) => {
            for (path, text) in CONTRACT_FILES {
                write_file(&folder.join(path), text)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file, and the folders that it is to lie in.
fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::WriteFile { file: path.display().to_string(), why: reason(&error) };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}
