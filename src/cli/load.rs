//! `ascribe load`: calls a service as a crowd of clients would, and reports how, and how soon, it answered.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::PARTLY;
use super::failure::{Failure, complain, reason};
use super::healthcheck::{authorities, target};
use super::input::{InputForm, Pieces};
use crate::client::{Arrivals, LoadPlan, Method, Pace, Target, load, plot};
use crate::wire::v1;

/// The text to send where no file is named: an article of 250 words, made up for this.
const ARTICLE: &str = include_str!("../client/load/article.txt");
/// At most this many bytes of texts are kept in memory, and sent in turn.
const MOST_BYTES: usize = 64 << 20;
/// The variable that may hold the key: every user of the machine can see a program's arguments.
const KEY_VARIABLE: &str = "ASCRIBE_API_KEY";

/// The arguments of `ascribe load`. It will load any target you name: use it on services of your own.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the service listens, like localhost:50051 or <https://claims.example.org:50051>; over TLS with https:// or --tls-ca
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051", value_parser = target)]
    target: Target,
    /// Load a target that is not this machine; make sure that it is yours
    #[arg(long)]
    any_target: bool,
    /// Begin N calls a second, whether or not earlier ones were answered
    #[arg(long, value_name = "N", value_parser = rate, required_unless_present = "closed")]
    rate: Option<f64>,
    /// Spread the calls at random (a Poisson process) instead of evenly; the same in every run with one seed
    #[arg(long, value_name = "SEED", conflicts_with = "closed")]
    poisson: Option<u64>,
    /// Keep N calls under way, each followed by the next, instead of a rate: finds the service's capacity
    #[arg(long, value_name = "N", conflicts_with = "rate", value_parser = count)]
    closed: Option<usize>,
    /// For how long new calls begin
    #[arg(long, value_name = "S", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// Texts to send in turn [default: one made-up article]
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<PathBuf>,
    /// The form of the files [default: by their endings]
    #[arg(long, value_enum, value_name = "FORM")]
    input_form: Option<InputForm>,
    /// The method to call
    #[arg(long, value_enum, default_value_t = CalledMethod::Unary)]
    method: CalledMethod,
    /// Documents in each call of --method batch
    #[arg(long, value_name = "N", default_value = "16", value_parser = count)]
    batch_documents: usize,
    /// Connections that the calls are spread over
    #[arg(long, value_name = "C", default_value = "1", value_parser = count)]
    connections: usize,
    /// At most N calls are under way; the next one waits, which counts as its latency
    #[arg(long, value_name = "N", default_value = "10000", value_parser = count)]
    max_outstanding: usize,
    /// The deadline of each call
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    deadline_ms: Option<u64>,
    /// How long to wait for answers after the last call began
    #[arg(long, value_name = "S", default_value = "30", value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience_seconds: u64,
    /// The key of the calls. Other users of this machine see arguments: `ASCRIBE_API_KEY` in the environment does the same
    #[arg(long, value_name = "K")]
    api_key: Option<String>,
    /// For https: a file with the authorities that may have signed the certificate, PEM
    #[arg(long, value_name = "FILE", alias = "ca")]
    tls_ca: Option<PathBuf>,
    /// Health checks a second beside the calls; 0 for none
    #[arg(long, value_name = "N", default_value = "5", value_parser = health_rate)]
    health_rate: f64,
    /// Draw latencies into this file, as SVG
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Pretty)]
    format: ReportFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CalledMethod {
    /// A document a call
    Unary,
    /// One stream a connection, whose documents count as calls
    Stream,
    /// Several documents a call
    Batch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// For people
    Pretty,
    /// One JSON object, with the points of the curves
    Json,
}

