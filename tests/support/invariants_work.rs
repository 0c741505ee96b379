//! Texts that make a careless step quadratic, and how the work on them grows.

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{fs, thread};

use ascribe_engine::Extractor;

/// The shorter length for what goes before the network, in bytes; the longer one is four times that.
const LENGTH: usize = 256 << 10;
/// The shorter length for everything, in bytes: the network needs thirty microseconds a token, whatever the text.
const LENGTH_READ: usize = 8 << 10;
/// So much more may the longer text cost: linear work costs four times as much, quadratic sixteen.
const BOUND: f64 = 8.0;
/// A finding is measured again so often before it counts: the machine may have been busy elsewhere.
const TRIES: usize = 6;

/// A text of any length from parts that are repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostileText {
    /// What it begins with.
    head: &'static str,
    /// Repeated in the first half or, where there is no `back`, in all of it.
    there: &'static str,
    /// Repeated as often in the second half.
    back: &'static str,
    /// What it ends with.
    tail: &'static str,
}

const fn repeated(there: &'static str) -> HostileText {
    HostileText { head: "", there, back: "", tail: "" }
}

const fn nested(there: &'static str, back: &'static str) -> HostileText {
    HostileText { head: "", there, back, tail: "" }
}

const fn framed(head: &'static str, there: &'static str, tail: &'static str) -> HostileText {
    HostileText { head, there, back: "", tail }
}

pub(crate) const HOSTILE_TEXTS: &[HostileText] = &[
    repeated("\""),
    repeated("“"),
    repeated("\"a\" "),
    repeated("said "),
    repeated("he said that "),
    repeated("he said that the dam, which she said was safe, leaked and "),
    repeated("according to "),
    repeated("his claim that "),
    repeated("reportedly "),
    repeated("\"a,\" said he. "),
    repeated("“a\n\n"),
    repeated("“the dam leaks.\n\n"),
    repeated("( "),
    repeated("he said ) "),
    repeated(", saying "),
    repeated("Ruiz, "),
    repeated("Ruiz: \"a\" "),
    repeated("the old dam leaks over a quiet town "),
    repeated("a"),
    repeated("\n"),
    repeated("\u{301}"),
    repeated("a.b.c"),
    nested("“a ‘a ", "a’ a” "),
    nested("he said, “she said, ‘", "no’ yes” "),
    nested("“his claim that ‘his claim that ", "a’ a” "),
    HostileText { head: "", there: "he fears “the ", back: "” ", tail: "." },
    HostileText { head: "", there: "the dam, he fears, the “", back: "” ", tail: "." },
    HostileText { head: "", there: "he fears “the ", back: "” ) ", tail: "." },
    framed("Ruiz said: ", "“She said that the dam leaks.\n\n", ""),
    framed("", "“The dam leaks.\n\n", "“It does,” said Ruiz."),
];

impl HostileText {
    /// The text in about so many bytes.
    pub(crate) fn of_length(&self, length: usize) -> String {
        let times = length / (self.there.len() + self.back.len());
        [self.head, &self.there.repeat(times), &self.back.repeat(times), self.tail].concat()
    }
}

/// Says so if the work on a text grows faster than its length.
pub(crate) fn superlinear(extractor: &Extractor, hostile: &HostileText) -> Option<String> {
    let patterns = grows(hostile, LENGTH, &|text| drop(black_box(extractor.features(black_box(text)))));
    patterns
        .or_else(|| grows(hostile, LENGTH_READ, &|text| drop(black_box(extractor.extract(black_box(text))))))
}

/// Says so if four times the length costs much more than four times the work.
fn grows(hostile: &HostileText, length: usize, work: &dyn Fn(&str)) -> Option<String> {
    let (short, long) = (hostile.of_length(length), hostile.of_length(4 * length));
    let mut least_short = Duration::MAX;
    let mut least_long = Duration::MAX;
    let mut ratio = f64::INFINITY;
    for _ in 0..TRIES {
        // The short one more often: a single slow run of it would hide a finding.
        for _ in 0..3 {
            least_short = least_short.min(cost(work, &short));
        }
        least_long = least_long.min(cost(work, &long));
        ratio = least_long.as_secs_f64() / least_short.as_secs_f64();
        if ratio <= BOUND {
            return None;
        }
    }
    Some(format!("{hostile:?}: four times the text costs {ratio:.1} times: {least_short:?}, {least_long:?}"))
}

fn cost(work: &dyn Fn(&str), text: &str) -> Duration {
    let clock = Clock::start();
    work(text);
    clock.elapsed()
}

/// Counts what this thread computes, so that other programs on the machine don't show, where the system tells
/// (Linux); else the time that passes.
struct Clock {
    start: Instant,
    computed: Option<Duration>,
}

impl Clock {
    fn start() -> Self {
        Self { computed: computed(), start: Instant::now() }
    }

    fn elapsed(self) -> Duration {
        match (self.computed, computed()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => self.start.elapsed(),
        }
    }
}

/// How long this thread has computed so far.
fn computed() -> Option<Duration> {
    // The kernel settles a thread's account when it may be changed for another.
    thread::yield_now();
    let account = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    account.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
