//! Files, their lines and standard input -> documents to read, or why one can't be read.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::failure::reason;
use super::super::files::{self, STANDARD_INPUT};
use super::fields::{id, json_fault, string};

/// How the files hold their documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum InputForm {
    /// A file is one text
    Text,
    /// A line is one document: {"id": "…", "text": "…"}, perhaps with its `publish_time`; other fields are ignored. The
    /// id is a string or a whole number
    Jsonl,
}

/// A text with its name.
#[derive(Debug)]
pub(in super::super) struct NamedText {
    pub(in super::super) id: String,
    pub(in super::super) text: String,
    /// The day of its publication, where the line tells it.
    pub(in super::super) published: Option<Date>,
}

/// What was drawn from the input, not yet looked at: that is the workers' part.
#[derive(Debug)]
pub(in super::super) struct Piece {
    /// Where it comes from: a file, or a file and a line of it ("a.jsonl 3" as `a.jsonl:3`).
    pub(in super::super) place: String,
    /// How many bytes of the input it took.
    pub(in super::super) size: usize,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Text(Vec<u8>),
    Line(Vec<u8>),
    Unreadable(String),
}

/// The pieces of some files, drawn one by one.
pub(in super::super) struct Pieces {
    files: VecDeque<PathBuf>,
    form: Option<InputForm>,
    lines: Option<Lines>,
}

/// A file of lines that is being read.
struct Lines {
    file: String,
    reader: Box<dyn BufRead + Send>,
    number: usize,
    documents: usize,
}

impl InputForm {
    /// The form of a file, by its ending.
    pub(in super::super) fn of(file: &Path) -> Self {
        let ending = file.extension().unwrap_or_default();
        let is_lines = ["jsonl", "ndjson"].iter().any(|lines| ending.eq_ignore_ascii_case(lines));
        if is_lines { Self::Jsonl } else { Self::Text }
    }
}

impl Pieces {
    /// The pieces of `files`, in the form given or in that of each one's ending.
    pub(in super::super) fn new(files: &[PathBuf], form: Option<InputForm>) -> Self {
        Self { files: files.iter().cloned().collect(), form, lines: None }
    }

    fn open(&mut self, file: &Path) -> Option<Piece> {
        let name = file.display().to_string();
        match self.form.unwrap_or_else(|| InputForm::of(file)) {
            InputForm::Text => Some(match files::read_bytes(file) {
                Ok(bytes) => Piece { place: name, size: bytes.len(), material: Material::Text(bytes) },
                Err(why) => Piece::unreadable(name, why),
            }),
            InputForm::Jsonl => match open_lines(file) {
                Ok(reader) => {
                    self.lines = Some(Lines { file: name, reader, number: 0, documents: 0 });
                    None
                }
                Err(error) => Some(Piece::unreadable(name, reason(&error))),
            },
        }
    }
}

fn open_lines(file: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    if file.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, File::open(file)?)))
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(lines) = &mut self.lines {
                match lines.next() {
                    Some(piece) => return Some(piece),
                    None => self.lines = None,
                }
            }
            let file = self.files.pop_front()?;
            if let Some(piece) = self.open(&file) {
                return Some(piece);
            }
        }
    }
}

impl Iterator for Lines {
    type Item = Piece;

    /// The next line that isn't empty. A file without any, or one that breaks off, is said once.
    fn next(&mut self) -> Option<Piece> {
        loop {
            let mut line = Vec::new();
            self.number += 1;
            match self.reader.read_until(b'\n', &mut line) {
                Ok(0) if self.documents == 0 => {
                    self.documents = 1;
                    return Some(Piece::unreadable(self.file.clone(), "holds no documents".to_owned()));
                }
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(size) => {
                    self.documents += 1;
                    let place = format!("{}:{}", self.file, self.number);
                    // A byte order mark belongs to the file, not to the first line's JSON.
                    if self.number == 1 && line.starts_with("\u{feff}".as_bytes()) {
                        line.drain(..3);
                    }
                    return Some(Piece { place, size, material: Material::Line(line) });
                }
                Err(error) => {
                    let place = format!("{}:{}", self.file, self.number);
                    self.reader = Box::new(io::empty());
                    self.documents += 1;
                    return Some(Piece::unreadable(place, reason(&error)));
                }
            }
        }
    }
}

impl Piece {
    fn unreadable(place: String, why: String) -> Self {
        Self { place, size: 0, material: Material::Unreadable(why) }
    }

    /// The document that it holds, or why it holds none.
    pub(in super::super) fn document(self) -> Result<NamedText, String> {
        let document = match self.material {
            Material::Text(bytes) => NamedText { id: self.place, text: files::text(bytes)?, published: None },
            Material::Line(bytes) => document_of_line(&files::text(bytes)?)?,
            Material::Unreadable(why) => return Err(why),
        };
        if document.text.trim().is_empty() {
            return Err("the text is empty".to_owned());
        }
        // Offsets on the wire have 31 bits.
        if i32::try_from(document.text.len()).is_err() {
            return Err(format!("the text has {} bytes, more than {}", document.text.len(), i32::MAX));
        }
        Ok(document)
    }
}

#[derive(Deserialize)]
struct Line {
    // As it is written: a number keeps all its digits.
    id: Option<Box<RawValue>>,
    text: Option<Value>,
    publish_time: Option<Value>,
}

fn document_of_line(line: &str) -> Result<NamedText, String> {
    let line = line.trim_end();
    // A struct would also be read from a list of its fields.
    if !line.trim_start().starts_with('{') {
        return Err("is not a JSON object".to_owned());
    }
    let parsed: Line = serde_json::from_str(line).map_err(|error| json_fault(&error))?;
    let published = match parsed.publish_time {
        None | Some(Value::Null) => None,
        time => {
            Some(date(&string(time, "publish_time")?).map_err(|why| format!("the publish_time is {why}"))?)
        }
    };
    Ok(NamedText { id: id(parsed.id.as_deref(), "id")?, text: string(parsed.text, "text")?, published })
}

/// A day from "2022-05-14", or the UTC day of "2022-05-14T15:55:00+02:00".
pub(in super::super) fn date(written: &str) -> Result<Date, String> {
    let time = written.parse::<Timestamp>().map(|time| TimeZone::UTC.to_datetime(time).date());
    // A date as it stands, before a time without zone is taken for one.
    time.or_else(|_| written.parse::<Date>()).map_err(|_| {
        format!("{written:?}, not a date such as 2022-05-14 or a time such as 2022-05-14T15:55:00Z")
    })
}
