//! Files that the process reads, and reads again while it runs: their stamps, and their contents.
//!
//! In: a path. Out: what stands there, or what is wrong, within a limit of time: a disk that doesn't answer, or a pipe that
//! nobody writes, holds up no other file. Only what is a file is read; a pipe, such as a shell's `<(…)`, is read once, at
//! the start.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, SystemTime};

use thiserror::Error;

/// How long looking at a file may take, and reading it.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest file, in bytes: pipes and devices have no end of their own.
const LONGEST: u64 = 1 << 30;

/// The contents of a file that is read once, or what is wrong with it. Blocks, within the limit of time.
pub(crate) fn read_in_time(path: &Path) -> Result<Vec<u8>, String> {
    WatchedFile::new(path.to_owned()).read_blocking(When::Start).map_err(|fault| fault.to_string())
}

/// What shows that a file changed without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// There is nothing that could be looked at.
    Missing,
    /// There is something that isn't read again.
    Irregular,
    File(Seen),
}

/// A file's metadata. The time alone says little: files of a reproducible build all have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
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

/// Why a file isn't read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum FileFault {
    #[error("{0}")]
    Unreadable(String),
    #[error("is {0}, not a file")]
    Irregular(&'static str),
    #[error("was a pipe when the service started, which can be read only once")]
    PipeAgain,
    #[error("has more than {LONGEST} bytes")]
    TooLong,
    #[error("wasn't read within {0:?}: whatever it lies on hangs, or nobody writes to the pipe")]
    Hangs(Duration),
    #[error("still hangs")]
    StillHangs,
}

impl FileFault {
    /// Whether it may be another fault, or none, once the file answers again, though the file doesn't change.
    pub(crate) const fn hangs(&self) -> bool {
        matches!(self, Self::Hangs(_) | Self::StillHangs)
    }
}

/// Whether a file is read for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Start,
    Again,
}

/// A file that is watched. Cheap to clone; all clones are one file.
#[derive(Clone, Debug)]
pub(crate) struct WatchedFile {
    path: PathBuf,
    patience: Duration,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether a thread is with the file, perhaps for ever: no second one follows it.
    is_busy: AtomicBool,
    /// Whether it was a pipe at the start.
    was_pipe: AtomicBool,
}

impl WatchedFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, patience: PATIENCE, state: Arc::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its stamp. Follows links: Kubernetes changes a mounted file by changing a link. Fails only where it hangs.
    pub(crate) async fn stamp(&self) -> Result<Stamp, FileFault> {
        self.clone().apart(|file| file.within(|path, _| Ok(stamp(path)))).await
    }

    /// Its contents.
    pub(crate) async fn read(&self, when: When) -> Result<Vec<u8>, FileFault> {
        self.clone().apart(move |file| file.read_blocking(when)).await
    }

    /// Like [`Self::read`]. Blocks, within the limit of time.
    pub(crate) fn read_blocking(&self, when: When) -> Result<Vec<u8>, FileFault> {
        self.within(move |path, state| read(path, when, state))
    }

    /// Waits on a thread that may block.
    async fn apart<T: Send + 'static>(
        self,
        ask: impl FnOnce(&Self) -> Result<T, FileFault> + Send + 'static,
    ) -> Result<T, FileFault> {
        let asked = tokio::task::spawn_blocking(move || ask(&self)).await;
        asked.unwrap_or_else(|error| Err(FileFault::Unreadable(error.to_string())))
    }

    /// Has a thread of its own ask the system. Where the system doesn't answer in time, that thread is left behind, and
    /// until it ends no further one is started.
    fn within<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Path, &State) -> Result<T, FileFault> + Send + 'static,
    ) -> Result<T, FileFault> {
        if self.state.is_busy.swap(true, Ordering::SeqCst) {
            return Err(FileFault::StillHangs);
        }
        let (reply, answer) = sync_channel(1);
        let (path, state) = (self.path.clone(), self.state.clone());
        let thread = thread::Builder::new().name("file".to_owned()).spawn(move || {
            let answer = ask(&path, &state);
            state.is_busy.store(false, Ordering::SeqCst);
            // Fails where nobody waits any more.
            let _ = reply.try_send(answer);
        });
        if let Err(error) = thread {
            self.state.is_busy.store(false, Ordering::SeqCst);
            return Err(error.into());
        }
        answer.recv_timeout(self.patience).unwrap_or(Err(FileFault::Hangs(self.patience)))
    }
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(match error.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "can't be read: permission denied".to_owned(),
            _ => error.to_string(),
        })
    }
}

