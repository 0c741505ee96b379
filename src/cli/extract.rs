//! `ascribe extract`: texts -> their claims, in the order of the input.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

use clap::{ArgAction, Args, ValueEnum};
use jiff::civil::Date;

use super::exit::{NOTHING, PARTLY};
use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::formats::table::{self, Cells};
use super::formats::{brat, html, label_studio, web_annotation};
use super::input::{InputForm, NamedText, Piece, Pieces, date};
use super::terminal::{claims, progress::Progress};
use super::workers;
use crate::wire::{OffsetUnit, OutputOptions, View};
use ascribe_engine::record::{self, DocumentClaims, Provenance};
use ascribe_engine::{Context, DEFAULT_MIN_CONFIDENCE, Extractor};

/// The most threads that read texts.
const MOST_THREADS: usize = 1024;

/// The arguments of `ascribe extract`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files to read; '-' or none for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whether a file is one text or a line is one document [default: jsonl for .jsonl and .ndjson, else text]
    #[arg(long, value_enum, value_name = "FORM")]
    input: Option<InputForm>,
    /// How to write the claims [default: pretty on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<OutputFormat>,
    /// The unit of offsets [default: bytes; the formats of annotation tools have their own]
    #[arg(long, value_enum, value_name = "UNIT")]
    offsets: Option<Offsets>,
    /// How much of each claim to write
    #[arg(long, value_enum, default_value_t = ViewName::Basic)]
    view: ViewName,
    /// Leave out claims of less confidence than this, between 0 and 1
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_MIN_CONFIDENCE, value_parser = share)]
    min_confidence: f32,
    /// With --format csv: put an apostrophe before cells that a spreadsheet would run as formulas (=, +, -, @). Off by
    /// default, so that programs read the text as it is
    #[arg(long, value_name = "true|false", action = ArgAction::Set, default_value_t = false)]
    csv_safe: bool,
    #[command(flatten)]
    extractor: ExtractorFiles,
    /// The publication date of texts that state none: "on Tuesday" is resolved from it
    #[arg(long, value_name = "DATE", value_parser = date)]
    published: Option<Date>,
    /// People and organizations that you know, one a line: the service's Alias message as JSON
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
    /// How many texts are read at once, at most 1024 [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = thread_count)]
    threads: Option<NonZero<usize>>,
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
    /// A task with a prediction a line, for Label Studio
    LabelStudio,
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

/// What a worker needs to answer a piece of input.
struct Reader {
    extractor: Extractor,
    options: OutputOptions,
    published: Option<Date>,
    layout: Layout,
}

/// How an answer is written.
enum Layout {
    Pretty { width: usize },
    Jsonl,
    Csv { cells: Cells },
    Brat { headed: bool },
    LabelStudio,
    WebAnnotation,
    Html,
}

/// What came of a piece of input: its output, or the line that says why there is none.
struct Answer {
    size: usize,
    outcome: Result<String, String>,
}

/// Reads the input and writes its claims.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let reader = arguments.reader()?;
    let files = arguments.inputs();
    if files.iter().any(|file| file.as_os_str() == STANDARD_INPUT) && io::stdin().is_terminal() {
        complain(&"reading standard input; end it with Ctrl-D");
    }
    let progress = Progress::over(&files);
    let threads = arguments.threads.or_else(|| available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let pieces = Pieces::new(&files, arguments.input);
    let output: Box<dyn Write> = match reader.layout {
        Layout::Pretty { .. } => Box::new(anstream::stdout()),
        _ => Box::new(io::stdout()),
    };
    let mut output = BufWriter::new(output);
    let frame = reader.layout.frame();
    let answers = workers::start(pieces, threads, move |piece| reader.answer(piece))
        .map_err(|error| Failure::Threads { wanted: threads.get(), error })?;
    output.write_all(frame.before.as_bytes())?;
    let outcome = write_all(answers, output, &frame, &progress);
    progress.finish();
    outcome
}

