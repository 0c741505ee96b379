//! How claims are written: the options of a format -> what writes each document, checked against each other.

use std::io::{self, IsTerminal};

use clap::{ArgAction, Args, ValueEnum};

use super::failure::{Failure, complain};
use super::formats::row::{about, error_line, with_row};
use super::formats::table::{About, Cells, Columns, Dialect, Separator, Table};
use super::formats::web_annotation::{self, base_url};
use super::formats::{brat, doccano, html, label_studio};
use super::input::{Fault, Position, RowMeta};
use super::output::Destination;
use super::terminal::claims;
use crate::wire::{OffsetUnit, View, v1};
use ascribe_engine::record::DocumentClaims;

/// The options of a format.
#[derive(Debug, Args)]
pub(super) struct FormatOptions {
    /// How to write the claims [default: pretty on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<OutputFormat>,
    /// The unit of offsets [default: bytes; the formats of annotation tools have their own]
    #[arg(long, value_enum, value_name = "UNIT")]
    offsets: Option<Offsets>,
    /// How much of each claim to write [default: basic]
    #[arg(long, value_enum, value_name = "VIEW")]
    view: Option<ViewName>,
    /// With --format csv: put an apostrophe before cells that a spreadsheet would run as formulas (=, +, -, @). Off by
    /// default, so that programs read the text as it is
    #[arg(long, value_name = "true|false", action = ArgAction::Set, default_value_t = false)]
    csv_safe: bool,
    /// With --format csv: a file that Excel opens as it is, with columns in plain words and safe cells
    #[arg(long)]
    excel: bool,
    /// With --format csv: what stands between two cells. Excel wants ';' where numbers have a decimal comma
    #[arg(long, value_name = "','|';'|tab", value_parser = separator)]
    separator: Option<Separator>,
    /// With --format web-annotation: what stands before the ids of documents that are no addresses
    /// [default: urn:ascribe:]
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people: sources bold, cues underlined
    Pretty,
    /// One record a document and line, as the service's JSON has it
    Jsonl,
    /// A row a claim, for spreadsheets and data frames
    Csv,
    /// Standoff annotation for the brat tool
    Brat,
    /// A list of tasks with predictions, for Label Studio
    LabelStudio,
    /// A row a document, for doccano
    Doccano,
    /// A page of W3C Web Annotations a line, in JSON-LD
    WebAnnotation,
    /// One page to look at, with all documents in it, for a browser without any service
    Html,
}

/// What offsets count, for every command that writes some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Offsets {
    /// Bytes of UTF-8: Rust, Go, C++
    Bytes,
    /// Units of UTF-16: JavaScript, Java, C#
    Utf16,
    /// Unicode code points: Python
    CodePoints,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ViewName {
    /// All but the explanation
    Basic,
    /// With the explanation: which pattern and entry found the claim
    Full,
}

/// How an answer is written.
pub(super) enum Layout {
    Pretty { width: usize },
    Jsonl,
    Csv { table: Table, kept: Vec<String> },
    Brat { headed: bool },
    LabelStudio,
    Doccano,
    WebAnnotation { base_url: Option<String> },
    Html,
}

/// What stands around the documents' output.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) before: String,
    pub(super) between: &'static str,
    pub(super) after: String,
}

impl FormatOptions {
    /// How to write to `destination`, where the input may be several documents, with the caller's own columns `kept`; what
    /// offsets count, and how much of a claim is written. An option that the format has no use for is an error.
    pub(super) fn layout(
        &self,
        destination: &Destination,
        may_hold_several: bool,
        kept: &[String],
    ) -> Result<(Layout, OffsetUnit, View), Failure> {
        let format = self.format.unwrap_or_else(|| default(destination));
        self.check(format)?;
        let unit = self.unit(format)?;
        let layout = match format {
            OutputFormat::Pretty => Layout::Pretty { width: claims::width() },
            OutputFormat::Jsonl => Layout::Jsonl,
            OutputFormat::Csv => Layout::Csv { table: self.table(), kept: kept.to_vec() },
            OutputFormat::Brat => Layout::Brat { headed: may_hold_several },
            OutputFormat::LabelStudio => Layout::LabelStudio,
            OutputFormat::Doccano => Layout::Doccano,
            OutputFormat::WebAnnotation => Layout::WebAnnotation { base_url: self.base_url.clone() },
            OutputFormat::Html => Layout::Html,
        };
        let view = match (format, self.view) {
            // Its page says why.
            (OutputFormat::Html, _) | (_, Some(ViewName::Full)) => View::Full,
            _ => View::Basic,
        };
        Ok((layout, unit, view))
    }

