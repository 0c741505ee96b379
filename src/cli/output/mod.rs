//! Where a command's output goes. In: whole lines, or a document's files. Out: standard output, a file, or a folder with a
//! file for each document.

mod stream; // whole lines -> standard output or a file
mod folder; // documents -> files of a folder
mod sink; //   documents' output -> one of the two

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use super::files::STANDARD_INPUT;
pub(super) use folder::Folder;
pub(super) use sink::{Sink, Written};
pub(super) use stream::Stream;

/// Where `-o` leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// No `-o`, or `-o -`.
    Standard,
    /// One file for all documents.
    File(PathBuf),
    /// A file for each document: the path is a folder, or ends as one (`claims/`).
    Folder(PathBuf),
}

impl Destination {
    /// What the argument of `-o` means.
    pub(super) fn of(argument: Option<&Path>) -> Self {
        let Some(path) = argument.filter(|path| path.as_os_str() != STANDARD_INPUT) else {
            return Self::Standard;
        };
        let ends_as_folder = path.to_string_lossy().ends_with(['/', MAIN_SEPARATOR]);
        if ends_as_folder || path.is_dir() { Self::Folder(path.into()) } else { Self::File(path.into()) }
    }
}
