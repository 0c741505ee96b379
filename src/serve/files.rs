//! Files that are looked at while the service runs. The one place in this room that reads them by itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells that a file is another one than before, without reading it; none where it isn't there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Option<Seen>);

/// What is seen of a file from outside. Its time alone says little: where files are made reproducibly all have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    /// Which file it is, and when anything of it was changed last, its permissions too.
    identity: [i64; 4],
}

#[cfg(unix)]
fn identity(found: &impl std::os::unix::fs::MetadataExt) -> [i64; 4] {
    [found.dev().cast_signed(), found.ino().cast_signed(), found.ctime(), found.ctime_nsec()]
}

#[cfg(not(unix))]
const fn identity<M>(_: &M) -> [i64; 4] {
    [0; 4]
}

/// The stamps of some files, in their order. Follows links: where Kubernetes changes a mounted file it changes
/// a link.
pub(super) async fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let mut stamps = Vec::with_capacity(files.len());
    for file in files {
        let found = tokio::fs::metadata(file).await;
        stamps.push(Stamp(found.ok().map(|found| Seen {
            modified: found.modified().ok(),
            length: found.len(),
            identity: identity(&found),
        })));
    }
    stamps
}

/// A file as text, or why there is none.
pub(super) async fn text(file: &Path) -> Result<String, String> {
    let read = tokio::fs::read_to_string(file).await;
    read.map_err(|error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::InvalidData => "is not UTF-8".to_owned(),
            _ => error.to_string(),
        };
        format!("{}: {why}", file.display())
    })
}
