//! A file or standard input -> in which form it holds its documents.
//!
//! The caller says it, or the file's ending, or what stands at the start: JSON where the first character opens a record or
//! a list, and the first record is JSON with a text; a table where the first line is a header with a column for the text.
//! All else is one text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use clap::ValueEnum;

use super::super::failure::reason;
use super::super::files::STANDARD_INPUT;
use super::columns::Columns;
use super::csv_rows::{SEPARATORS, fields};
use super::encoding;
use super::fault::{Fault, Reason};
use super::fields::Fields;
use super::json_records::Brackets;
use super::rows::RowReader;

/// So much is read at once.
const CHUNK: usize = 1 << 16;
/// At most so many bytes are a first record, or a header: what goes on longer is a text.
const LONGEST_RECORD: usize = 64 << 20;
const LONGEST_HEADER: usize = 1 << 16;

/// How the files hold their documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum InputForm {
    /// A file is one text
    Text,
    /// A line is one document: {"text": "…", "id": "…"}, perhaps with title, date, URL, outlet
    Jsonl,
    /// A list of such records, or records one after another, over as many lines as they like
    Json,
    /// A row is one document, below a header; separated by commas, semicolons, tabs or bars
    Csv,
}

/// A form with what has to be known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Lines,
    Records,
    /// The separator, where it is known.
    Table(Option<u8>),
}

/// A file that is being read.
pub(super) struct Opened {
    pub(super) shape: Shape,
    pub(super) reader: Box<dyn BufRead + Send>,
    /// What to tell of how it is read.
    pub(super) remark: Option<String>,
}

impl InputForm {
    /// The endings of files that are read in a folder.
    pub(super) const ENDINGS: [&str; 8] =
        [".txt", ".text", ".jsonl", ".ndjson", ".jsonlines", ".json", ".csv", ".tsv"];

    /// Whether a file's ending says that it holds rows.
    pub(in super::super) fn is_rows(file: &Path) -> bool {
        by_ending(file).is_some()
    }

    /// Whether a file's ending is one of these.
    pub(super) fn has_ending(file: &Path) -> bool {
        let ending = file.extension().unwrap_or_default();
        Self::ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(&known[1..]))
    }
}

/// The shape that a file's ending tells, if it does.
fn by_ending(file: &Path) -> Option<Shape> {
    let ending = file.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "jsonl" | "ndjson" | "jsonlines" => Some(Shape::Lines),
        "json" => Some(Shape::Records),
        "csv" => Some(Shape::Table(None)),
        "tsv" => Some(Shape::Table(Some(b'\t'))),
        _ => None,
    }
}

/// Opens a file and finds out its shape.
pub(super) fn open(file: &Path, form: Option<InputForm>, rows: &RowReader) -> Result<Opened, Fault> {
    let reader: Box<dyn Read + Send> = if file.as_os_str() == STANDARD_INPUT {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| read_fault(&error))?)
    };
    let mut start = Start { reader, bytes: Vec::new(), has_ended: false };
    let told = match form {
        Some(InputForm::Text) => Some(Shape::Text),
        Some(InputForm::Jsonl) => Some(Shape::Lines),
        Some(InputForm::Json) => Some(Shape::Records),
        Some(InputForm::Csv) => Some(Shape::Table(None)),
        None => by_ending(file),
    };
    let (shape, remark) = match told {
        Some(shape) => {
            start.more().map_err(|error| read_fault(&error))?;
            (shape, None)
        }
        None => start.detect(rows.columns()).map_err(|error| read_fault(&error))?,
    };
    if shape != Shape::Text
        && let Some(what) = encoding::other_format(&start.bytes)
    {
        return Err(Fault::new(Reason::NotUtf8, what));
    }
    if shape != Shape::Text
        && let Err(what) =
            encoding::wide(&start.bytes).map_or(Ok(()), |_| encoding::text(start.bytes.clone()).map(drop))
    {
        return Err(Fault::new(Reason::NotUtf8, what));
    }
    Ok(Opened { shape, reader: start.whole(), remark })
}

/// Why a file can't be read.
pub(super) fn read_fault(error: &io::Error) -> Fault {
    let kind = if error.kind() == ErrorKind::NotFound { Reason::NotFound } else { Reason::Unreadable };
    Fault::new(kind, reason(error))
}

/// The start of a stream, as far as it was read.
struct Start {
    reader: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    has_ended: bool,
}

