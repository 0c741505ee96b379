//! Texts that make a careless step quadratic, and how the work on them grows.

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{fs, thread};

use ascribe_engine::Extractor;
use ascribe_engine::rooms::{Room, Stub, Walk};

use super::hostile_texts::HostileText;

/// The shorter length for what goes before the network, in bytes; the longer one is four times that.
const LENGTH: usize = 256 << 10;
/// The shorter length for everything, in bytes: the network needs thirty microseconds a token, whatever the text.
const LENGTH_READ: usize = 8 << 10;
/// So much more may the longer text cost: linear work costs four times as much, quadratic sixteen.
const BOUND: f64 = 8.0;
/// A finding is measured again so often before it counts: the machine may have been busy elsewhere.
const TRIES: usize = 6;

/// Says so if the work on a text grows faster than its length.
pub(crate) fn superlinear(extractor: &Extractor, hostile: &HostileText) -> Option<String> {
    let patterns = grows(hostile, LENGTH, &|text| drop(black_box(extractor.features(black_box(text)))));
    patterns
        .or_else(|| grows(hostile, LENGTH_READ, &|text| drop(black_box(extractor.extract(black_box(text))))))
}

/// What stands for the network's labels.
const STUBS: [Stub; 2] = [Stub::Every(12), Stub::Nested(12)];
/// The lengths for the rooms after the network, each four times the one before.
const LENGTHS_OF_ROOMS: [usize; 3] = [64 << 10, 256 << 10, 1 << 20];
/// A room that takes no longer than this for a text isn't looked at for longer ones: were it quadratic, a text of four times
/// the length would take it sixteen times as long, which is still less than a second.
const SHORT: Duration = Duration::from_millis(50);

/// The rooms after the network whose work on a text grows faster than its length.
pub(crate) fn superlinear_rooms(
    extractor: &Extractor,
    name: &str,
    of_length: &dyn Fn(usize) -> String,
) -> Vec<String> {
    let texts = LENGTHS_OF_ROOMS.map(of_length);
    let mut findings = Vec::new();
    for stub in STUBS {
        for pair in texts.windows(2) {
            let [short, long] = pair else { continue };
            let mut least = [costs(extractor, short, stub), costs(extractor, long, stub)];
            let is_linear = |least: &[[Duration; 3]; 2], room: usize| {
                least[1][room] <= SHORT
                    || least[1][room].as_secs_f64() <= BOUND * least[0][room].as_secs_f64()
            };
            for _ in 0..TRIES {
                if (0..AFTER_NETWORK.len()).all(|room| is_linear(&least, room)) {
                    break;
                }
                for (least, text) in least.iter_mut().zip([short, long]) {
                    let again = costs(extractor, text, stub);
                    *least = [0, 1, 2].map(|room| least[room].min(again[room]));
                }
            }
            for (index, room) in AFTER_NETWORK.into_iter().enumerate() {
                if !is_linear(&least, index) {
                    let took = [least[0][index], least[1][index]];
                    findings.push(format!("{room:?}, {stub:?}, {name}, {} bytes: {took:?}", long.len()));
                }
            }
            if least[1].iter().all(|took| *took <= SHORT) {
                break;
            }
        }
    }
    findings
}

/// The rooms whose work comes after the network's.
const AFTER_NETWORK: [Room; 3] = [Room::Attribution, Room::Coreference, Room::Claims];

/// What each of them costs for a text.
fn costs(extractor: &Extractor, text: &str, stub: Stub) -> [Duration; 3] {
    let mut walk = Walk::new(extractor, text, stub);
    for room in [Room::Segmentation, Room::Cues, Room::Annotation, Room::Patterns] {
        walk.enter(room, &|| false);
    }
    AFTER_NETWORK.map(|room| {
        let clock = Clock::start();
        walk.enter(room, &|| false);
        clock.elapsed()
    })
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