    /// Refuses options that would have no effect.
    fn check(&self, format: OutputFormat) -> Result<(), Failure> {
        let name = format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let useless = |option| Err(Failure::Useless { option, with: format!("--format {name}") });
        let is_csv = format == OutputFormat::Csv;
        match format {
            _ if self.csv_safe && !is_csv => useless("--csv-safe"),
            _ if self.excel && !is_csv => useless("--excel"),
            _ if self.separator.is_some() && !is_csv => useless("--separator"),
            _ if self.base_url.is_some() && format != OutputFormat::WebAnnotation => useless("--base-url"),
            OutputFormat::Pretty if self.offsets.is_some() => useless("--offsets"),
            // It always shows the explanation.
            OutputFormat::Html if self.view == Some(ViewName::Basic) => useless("--view basic"),
            OutputFormat::Brat
            | OutputFormat::LabelStudio
            | OutputFormat::Doccano
            | OutputFormat::WebAnnotation
                if self.view == Some(ViewName::Full) =>
            {
                useless("--view full")
            }
            _ => Ok(()),
        }
    }

    fn unit(&self, format: OutputFormat) -> Result<OffsetUnit, Failure> {
        match (format, self.offsets) {
            // Pretty slices the text itself, by bytes.
            (OutputFormat::Pretty, _) => Ok(OffsetUnit::Bytes),
            (OutputFormat::Jsonl | OutputFormat::Csv, unit) => Ok(unit.map_or(OffsetUnit::Bytes, Into::into)),
            (OutputFormat::Html | OutputFormat::Doccano, None | Some(Offsets::Utf16)) => {
                Ok(OffsetUnit::Utf16)
            }
            (OutputFormat::Html | OutputFormat::Doccano, _) => Err(Failure::FormatOffsets("units of UTF-16")),
            (_, None | Some(Offsets::CodePoints)) => Ok(OffsetUnit::CodePoints),
            _ => Err(Failure::FormatOffsets("code points")),
        }
    }

    fn table(&self) -> Table {
        Table {
            separator: self.separator.unwrap_or(Separator::Comma),
            cells: if self.csv_safe || self.excel { Cells::SafeForSpreadsheets } else { Cells::AsTheyAre },
            dialect: if self.excel { Dialect::Excel } else { Dialect::Programs },
            columns: if self.view == Some(ViewName::Full) { Columns::Explained } else { Columns::Basic },
        }
    }
}

impl Layout {
    /// Whether its output has a place for what was noticed of a document.
    const fn holds_notices(&self) -> bool {
        matches!(self, Self::Pretty { .. } | Self::Jsonl | Self::Csv { .. } | Self::Html)
    }

    /// A document's output, with what its row says of it. What the format has no place for is said on standard error.
    pub(super) fn written(&self, text: &str, record: DocumentClaims, row: Option<&RowMeta>) -> String {
        if matches!(self, Self::Jsonl) {
            let answer = serde_json::to_string(&record).expect("every record has a JSON form");
            return row.map_or_else(|| answer.clone(), |row| with_row(&answer, row)) + "\n";
        }
        let message = &v1::DocumentClaims::from(record);
        if !self.holds_notices() {
            for notice in &message.notices {
                complain(&format!("{}: {}", message.document_id, notice.message));
            }
        }
        match self {
            Self::Jsonl => String::new(),
            Self::Pretty { width } => claims::document(text, message, *width),
            Self::Csv { table, .. } => table.rows(message, about(row)),
            Self::LabelStudio => label_studio::task(text, message).to_string(),
            Self::Doccano => doccano::row(text, message).to_string() + "\n",
            Self::WebAnnotation { base_url } => {
                web_annotation::page(text, message, base_url.as_deref()).to_string() + "\n"
            }
            Self::Html => html::item(text, message),
            Self::Brat { headed: true } => {
                brat::heading(&message.document_id) + &brat::annotations(text, message)
            }
            Self::Brat { headed: false } => brat::annotations(text, message),
        }
    }

