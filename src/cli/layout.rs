//! How claims are written: the options of a format -> what writes each document, checked against each other.

use clap::{ArgAction, Args, ValueEnum};

use super::failure::Failure;
use super::formats::table::{About, Cells, Columns, Dialect, Separator, Table};
use super::formats::web_annotation::{self, base_url};
use super::formats::{brat, doccano, html, label_studio};
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
    Csv(Table),
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
    /// How to write to a terminal or elsewhere, where the input may be several documents; what offsets count, and how much of
    /// a claim is written. An option that the format has no use for is an error.
    pub(super) fn layout(
        &self,
        is_terminal: bool,
        may_hold_several: bool,
    ) -> Result<(Layout, OffsetUnit, View), Failure> {
        let default = if is_terminal { OutputFormat::Pretty } else { OutputFormat::Jsonl };
        let format = self.format.unwrap_or(default);
        self.check(format)?;
        let unit = self.unit(format)?;
        let layout = match format {
            OutputFormat::Pretty => Layout::Pretty { width: claims::width() },
            OutputFormat::Jsonl => Layout::Jsonl,
            OutputFormat::Csv => Layout::Csv(self.table()),
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
    /// A document's output.
    pub(super) fn written(&self, text: &str, record: DocumentClaims, about: About<'_>) -> String {
        if matches!(self, Self::Jsonl) {
            return serde_json::to_string(&record).expect("every record has a JSON form") + "\n";
        }
        let message = &v1::DocumentClaims::from(record);
        match self {
            Self::Jsonl => String::new(),
            Self::Pretty { width } => claims::document(text, message, *width),
            Self::Csv(table) => table.rows(message, about),
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

    /// The line of a document that was skipped; none where the format has no place for it.
    pub(super) fn skipped(&self, document_id: &str, why: &str) -> Option<String> {
        match self {
            Self::Csv(table) => Some(table.error(document_id, why)),
            _ => None,
        }
    }

    /// A document as files of a folder, each with its ending.
    pub(super) fn files(
        &self,
        text: &str,
        record: DocumentClaims,
        about: About<'_>,
    ) -> Vec<(&'static str, String)> {
        if matches!(self, Self::Brat { .. }) {
            return vec![("txt", text.to_owned()), ("ann", brat::annotations(text, &record.into()))];
        }
        let frame = self.frame();
        vec![(self.ending(), frame.before + &self.written(text, record, about) + &frame.after)]
    }

    /// The ending of this format's files.
    pub(super) const fn ending(&self) -> &'static str {
        match self {
            Self::Pretty { .. } => "txt",
            Self::Jsonl | Self::Doccano => "jsonl",
            Self::Csv(_) => "csv",
            Self::Brat { .. } => "ann",
            Self::LabelStudio => "json",
            Self::WebAnnotation { .. } => "jsonld",
            Self::Html => "html",
        }
    }

    /// What the tool has to know beside the documents: the names, endings and contents of further files. brat wants its own
    /// in the documents' folder; Label Studio's is pasted into a project's settings.
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

    /// What stands around the output of all documents.
    pub(super) fn frame(&self) -> Frame {
        match self {
            Self::Csv(table) => Frame { before: table.heading(), ..Frame::default() },
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
