//! `ascribe verify`: a text and quotations -> whether the text holds each, in the order of the quotations.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::Value;

use super::exit::{NOTHING, PARTLY};
use super::extract::Offsets;
use super::failure::{Failure, complain};
use super::files::{self, ExtractorFiles, STANDARD_INPUT};
use super::input::{json_fault, string};
use super::terminal::{claims::width, verdicts};
use crate::wire::{self, InputQuotation, Limits, OffsetUnit, v1};
use ascribe_engine::{GivenQuotation, Verifier};
use v1::verify_quotations_response::Item;

/// The arguments of `ascribe verify`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The text that the quotations should come from; '-' for standard input
    #[arg(value_name = "ARTICLE")]
    article: PathBuf,
    /// The quotations, one a line: {"text": "…", "speaker": "…"}; without a speaker any speaker matches; other fields are
    /// ignored; '-' for standard input
    #[arg(long, value_name = "FILE.jsonl")]
    quotations: PathBuf,
    /// How to write what was found [default: pretty on a terminal, else jsonl]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<OutputFormat>,
    /// The unit of offsets [default: bytes]
    #[arg(long, value_enum, value_name = "UNIT")]
    offsets: Option<Offsets>,
    #[command(flatten)]
    extractor: ExtractorFiles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people: the verdict, the passage, who said it, what differs
    Pretty,
    /// One item a quotation and line, in proto3 JSON; {} for a line that holds no quotation
    Jsonl,
}

/// A line of the quotations' file that isn't blank: a quotation, or why it is none.
type Line = Result<InputQuotation, String>;

/// Verifies the quotations and writes what was found.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let is_standard = |file: &PathBuf| file.as_os_str() == STANDARD_INPUT;
    if is_standard(&arguments.article) && is_standard(&arguments.quotations) {
        return Err(Failure::TwiceStandardInput);
    }
    let text = files::read_text(&arguments.article)?;
    let unreadable =
        |file: &PathBuf, why: &str| Failure::Read { file: file.display().to_string(), why: why.to_owned() };
    if text.trim().is_empty() {
        return Err(unreadable(&arguments.article, "the text is empty"));
    }
    // Offsets on the wire have 31 bits.
    if i32::try_from(text.len()).is_err() {
        return Err(unreadable(&arguments.article, "the text is longer than 2 GiB"));
    }
    let given = files::read_text(&arguments.quotations)?;
    let file = arguments.quotations.display().to_string();
    let lines = lines(&given, &file);
    if lines.is_empty() {
        return Err(unreadable(&arguments.quotations, "holds no quotations"));
    }
    let quotations: Vec<InputQuotation> = lines.iter().flatten().cloned().collect();
    let default = if io::stdout().is_terminal() { OutputFormat::Pretty } else { OutputFormat::Jsonl };
    let format = arguments.format.unwrap_or(default);
    let offsets = arguments.offsets.map_or(OffsetUnit::Bytes, Into::into);
    let items =
        if quotations.is_empty() { Vec::new() } else { items(arguments, &text, &quotations, offsets)? };
    write(&lines, items, format)
}

fn items(
    arguments: &Arguments,
    text: &str,
    quotations: &[InputQuotation],
    offsets: OffsetUnit,
) -> Result<Vec<Item>, Failure> {
    let extractor = arguments.extractor.extractor()?;
    let found = extractor.extract(text);
    for notice in found.notices() {
        complain(&format!("{}: {}", arguments.article.display(), notice.message));
    }
    let given: Vec<GivenQuotation<'_>> = quotations.iter().map(InputQuotation::as_quotation).collect();
    let findings = Verifier::of(&extractor).verify(&found, &given);
    Ok(wire::verification_items(text, found.all(), quotations, &findings, offsets, usize::MAX))
}

/// Writes an item for each line, in order, and says what is wrong with the others.
fn write(lines: &[Line], items: Vec<Item>, format: OutputFormat) -> Result<ExitCode, Failure> {
    let output: Box<dyn Write> = match format {
        OutputFormat::Pretty => Box::new(anstream::stdout()),
        OutputFormat::Jsonl => Box::new(io::stdout()),
    };
    let mut output = BufWriter::new(output);
    let is_any = !items.is_empty();
    let mut items = items.into_iter();
    let mut skipped = 0;
    for line in lines {
        let item = match line {
            Ok(_) => items.next().unwrap_or_default(),
            Err(fault) => {
                skipped += 1;
                output.flush()?;
                complain(fault);
                Item::default()
            }
        };
        match (format, line) {
            (OutputFormat::Jsonl, _) => {
                let json = serde_json::to_string(&item).expect("every message has a JSON form");
                writeln!(output, "{json}")?;
            }
            (OutputFormat::Pretty, Ok(quotation)) => {
                write!(output, "{}", verdicts::item(quotation, &item, width()))?;
            }
            (OutputFormat::Pretty, Err(_)) => {}
        }
    }
    output.flush()?;
    Ok(match (is_any, skipped) {
        (_, 0) => ExitCode::SUCCESS,
        (true, _) => ExitCode::from(PARTLY),
        (false, _) => ExitCode::from(NOTHING),
    })
}

/// The quotations of a file, or what is wrong with each; blank lines are passed over.
fn lines(given: &str, file: &str) -> Vec<Line> {
    let given = given.strip_prefix('\u{feff}').unwrap_or(given);
    let lines = given.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| quotation(line).map_err(|why| format!("{file}:{number}: {why}"))).collect()
}

#[derive(Deserialize)]
struct Fields {
    text: Option<Value>,
    speaker: Option<Value>,
}

fn quotation(line: &str) -> Line {
    // A struct would also be read from a list of its fields.
    if !line.trim_start().starts_with('{') {
        return Err("is not a JSON object".to_owned());
    }
    let fields: Fields = serde_json::from_str(line).map_err(|error| json_fault(&error))?;
    let speaker = match fields.speaker {
        None | Some(Value::Null) => String::new(),
        speaker => string(speaker, "speaker")?,
    };
    let message = v1::verify_quotations_request::Quotation {
        text: string(fields.text, "text")?,
        speaker,
        quotation_id: String::new(),
    };
    // Whoever runs the command has the memory to themselves.
    let limits = Limits { max_quotation_bytes: usize::MAX, ..Limits::default() };
    wire::input_quotation(message, &limits)
        .map_err(|violation| format!("the {} {}", violation.field, violation.description))
}
