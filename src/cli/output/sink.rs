//! Documents' output -> standard output, one file, or a folder with files for each document.

use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;

use super::super::failure::Failure;
use super::super::input::{Fault, Position, RowMeta};
use super::super::layout::{Frame, Layout};
use super::{Destination, Folder, Stream};
use ascribe_engine::record::DocumentClaims;

/// A document's output, made by a worker and written in its turn.
pub(in super::super) enum Written {
    /// A part of one output for all.
    Part(String),
    /// Files of its own, each with its ending.
    Files { document_id: String, files: Vec<(&'static str, String)> },
}

impl Written {
    /// What becomes of a document there.
    pub(in super::super) fn of(
        layout: &Layout,
        to: &Destination,
        text: &str,
        record: DocumentClaims,
        row: Option<&RowMeta>,
    ) -> Self {
        // A file has no colors.
        let plain = |text: String| match layout {
            Layout::Pretty { .. } => strip_str(&text).to_string(),
            _ => text,
        };
        match to {
            Destination::Standard => Self::Part(layout.written(text, record, row)),
            Destination::File(_) => Self::Part(plain(layout.written(text, record, row))),
            Destination::Folder(_) => {
                let document_id = record.document_id.clone();
                let files = layout.files(text, record, row);
                let files = files.into_iter().map(|(ending, contents)| (ending, plain(contents))).collect();
                Self::Files { document_id, files }
            }
        }
    }

    /// What stands for a piece of input that is no document, where the format has something for it.
    pub(in super::super) fn of_fault(
        layout: &Layout,
        to: &Destination,
        document_id: &str,
        (file, position): (&str, Position),
        fault: &Fault,
    ) -> Option<Self> {
        let line = layout.fault(document_id, file, position, fault)?;
        Some(match to {
            Destination::Folder(_) => {
                let frame = layout.frame();
                let files = vec![(layout.ending(), frame.before + &line + &frame.after)];
                Self::Files { document_id: document_id.to_owned(), files }
            }
            _ => Self::Part(line),
        })
    }
}

/// Where documents' output goes.
pub(in super::super) enum Sink {
    Stream {
        stream: Stream,
        frame: Frame,
        /// Whether nothing was written yet, between which and the next the frame would put something.
        is_first: bool,
    },
    Folder {
        folder: Folder,
        /// Each document's name in the folder, and its id.
        names: Vec<(String, String)>,
    },
}

impl Sink {
    /// Opens the destination and writes what stands before all documents, and what the format's tool wants beside them.
    pub(in super::super) fn open(destination: &Destination, layout: &Layout) -> Result<Self, Failure> {
        let (stream, path) = match destination {
            Destination::Folder(path) => {
                let mut folder = Folder::create(path)?;
                for (name, ending, contents) in layout.configuration() {
                    let name = folder.name(name);
                    folder.write(&name, ending, &contents)?;
                }
                return Ok(Self::Folder { folder, names: Vec::new() });
            }
            Destination::File(path) => (Stream::create(path)?, Some(path)),
            Destination::Standard if matches!(layout, Layout::Pretty { .. }) => (Stream::colored(), None),
            Destination::Standard => (Stream::standard(), None),
        };
        if let (Some(path), Layout::LabelStudio) = (path, layout) {
            for (name, ending, contents) in layout.configuration() {
                write_beside(path, &format!("{name}.{ending}"), &contents)?;
            }
        }
        let mut frame = layout.frame();
        let mut stream = stream;
        stream.write(&std::mem::take(&mut frame.before))?;
        Ok(Self::Stream { stream, frame, is_first: true })
    }

    /// An output of lines that is there, to be gone on with.
    pub(in super::super) fn append(stream: Stream) -> Self {
        Self::Stream { stream, frame: Frame::default(), is_first: true }
    }

    /// Writes a document's output.
    pub(in super::super) fn write(&mut self, written: Written) -> Result<(), Failure> {
        match (self, written) {
            (Self::Stream { stream, frame, is_first }, Written::Part(part)) => {
                if !std::mem::replace(is_first, false) {
                    stream.write(frame.between)?;
                }
                stream.write(&part)
            }
            (Self::Folder { folder, names }, Written::Files { document_id, files }) => {
                let name = folder.name(&document_id);
                for (ending, contents) in files {
                    folder.write(&name, ending, &contents)?;
                }
                names.push((name, document_id));
                Ok(())
            }
            // What becomes of documents was decided by the same destination.
            _ => Ok(()),
        }
    }

    /// Hands on what was gathered.
    pub(in super::super) fn flush(&mut self) -> Result<(), Failure> {
        match self {
            Self::Stream { stream, .. } => stream.flush(),
            Self::Folder { .. } => Ok(()),
        }
    }

    /// Writes what stands after all documents; of a folder, which document each name stands for.
    pub(in super::super) fn finish(&mut self) -> Result<(), Failure> {
        match self {
            Self::Stream { stream, frame, .. } => {
                stream.write(&std::mem::take(&mut frame.after))?;
                stream.flush()
            }
            Self::Folder { folder, names } => {
                let one_line = |text: &str| text.replace(['\t', '\r', '\n'], " ");
                let rows = names.iter().map(|(name, id)| format!("{name}\t{}\n", one_line(id)));
                folder.write("documents", "tsv", &format!("name\tdocument_id\n{}", rows.collect::<String>()))
            }
        }
    }
}

/// Writes `tasks.labeling.xml` beside `tasks.json`.
fn write_beside(path: &Path, ending: &str, contents: &str) -> Result<(), Failure> {
    let beside: PathBuf = path.with_extension(ending);
    let mut stream = Stream::create(&beside)?;
    stream.write(contents)?;
    stream.flush()
}