impl Start {
    /// Reads on; no more than is there already, so that nobody who feeds a stream line by line is kept waiting.
    fn more(&mut self) -> io::Result<()> {
        let before = self.bytes.len();
        self.bytes.resize(before + CHUNK, 0);
        let read = loop {
            match self.reader.read(&mut self.bytes[before..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.bytes.truncate(before + read.as_ref().copied().unwrap_or(0));
        self.has_ended = read? == 0;
        Ok(())
    }

    fn whole(self) -> Box<dyn BufRead + Send> {
        if self.has_ended {
            return Box::new(Cursor::new(self.bytes));
        }
        Box::new(BufReader::with_capacity(CHUNK, Cursor::new(self.bytes).chain(self.reader)))
    }

    fn detect(&mut self, columns: &Columns) -> io::Result<(Shape, Option<String>)> {
        let first = loop {
            let at = first_character(&self.bytes);
            if at.is_some() || self.has_ended || self.bytes.len() > LONGEST_HEADER {
                break at;
            }
            self.more()?;
        };
        let Some(first) = first else { return Ok((Shape::Text, None)) };
        if matches!(self.bytes[first], b'{' | b'[') {
            return self.detect_json(first, columns);
        }
        while !self.bytes[first..].contains(&b'\n') && !self.has_ended && self.bytes.len() < LONGEST_HEADER {
            self.more()?;
        }
        let Some(separator) = header_separator(&self.bytes[first..], columns) else {
            return Ok((Shape::Text, None));
        };
        let name = match separator {
            b'\t' => "tabs",
            b';' => "semicolons",
            b'|' => "bars",
            _ => "commas",
        };
        let remark = format!(
            "is read as a table, separated by {name}: its first line is a header; --input overrules that"
        );
        Ok((Shape::Table(Some(separator)), Some(remark)))
    }

    fn detect_json(&mut self, first: usize, columns: &Columns) -> io::Result<(Shape, Option<String>)> {
        let is_list = self.bytes[first] == b'[';
        let mut from = first + usize::from(is_list);
        // The first record of a list stands behind blanks.
        from += blanks(&self.bytes[from..], is_list);
        while from == self.bytes.len() {
            if self.has_ended {
                return Ok((Shape::Text, None));
            }
            self.more()?;
            from += blanks(&self.bytes[from..], is_list);
        }
        if self.bytes[from] != b'{' {
            return Ok((Shape::Text, None));
        }
        let (mut brackets, mut at) = (Brackets::default(), from);
        let end = loop {
            if let Some(length) = self.bytes[at..].iter().position(|byte| brackets.push(*byte)) {
                break at + length + 1;
            }
            at = self.bytes.len();
            if self.has_ended || at - from > LONGEST_RECORD {
                return Ok((Shape::Text, None));
            }
            self.more()?;
        };
        let record = &self.bytes[from..end];
        let Some(fields) =
            std::str::from_utf8(record).ok().and_then(|it| serde_json::from_str::<Fields<'_>>(it).ok())
        else {
            return Ok((Shape::Text, None));
        };
        if !columns.choose(&fields.names).has(super::columns::Role::Text) {
            let why = columns.no_text(&fields.names);
            return Ok((
                Shape::Text,
                Some(format!("is read as one text: it begins as JSON does, but that {why}")),
            ));
        }
        let (shape, name) = if is_list {
            (Shape::Records, "a list of JSON records")
        } else if record.contains(&b'\n') {
            (Shape::Records, "JSON records")
        } else {
            (Shape::Lines, "JSON lines")
        };
        Ok((shape, Some(format!("is read as {name}; --input text reads it as one text"))))
    }
}

/// Where the first character stands that isn't blank, behind a byte order mark.
fn first_character(bytes: &[u8]) -> Option<usize> {
    let mark = "\u{feff}".as_bytes();
    let from = if bytes.starts_with(mark) { mark.len() } else { 0 };
    let at = bytes[from..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    Some(from + at)
}

/// The separator by which the first line is a header with a column for the text, and the second one as long.
fn header_separator(start: &[u8], columns: &Columns) -> Option<u8> {
    let mut lines = start.split_inclusive(|byte| *byte == b'\n');
    let header = std::str::from_utf8(lines.next()?).ok()?;
    let rest: Vec<u8> = lines.flatten().copied().collect();
    // What was cut off within a character is whole up to there.
    let rest = match std::str::from_utf8(&rest) {
        Ok(rest) => rest,
        Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).ok()?,
    };
    SEPARATORS.into_iter().find(|&separator| {
        let names = fields(header, separator);
        let is_as_long = rest.trim().is_empty() || fields(rest, separator).len() == names.len();
        columns.is_header(&names) && is_as_long
    })
}

/// The separator of a table whose first line is `header`: that by which it has a column for the text, else the one by which
/// it has the most columns.
pub(super) fn separator_of(header: &str, columns: &Columns) -> u8 {
    let has_text = |separator: &u8| {
        let names = fields(header, *separator);
        columns.choose(&names).has(super::columns::Role::Text) && names.len() > 1
    };
    let most = || SEPARATORS.into_iter().rev().max_by_key(|separator| fields(header, *separator).len());
    SEPARATORS.into_iter().find(has_text).or_else(most).unwrap_or(b',')
}

/// How many blanks stand at the start of a list.
fn blanks(bytes: &[u8], is_list: bool) -> usize {
    if is_list { bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(start: &str) -> Shape {
        let mut start =
            Start { reader: Box::new(Cursor::new(start.to_owned())), bytes: Vec::new(), has_ended: false };
        start.detect(&Columns::default()).expect("memory can be read").0
    }

    #[test]
    fn only_what_is_sure_is_more_than_a_text() {
        for (start, shape) in [
            ("", Shape::Text),
            ("{\"text\": \"a\", \"id\": 1}\n", Shape::Lines),
            ("\u{feff}{\"text\": \"a\"}\n{", Shape::Lines),
            ("{\n\"text\": \"a\"}\n{", Shape::Records),
            ("[{\"body\": \"a\"}]", Shape::Records),
            (" [\n {\"text\": \"a\"},\n junk", Shape::Records),
            ("{\"title\": \"a\"}\n", Shape::Text),
            ("{\"text\": \"a\"\n", Shape::Text),
            ("{\"text\" \"a\"}\n", Shape::Text),
            ("[1, 2]", Shape::Text),
            ("[", Shape::Text),
            ("[Applause] {text}", Shape::Text),
            ("id,text\n1,a\n", Shape::Table(Some(b','))),
            ("id;body;date\n1;a;b\n", Shape::Table(Some(b';'))),
            ("\u{feff}title\ttext\n", Shape::Table(Some(b'\t'))),
            ("id,text", Shape::Table(Some(b','))),
            ("id,text\n1,a,b\n", Shape::Text),
            ("text\nabc\n", Shape::Text),
            ("Text, he said, is all.\n", Shape::Text),
            ("Mayor Ana Ruiz said so.\n", Shape::Text),
        ] {
            assert_eq!(detected(start), shape, "{start:?}");
        }
    }
}
