//! `ascribe verify`: texts and quotations -> whether the texts hold each, in the order of the quotations.
//!
//! The quotations are held, the articles are not: each is read once, by whichever processor is free, and only where a
//! quotation names it. A line is written as soon as those before it are known.

use std::collections::{HashMap, HashSet};
use std::io::{self, IsTerminal};
use std::mem;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;

use anstream::adapter::strip_str;
use clap::{ArgAction, Args, ValueEnum};
use serde::Serialize;

mod quotations; // files -> the quotations to check

use super::exit::{FOUND, NOTHING, PARTLY};
use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::formats::row::ErrorOfRow;
use super::formats::table::Cells;
use super::formats::verdict_table;
use super::input::{InputArguments, NamedText, Piece, Pieces, Reading, Reason};
use super::layout::Offsets;
use super::output::{Destination, Stream};
use super::terminal::{claims::width, verdicts};
use super::workers;
use crate::misspelling::meant;
use crate::wire::{self, InputQuotation, OffsetUnit, v1};
use ascribe_engine::{Alias, Context, Extractor, GivenQuotation, Verifier};
use quotations::Row;
use v1::verify_quotations_response::Item;

/// At most this many lines on standard error say what is wrong with one quotation or article each; then they are counted.
const MOST_COMPLAINTS: usize = 10;

/// At most this many ids of articles are remembered, for an error to say which one was meant.
const MOST_IDS: usize = 10_000;

/// What the exit code says, for --help.
const EXIT_CODES: &str = "\
Exit codes:
  0  every quotation was checked (and --fail-on found nothing)
  1  some quotations or articles could not be read: standard error says which
  2  nothing could be checked, or the arguments are wrong
  3  --fail-on found something; this code comes before 1";

/// What a file of quotations holds, for --help.
const QUOTATIONS: &str = "\
The quotations, one a line: {\"text\": \"…\", \"speaker\": \"…\", \"document_id\": \"…\", \"quotation_id\": \"…\"}, or CSV with \
these columns. Only the text is required, and where there are several articles the id of one; without a speaker, or with an \
empty one, nobody is asked for. Other names are errors. '-' for standard input";

/// The arguments of `ascribe verify`.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// The texts that the quotations should come from; '-' for standard input
    #[arg(value_name = "ARTICLE", required = true)]
    articles: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = QUOTATIONS)]
    quotations: PathBuf,
    /// People and organizations that you know, one a line: the service's Alias message as JSON. A speaker may then be named
    /// by any of their variants
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
    /// How to write what was found [default: pretty on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<OutputFormat>,
    /// The unit of offsets [default: bytes]
    #[arg(long, value_enum, value_name = "UNIT")]
    offsets: Option<Offsets>,
    /// Exit with 3 where a quotation is one of these, as a list with commas: altered,absent,speaker
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// With --format csv: put an apostrophe before cells that a spreadsheet would run as formulas (=, +, -, @)
    #[arg(long, value_name = "true|false", action = ArgAction::Set, default_value_t = false)]
    csv_safe: bool,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    #[command(flatten)]
    extractor: ExtractorFiles,
    #[command(flatten)]
    input: InputArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people: the verdict, the passage, who said it, what differs
    Pretty,
    /// An object a quotation and line, in proto3 JSON; one with "error" for a row that can't be checked
    Jsonl,
    /// A row a quotation, for spreadsheets and data frames
    Csv,
}

/// What ends the command with [`FOUND`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Words are added, left out or changed
    Altered,
    /// The article doesn't hold it
    Absent,
    /// A speaker is named, and the article doesn't give the quotation to them: it gives it to somebody else, doesn't tell
    /// who said it, or doesn't hold it
    Speaker,
}

impl FailOn {
    fn is(self, item: &Item) -> bool {
        match self {
            Self::Altered => item.verdict() == v1::Verdict::Altered,
            Self::Absent => item.verdict() == v1::Verdict::Absent,
            Self::Speaker => item.speaker_matches == Some(false),
        }
    }

    const fn told(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Absent => "absent",
            Self::Speaker => "not by the speaker that is named",
        }
    }
}