fn stamp(path: &Path) -> Stamp {
    match fs::metadata(path) {
        Err(_) => Stamp::Missing,
        Ok(found) if kind(&found) != Kind::File => Stamp::Irregular,
        Ok(found) => Stamp::File(Seen {
            modified: found.modified().ok(),
            length: found.len(),
            identity: identity(&found),
        }),
    }
}

fn read(path: &Path, when: When, state: &State) -> Result<Vec<u8>, FileFault> {
    // Twice: opening a pipe waits for who writes it, and what stands there may be another one by then.
    check(&fs::metadata(path)?, when, state)?;
    let file = File::open(path)?;
    check(&file.metadata()?, when, state)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST { Err(FileFault::TooLong) } else { Ok(bytes) }
}

/// Refuses what isn't to be read.
fn check(found: &Metadata, when: When, state: &State) -> Result<(), FileFault> {
    match (kind(found), when) {
        (Kind::File, _) => Ok(()),
        (Kind::Pipe, When::Start) => {
            state.was_pipe.store(true, Ordering::SeqCst);
            Ok(())
        }
        (Kind::Pipe, When::Again) if state.was_pipe.load(Ordering::SeqCst) => Err(FileFault::PipeAgain),
        (Kind::Pipe, When::Again) => Err(FileFault::Irregular("a pipe")),
        (Kind::Other(what), _) => Err(FileFault::Irregular(what)),
    }
}

/// What stands at a path, after links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Pipe,
    Other(&'static str),
}

fn kind(found: &Metadata) -> Kind {
    let file_type = found.file_type();
    if file_type.is_file() {
        return Kind::File;
    }
    if file_type.is_dir() {
        return Kind::Other("a directory");
    }
    special_kind(file_type)
}

#[cfg(unix)]
fn special_kind(file_type: fs::FileType) -> Kind {
    use std::os::unix::fs::FileTypeExt;
    match file_type {
        pipe if pipe.is_fifo() => Kind::Pipe,
        socket if socket.is_socket() => Kind::Other("a socket"),
        _ => Kind::Other("a device"),
    }
}

#[cfg(not(unix))]
const fn special_kind(_: fs::FileType) -> Kind {
    Kind::Other("something else")
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    fn file(path: PathBuf, patience: Duration) -> WatchedFile {
        WatchedFile { patience, ..WatchedFile::new(path) }
    }

    fn make_pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().expect("there is mkfifo").success());
    }

    #[test]
    fn a_pipe_is_read_once_and_nothing_else_than_files_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        make_pipe(&path);
        let watched = file(path.clone(), PATIENCE);
        let from = path.clone();
        let writer = thread::spawn(move || fs::write(from, "desk").expect("somebody reads"));
        assert_eq!(watched.read_blocking(When::Start), Ok(b"desk".to_vec()));
        writer.join().expect("it wrote");
        assert_eq!(watched.read_blocking(When::Again), Err(FileFault::PipeAgain));
        assert_eq!(stamp(&path), Stamp::Irregular);
        for (path, fault) in [
            (path, FileFault::Irregular("a pipe")),
            (folder.path().to_owned(), FileFault::Irregular("a directory")),
            ("/dev/zero".into(), FileFault::Irregular("a device")),
        ] {
            assert_eq!(file(path, PATIENCE).read_blocking(When::Again), Err(fault));
        }
        let missing = file(folder.path().join("none"), PATIENCE);
        assert_eq!(
            missing.read_blocking(When::Start),
            Err(FileFault::Unreadable("there is no such file".to_owned()))
        );
    }

    #[test]
    fn a_file_that_hangs_costs_one_thread_until_it_answers() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        make_pipe(&path);
        let patience = Duration::from_millis(30);
        let watched = file(path.clone(), patience);
        assert_eq!(watched.read_blocking(When::Start), Err(FileFault::Hangs(patience)));
        assert_eq!(watched.read_blocking(When::Start), Err(FileFault::StillHangs));
        assert!(FileFault::StillHangs.hangs());
        // Somebody writes at last: the thread ends, and the next one reads what stands there then.
        fs::write(&path, "late").expect("the thread reads");
        while watched.state.is_busy.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        fs::remove_file(&path).expect("it can be removed");
        fs::write(&path, "desk").expect("it can be written");
        assert_eq!(watched.read_blocking(When::Again), Ok(b"desk".to_vec()));
    }
}
