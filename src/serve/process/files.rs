//! Files that the process watches while it runs: their stamps, and their text.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What shows that a file changed without reading it; none where there is no such file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Option<Seen>);

/// A file's metadata. The time alone says little: files of a reproducible build all have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    modified: Option<SystemTime>,
    length: u64,
    /// Which file it is, and when anything of it last changed, its permissions included.
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

/// The stamps of some files, in their order. Follows links: Kubernetes changes a mounted file by changing a link.
pub(crate) async fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
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

/// The text of a file, or why it has none.
pub(crate) async fn text(file: &Path) -> Result<String, String> {
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
