//! Files, their rows and standard input -> documents to read, or why one can't be read.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::Reading;
use super::csv_rows::{RawRows, bounded_line, fields};
use super::encoding;
use super::fault::{Fault, Reason};
use super::json_records::Records;
use super::rows::{NamedText, RowReader, Shape as RowShape};
use super::shape::{InputForm, Shape, open, read_fault, separator_of};
use super::sources::{self, Source};

/// At most so many bytes are a row: what goes on longer isn't one, and is not to fill the memory.
const LONGEST_ROW: usize = 256 << 20;
/// At most so many bytes are a text: offsets on the wire have 31 bits.
const LONGEST_TEXT: usize = i32::MAX as usize;

/// What was drawn from the input, not yet looked at: that is the workers' part.
#[derive(Debug)]
pub(in super::super) struct Piece {
    /// Where it comes from: a file, or a file and a row of it ("a.jsonl 3" as `a.jsonl:3`).
    pub(in super::super) place: String,
    /// How many bytes of the input it took.
    pub(in super::super) size: usize,
    /// What to tell of its file, with the first of its pieces.
    pub(in super::super) remarks: Vec<String>,
    /// The file, and where in it.
    pub(in super::super) file: Arc<str>,
    pub(in super::super) position: Position,
    material: Material,
    rows: Arc<RowReader>,
}

/// Where in a file a piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Position {
    /// It is the file.
    Whole,
    /// The line that it begins in, counted from 1.
    Line(u64),
    /// The element of a list, counted from 0 as programs do.
    Index(u64),
}

#[derive(Debug)]
enum Material {
    Text(Vec<u8>),
    Json(Vec<u8>),
    Cells { bytes: Vec<u8>, header: Arc<Header> },
    Fault(Fault),
}

/// What all rows of a table share.
#[derive(Debug)]
struct Header {
    shape: Arc<RowShape>,
    separator: u8,
}

/// The pieces of some files, drawn one by one.
pub(in super::super) struct Pieces {
    sources: VecDeque<Source>,
    form: Option<InputForm>,
    rows: Arc<RowReader>,
    size: Option<u64>,
    open: Option<OpenFile>,
}

/// A file of rows that is being read.
struct OpenFile {
    name: Arc<str>,
    rows: Arc<RowReader>,
    remarks: Vec<String>,
    /// How many pieces came of it.
    pieces: u64,
    form: OpenForm,
}

enum OpenForm {
    Lines {
        reader: Box<dyn BufRead + Send>,
        number: u64,
        blank: VecDeque<u64>,
        next: Option<(u64, Vec<u8>, usize)>,
    },
    Records(Records<Box<dyn BufRead + Send>>),
    Table {
        rows: RawRows<Box<dyn BufRead + Send>>,
        separator: Option<u8>,
        header: Option<Arc<Header>>,
    },
    Ended,
}

impl Pieces {
    /// The pieces of `files`, and of the files in folders among them.
    pub(in super::super) fn new(files: &[PathBuf], reading: impl Into<Reading>) -> Self {
        let Reading { form, rows } = reading.into();
        let sources: VecDeque<Source> = sources::files(files, form).into();
        let size = sources.iter().map(|source| source.size).sum();
        Self { sources, form, rows, size, open: None }
    }

    /// How many bytes all files have; nothing where that can't be told.
    pub(in super::super) const fn size(&self) -> Option<u64> {
        self.size
    }

    /// The files that are still to be read.
    pub(in super::super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.sources.iter().map(|source| &source.path)
    }

    /// Whether the input may be more than one document.
    pub(in super::super) fn may_be_several(&self) -> bool {
        let is_text =
            |source: &Source| self.form == Some(InputForm::Text) || !InputForm::is_rows(&source.path);
        self.sources.len() != 1 || !is_text(&self.sources[0])
    }

