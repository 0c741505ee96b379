//! The product's arithmetic against the trainer's, and what a damaged model is told.

use serde_json::Value;

use super::file::ModelError;
use super::{EMBEDDED_MODEL, Network};
use crate::annotation::{annotate, annotated};
use crate::lexicon::{EMBEDDED_WORDS, Gazetteer, Lexicon, Words};
use crate::segmentation;
use crate::tagging::{Labels, propose};
use crate::text::Watch;

/// What `training/convert.py` wrote for the embedded model.
const RECORDED: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/recorded/scores.jsonl"));
const SENTENCES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/recorded/sentences.jsonl"));

/// Tables are in 8 bits on both sides; what remains is rounding.
const TOLERANCE: f64 = 0.01;

fn lines(file: &str) -> impl Iterator<Item = Value> {
    file.lines().map(|line| serde_json::from_str(line).expect("it is JSON"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|it| it.as_f64().expect("a number")).collect()
}

#[test]
fn scores_are_those_of_the_trainer() {
    let network = Network::embedded();
    let finder = crate::cues::CueFinder::new(Lexicon::embedded());
    let (words, gazetteer) = (Words::embedded(), Gazetteer::embedded());
    network.threads.run(&|| false, |thread| {
        for (sentence, recorded) in lines(SENTENCES).zip(lines(RECORDED)) {
            assert_eq!(sentence["id"], recorded["id"]);
            let document = segmentation::segment(sentence["text"].as_str().expect("a text"));
            let candidates = finder.find(&document);
            let annotated = annotate(document, &words, &gazetteer, &candidates, &finder, &|| false);
            let annotated = annotated.expect("it goes on");
            let document = &annotated.document;
            let watch = Watch::never();
            let proposed = propose(&annotated, &candidates, &finder, &watch).expect("it goes on");
            let features =
                super::features(&annotated, &candidates, &proposed, &finder, network.words(), &watch);
            let features = features.expect("it goes on");
            let encoded = network
                .encoder
                .read(thread, document, &features, 0..document.tokens.len())
                .expect("it is read");
            let told = recorded["cues"].as_array().expect("a list");
            assert_eq!(told.len(), encoded.cues.len(), "{}", recorded["id"]);
            for (token, (told, found)) in told.iter().zip(&encoded.cues).enumerate() {
                for (told, found) in numbers(told).into_iter().zip(found) {
                    let difference = (told - f64::from(*found)).abs();
                    assert!(difference < TOLERANCE, "{} token {token}: {told} {found}", recorded["id"]);
                }
            }
            let told = recorded["links"].as_array().expect("a list");
            let cues: Vec<_> = features.proposals.iter().map(|it| it.cue.clone()).collect();
            assert_eq!(told.len(), cues.len(), "{}", recorded["id"]);
            for (told, cue) in told.iter().zip(cues) {
                let scores = network.linker.scores(thread, &encoded, &features, &cue).expect("it is linked");
                let told = told["scores"].as_array().expect("a list");
                assert_eq!(told.len(), scores.len(), "{} {cue:?}", recorded["id"]);
                for (at, (told, found)) in told.iter().zip(scores).enumerate() {
                    for (told, found) in numbers(told).into_iter().zip(found) {
                        let difference = (told - f64::from(found)).abs();
                        assert!(
                            difference < 10.0 * TOLERANCE,
                            "{} {cue:?} {at}: {told} {found}",
                            recorded["id"]
                        );
                    }
                }
            }
        }
    });
}

fn error_of(bytes: Vec<u8>) -> ModelError {
    Network::from_file(bytes).expect_err("the model is damaged")
}

#[test]
fn a_damaged_model_is_told_apart() {
    assert!(matches!(error_of(b"GIF89a".to_vec()), ModelError::Magic));
    let mut newer = EMBEDDED_MODEL.to_vec();
    newer[15] = 9;
    assert!(matches!(error_of(newer), ModelError::Format { found: 9 }));
    for length in [17, 40, EMBEDDED_MODEL.len() / 2, EMBEDDED_MODEL.len() - 1] {
        let error = error_of(EMBEDDED_MODEL[..length].to_vec());
        assert!(matches!(error, ModelError::Truncated { at } if at == length), "{length}: {error}");
    }
    assert!(matches!(error_of(EMBEDDED_MODEL[..19].to_vec()), ModelError::Missing(name) if name == "about"));
    let mut other = EMBEDDED_MODEL.to_vec();
    let about = other.windows(7).position(|it| it == b"\"width\"").expect("it says how wide it is");
    other[about + 1] = b'W';
    assert!(matches!(error_of(other), ModelError::Section { section, .. } if section == "about"));
}

/// The bytes of the embedded model with another section "words"; without one where there are none.
fn with_words(words: Option<&str>) -> Vec<u8> {
    let name = EMBEDDED_MODEL.windows(6).position(|it| it == b"\x05words").expect("it has the section");
    let length = name + 6;
    let old = u64::from_le_bytes(EMBEDDED_MODEL[length..length + 8].try_into().expect("eight bytes"));
    let end = length + 8 + usize::try_from(old).expect("it is short");
    let mut bytes = EMBEDDED_MODEL[..name].to_vec();
    if let Some(words) = words {
        bytes.extend(b"\x05words");
        bytes.extend((words.len() as u64).to_le_bytes());
        bytes.extend(words.as_bytes());
    }
    bytes.extend(&EMBEDDED_MODEL[end..]);
    bytes
}

#[test]
fn a_network_reads_the_word_classes_that_it_was_trained_with() {
    let embedded = Network::embedded();
    assert!(embedded.words().is_none(), "the embedded network was trained with data/words.tsv as it is");
    let own = EMBEDDED_WORDS.replace("hedge\t", "hedge\tzorblingly ");
    let network = Network::from_file(with_words(Some(&own))).expect("the model is sound");
    let document = segmentation::segment("Ruiz Zorblingly said so, zorblingly.");
    let finder = crate::cues::CueFinder::new(Lexicon::embedded());
    let annotated = annotated("Ruiz Zorblingly said so, zorblingly.");
    let read = |network: &Network| {
        let (proposed, words, watch) = (Labels::default(), network.words(), Watch::never());
        super::features(&annotated, &[], &proposed, &finder, words, &watch).expect("it goes on")
    };
    let (known, other) = (read(&embedded), read(&network));
    for token in 0..document.tokens.len() {
        let added = usize::from(document.word(token).eq_ignore_ascii_case("zorblingly"));
        assert_eq!(other.of(token).len(), known.of(token).len() + added, "{}", document.word(token));
    }
    let same = Network::from_file(with_words(Some(&format!("{EMBEDDED_WORDS}# The same.\n"))));
    assert_eq!(read(&same.expect("the model is sound")), known);
    assert_ne!(network.version(), embedded.version());
}

#[test]
fn a_model_without_its_word_classes_is_refused() {
    let error = error_of(with_words(None));
    assert!(matches!(error, ModelError::Missing(ref name) if name == "words"), "{error}");
    let error = error_of(with_words(Some("hedges\tperhaps")));
    assert_eq!(error.to_string(), "section \"words\" of the model is wrong: \"hedges\" is no class of words");
}
