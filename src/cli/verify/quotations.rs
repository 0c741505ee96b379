//! A file of quotations -> what is asked of each, in order, or why a row asks nothing.
//!
//! In: lines of JSON, a list of JSON, or CSV with a line of column names; its ending tells which of them it is, else what it
//! begins with.
//! Every name is known, or the row is refused: a misspelt `speaker` would else be a speaker that is never compared.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::super::failure::Failure;
use super::super::files;
use super::super::input::Position;
use super::super::input::objects::{Fields, Name, known};
use crate::wire::{self, InputQuotation, Limits, v1};

/// What a row may say.
const NAMES: [Name; 4] = [
    Name { name: "text", others: &["quote", "quotation", "content", "said", "statement"] },
    Name {
        name: "speaker",
        others: &["said_by", "source", "by", "who", "author", "name", "person", "attributed_to"],
    },
    Name { name: "quotation_id", others: &["id", "quote_id", "key", "number"] },
    Name {
        name: "document_id",
        others: &["document", "doc", "doc_id", "article", "article_id", "file", "url"],
    },
];

/// Where a row stands: `quotations.jsonl:3`, `quotations.json[2]`.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) position: Position,
}

/// A row of a file of quotations.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) place: Place,
    /// The article that it is to be looked for in; empty where it names none.
    pub(super) document_id: String,
    /// What is asked; as far as it could be read, where it isn't whole.
    pub(super) quotation: InputQuotation,
    /// Why it can't be looked for.
    pub(super) fault: Option<String>,
}

/// The form of a file of quotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    JsonLines,
    Separated(u8),
}

/// The rows of a file; blank lines are passed over.
///
/// # Errors
/// That it can't be read, has no rows, or that a column of it isn't known.
pub(super) fn read(file: &Path) -> Result<Vec<Row>, Failure> {
    let written = files::read_text(file)?;
    let name: Arc<str> = file.display().to_string().into();
    let written = written.strip_prefix('\u{feff}').unwrap_or(&written);
    let rows = match form(file, written) {
        Form::JsonLines => Ok(json_lines(written, &name)),
        Form::Separated(separator) => separated(written, &name, separator),
    };
    match rows {
        Ok(rows) if rows.is_empty() => Err("holds no quotations".to_owned()),
        rows => rows,
    }
    .map_err(|why| Failure::Read { file: name.to_string(), why })
}

/// By the ending, else by what the file begins with: a line of JSON, or one that names a column `text`.
fn form(file: &Path, written: &str) -> Form {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" => return Form::Separated(separator_of(written)),
        "tsv" => return Form::Separated(b'\t'),
        "jsonl" | "ndjson" | "json" => return Form::JsonLines,
        _ => {}
    }
    let separator = separator_of(written);
    let first = written.trim_start();
    let is_json = first.starts_with(['{', '[']);
    if !is_json && columns(first, separator).iter().any(|column| known(column, &NAMES) == Ok("text")) {
        return Form::Separated(separator);
    }
    Form::JsonLines
}

/// What parts the columns of the first line: spreadsheets of many countries write semicolons.
fn separator_of(written: &str) -> u8 {
    let first = written.trim_start().lines().next().unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    [b';', b'\t'].into_iter().find(|&it| count(char::from(it)) > count(',')).unwrap_or(b',')
}

fn columns(written: &str, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(written.as_bytes());
    let trimmed = |column: &str| column.trim().to_owned();
    reader.headers().map(|columns| columns.iter().map(trimmed).collect()).unwrap_or_default()
}

fn json_lines(written: &str, file: &Arc<str>) -> Vec<Row> {
    let list = Some(written).filter(|written| written.trim_start().starts_with('['));
    if let Some(list) = list.and_then(|list| serde_json::from_str::<Vec<&RawValue>>(list).ok()) {
        let rows = list.iter().zip(0..);
        return rows
            .map(|(row, index)| of_object(row.get(), Place::new(file, Position::Index(index))))
            .collect();
    }
    let lines = written.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| of_object(line, Place::new(file, Position::Line(number)))).collect()
}

