//! Whether each room's work grows no faster than the text: 64 KiB and 1 MiB of texts of every kind, room by room.
//!
//! As many short texts are read as make a long one. Prints for each room the texts whose time grows most. `cargo bench -p ascribe-engine --bench growth -- names`
//! measures the texts with "names" in their name. Ends with an error where a room after the network takes more than
//! [`MOST`] times as long for the long text. Labels are stubs, as in the bench `rooms`. Where the system tells it, time is
//! that of the thread alone, so that what else the machine does is no matter.

mod texts;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use ascribe_engine::Extractor;
use ascribe_engine::rooms::{Room, Stub, Walk};

/// The lengths that are compared, in bytes.
const SHORT: usize = 64 << 10;
const LONG: usize = 1 << 20;
/// At most so many times as long may the long text take.
const MOST: f64 = 4.0;
/// What takes less for the long text is no matter, and too short to be measured.
const SHORTEST: Duration = Duration::from_millis(20);
/// What takes longer is called off, so that the bench ends.
const GIVEN_UP: Duration = Duration::from_mins(1);
/// What stands for the network's labels.
const STUBS: [Stub; 3] = [Stub::Patterns, Stub::Every(12), Stub::Nested(12)];
/// So many texts are shown of each room.
const SHOWN: usize = 3;

/// What a room took for a text.
struct Measured {
    room: Room,
    text: String,
    short: Duration,
    long: Duration,
    ratio: f64,
}

fn main() -> ExitCode {
    let extractor = Extractor::default();
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with("--")).unwrap_or_default();
    let mut measured = Vec::new();
    for text in texts::all().filter(|text| text.name.contains(&wanted)) {
        let (short, long) = (text.of_length(SHORT), text.of_length(LONG));
        for stub in STUBS {
            let mut of_short = vec![Duration::ZERO; Room::ALL.len()];
            for _ in 0..LONG / SHORT {
                let took = walk(&extractor, &short, stub);
                of_short.iter_mut().zip(took).for_each(|(sum, took)| *sum += took);
            }
            let of_long = walk(&extractor, &long, stub);
            for (room, (short, long)) in Room::ALL.into_iter().zip(of_short.into_iter().zip(of_long)) {
                let ratio = long.as_secs_f64() / short.as_secs_f64().max(1e-3);
                measured.push(Measured { room, text: format!("{stub:?} {}", text.name), short, long, ratio });
            }
        }
    }
    println!("{:<14} {:>9} {:>9} {:>6}  text", "room", "short", "long", "ratio");
    measured.retain(|it| it.long >= SHORTEST);
    measured.sort_by(|one, other| other.ratio.total_cmp(&one.ratio));
    for room in Room::ALL {
        measured.iter().filter(|it| it.room == room).take(SHOWN).for_each(|it| print(it, ""));
    }
    println!();
    let is_after_network = |room| matches!(room, Room::Attribution | Room::Coreference | Room::Claims);
    let grown: Vec<_> = measured.iter().filter(|it| is_after_network(it.room) && it.ratio > MOST).collect();
    for it in &grown {
        print(it, "GROWS");
    }
    println!("{} of {} grow faster than the text", grown.len(), measured.len());
    if grown.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How long each room took, called off where that is too long.
fn walk(extractor: &Extractor, text: &str, stub: Stub) -> Vec<Duration> {
    let mut walk = Walk::new(extractor, text, stub);
    let mut took = Vec::new();
    for room in Room::ALL {
        let (start, before) = (Instant::now(), busy());
        let through = walk.enter(room, &|| start.elapsed() > GIVEN_UP);
        took.push(
            busy()
                .zip(before)
                .map_or_else(|| start.elapsed(), |(after, before)| after.saturating_sub(before)),
        );
        if through.is_none() {
            break;
        }
    }
    took.resize(Room::ALL.len(), Duration::ZERO);
    took
}

/// How long this thread has been running on a processor, where the system tells it (Linux does).
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn print(it: &Measured, what: &str) {
    println!(
        "{:<14} {:>9.4} {:>9.4} {:>6.1}  {what} {}",
        format!("{:?}", it.room),
        it.short.as_secs_f64(),
        it.long.as_secs_f64(),
        it.ratio,
        it.text
    );
}
