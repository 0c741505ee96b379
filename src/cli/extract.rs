//! `ascribe extract`: texts -> their claims, in the order of the input.

use std::io::{self, IsTerminal};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

use clap::Args;
use jiff::civil::Date;

use super::exit::{NOTHING, PARTLY};
use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::formats::table::About;
use super::input::{InputForm, NamedText, Piece, Pieces, date};
pub(super) use super::layout::Offsets;
use super::layout::{FormatOptions, Layout};
use super::output::Destination;
use super::sink::{Sink, Written};
use super::terminal::progress::Progress;
use super::workers;
use crate::wire::OutputOptions;
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
    #[command(flatten)]
    format: FormatOptions,
    /// Write to this file instead of standard output; into a folder, one that is there or a name that ends in '/', files for
    /// each document
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Leave out claims of less confidence than this, between 0 and 1
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_MIN_CONFIDENCE, value_parser = share)]
    min_confidence: f32,
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

/// What a worker needs to answer a piece of input.
struct Reader {
    extractor: Extractor,
    options: OutputOptions,
    published: Option<Date>,
    layout: Layout,
    destination: Destination,
}

/// What came of a piece of input: its output, or the line that says why there is none.
struct Answer {
    size: usize,
    outcome: Result<Written, Skipped>,
}

/// Why a piece of input has no answer, and what stands in its place.
struct Skipped {
    fault: String,
    written: Option<Written>,
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
    let mut sink = Sink::open(&reader.destination, &reader.layout)?;
    let answers = workers::start(pieces, threads, move |piece| reader.answer(piece))
        .map_err(|error| Failure::Threads { wanted: threads.get(), error })?;
    let outcome = write_all(answers, &mut sink, &progress);
    progress.finish();
    outcome
}

/// Writes answers and faults as they come, in order.
fn write_all(
    mut answers: workers::Answers<Answer>,
    sink: &mut Sink,
    progress: &Progress,
) -> Result<ExitCode, Failure> {
    let (mut answered, mut skipped) = (0, 0);
    while let Some(answer) = answers.next(|| sink.flush())? {
        match answer.outcome {
            Ok(written) => {
                answered += 1;
                progress.write(|| sink.write(written))?;
            }
            Err(Skipped { fault, written }) => {
                skipped += 1;
                written.map_or(Ok(()), |written| sink.write(written))?;
                sink.flush()?;
                progress.complain(&fault);
            }
        }
        progress.advance(answer.size, answered);
    }
    sink.finish()?;
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
        let destination = Destination::of(self.output.as_deref());
        let is_terminal = destination == Destination::Standard && io::stdout().is_terminal();
        let (layout, offsets, view) = self.format.layout(is_terminal, self.may_hold_several())?;
        let aliases = self.aliases.as_deref().map_or_else(|| Ok(Vec::new()), files::aliases)?;
        let min_confidence = self.min_confidence;
        let options = OutputOptions { offsets, view, min_confidence, aliases, ..OutputOptions::default() };
        Ok(Reader {
            extractor: self.extractor.extractor()?,
            options,
            published: self.published,
            layout,
            destination,
        })
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
        let skipped = |why: String| Skipped {
            written: Written::of_skipped(&self.layout, &self.destination, &place, &why),
            fault: format!("{place}: {why}"),
        };
        Answer { size, outcome: outcome.map_err(skipped) }
    }

    fn written(&self, document: &NamedText) -> Written {
        let NamedText { id, text, published } = document;
        let record = self.record(id, text, *published);
        Written::of(&self.layout, &self.destination, text, record, About::default())
    }

    fn record(&self, id: &str, text: &str, published: Option<Date>) -> DocumentClaims {
        let context = Context { published: published.or(self.published), aliases: &self.options.aliases };
        let found = self.extractor.extract_in(text, context);
        let options = self.options.of_record();
        record::document_claims(id, &found, &options, Provenance::of(&self.extractor))
    }
}

fn thread_count(argument: &str) -> Result<NonZero<usize>, String> {
    let count = argument.parse().ok().filter(|count: &NonZero<usize>| count.get() <= MOST_THREADS);
    count.ok_or_else(|| format!("not a whole number from 1 to {MOST_THREADS}"))
}

/// A number between 0 and 1.
pub(super) fn share(argument: &str) -> Result<f32, String> {
    let share = argument.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "not a number between 0 and 1".to_owned())
}
