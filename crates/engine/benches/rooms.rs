//! How long each room takes for hostile texts of 64 KiB, 256 KiB and 1 MiB, and how soon it ends once it is called off.
//!
//! Labels are stubs, so that the network's time doesn't hide that of the rooms after it. Prints for each room the text that
//! costs most, and whatever breaks the bounds: a second for a mebibyte in any room after the network, 50 ms between two
//! questions whether the work is still wanted. Rooms that never ask have to be through in that time.

#[path = "../../../tests/support/hostile_texts.rs"]
mod hostile_texts;

use std::cell::Cell;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ascribe_engine::Extractor;
use ascribe_engine::rooms::{Room, Stub, Walk};

/// The lengths that are measured, in bytes.
const LENGTHS: [usize; 3] = [64 << 10, 256 << 10, 1 << 20];
/// What stands for the network's labels.
const STUBS: [Stub; 3] = [Stub::Patterns, Stub::Every(12), Stub::Nested(12)];
/// At most this long may a room after the network take for a mebibyte.
const LONGEST: Duration = Duration::from_secs(1);
/// At most this long may pass between two questions.
const LATEST: Duration = Duration::from_millis(50);

/// What takes longer is called off, so that the bench ends.
const GIVEN_UP: Duration = Duration::from_secs(5);

/// What a room took for a text.
struct Measured {
    room: Room,
    text: String,
    seconds: [f64; 3],
    /// The longest time without a question, at the greatest length.
    silence: Duration,
}

fn main() {
    let extractor = Extractor::default();
    let mut measured = Vec::new();
    let texts = hostile_texts::HOSTILE_TEXTS.iter().map(|hostile| {
        let texts = LENGTHS.map(|length| hostile.of_length(length));
        (format!("{hostile:?}"), texts)
    });
    let names = ("many names".to_owned(), LENGTHS.map(hostile_texts::many_names));
    // `cargo bench --bench rooms -- "she said"` measures the texts whose description has these words.
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with("--")).unwrap_or_default();
    for (name, texts) in texts.chain([names]).filter(|(name, _)| name.contains(&wanted)) {
        eprintln!("{name}");
        for stub in STUBS {
            let walks = [0, 1, 2].map(|at| walk(&extractor, &texts[at], stub));
            for (index, room) in Room::ALL.into_iter().enumerate() {
                measured.push(Measured {
                    room,
                    text: format!("{stub:?} {name}"),
                    seconds: [0, 1, 2].map(|at: usize| walks[at][index].0.as_secs_f64()),
                    silence: walks[2][index].1,
                });
            }
        }
    }
    println!("{:<14} {:>8} {:>8} {:>8} {:>9}  text", "room", "64 KiB", "256 KiB", "1 MiB", "silence");
    for room in Room::ALL {
        let of_room = || measured.iter().filter(|it| it.room == room);
        let slowest = of_room().max_by(|a, b| a.seconds[2].total_cmp(&b.seconds[2]));
        let quietest = of_room().max_by_key(|it| it.silence);
        for it in slowest.into_iter().chain(quietest) {
            print(it, "");
        }
    }
    println!();
    let mut broken = 0;
    for it in &measured {
        let is_after_network = matches!(it.room, Room::Attribution | Room::Coreference | Room::Claims);
        let is_slow = is_after_network && it.seconds[2] > LONGEST.as_secs_f64();
        if is_slow || it.silence > LATEST {
            broken += 1;
            print(it, if is_slow { "TOO SLOW" } else { "TOO LONG WITHOUT A QUESTION" });
        }
    }
    println!("{broken} of {} break a bound", measured.len());
}

/// How long each room took, and the longest time without a question in it.
fn walk(extractor: &Extractor, text: &str, stub: Stub) -> Vec<(Duration, Duration)> {
    let mut walk = Walk::new(extractor, text, stub);
    let mut took = Vec::new();
    for room in Room::ALL {
        let last = Mutex::new(Cell::new(Instant::now()));
        let longest = Mutex::new(Cell::new(Duration::ZERO));
        let note = || {
            let (last, longest) = (last.lock().expect("one thread"), longest.lock().expect("one thread"));
            longest.set(longest.get().max(last.replace(Instant::now()).elapsed()));
        };
        let start = Instant::now();
        let through = walk.enter(room, &|| {
            note();
            start.elapsed() > GIVEN_UP
        });
        let elapsed = start.elapsed();
        note();
        took.push((elapsed, longest.into_inner().expect("one thread").get()));
        if through.is_none() {
            break;
        }
    }
    took.resize(Room::ALL.len(), (Duration::ZERO, Duration::ZERO));
    took
}

fn print(it: &Measured, what: &str) {
    let [a, b, c] = it.seconds;
    let silence = it.silence.as_secs_f64();
    println!(
        "{:<14} {a:>8.3} {b:>8.3} {c:>8.3} {silence:>9.3}  {what} {}",
        format!("{:?}", it.room),
        it.text
    );
}
