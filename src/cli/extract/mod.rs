//! `ascribe extract`: texts -> their claims, in the order of the input.

mod answer; //  a piece of input -> its output, or why there is none
mod resume; //  an output that is there -> what of the input is still to be read
mod writing; // answers -> the output, and what is told of them

use std::io::{self, IsTerminal};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

use clap::Args;
use jiff::civil::Date;

use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::input::{InputArguments, Pieces, Reading, date};
use super::layout::{FormatOptions, Layout};
use super::output::{Destination, Sink, Stream};
use super::terminal::progress::{Progress, Wanted};
use super::workers;
use answer::Reader;
use ascribe_engine::DEFAULT_MIN_CONFIDENCE;
use ascribe_engine::record::Options;
use resume::{Done, resume};
use writing::Writer;

/// The most threads that read texts.
const MOST_THREADS: usize = 1024;

/// What is said where an output has no line for each document.
const NO_LINES: &str =
    "--resume goes on with a file that has a line for each document: --output FILE, --format jsonl";

/// The arguments of `ascribe extract`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Files and folders to read; '-' or none for standard input. Of a folder, and the folders in it, the files that end in
    /// .txt, .text, .jsonl, .ndjson, .jsonlines, .json, .csv, .tsv; with --input all
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
    /// Write to this file instead of standard output; or to a folder, if it is one or ends in '/': a file for each document
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// With --output FILE: go on after the last whole line that is there
    #[arg(long, requires = "output")]
    resume: bool,
    /// Say on standard error only what goes wrong: no summary, no progress, not how files are read
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    format: FormatOptions,
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

/// Reads the input and writes its claims.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let files = arguments.inputs();
    let reading = Reading::from(&arguments.input);
    let mut pieces = Pieces::new(&files, reading.clone());
    let destination = Destination::of(arguments.output.as_deref());
    let reader = arguments.reader(destination, pieces.may_be_several())?;
    if files.iter().any(|file| file.as_os_str() == STANDARD_INPUT) && io::stdin().is_terminal() {
        complain(&"reading standard input; end it with Ctrl-D");
    }
    let wanted = if arguments.quiet { Wanted::No } else { Wanted::Yes };
    let progress = Progress::over(pieces.size(), wanted);
    let (sink, done) = arguments.sink(&reader, &mut pieces)?;
    let threads = arguments.threads.or_else(|| available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let mut writer = Writer::new(sink, progress, wanted, &done);
    let answers = workers::start(pieces, threads, move |piece| reader.answer(piece))
        .map_err(|error| Failure::Threads { wanted: threads.get(), error })?;
    writer.write_all(answers)?;
    Ok(writer.finish(&reading))
}

impl Arguments {
    /// The files to read: standard input where none is named.
    fn inputs(&self) -> Vec<PathBuf> {
        if self.files.is_empty() { vec![STANDARD_INPUT.into()] } else { self.files.clone() }
    }

    fn reader(&self, destination: Destination, may_hold_several: bool) -> Result<Reader, Failure> {
        let kept = self.input.kept();
        let (layout, offsets, view) = self.format.layout(&destination, may_hold_several, kept)?;
        let aliases = self.aliases.as_deref().map_or_else(|| Ok(Vec::new()), files::aliases)?;
        let min_confidence = self.min_confidence;
        let options = Options { offsets, view, min_confidence, ..Options::default() };
        let extractor = self.extractor.extractor()?;
        Ok(Reader { extractor, options, aliases, published: self.published, layout, destination })
    }

    /// Where the output goes, and what of it is there already.
    fn sink(&self, reader: &Reader, pieces: &mut Pieces) -> Result<(Sink, Done), Failure> {
        let Destination::File(file) = &reader.destination else {
            let sink = if self.resume { Err(Failure::Resume(NO_LINES.to_owned())) } else { reader.open() };
            return Ok((sink?, Done::default()));
        };
        if pieces.files().any(|input| is_same(input, file)) {
            return Err(Failure::OutputIsInput(file.display().to_string()));
        }
        if !self.resume {
            return Ok((reader.open()?, Done::default()));
        }
        if !matches!(reader.layout, Layout::Jsonl) {
            return Err(Failure::Resume(NO_LINES.to_owned()));
        }
        let (stream, lines) = Stream::append(file)?;
        let done = resume(file, lines, pieces, reader)?;
        Ok((Sink::append(stream), done))
    }
}

/// Whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    one.as_os_str() != STANDARD_INPUT && whole(one).is_some_and(|one| Some(one) == whole(other))
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