/// Verifies the quotations and writes what was found.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let is_standard = |file: &PathBuf| file.as_os_str() == STANDARD_INPUT;
    if is_standard(&arguments.quotations) && arguments.articles.iter().any(is_standard) {
        return Err(Failure::TwiceStandardInput);
    }
    let mut report = arguments.report()?;
    let rows: Arc<[Row]> = quotations::read(&arguments.quotations)?.into();
    let mut outcomes: Vec<Option<Outcome>> =
        rows.iter().map(|row| row.fault.clone().map(|why| Outcome::fault(Why::BadQuotation, why))).collect();
    if outcomes.iter().any(Option::is_none) {
        check_all(arguments, &rows, &mut outcomes, &mut report)?;
    }
    report.finish(&rows, &mut outcomes)
}

/// What became of a row.
enum Outcome {
    Found { document_id: String, item: Box<Item>, notices: Arc<[v1::Notice]> },
    Fault(Fault),
}

/// Why a row could not be checked.
struct Fault {
    why: Why,
    message: String,
}

/// The kinds of faults, with the code that the service would answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    BadQuotation,
    NoArticle,
    Failed,
}

impl Why {
    const fn name(self) -> &'static str {
        match self {
            Self::BadQuotation => "BAD_QUOTATION",
            Self::NoArticle => "NO_ARTICLE",
            Self::Failed => "FAILED",
        }
    }

    const fn code(self) -> i32 {
        match self {
            Self::BadQuotation => 3,
            Self::NoArticle => 5,
            Self::Failed => 13,
        }
    }
}

impl Outcome {
    const fn fault(why: Why, message: String) -> Self {
        Self::Fault(Fault { why, message })
    }
}

/// Reads the articles and fills in what becomes of the rows; writes them as soon as may be.
fn check_all(
    arguments: &Arguments,
    rows: &Arc<[Row]>,
    outcomes: &mut [Option<Outcome>],
    report: &mut Report,
) -> Result<(), Failure> {
    let mut pieces = Pieces::new(&arguments.articles, Reading::from(&arguments.input));
    let (first, second) = (pieces.next(), pieces.next());
    let is_only_one = second.is_none();
    let pieces = first.into_iter().chain(second).chain(pieces);
    if !is_only_one {
        report.names_articles();
        let why =
            || "names no \"document_id\", and there are several articles: write the id of one".to_owned();
        for (_, outcome) in rows.iter().zip(outcomes.iter_mut()).filter(|(row, _)| row.document_id.is_empty())
        {
            outcome.get_or_insert_with(|| Outcome::fault(Why::NoArticle, why()));
        }
        if outcomes.iter().all(Option::is_some) {
            return Ok(());
        }
    }
    let mut jobs = Jobs::new(rows, outcomes, pieces);
    let first = jobs.next();
    if let (true, Some(Job { task: Task::Fault(why), .. })) = (is_only_one, &first) {
        return Err(Failure::Article(why.clone()));
    }
    let checker = arguments.checker(Arc::clone(rows))?;
    let threads = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let mut answers = workers::start(first.into_iter().chain(jobs), threads, move |job| checker.answer(job))
        .map_err(|error| Failure::Threads { wanted: threads.get(), error })?;
    let mut ids: Vec<String> = Vec::new();
    while let Some(answer) = answers.next(|| report.output.flush())? {
        let (remarks, answer) = answer;
        report.remark(remarks)?;
        match answer {
            Answer::Fault(why) => report.fault(&why)?,
            Answer::Read { id, items } => {
                for (row, outcome) in items {
                    outcomes[row] = Some(outcome);
                }
                if ids.len() < MOST_IDS {
                    ids.push(id);
                }
                report.write_known(rows, outcomes)?;
            }
        }
    }
    for (row, outcome) in rows.iter().zip(outcomes.iter_mut()).skip(report.written) {
        outcome.get_or_insert_with(|| Outcome::fault(Why::NoArticle, no_article(&row.document_id, &ids)));
    }
    Ok(())
}

/// That no article is called so, and which one may be meant.
fn no_article(id: &str, ids: &[String]) -> String {
    let holds = |other: &&String| other.contains(id);
    let nearest =
        meant(id, ids.iter().map(String::as_str)).or_else(|| ids.iter().find(holds).map(String::as_str));
    match nearest {
        Some(nearest) => format!("no article has the id {id:?}; is {nearest:?} meant?"),
        None => format!("no article has the id {id:?}"),
    }
}