    /// The output of a piece of input that is no document, where the format has a line for it.
    pub(super) fn fault(&self, id: &str, file: &str, position: Position, fault: &Fault) -> Option<String> {
        match self {
            Self::Jsonl => Some(error_line(id, file, position, fault)),
            Self::Csv { table, kept } => {
                let kept: Vec<_> = kept.iter().map(|name| (name.clone(), "null".to_owned())).collect();
                let about = About { kept: &kept, ..About::default() };
                Some(table.error(id, about, &fault.message))
            }
            _ => None,
        }
    }

    /// A document as files of a folder, each with its ending.
    pub(super) fn files(
        &self,
        text: &str,
        record: DocumentClaims,
        row: Option<&RowMeta>,
    ) -> Vec<(&'static str, String)> {
        if matches!(self, Self::Brat { .. }) {
            return vec![("txt", text.to_owned()), ("ann", brat::annotations(text, &record.into()))];
        }
        let frame = self.frame();
        vec![(self.ending(), frame.before + &self.written(text, record, row) + &frame.after)]
    }

    /// The ending of this format's files.
    pub(super) const fn ending(&self) -> &'static str {
        match self {
            Self::Pretty { .. } => "txt",
            Self::Jsonl | Self::Doccano => "jsonl",
            Self::Csv { .. } => "csv",
            Self::Brat { .. } => "ann",
            Self::LabelStudio => "json",
            Self::WebAnnotation { .. } => "jsonld",
            Self::Html => "html",
        }
    }

    /// What the tool has to know beside the documents: the names, endings and contents of further files of a folder. brat
    /// wants its own there; Label Studio's is pasted into a project's settings.
    pub(super) fn configuration(&self) -> Vec<(&'static str, &'static str, String)> {
        match self {
            Self::Brat { .. } => {
                vec![
                    ("annotation", "conf", brat::configuration()),
                    ("visual", "conf", brat::VISUAL.to_owned()),
                ]
            }
            Self::LabelStudio => vec![("labeling", "xml", label_studio::configuration())],
            _ => Vec::new(),
        }
    }

    /// The file that belongs beside one file of output, with the ending that it has in place of that one's.
    pub(super) fn beside(&self) -> Option<(&'static str, String)> {
        matches!(self, Self::LabelStudio).then(|| ("labeling.xml", label_studio::configuration()))
    }

    /// Whether a folder says which document each of its names stands for: the format's own files don't.
    pub(super) const fn wants_names(&self) -> bool {
        matches!(self, Self::Brat { .. })
    }

    /// What stands around the output of all documents.
    pub(super) fn frame(&self) -> Frame {
        match self {
            Self::Csv { table, kept } => Frame { before: table.heading(kept), ..Frame::default() },
            Self::LabelStudio => {
                Frame { before: "[\n".to_owned(), between: ",\n", after: "\n]\n".to_owned() }
            }
            Self::Html => {
                let (before, after) = html::frame();
                Frame { before, between: ",\n", after }
            }
            _ => Frame::default(),
        }
    }
}

/// The format where none is asked for: for people on a terminal, that of a file's ending, else for programs.
fn default(destination: &Destination) -> OutputFormat {
    match destination {
        Destination::Standard if io::stdout().is_terminal() => OutputFormat::Pretty,
        Destination::Standard | Destination::Folder(_) => OutputFormat::Jsonl,
        Destination::File(file) => match file.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => OutputFormat::Csv,
            Some("html") => OutputFormat::Html,
            Some("ann") => OutputFormat::Brat,
            _ => OutputFormat::Jsonl,
        },
    }
}

impl From<Offsets> for OffsetUnit {
    fn from(unit: Offsets) -> Self {
        match unit {
            Offsets::Bytes => Self::Bytes,
            Offsets::Utf16 => Self::Utf16,
            Offsets::CodePoints => Self::CodePoints,
        }
    }
}

fn separator(argument: &str) -> Result<Separator, String> {
    match argument {
        "," => Ok(Separator::Comma),
        ";" => Ok(Separator::Semicolon),
        "tab" | "\t" | "\\t" => Ok(Separator::Tab),
        _ => Err("not ',', ';' or 'tab'".to_owned()),
    }
}