/// Runs the load and prints the report. If the service left a call unanswered, the exit code is 1.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if !arguments.any_target && !arguments.target.is_this_machine() {
        return Err(Failure::ForeignTarget(arguments.target.to_string()));
    }
    if arguments.method == CalledMethod::Stream && arguments.deadline_ms.is_some() {
        return Err(Failure::StreamDeadline);
    }
    let report = load(plan(arguments)?).map_err(|error| Failure::Service(error.to_string()))?;
    if let Some(file) = &arguments.plot {
        let written = fs::write(file, plot(&report));
        written.map_err(|error| Failure::Read { file: file.display().to_string(), why: reason(&error) })?;
    }
    let mut output = std::io::stdout().lock();
    match arguments.format {
        ReportFormat::Pretty => write!(output, "{report}")?,
        ReportFormat::Json => {
            let json = serde_json::to_string(&report).expect("a report has a JSON form");
            writeln!(output, "{json}")?;
        }
    }
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::from(PARTLY) })
}

fn plan(arguments: &Arguments) -> Result<LoadPlan, Failure> {
    let arrivals = arguments.poisson.map_or(Arrivals::Even, |seed| Arrivals::Poisson { seed });
    let authorities = arguments.tls_ca.as_deref().map(authorities).transpose()?;
    let target = arguments.target.clone().or_tls(authorities.is_some());
    if target.is_tls() == Some(true) && authorities.is_none() {
        let why = "is called over TLS, and nothing says whom to trust: name the authority of its certificate with --tls-ca";
        return Err(Failure::Service(format!("{target} {why}")));
    }
    Ok(LoadPlan {
        target: target.to_string(),
        authorities,
        pace: match (arguments.closed, arguments.rate) {
            (Some(outstanding), _) => Pace::Closed { outstanding },
            (None, rate) => Pace::Open { rate: rate.expect("clap wants one of the two"), arrivals },
        },
        duration: Duration::from_secs(arguments.seconds),
        method: match arguments.method {
            CalledMethod::Unary => Method::Unary,
            CalledMethod::Stream => Method::Stream,
            CalledMethod::Batch => Method::Batch { documents: arguments.batch_documents },
        },
        connections: arguments.connections,
        deadline: arguments.deadline_ms.map(Duration::from_millis),
        api_key: arguments.api_key.clone().or_else(|| std::env::var(KEY_VARIABLE).ok()),
        health_rate: arguments.health_rate,
        max_outstanding: arguments.max_outstanding,
        patience: Duration::from_secs(arguments.patience_seconds),
        documents: documents(&arguments.input, arguments.input_form)?,
    })
}

/// The texts to send. Where the files hold more than is kept, warns and reads no further.
fn documents(files: &[PathBuf], form: Option<InputForm>) -> Result<Vec<v1::Document>, Failure> {
    let document =
        |id: String, text: String| v1::Document { document_id: id, text, ..v1::Document::default() };
    if files.is_empty() {
        return Ok(vec![document("article".to_owned(), ARTICLE.to_owned())]);
    }
    let mut documents = Vec::new();
    let mut bytes = 0;
    for piece in Pieces::new(files, form) {
        let file = piece.place.clone();
        let named = piece.document().map_err(|why| Failure::Read { file, why: why.to_string() })?;
        bytes += named.text.len();
        if bytes > MOST_BYTES && !documents.is_empty() {
            let count = documents.len();
            complain(&format!("only the first {count} texts are sent: more than {MOST_BYTES} bytes"));
            break;
        }
        documents.push(document(named.id, named.text));
    }
    Ok(documents)
}

fn rate(argument: &str) -> Result<f64, String> {
    let rate = argument.parse::<f64>().ok().filter(|rate| (1e-3..=1e6).contains(rate));
    rate.ok_or_else(|| "not a number from 0.001 to 1000000".to_owned())
}

fn health_rate(argument: &str) -> Result<f64, String> {
    if argument == "0" { Ok(0.0) } else { rate(argument) }
}

fn count(argument: &str) -> Result<usize, String> {
    let count = argument.parse::<usize>().ok().filter(|count| (1..=100_000).contains(count));
    count.ok_or_else(|| "not a number from 1 to 100000".to_owned())
}
