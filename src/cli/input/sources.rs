//! Paths that the caller names -> files: those of a folder, and of the folders in it, in the order of their names.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::failure::reason;
use super::super::files::STANDARD_INPUT;
use super::fault::{Fault, Reason};
use super::shape::InputForm;

/// At most so many files that were passed over are told by name.
const TOLD: usize = 3;

/// A file to read, or why there is none.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Its size; none where it can't be told, as of standard input.
    pub(super) size: Option<u64>,
    pub(super) fault: Option<Fault>,
    /// What to tell before it is read.
    pub(super) remarks: Vec<String>,
}

/// The files that some paths lead to. Of a folder's files those are read whose endings tell that they hold texts; all, if
/// the caller says in what `form`.
pub(super) fn files(paths: &[PathBuf], form: Option<InputForm>) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() != STANDARD_INPUT && path.is_dir() {
            folder(path, form, &mut sources);
        } else {
            sources.push(Source::file(path));
        }
    }
    sources
}

impl Source {
    fn file(path: &Path) -> Self {
        let is_standard = path.as_os_str() == STANDARD_INPUT;
        let data = if is_standard { None } else { fs::metadata(path).ok() };
        let size = data.filter(fs::Metadata::is_file).map(|data| data.len());
        Self { path: path.into(), size, fault: None, remarks: Vec::new() }
    }

    fn faulty(path: &Path, fault: Fault) -> Self {
        Self { path: path.into(), size: Some(0), fault: Some(fault), remarks: Vec::new() }
    }
}

fn folder(path: &Path, form: Option<InputForm>, sources: &mut Vec<Source>) {
    let first = sources.len();
    let mut passed_over = Vec::new();
    list(path, form, sources, &mut passed_over);
    if sources.len() == first {
        let endings = InputForm::ENDINGS.join(", ");
        let message = format!("the folder holds no file that ends in {endings}; --input reads all its files");
        sources.push(Source::faulty(path, Fault::new(Reason::Unreadable, message)));
    } else if !passed_over.is_empty() {
        let count = passed_over.len();
        let more = if count > TOLD { ", …" } else { "" };
        passed_over.truncate(TOLD);
        let files = if count == 1 { "1 file is" } else { &format!("{count} files are") };
        sources[first].remarks.push(format!(
            "{}: {files} passed over ({}{more}): no such endings are read unless --input says how",
            path.display(),
            passed_over.join(", ")
        ));
    }
}

/// Adds the files of a folder. What begins with a dot is hidden; links to folders could lead in circles.
fn list(path: &Path, form: Option<InputForm>, sources: &mut Vec<Source>, passed_over: &mut Vec<String>) {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            sources.push(Source::faulty(path, Fault::new(Reason::Unreadable, reason(&error))));
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            list(&path, form, sources, passed_over);
        } else if path.is_file() && (form.is_some() || InputForm::has_ending(&path)) {
            sources.push(Source::file(&path));
        } else {
            passed_over.push(name);
        }
    }
}
