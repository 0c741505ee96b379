//! Any text and any quotation: no panic, spans on the text's characters, and no more work than there are words.

use super::words::Wording;
use super::*;
use crate::segmentation::segment;

fn find(text: &str, quotation: &str) -> Finding {
    let (document, classes) = (segment(text), Words::embedded());
    let watch = Watch::never();
    let verification = Verification::new(&document, &[], &classes, &watch).expect("nobody calls it off");
    let finding =
        verification.find(quotation, &|_| SpeakerVerdict::Same, &watch).expect("nobody calls it off");
    assert!(finding.passage.iter().all(|span| !span.slice(text).is_empty()));
    for difference in &finding.differences {
        let (quoted, original) = (difference.quoted.slice(quotation), difference.original.slice(text));
        assert_eq!(quoted.is_empty(), difference.edit == Edit::LeftOut, "{difference:?}");
        assert_eq!(original.is_empty(), difference.edit == Edit::Added, "{difference:?}");
    }
    assert_eq!(finding.passage.is_empty(), finding.verdict == Verdict::Absent);
    assert!((0.0..=1.0).contains(&finding.similarity), "{}", finding.similarity);
    finding
}

/// Every stretch of words of an article is there to the letter.
#[test]
fn nothing_that_is_there_is_missed() {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.txt"));
    let (document, classes) = (segment(text), Words::embedded());
    let watch = Watch::never();
    let verification = Verification::new(&document, &[], &classes, &watch).expect("nobody calls it off");
    let words: Vec<Span> = Wording::of(text).words.into_iter().map(|word| word.span).collect();
    for length in [1, 2, 3, 5, 8, 21, 55] {
        for stretch in words.windows(length) {
            let quotation = stretch[0].joined(stretch[length - 1]).slice(text);
            let finding =
                verification.find(quotation, &|_| SpeakerVerdict::Same, &watch).expect("nobody calls it off");
            assert_eq!(finding.verdict, Verdict::Verbatim, "{quotation:?}");
            assert_eq!(finding.passage[0].slice(text), quotation);
        }
    }
}

#[test]
fn any_text_and_any_quotation_has_a_finding() {
    let seed = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/seed.txt"));
    let texts = [
        "",
        "…",
        "[",
        "]]",
        "a",
        "…a…",
        "[a] b",
        "a [b",
        "\u{ad}",
        "’’",
        "the the the",
        "a… [b] … c",
        "$%&",
        "\u{1f}\u{1e}\u{1f}",
        "Zoé 👍🏽 „ja“",
        "“[T]he [sic] … end[ing]”",
        "1,000.5 -3",
        seed,
    ];
    for text in texts {
        for quotation in texts {
            find(text, quotation);
        }
    }
    let characters: Vec<char> = seed.chars().collect();
    for start in (0..characters.len() - 80).step_by(61) {
        let cut: String = characters[start..start + 80].iter().collect();
        find(seed, &cut);
        find(seed, &cut.replace(' ', " … ").replace('a', "[a]"));
        find(seed, &cut.chars().rev().collect::<String>());
    }
}

/// "w0 w7919 w838": words in an order that `step` mixes.
fn numbered(count: usize, step: usize) -> String {
    (0..count).map(|number| "w".to_owned() + &(number * step % 15_000).to_string() + " ").collect()
}

/// Each of these takes minutes where work grows with the product of the lengths.
#[test]
fn hostile_texts_cost_no_more_than_others() {
    let repeated = "a b ".repeat(20_000) + &"dam ".repeat(40_000);
    let quotations = [
        "dam ".repeat(10_000),
        "dam ".repeat(10_000) + "safe",
        "dam b ".repeat(5000),
        "b dam … ".repeat(3000),
        "[dam] dam ".repeat(3000),
        numbered(10_000, 1),
        "…dam".repeat(10_000),
    ];
    for quotation in quotations {
        find(&repeated, &quotation);
    }
    let long = numbered(20_000, 7919);
    let shuffled = numbered(10_000, 104_729);
    find(&long, &shuffled);
    let altered = long.replace("5 ", "6 ");
    assert_eq!(find(&long, &altered[..60_000]).verdict, Verdict::Altered);
}