/// The articles that are read, with the rows that ask about each.
struct Jobs<P> {
    pieces: P,
    /// By the id of the article; empty: the only one there is.
    asked: HashMap<String, Vec<usize>>,
    taken: HashSet<String>,
}

/// What a worker is to do, and what is to be told of how its article was read.
struct Job {
    remarks: Vec<String>,
    task: Task,
}

enum Task {
    Article { document: Box<NamedText>, asked: Vec<usize> },
    Unasked(String),
    Fault(String),
}

impl<P> Jobs<P> {
    fn new(rows: &[Row], outcomes: &[Option<Outcome>], pieces: P) -> Self {
        let mut asked: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, (row, _)) in
            rows.iter().zip(outcomes).enumerate().filter(|(_, (_, done))| done.is_none())
        {
            asked.entry(row.document_id.clone()).or_default().push(number);
        }
        Self { pieces, asked, taken: HashSet::new() }
    }
}

impl<P: Iterator<Item = Piece>> Iterator for Jobs<P> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        loop {
            let mut piece = self.pieces.next()?;
            let place = piece.place.clone();
            let mut remarks = mem::take(&mut piece.remarks);
            let document = piece.document();
            if let Ok(document) = &document {
                remarks.extend(document.remarks.iter().cloned());
            }
            let task = match document {
                Err(fault) if fault.reason == Reason::BlankLine => continue,
                Err(fault) => Task::Fault(format!("{place}: {fault}")),
                Ok(document) => self.task(&place, document),
            };
            return Some(Job { remarks, task });
        }
    }
}

impl<P> Jobs<P> {
    fn task(&mut self, place: &str, document: NamedText) -> Task {
        let id = &document.id;
        if !self.taken.insert(id.clone()) {
            return Task::Fault(format!(
                "{place}: an article before it has the id {id:?}, too: quotations are looked for in that one alone"
            ));
        }
        let mut asked = self.asked.remove(id).unwrap_or_default();
        // Those that name none are the first one's, which is the only one: else they were refused.
        asked.extend(self.asked.remove("").unwrap_or_default());
        if asked.is_empty() {
            Task::Unasked(document.id)
        } else {
            Task::Article { document: Box::new(document), asked }
        }
    }
}

/// What a worker needs to check the rows that ask about an article.
struct Checker {
    rows: Arc<[Row]>,
    extractor: Extractor,
    verifier: Verifier,
    aliases: Vec<Alias>,
    offsets: OffsetUnit,
}

/// What came of an article.
enum Answer {
    Fault(String),
    Read { id: String, items: Vec<(usize, Outcome)> },
}

impl Checker {
    /// One that the extractor can't survive costs its own quotations alone.
    fn answer(&self, mut job: Job) -> (Vec<String>, Answer) {
        let answer = match job.task {
            Task::Fault(why) => Answer::Fault(why),
            Task::Unasked(id) => Answer::Read { id, items: Vec::new() },
            Task::Article { document, asked } => {
                let items = catch_unwind(AssertUnwindSafe(|| self.items(&document.text, &asked)));
                let outcomes: Vec<Outcome> = if let Ok((items, notices)) = items {
                    let id = &document.id;
                    job.remarks.extend(notices.iter().map(|notice| format!("{id}: {}", notice.message)));
                    let notices: Arc<[v1::Notice]> = notices.into();
                    let found = |item| Outcome::Found {
                        document_id: id.clone(),
                        item: Box::new(item),
                        notices: Arc::clone(&notices),
                    };
                    items.into_iter().map(found).collect()
                } else {
                    let why = || "the extractor failed on its article (a bug): please report it".to_owned();
                    asked.iter().map(|_| Outcome::fault(Why::Failed, why())).collect()
                };
                Answer::Read { items: asked.into_iter().zip(outcomes).collect(), id: document.id }
            }
        };
        (job.remarks, answer)
    }

