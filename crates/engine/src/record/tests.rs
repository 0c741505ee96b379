//! What a claim's record tells beside its parts: what is quoted, in which sentence, and its fingerprint.

use super::{DocumentClaims, OffsetUnit, Options, Provenance, document_claims};
use crate::claims::{Claim, Content, QuotationKind};
use crate::{Extraction, Extractor, Span};

fn record(extractor: &Extractor, text: &str) -> DocumentClaims {
    let options = Options { min_confidence: 0.0, ..Options::default() };
    document_claims("", &extractor.extract(text), &options, Provenance::of(extractor))
}

/// The kind of each claim with what is quoted of it.
fn quoted<'text>(found: &Extraction<'text>) -> Vec<(QuotationKind, Vec<&'text str>)> {
    found.iter().map(|claim| (claim.kind, found.quoted(claim).collect())).collect()
}

#[test]
fn what_is_quoted_stands_between_the_outermost_marks() {
    use QuotationKind::{Direct, Indirect, Mixed};
    let extractor = Extractor::default();
    for (text, expected) in [
        ("Mayor Ana Ruiz said the bridge is safe.", vec![(Indirect, vec![])]),
        ("“The dam leaks,” said Ana Ruiz.", vec![(Direct, vec!["The dam leaks,"])]),
        (
            "“The dam,” said Ana Ruiz, “leaks at ‘every’ stone.”",
            vec![(Direct, vec!["The dam,", "leaks at ‘every’ stone."])],
        ),
        (
            "Ana Ruiz said the dam was “old” and would be \"rebuilt soon\".",
            vec![(Mixed, vec!["old", "rebuilt soon"])],
        ),
        (
            "“The dam leaks.\n\n“It will be rebuilt,” said Ana Ruiz.",
            vec![(Direct, vec!["The dam leaks.", "It will be rebuilt,"])],
        ),
    ] {
        let found = extractor.extract(text);
        assert_eq!(quoted(&found), expected, "{text}");
    }
}

/// Invariants of every article: quoted words are the content's own, in order and apart, and there are some just where the
/// kind says so; the sentence holds the cue.
#[test]
fn what_is_quoted_and_where_it_stands_fits_each_claim_of_the_articles() {
    let extractor = Extractor::default();
    let articles = include_str!("../../../../tests/data/wikinews-dev.jsonl");
    let mut seen = 0;
    for line in articles.lines() {
        let article: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        let text = article["text"].as_str().expect("it has a text");
        let found = extractor.extract(text);
        for claim in found.all() {
            let told = format!("{claim:?}");
            assert_eq!(claim.quoted.is_empty(), claim.kind == QuotationKind::Indirect, "{told}");
            assert!(claim.quoted.windows(2).all(|pair| pair[0].end < pair[1].start), "{told}");
            for span in &claim.quoted {
                assert!(
                    !span.is_empty() && claim.content.spans.iter().any(|it| it.contains(*span)),
                    "{told}"
                );
            }
            let place = claim.cue.as_ref().map_or(claim.content.spans[0], |cue| cue.spans[0]);
            let sentence = found.sentence(claim);
            assert!(sentence.start <= place.start && place.start < sentence.end, "{told}");
            seen += claim.quoted.len();
        }
    }
    assert!(seen > 50, "{seen} quoted passages");
}

#[test]
fn the_sentence_is_that_of_the_cue_and_without_one_that_of_the_content() {
    let extractor = Extractor::default();
    let text = "It rained. Mayor Ana Ruiz said the bridge is safe. Nobody came.";
    let found = extractor.extract(text);
    let sentence = found.sentence(&found.claims()[0]).slice(text);
    assert_eq!(sentence, "Mayor Ana Ruiz said the bridge is safe.");
    let bare = Claim::new(Content::new(vec![Span::new(51, 63)]));
    assert_eq!(found.sentence(&bare).slice(text), "Nobody came.");
}

#[test]
fn a_fingerprint_is_made_of_the_texts_of_the_record_and_stays_when_others_change() {
    let extractor = Extractor::default();
    let before = record(&extractor, "“The dam,” said Ana Ruiz, “leaks.” Critics said it will break.");
    let after = record(
        &extractor,
        "Dam leaks, says mayor\n\nIt rained.\n\n“The dam,” said Ana Ruiz, “leaks.” Critics said it will break.",
    );
    assert!(before.claims.len() > 1, "{before:?}");
    for claim in &before.claims {
        let same = after.claims.iter().find(|other| other.fingerprint == claim.fingerprint);
        let same = same.unwrap_or_else(|| panic!("{claim:?}"));
        assert_eq!(same.content.text, claim.content.text);
        let source = claim.source.as_ref().map_or("", |source| &source.text);
        let cue = claim.cue.as_ref().map_or("", |cue| &cue.text);
        assert_eq!(claim.fingerprint, crate::claims::fingerprint_of(source, cue, &claim.content.text));
    }
    let text = "“The dam,” said Ana Ruiz, “leaks.”";
    let found = extractor.extract(text);
    assert_eq!(found.fingerprint(&found.claims()[0]), record(&extractor, text).claims[0].fingerprint);
}

#[test]
fn what_is_always_set_is_always_written_and_what_is_absent_left_out() {
    let extractor = Extractor::default();
    let options = Options { offsets: OffsetUnit::Utf16, ..Options::default() };
    let answer = |text: &str| {
        let record = document_claims("", &extractor.extract(text), &options, Provenance::of(&extractor));
        serde_json::to_value(record).expect("a record has a JSON form")
    };
    let empty = answer("It rained.");
    assert_eq!(empty["claims"], serde_json::json!([]));
    assert_eq!(empty["truncated"], false);
    assert_eq!(empty["document_id"], "");
    assert_eq!(empty["offset_encoding"], "OFFSET_ENCODING_UTF16_UNITS");
    assert_eq!(empty["notices"], serde_json::json!([]));
    let claim = &answer("Ana Ruiz said it leaks.")["claims"][0];
    assert_eq!(claim["source"]["spans"][0]["start"], 0);
    assert_eq!((&claim["negated"], &claim["hedged"]), (&false.into(), &false.into()));
    assert_eq!(claim["source"]["title"], "");
    let keys: Vec<&str> = claim.as_object().expect("it is an object").keys().map(String::as_str).collect();
    for absent in ["addressee", "medium", "time", "explanation"] {
        assert!(!keys.contains(&absent), "{keys:?}");
    }
}