fn of_object(written: &str, place: Place) -> Row {
    let fields = match Fields::of(written, &NAMES) {
        Ok(fields) => fields,
        Err(why) => return Row::refused(place, why),
    };
    let mut fault = fields.fault.clone();
    let mut read = |value: Result<String, String>| match value {
        Ok(value) => value,
        Err(why) => {
            fault.get_or_insert(why);
            String::new()
        }
    };
    let quotation = v1::verify_quotations_request::Quotation {
        text: read(fields.required("text")),
        speaker: read(fields.string("speaker")),
        quotation_id: read(fields.id("quotation_id")),
    };
    let document_id = read(fields.id("document_id"));
    Row::new(place, document_id, quotation, fault)
}

fn separated(written: &str, file: &Arc<str>, separator: u8) -> Result<Vec<Row>, String> {
    let columns = columns(written, separator);
    let mut places = [None; NAMES.len()];
    for (at, column) in columns.iter().enumerate() {
        let name = known(column, &NAMES).map_err(|why| format!("the column {why}"))?;
        let place = NAMES.iter().position(|known| known.name == name).and_then(|place| places.get_mut(place));
        if let Some(place) = place
            && place.replace(at).is_some()
        {
            return Err(format!("the column {name:?} stands there twice"));
        }
    }
    if places[0].is_none() {
        return Err(format!("has no column \"text\": its columns are {}", columns.join(", ")));
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(written.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { written: written.as_bytes(), at: 0, line: 1 };
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(true) => {
                let line = lines.at(record.position().map_or(0, csv::Position::byte));
                rows.push(of_record(&record, &places, columns.len(), Place::new(file, Position::Line(line))));
            }
            Err(error) => {
                let line = lines.at(reader.position().byte());
                rows.push(Row::refused(
                    Place::new(file, Position::Line(line)),
                    format!("can't be read as CSV: {error}"),
                ));
                return Ok(rows);
            }
        }
    }
}

/// The numbers of lines; the reader's own are wrong behind "\r\n".
struct Lines<'a> {
    written: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line in which a row begins whose ends of lines before it the reader may not have passed; rows come in order.
    fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&here) = self.written.get(self.at)
            && (self.at < byte || matches!(here, b'\r' | b'\n'))
        {
            self.line += u64::from(here == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn of_record(
    record: &csv::StringRecord,
    places: &[Option<usize>; NAMES.len()],
    columns: usize,
    place: Place,
) -> Row {
    let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
    let [text, speaker, quotation_id, document_id] = places.map(cell);
    let cells = record.len();
    let fault = (cells != columns)
        .then(|| format!("has {cells} cells, where the first line names {columns} columns"));
    Row::new(
        place,
        document_id,
        v1::verify_quotations_request::Quotation { text, speaker, quotation_id },
        fault,
    )
}

impl Place {
    fn new(file: &Arc<str>, position: Position) -> Self {
        Self { file: Arc::clone(file), position }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.file, self.position)
    }
}

impl Row {
    fn refused(place: Place, why: String) -> Self {
        Self { place, document_id: String::new(), quotation: InputQuotation::default(), fault: Some(why) }
    }

    fn new(
        place: Place,
        document_id: String,
        message: v1::verify_quotations_request::Quotation,
        fault: Option<String>,
    ) -> Self {
        let v1::verify_quotations_request::Quotation { text, speaker, quotation_id } = message.clone();
        let quotation = InputQuotation { text, speaker, quotation_id };
        // Whoever runs the command has the memory to themselves.
        let limits = Limits { max_quotation_bytes: usize::MAX, ..Limits::default() };
        let fault = fault.or_else(|| {
            let wrong = wire::input_quotation(message, &limits).err();
            wrong.map(|violation| format!("the {} {}", violation.field, violation.description))
        });
        Self { place, document_id, quotation, fault }
    }
}