    /// What the article says of the rows, and what makes that doubtful.
    fn items(&self, text: &str, asked: &[usize]) -> (Vec<Item>, Vec<v1::Notice>) {
        let context = Context { aliases: &self.aliases, ..Context::default() };
        let found = self.extractor.extract_in(text, context);
        let quotations: Vec<InputQuotation> =
            asked.iter().map(|&row| self.rows[row].quotation.clone()).collect();
        let given: Vec<GivenQuotation<'_>> = quotations.iter().map(InputQuotation::as_quotation).collect();
        let findings = self.verifier.verify_in(&found, &given, context);
        let items =
            wire::verification_items(text, found.all(), &quotations, &findings, self.offsets, usize::MAX);
        (items, wire::notices(&found, self.offsets))
    }
}

impl Arguments {
    fn checker(&self, rows: Arc<[Row]>) -> Result<Checker, Failure> {
        let extractor = self.extractor.extractor()?;
        let aliases = self.aliases.as_deref().map_or_else(|| Ok(Vec::new()), files::aliases)?;
        let verifier = Verifier::of(&extractor);
        Ok(Checker { rows, extractor, verifier, aliases, offsets: self.unit() })
    }

    fn unit(&self) -> OffsetUnit {
        self.offsets.map_or(OffsetUnit::Bytes, Into::into)
    }

    fn report(&self) -> Result<Report, Failure> {
        let destination = Destination::of(self.output.as_deref());
        let is_terminal = destination == Destination::Standard && io::stdout().is_terminal();
        let format =
            self.format.unwrap_or(if is_terminal { OutputFormat::Pretty } else { OutputFormat::Jsonl });
        let useless = |option, with: &str| Err(Failure::Useless { option, with: with.to_owned() });
        match format {
            OutputFormat::Pretty if self.csv_safe => return useless("--csv-safe", "--format pretty"),
            OutputFormat::Jsonl if self.csv_safe => return useless("--csv-safe", "--format jsonl"),
            _ if !self.input.kept().is_empty() => return useless("--keep", "verify"),
            _ => {}
        }
        let output = match &destination {
            Destination::Standard if format == OutputFormat::Pretty => Stream::colored(),
            Destination::Standard => Stream::standard(),
            Destination::File(path) | Destination::Folder(path) => Stream::create(path)?,
        };
        let cells = if self.csv_safe { Cells::SafeForSpreadsheets } else { Cells::AsTheyAre };
        let layout = match format {
            OutputFormat::Pretty => Layout::Pretty {
                width: width(),
                has_articles: false,
                has_colors: destination == Destination::Standard,
            },
            OutputFormat::Jsonl => Layout::Jsonl,
            OutputFormat::Csv => Layout::Csv { cells, is_begun: false },
        };
        let mut failing: Vec<(FailOn, usize)> = Vec::new();
        for &what in &self.fail_on {
            if failing.iter().all(|(other, _)| *other != what) {
                failing.push((what, 0));
            }
        }
        let remarks = HashSet::new();
        Ok(Report { output, layout, unit: self.unit(), failing, remarks, written: 0, checked: 0, skipped: 0 })
    }
}

/// How a row is written.
enum Layout {
    /// With the article's id, where there are several.
    Pretty {
        width: usize,
        has_articles: bool,
        /// A file has none.
        has_colors: bool,
    },
    Jsonl,
    Csv {
        cells: Cells,
        is_begun: bool,
    },
}

/// What is written, and what is counted of it.
struct Report {
    output: Stream,
    layout: Layout,
    unit: OffsetUnit,
    /// What is to be failed on, and how often it was found.
    failing: Vec<(FailOn, usize)>,
    /// What was told of how articles are read.
    remarks: HashSet<String>,
    /// Rows that were written.
    written: usize,
    checked: usize,
    /// Rows and articles that could not be read.
    skipped: usize,
}

/// A line for a row that was looked for.
#[derive(Serialize)]
struct FoundLine<'a> {
    document_id: &'a str,
    offset_encoding: &'a str,
    #[serde(flatten)]
    item: &'a Item,
    /// Of the article.
    notices: &'a [v1::Notice],
}

/// A line for a row that could not be.
#[derive(Serialize)]
struct FaultLine<'a> {
    document_id: &'a str,
    quotation: v1::verify_quotations_request::Quotation,
    error: ErrorOfRow<'a>,
}

