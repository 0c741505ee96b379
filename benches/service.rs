//! What the service costs beside the extraction itself, and what becomes of callers when there are many.
//!
//! `cargo bench --bench service -- [ARTICLES.jsonl]`: the built binary serves, `ascribe load` calls it. Quantities are
//! compared within one round, since machines are shared and change from minute to minute; the middle round counts.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use ascribe_engine::Extractor;
use serde_json::Value;

/// The same as the service has.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const BINARY: &str = env!("CARGO_BIN_EXE_ascribe");
const ARTICLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wikinews-dev.jsonl");

const ROUNDS: usize = 5;
/// How long each part of a round lasts, in seconds.
const PART: u64 = 8;
/// Calls under way at one time where the service's capacity is measured, for each processor.
const CLOSED: usize = 4;
/// Of the capacity.
const USUAL: f64 = 0.7;
const OVERLOAD: f64 = 10.0;

fn main() {
    let file = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let file = file.unwrap_or_else(|| ARTICLES.to_owned());
    let texts = texts(&file);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{} articles of {} bytes, {processors} processors", texts.len(), bytes / texts.len());
    let extractor = Extractor::default();
    let service = Service::start(&file);
    let closed = (CLOSED * processors).to_string();

    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let in_process = in_process(&extractor, &texts, processors);
            let unary = service.load(&["--closed", &closed]);
            let stream = service.load(&["--closed", &closed, "--method", "stream"]);
            [in_process, number(&unary, "accepted_per_second"), number(&stream, "accepted_per_second")]
        })
        .collect();
    println!("in process            {:8.1} articles/s", middle(rounds.iter().map(|round| round[0])));
    for (at, name) in [(1, "unary"), (2, "stream")] {
        let ratio = middle(rounds.iter().map(|round| round[at] / round[0]));
        let rate = middle(rounds.iter().map(|round| round[at]));
        println!("{name:<22}{rate:8.1} articles/s, {:.1} % of in process", ratio * 100.0);
    }

    let mut waits = Vec::new();
    for seed in 1..=ROUNDS {
        let alone = Latency::of(&service.load(&["--closed", "1"]));
        // By what it can do now, not by what it could some minutes ago.
        let now = number(&service.load(&["--closed", &closed]), "accepted_per_second");
        let rate = (now * USUAL).to_string();
        let by_chance = service.load(&["--rate", &rate, "--poisson", &seed.to_string()]);
        let evenly = service.load(&["--rate", &rate]);
        waits.push([alone, Latency::of(&by_chance), Latency::of(&evenly)]);
    }
    let unloaded = Latency::middle(waits.iter().map(|round| round[0]));
    println!("unloaded              {unloaded}");
    for (at, name) in [(1, "70 %, by chance"), (2, "70 %, evenly")] {
        let latency = Latency::middle(waits.iter().map(|round| round[at]));
        let times =
            |of: fn(&Latency) -> f64| middle(waits.iter().map(|round| of(&round[at]) / of(&round[0])));
        println!("{name:<22}{latency}: {:.2} and {:.2} times", times(|it| it.median), times(|it| it.p99));
    }

    // Whoever waits in turn would wait for half a minute: here callers give up after a second.
    let overloads: Vec<_> = (1..=ROUNDS)
        .map(|seed| {
            let before = service.resident_kilobytes();
            let now = number(&service.load(&["--closed", &closed]), "accepted_per_second");
            let (rate, seed) = ((now * OVERLOAD).to_string(), seed.to_string());
            let load = ["--rate", &rate, "--poisson", &seed, "--connections", "8", "--deadline-ms", "1000"];
            (now, service.load(&load), before, service.resident_kilobytes())
        })
        .collect();
    println!("10 times the capacity, deadlines of a second");
    for (now, report, before, after) in &overloads {
        let answered = number(report, "accepted_per_second");
        println!(
            "    answered in time  {answered:8.1} articles/s, {:.1} % of the capacity",
            100.0 * answered / now
        );
        println!("        after {}", Latency::of(report));
        println!("    turned away after {}", Latency::of_outcome(report, "UNAVAILABLE"));
        println!("    health checks     {}", Latency::read(&report["health"]["latency"]));
        println!("    resident memory   {before} kB before, {after} kB after");
    }
    let middle_share =
        middle(overloads.iter().map(|(now, report, ..)| number(report, "accepted_per_second") / now));
    println!("    the middle        {:.1} % of the capacity", 100.0 * middle_share);
}

fn texts(file: &str) -> Vec<String> {
    let lines = fs::read_to_string(file).expect("the articles can be read");
    let text = |line: &str| {
        let article: Value = serde_json::from_str(line).expect("a line is JSON");
        article["text"].as_str().expect("it has a text").to_owned()
    };
    lines.lines().map(text).collect()
}

/// Articles that `threads` read in a second without any service.
fn in_process(extractor: &Extractor, texts: &[String], threads: usize) -> f64 {
    let (started, next) = (Instant::now(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while started.elapsed() < Duration::from_secs(PART) {
                    let text = &texts[next.fetch_add(1, Ordering::Relaxed) % texts.len()];
                    std::hint::black_box(extractor.extract(text));
                }
            });
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "there are few")]
    let articles = next.into_inner() as f64;
    articles / started.elapsed().as_secs_f64()
}

/// The binary while it serves.
struct Service {
    process: Child,
    target: String,
    articles: String,
}

impl Service {
    fn start(articles: &str) -> Self {
        let mut process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut log = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let address = log.by_ref().find_map(|line| {
            let line = line.expect("the log is text");
            line.split_once("listening on ").map(|(_, address)| address.to_owned())
        });
        let target = format!("http://{}", address.expect("it says where it listens"));
        // Who doesn't read it would hold the service up.
        thread::spawn(move || log.for_each(drop));
        Self { process, target, articles: articles.to_owned() }
    }

    /// What `ascribe load` reports.
    fn load(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(BINARY);
        command.args(["load", "--format", "json", "--target", &self.target, "--input", &self.articles]);
        if !arguments.contains(&"--seconds") {
            command.args(["--seconds", &PART.to_string()]);
        }
        let output = command.args(arguments).stderr(Stdio::inherit()).output().expect("the binary starts");
        serde_json::from_slice(&output.stdout).expect("it writes a report")
    }

    fn resident_kilobytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn number(report: &Value, key: &str) -> f64 {
    report[key].as_f64().unwrap_or_else(|| panic!("a report says {key}"))
}

fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// In milliseconds.
#[derive(Clone, Copy)]
struct Latency {
    median: f64,
    p99: f64,
}

impl Latency {
    /// Of the calls that were answered.
    fn of(report: &Value) -> Self {
        Self::of_outcome(report, "OK")
    }

    fn of_outcome(report: &Value, outcome: &str) -> Self {
        let outcomes = report["outcomes"].as_array().expect("a report has outcomes");
        let found = outcomes.iter().find(|it| it["outcome"] == outcome);
        Self::read(&found.unwrap_or_else(|| panic!("some calls end with {outcome}"))["latency"])
    }

    fn read(latency: &Value) -> Self {
        Self { median: number(latency, "p50_ms"), p99: number(latency, "p99_ms") }
    }

    fn middle(rounds: impl Iterator<Item = Self> + Clone) -> Self {
        Self { median: middle(rounds.clone().map(|it| it.median)), p99: middle(rounds.map(|it| it.p99)) }
    }
}

impl std::fmt::Display for Latency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "p50 {:.2} ms, p99 {:.2} ms", self.median, self.p99)
    }
}
