//! Whole lines -> standard output or a file. Where a disk is full, the line that found no room is cut off again, so that
//! what is there can be read, and gone on with.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::super::failure::Failure;

/// From so many bytes on, what was gathered is written.
const GATHERED: usize = 1 << 16;
/// So many bytes are looked through at once for the last end of a line.
const BLOCK: u64 = 1 << 16;

/// Standard output or a file, written in whole lines.
pub(in super::super) struct Stream {
    target: Target,
    gathered: Vec<u8>,
}

enum Target {
    /// Standard output that is looked at, or that can't be told from a file.
    Writer(Box<dyn Write>),
    /// A file, or standard output by its descriptor. The name is that of a file that the caller named.
    File { file: File, name: Option<String> },
}

impl Stream {
    /// Standard output, for programs.
    pub(in super::super) fn standard() -> Self {
        Self { target: standard(), gathered: Vec::new() }
    }

    /// Standard output, for people: colors as their terminal shows them.
    pub(in super::super) fn colored() -> Self {
        Self { target: Target::Writer(Box::new(anstream::stdout())), gathered: Vec::new() }
    }

    /// A new file, in place of one that is there.
    pub(in super::super) fn create(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match File::create(path) {
            Ok(file) => Ok(Self { target: Target::File { file, name: Some(name) }, gathered: Vec::new() }),
            Err(error) => Err(Failure::Output { file: name, error, advice: "" }),
        }
    }

    /// A file that may be there, to be written on behind its last whole line; half a line behind that is cut off. Returns
    /// its whole lines too.
    pub(in super::super) fn append(
        path: &Path,
    ) -> Result<(Self, impl Iterator<Item = io::Result<String>>), Failure> {
        let name = path.display().to_string();
        let opened = open_whole(path);
        let (file, lines) =
            opened.map_err(|error| Failure::Output { file: name.clone(), error, advice: "" })?;
        Ok((Self { target: Target::File { file, name: Some(name) }, gathered: Vec::new() }, lines))
    }

    /// Writes whole lines.
    pub(in super::super) fn write(&mut self, lines: &str) -> Result<(), Failure> {
        self.gathered.extend_from_slice(lines.as_bytes());
        if self.gathered.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Writes what was gathered, so that whoever reads has it.
    pub(in super::super) fn flush(&mut self) -> Result<(), Failure> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let gathered = std::mem::take(&mut self.gathered);
        match &mut self.target {
            Target::Writer(writer) => {
                writer.write_all(&gathered)?;
                writer.flush()?;
            }
            Target::File { file, name } => {
                let start = end_of(file);
                if let Err(error) = file.write_all(&gathered) {
                    if let Some(start) = start {
                        cut(file, start, &gathered);
                    }
                    return Err(match name {
                        Some(name) => Failure::Output {
                            file: name.clone(),
                            error,
                            advice: "; all lines before it are whole",
                        },
                        None => Failure::Write(error),
                    });
                }
            }
        }
        self.gathered = gathered;
        self.gathered.clear();
        Ok(())
    }
}

/// Standard output by its descriptor: what the library's own holds back after a failure would be written at the end.
#[cfg(unix)]
fn standard() -> Target {
    use std::os::fd::AsFd;
    let descriptor = io::stdout().as_fd().try_clone_to_owned();
    descriptor.map_or_else(
        |_| Target::Writer(Box::new(io::stdout())),
        |descriptor| Target::File { file: descriptor.into(), name: None },
    )
}

#[cfg(not(unix))]
fn standard() -> Target {
    Target::Writer(Box::new(io::stdout()))
}

/// Where a file ends, if that is where it is written on: not so at first where a shell appends to it (`>>`), nor where
/// somebody else wrote on.
fn end_of(file: &mut File) -> Option<u64> {
    let data = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    file.stream_position().ok().filter(|position| *position == data.len())
}

/// Cuts off the half line that a failed write left: `gathered` was to stand at `start`. Where somebody else wrote on, or
/// the target is no file, nothing is cut.
fn cut(file: &mut File, start: u64, gathered: &[u8]) {
    let written = end_of(file).and_then(|end| usize::try_from(end.checked_sub(start)?).ok());
    let Some(written) = written.and_then(|written| gathered.get(..written)) else { return };
    let whole = written.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let whole = start + whole as u64;
    if file.set_len(whole).is_ok() {
        let _ = file.seek(SeekFrom::Start(whole));
    }
}

/// A file at its end, without half a line there, and its lines.
fn open_whole(path: &Path) -> io::Result<(File, impl Iterator<Item = io::Result<String>>)> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let data = file.metadata()?;
    if !data.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "is no file that could be gone on with"));
    }
    let whole = whole_lines(&mut file, data.len())?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    let lines = BufReader::with_capacity(1 << 16, File::open(path)?.take(whole)).lines();
    Ok((file, lines))
}

/// How many bytes of a file its whole lines take.
fn whole_lines(file: &mut File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        block.clear();
        file.seek(SeekFrom::Start(start))?;
        file.take(end - start).read_to_end(&mut block)?;
        if let Some(at) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn half_a_line_is_cut_off_before_a_file_is_gone_on_with() {
        let place = tempfile::tempdir().expect("a directory can be made");
        let path = place.path().join("a");
        let long = "x".repeat(200_000);
        for (there, whole) in [
            ("", ""),
            ("half", ""),
            ("one\n", "one\n"),
            ("one\ntwo\nhal", "one\ntwo\n"),
            (&format!("one\n{long}"), "one\n"),
            (&format!("{long}\n{long}"), &format!("{long}\n")),
        ] {
            fs::write(&path, there).expect("a file can be written");
            let (mut stream, lines) = Stream::append(&path).expect("it can be opened");
            let lines: Vec<String> = lines.map(|line| line.expect("it can be read")).collect();
            assert_eq!(lines, whole.lines().collect::<Vec<_>>());
            stream.write("next\n").and_then(|()| stream.flush()).expect("there is room");
            assert_eq!(fs::read_to_string(&path).expect("it is there"), format!("{whole}next\n"));
        }
    }

    #[test]
    fn what_a_failed_write_left_is_cut_to_whole_lines() {
        let place = tempfile::tempdir().expect("a directory can be made");
        let path = place.path().join("a");
        let gathered = b"three\nfour\nfive\n";
        for (written, left) in [(0, "one\ntwo\n"), (3, "one\ntwo\n"), (8, "one\ntwo\nthree\n")] {
            fs::write(&path, "one\ntwo\n").expect("a file can be written");
            let mut file = OpenOptions::new().append(true).open(&path).expect("it is there");
            // A shell appends without having looked where the end is.
            assert_eq!(end_of(&mut file), None);
            file.seek(SeekFrom::End(0)).expect("it has an end");
            let start = end_of(&mut file).expect("it is at its end");
            file.write_all(&gathered[..written]).expect("there is room");
            cut(&mut file, start, gathered);
            assert_eq!(fs::read_to_string(&path).expect("it is there"), left, "{written}");
        }
    }
}