impl Report {
    /// There are several articles.
    fn names_articles(&mut self) {
        if let Layout::Pretty { has_articles, .. } = &mut self.layout {
            *has_articles = true;
        }
    }

    /// Writes the rows up to the first one of which nothing is known yet.
    fn write_known(&mut self, rows: &[Row], outcomes: &mut [Option<Outcome>]) -> Result<(), Failure> {
        while let Some(outcome) = outcomes.get_mut(self.written)
            && let Some(outcome) = outcome.take()
        {
            let row = &rows[self.written];
            self.written += 1;
            match outcome {
                Outcome::Found { document_id, item, notices } => self.found(&document_id, &item, &notices)?,
                Outcome::Fault(fault) => self.unchecked(row, &fault)?,
            }
        }
        Ok(())
    }

    fn found(&mut self, document_id: &str, item: &Item, notices: &[v1::Notice]) -> Result<(), Failure> {
        self.checked += 1;
        for (what, count) in &mut self.failing {
            *count += usize::from(what.is(item));
        }
        let offset_encoding = v1::OffsetEncoding::from(self.unit).as_str_name();
        let written = match &mut self.layout {
            Layout::Pretty { width, has_articles, has_colors } => {
                let item = verdicts::item(if *has_articles { document_id } else { "" }, item, *width);
                if *has_colors { item } else { strip_str(&item).to_string() }
            }
            Layout::Jsonl => json(&FoundLine { document_id, offset_encoding, item, notices }),
            Layout::Csv { cells, is_begun } => {
                heading_once(is_begun) + &verdict_table::row(document_id, item, self.unit, *cells)
            }
        };
        self.output.write(&written)
    }

    /// A row that could not be checked has its line, too.
    fn unchecked(&mut self, row: &Row, fault: &Fault) -> Result<(), Failure> {
        let Row { document_id, quotation, place, .. } = row;
        self.fault(&format!("{place}: {}", fault.message))?;
        let written = match &mut self.layout {
            Layout::Pretty { .. } => String::new(),
            Layout::Jsonl => {
                let told = (fault.why.code(), fault.why.name());
                let error = ErrorOfRow::new(told, &fault.message, (&place.file, place.position));
                json(&FaultLine { document_id, quotation: quotation.into(), error })
            }
            Layout::Csv { cells, is_begun } => {
                heading_once(is_begun) + &verdict_table::fault(document_id, quotation, &fault.message, *cells)
            }
        };
        self.output.write(&written)
    }

    /// Says on standard error what could not be read.
    fn fault(&mut self, why: &str) -> Result<(), Failure> {
        self.skipped += 1;
        if self.skipped <= MOST_COMPLAINTS {
            self.output.flush()?;
            complain(&why);
        }
        Ok(())
    }

    /// Says how articles are read, each thing once.
    fn remark(&mut self, remarks: Vec<String>) -> Result<(), Failure> {
        for remark in remarks {
            if self.remarks.len() < MOST_COMPLAINTS && !self.remarks.contains(&remark) {
                self.output.flush()?;
                complain(&remark);
                self.remarks.insert(remark);
            }
        }
        Ok(())
    }

    fn finish(mut self, rows: &[Row], outcomes: &mut [Option<Outcome>]) -> Result<ExitCode, Failure> {
        self.write_known(rows, outcomes)?;
        self.output.flush()?;
        if self.skipped > MOST_COMPLAINTS {
            complain(&format!("and {} more could not be checked", self.skipped - MOST_COMPLAINTS));
        }
        let failing: Vec<String> = mem::take(&mut self.failing)
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {}", what.told()))
            .collect();
        if !failing.is_empty() {
            complain(&format!("of {} quotations {}", self.checked, failing.join(", ")));
            return Ok(ExitCode::from(FOUND));
        }
        Ok(match (self.checked, self.skipped) {
            (_, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::from(NOTHING),
            _ => ExitCode::from(PARTLY),
        })
    }
}

fn heading_once(is_begun: &mut bool) -> String {
    if mem::replace(is_begun, true) { String::new() } else { verdict_table::heading() }
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("every message has a JSON form") + "\n"
}