/// Writes answers and faults as they come, in order.
fn write_all(
    mut answers: workers::Answers<Answer>,
    mut output: BufWriter<Box<dyn Write>>,
    frame: &Frame,
    progress: &Progress,
) -> Result<ExitCode, Failure> {
    let (mut answered, mut skipped) = (0, 0);
    while let Some(answer) = answers.next(|| output.flush())? {
        match &answer.outcome {
            Ok(text) => {
                if answered > 0 {
                    output.write_all(frame.between.as_bytes())?;
                }
                answered += 1;
                progress.write(&mut output, text)?;
            }
            Err(fault) => {
                skipped += 1;
                output.flush()?;
                progress.complain(fault);
            }
        }
        progress.advance(answer.size, answered);
    }
    output.write_all(frame.after.as_bytes())?;
    output.flush()?;
    Ok(match (answered, skipped) {
        (_, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(NOTHING),
        _ => ExitCode::from(PARTLY),
    })
}

impl Arguments {
    /// The files to read: standard input where none is named.
    fn inputs(&self) -> Vec<PathBuf> {
        if self.files.is_empty() { vec![STANDARD_INPUT.into()] } else { self.files.clone() }
    }

    fn reader(&self) -> Result<Reader, Failure> {
        let default = if io::stdout().is_terminal() { OutputFormat::Pretty } else { OutputFormat::Jsonl };
        let layout = match self.format.unwrap_or(default) {
            OutputFormat::Pretty => Layout::Pretty { width: claims::width() },
            OutputFormat::Jsonl => Layout::Jsonl,
            OutputFormat::Csv => Layout::Csv {
                cells: if self.csv_safe { Cells::SafeForSpreadsheets } else { Cells::AsTheyAre },
            },
            OutputFormat::Brat => Layout::Brat { headed: self.may_hold_several() },
            OutputFormat::LabelStudio => Layout::LabelStudio,
            OutputFormat::WebAnnotation => Layout::WebAnnotation,
            OutputFormat::Html => Layout::Html,
        };
        if self.csv_safe && !matches!(layout, Layout::Csv { .. }) {
            return Err(Failure::CsvSafe);
        }
        let offsets = match (&layout, self.offsets) {
            // Pretty slices the text itself, by bytes.
            (Layout::Pretty { .. }, _) => OffsetUnit::Bytes,
            (Layout::Jsonl | Layout::Csv { .. }, unit) => unit.map_or(OffsetUnit::Bytes, Into::into),
            (Layout::Html, None | Some(Offsets::Utf16)) => OffsetUnit::Utf16,
            (Layout::Html, _) => return Err(Failure::FormatOffsets("units of UTF-16")),
            (_, None | Some(Offsets::CodePoints)) => OffsetUnit::CodePoints,
            _ => return Err(Failure::FormatOffsets("code points")),
        };
        let view = match (&layout, self.view) {
            // Its page says why.
            (Layout::Html, _) | (_, ViewName::Full) => View::Full,
            (_, ViewName::Basic) => View::Basic,
        };
        let aliases = self.aliases.as_deref().map_or_else(|| Ok(Vec::new()), files::aliases)?;
        let min_confidence = self.min_confidence;
        let options = OutputOptions { offsets, view, min_confidence, aliases, ..OutputOptions::default() };
        Ok(Reader { extractor: self.extractor.extractor()?, options, published: self.published, layout })
    }

    /// Whether the input may be more than one document.
    fn may_hold_several(&self) -> bool {
        let files = self.inputs();
        files.len() > 1
            || files.iter().any(|file| self.input.unwrap_or(InputForm::of(file)) == InputForm::Jsonl)
    }
}

impl Reader {
    /// The answer to a piece of input. One that the extractor can't survive costs that piece alone.
    fn answer(&self, piece: Piece) -> Answer {
        let (size, place) = (piece.size, piece.place.clone());
        let outcome =
            catch_unwind(AssertUnwindSafe(|| piece.document().map(|document| self.written(&document))));
        let outcome = outcome
            .unwrap_or_else(|_| Err("the extractor failed on it (a bug): please report it".to_owned()));
        Answer { size, outcome: outcome.map_err(|why| format!("{place}: {why}")) }
    }

    fn written(&self, document: &NamedText) -> String {
        let NamedText { id, text, published } = document;
        let record = self.record(id, text, *published);
        match self.layout {
            Layout::Jsonl => serde_json::to_string(&record).expect("every record has a JSON form") + "\n",
            Layout::Pretty { width } => claims::document(text, &record.into(), width),
            Layout::Csv { cells } => table::rows(&record.into(), cells),
            Layout::LabelStudio => label_studio::task(text, &record.into()).to_string() + "\n",
            Layout::WebAnnotation => web_annotation::page(text, &record.into()).to_string() + "\n",
            Layout::Html => html::item(text, &record.into()),
            Layout::Brat { headed: true } => brat::heading(id) + &brat::annotations(text, &record.into()),
            Layout::Brat { headed: false } => brat::annotations(text, &record.into()),
        }
    }

    fn record(&self, id: &str, text: &str, published: Option<Date>) -> DocumentClaims {
        let context = Context { published: published.or(self.published), aliases: &self.options.aliases };
        let found = self.extractor.extract_in(text, context);
        let options = self.options.of_record();
        record::document_claims(id, &found, &options, Provenance::of(&self.extractor))
    }
}

/// What stands around the documents' output.
#[derive(Default)]
struct Frame {
    before: String,
    between: &'static str,
    after: String,
}

impl Layout {
    fn frame(&self) -> Frame {
        match self {
            Self::Csv { .. } => Frame { before: table::heading(), ..Frame::default() },
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

fn thread_count(argument: &str) -> Result<NonZero<usize>, String> {
    let count = argument.parse().ok().filter(|count: &NonZero<usize>| count.get() <= MOST_THREADS);
    count.ok_or_else(|| format!("not a whole number from 1 to {MOST_THREADS}"))
}

fn share(argument: &str) -> Result<f32, String> {
    let share = argument.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "not a number between 0 and 1".to_owned())
}