    /// Opens the next file: the piece that it is, or why it is none; nothing where it has rows.
    fn next_file(&mut self, source: Source) -> Option<Piece> {
        let name: Arc<str> = source.path.display().to_string().into();
        let mut remarks = source.remarks;
        let whole = |size, remarks, material| Piece {
            place: name.to_string(),
            size,
            remarks,
            file: Arc::clone(&name),
            position: Position::Whole,
            material,
            rows: Arc::clone(&self.rows),
        };
        if let Some(fault) = source.fault {
            return Some(whole(0, remarks, Material::Fault(fault)));
        }
        let opened = match open(&source.path, self.form, &self.rows) {
            Ok(opened) => opened,
            Err(fault) => return Some(whole(0, remarks, Material::Fault(fault))),
        };
        remarks.extend(opened.remark.map(|remark| format!("{name} {remark}")));
        let form = match opened.shape {
            Shape::Text => {
                return Some(match read_text(opened.reader) {
                    Ok(bytes) => whole(bytes.len(), remarks, Material::Text(bytes)),
                    Err(fault) => whole(0, remarks, Material::Fault(fault)),
                });
            }
            Shape::Lines => {
                OpenForm::Lines { reader: opened.reader, number: 0, blank: VecDeque::new(), next: None }
            }
            Shape::Records => OpenForm::Records(Records::new(opened.reader, LONGEST_ROW)),
            Shape::Table(separator) => {
                let rows = RawRows::new(opened.reader, separator.unwrap_or(b','), LONGEST_ROW);
                OpenForm::Table { rows, separator, header: None }
            }
        };
        self.open = Some(OpenFile { name, rows: Arc::clone(&self.rows), remarks, pieces: 0, form });
        None
    }
}

fn read_text(reader: Box<dyn BufRead + Send>) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    reader.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes).map_err(|error| read_fault(&error))?;
    if bytes.len() > LONGEST_TEXT { Err(too_long_text()) } else { Ok(bytes) }
}

fn too_long_text() -> Fault {
    Fault::new(Reason::TooLong, format!("the text is longer than {LONGEST_TEXT} bytes"))
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(open) = &mut self.open {
                match open.next_piece() {
                    Some(piece) => return Some(piece),
                    None => self.open = None,
                }
            }
            let source = self.sources.pop_front()?;
            if let Some(piece) = self.next_file(source) {
                return Some(piece);
            }
        }
    }
}

/// What comes next in a file of rows.
type Next = Option<(Position, usize, Material)>;

impl OpenFile {
    /// The next piece. A file without any, or one that breaks off, is said once.
    fn next_piece(&mut self) -> Option<Piece> {
        let next = match self.form.next(&self.rows) {
            Ok(Some(next)) => next,
            Ok(None) if self.pieces == 0 => {
                self.form = OpenForm::Ended;
                let fault = Fault::new(Reason::Unreadable, "holds no documents");
                (Position::Whole, 0, Material::Fault(fault))
            }
            Ok(None) => return None,
            Err((position, fault)) => {
                self.form = OpenForm::Ended;
                (position, 0, Material::Fault(fault))
            }
        };
        self.pieces += 1;
        let (position, size, material) = next;
        Some(Piece {
            place: format!("{}{position}", self.name),
            size,
            remarks: std::mem::take(&mut self.remarks),
            file: Arc::clone(&self.name),
            position,
            material,
            rows: Arc::clone(&self.rows),
        })
    }
}

impl OpenForm {
    fn next(&mut self, rows: &RowReader) -> Result<Next, (Position, Fault)> {
        let whole = |error: io::Error| (Position::Whole, read_fault(&error));
        match self {
            Self::Ended => Ok(None),
            Self::Lines { reader, number, blank, next } => next_line(reader, number, blank, next),
            Self::Records(records) => {
                let Some(record) = records.next().map_err(whole)? else { return Ok(None) };
                let material = if record.is_too_long { too_long() } else { Material::Json(record.bytes) };
                Ok(Some((Position::Index(record.index), record.size, material)))
            }
            Self::Table { rows: raw, separator, header } => {
                let header = match header {
                    Some(header) => Arc::clone(header),
                    None => {
                        match read_header(raw, *separator, rows).map_err(|fault| (Position::Whole, fault))? {
                            Some(read) => Arc::clone(header.insert(Arc::new(read))),
                            None => return Ok(None),
                        }
                    }
                };
                let Some(row) = raw.next().map_err(whole)? else { return Ok(None) };
                let size = row.bytes.len();
                let material = if row.is_too_long {
                    too_long()
                } else if row.is_open {
                    let why = "a quotation mark opens a field that nothing closes";
                    Material::Fault(Fault::new(Reason::NotARow, why))
                } else {
                    Material::Cells { bytes: row.bytes, header }
                };
                Ok(Some((Position::Line(row.line), size, material)))
            }
        }
    }
}

