//! What holds for any text at all: extraction never fails, every claim can be pointed at, the same text gives
//! the same answer, and the work is linear in the text's length.
//!
//! In: arbitrary strings, soups of what steers the engine, mutilated articles, hostile texts. The random
//! texts are the same in every run; one that fails is printed as small as it can be made, and belongs into a
//! test of its own.

#[path = "support/hostile_texts.rs"]
mod hostile_texts;
#[path = "support/invariants_sound.rs"]
mod sound;
#[path = "support/invariants_texts.rs"]
mod texts;
#[path = "support/invariants_wire.rs"]
mod units;
#[path = "support/invariants_work.rs"]
mod work;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ascribe_engine::{Claim, Context, Extraction, Extractor};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use hostile_texts::HostileText;
use sound::assert_sound;
use units::assert_units_agree;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

/// So many texts of a kind, the same in every run.
fn texts_of_a_kind(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2),
        ..ProptestConfig::default()
    }
}

/// Checks what holds for every text, and returns its claims.
fn check(text: &str) -> Vec<Claim> {
    let claims = EXTRACTOR.extract(text).into_all();
    assert_sound(text, &claims);
    assert_units_agree(text, &claims);
    claims
}

/// Also checks that the answer is the same again, and in two threads at once.
fn check_repeatedly(text: &str) {
    let claims = check(text);
    let again = thread::scope(|scope| {
        let answers = [(); 2].map(|()| scope.spawn(|| EXTRACTOR.extract(text).into_all()));
        answers.map(|answer| answer.join().expect("extraction doesn't panic"))
    });
    for other in [EXTRACTOR.extract(text).into_all()].into_iter().chain(again) {
        assert_eq!(other, claims, "the same text gives the same answer: {text:?}");
    }
}

proptest! {
    #![proptest_config(texts_of_a_kind(1500))]

    #[test]
    fn any_string_at_all(text in texts::any_string()) {
        check_repeatedly(&text);
    }

    #[test]
    fn soups_of_what_steers_the_engine(text in texts::soup()) {
        check_repeatedly(&text);
    }
}

proptest! {
    #![proptest_config(texts_of_a_kind(250))]

    #[test]
    fn mutilated_articles(text in texts::mutilated_article()) {
        check_repeatedly(&text);
    }
}

/// What random texts found, as small as it could be made.
#[test]
fn texts_that_failed_once() {
    for text in [
        // The text ended where a content was looked for.
        "said was accused of",
        // Before the first word there is none.
        "long claim",
        // A quotation that the next paragraph continues held the cue.
        ",'that,,„'said,‘‘‘‘‘,‘,,‘:promised\n“",
    ] {
        check(text);
    }
}

#[test]
fn articles_cut_off_at_any_character() {
    for text in [texts::SEED, &texts::articles()[0]] {
        let text = texts::beginning(text, 600);
        for (edge, _) in text.char_indices() {
            check(&text[..edge]);
            check(&text[edge..]);
        }
    }
}

/// Who calls it off is asked for each window of the network, and then no work follows.
#[test]
fn a_reading_ends_where_it_is_called_off() {
    let text = texts::articles().join("\n\n");
    let read = |called_off_at: usize| {
        let asked = AtomicUsize::new(0);
        let is_called_off = || asked.fetch_add(1, Ordering::Relaxed) >= called_off_at;
        let claims = EXTRACTOR.extract_unless(&text, Context::default(), &is_called_off);
        let claims = claims.map(Extraction::into_all);
        (claims, asked.into_inner())
    };
    let (claims, all) = read(usize::MAX);
    assert_eq!(claims, Some(EXTRACTOR.extract(&text).into_all()));
    assert!(all >= 20, "asked {all} times in {} bytes", text.len());
    for at in [0, 1, 2, 5, all / 2, all - 1] {
        let (claims, asked) = read(at);
        assert_eq!(claims, None);
        assert!(asked <= at + 2, "asked {asked} times, though called off at {at}");
    }
}

/// Whatever an extractor keeps in hash maps, whose order differs from one to the next, shows in no answer.
#[test]
fn extractors_answer_alike() {
    let other = thread::spawn(Extractor::default).join().expect("it can be built");
    let mut found = 0;
    for text in texts::articles() {
        let claims = check(&text);
        assert_eq!(other.extract(&text).into_all(), claims);
        found += claims.len();
    }
    assert!(found > 0, "the articles have claims");
}

/// A text that makes a step quadratic stalls a server: four times the text may take eight times the work at
/// most, where a quadratic step takes sixteen.
#[test]
fn work_is_linear_in_the_length_of_hostile_texts() {
    let findings: Vec<String> =
        hostile_texts::HOSTILE_TEXTS.iter().filter_map(|text| work::superlinear(&EXTRACTOR, text)).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// The rooms after the network, with stubs for what it reads: it costs so much more than they that they don't show.
#[test]
fn each_room_after_the_network_is_linear() {
    let of_hostile = |text: &HostileText| {
        work::superlinear_rooms(&EXTRACTOR, &format!("{text:?}"), &|length| text.of_length(length))
    };
    let mut findings: Vec<String> = hostile_texts::HOSTILE_TEXTS.iter().flat_map(of_hostile).collect();
    findings.extend(work::superlinear_rooms(&EXTRACTOR, "many names", &hostile_texts::many_names));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn claims_of_hostile_texts_are_sound() {
    for hostile in hostile_texts::HOSTILE_TEXTS {
        check(&hostile.of_length(4 << 10));
    }
}