/// The next line; blank ones only where another follows, so that each line of the input has its own of the output.
fn next_line(
    reader: &mut Box<dyn BufRead + Send>,
    number: &mut u64,
    blank: &mut VecDeque<u64>,
    next: &mut Option<(u64, Vec<u8>, usize)>,
) -> Result<Next, (Position, Fault)> {
    while next.is_none() {
        let at = *number + 1;
        let read = bounded_line(reader, LONGEST_ROW);
        let (mut line, size) = read.map_err(|error| (Position::Line(at), read_fault(&error)))?;
        if size == 0 {
            return Ok(None);
        }
        *number = at;
        // A byte order mark belongs to the file, not to the first line's JSON.
        if at == 1 && line.starts_with("\u{feff}".as_bytes()) {
            line.drain(..3);
        }
        if line.trim_ascii().is_empty() {
            blank.push_back(at);
        } else {
            *next = Some((at, line, size));
        }
    }
    if let Some(at) = blank.pop_front() {
        let fault = Fault::new(Reason::BlankLine, "the line is empty");
        return Ok(Some((Position::Line(at), 1, Material::Fault(fault))));
    }
    Ok(next.take().map(|(at, line, size)| {
        let material =
            if line.len() == LONGEST_ROW && line.len() < size { too_long() } else { Material::Json(line) };
        (Position::Line(at), size, material)
    }))
}

fn too_long() -> Material {
    let message = format!("the row is longer than {LONGEST_ROW} bytes");
    Material::Fault(Fault::new(Reason::TooLong, message))
}

/// The header of a table. One without a column for the text is the fault of the file, not of each of its rows.
fn read_header(
    raw: &mut RawRows<Box<dyn BufRead + Send>>,
    separator: Option<u8>,
    rows: &RowReader,
) -> Result<Option<Header>, Fault> {
    let Some(row) = raw.next().map_err(|error| read_fault(&error))? else { return Ok(None) };
    let line = encoding::text(row.bytes).map_err(|why| Fault::new(Reason::NotUtf8, why))?;
    let line = line.strip_prefix('\u{feff}').unwrap_or(&line);
    let separator = separator.unwrap_or_else(|| separator_of(line, rows.columns()));
    raw.set_separator(separator);
    let shape = rows.shape(fields(line, separator));
    if shape.has_text() { Ok(Some(Header { shape, separator })) } else { Err(rows.no_text(&shape)) }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Line(number) => write!(f, ":{number}"),
            Self::Index(number) => write!(f, "[{number}]"),
        }
    }
}

impl Piece {
    /// The document that it holds, or why it holds none.
    pub(in super::super) fn document(self) -> Result<NamedText, Fault> {
        let text = |bytes| encoding::text(bytes).map_err(|why| Fault::new(Reason::NotUtf8, why));
        let document = match self.material {
            Material::Text(bytes) => NamedText {
                id: self.place,
                text: text(bytes)?,
                published: None,
                row: None,
                date_fault: None,
                remarks: Arc::default(),
            },
            Material::Json(bytes) => self.rows.of_json(&text(bytes)?, &self.place)?,
            Material::Cells { bytes, header } => {
                let row = text(bytes)?;
                let cells = fields(&row, header.separator);
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                self.rows.of_cells(&header.shape, &cells, &self.place)?
            }
            Material::Fault(fault) => return Err(fault),
        };
        let fault = |fault| Err(Fault { id: Some(document.id.clone()), ..fault });
        if document.text.trim().is_empty() {
            return fault(Fault::new(Reason::EmptyText, "the text is empty"));
        }
        if document.text.len() > LONGEST_TEXT {
            return fault(too_long_text());
        }
        Ok(document)
    }
}
