//! Claims -> messages: what is left out, what is cut, and what the JSON looks like.

use super::*;
use crate::wire::OffsetUnit;
use ascribe_engine::{Content, EntityKind, QuotationKind, TimeExpression};

const TEXT: &str = "Zoé 👍 said on Monday that Bo had denied he lied.";

fn span_of(part: &str) -> Span {
    let start = TEXT.find(part).expect("the part stands in the text");
    Span::new(start, start + part.len())
}

fn claim(source: &str, cue: &str, content: &str, parent: Option<usize>) -> Claim {
    let mut claim = Claim::new(Content::new(vec![span_of(content)]));
    claim.parent = parent;
    let mut source = Source::new(vec![span_of(source)], source.to_owned());
    source.entity_kind = EntityKind::Person;
    source.named = true;
    claim.source = Some(source);
    claim.cue = Some(Cue::new(vec![span_of(cue)], cue.to_owned()));
    claim.confidence = 0.5;
    claim.explanation = Explanation::new("source-cue-that");
    claim
}

/// Three claims, each in the one before.
fn nested() -> Vec<Claim> {
    let mut claims = vec![
        claim("Zoé", "said", "that Bo had denied he lied", None),
        claim("Bo", "denied", "he lied", Some(0)),
        claim("he", "lied", "lied", Some(1)),
    ];
    claims[0].circumstances.time = Some(TimeExpression::new(span_of("on Monday")));
    claims[1].kind = QuotationKind::Mixed;
    claims
}

fn message(options: &OutputOptions) -> v1::DocumentClaims {
    let provenance = Provenance {
        lexicon_version: "l",
        tagger_version: "t",
        knowledge_version: "k",
        queued: None,
        computed: None,
    };
    document_claims("d", TEXT, &nested(), options, &provenance)
}

/// The ids of the claims with those of their parents.
fn ids(message: &v1::DocumentClaims) -> Vec<(&str, &str)> {
    message.claims.iter().map(|claim| (claim.claim_id.as_str(), claim.parent_claim_id.as_str())).collect()
}

#[test]
fn all_claims_come_with_their_parents() {
    let message = message(&OutputOptions::default());
    assert_eq!(ids(&message), [("c0", ""), ("c1", "c0"), ("c2", "c1")]);
    assert!(!message.truncated);
}

#[test]
fn a_claim_whose_parent_is_left_out_has_the_nearest_that_holds_it() {
    let options = OutputOptions { kinds: vec![QuotationKind::Indirect], ..OutputOptions::default() };
    let message = message(&options);
    assert_eq!(ids(&message), [("c0", ""), ("c2", "c0")]);
    assert!(!message.truncated);
}

#[test]
fn more_than_max_claims_are_cut_at_the_end() {
    let message = message(&OutputOptions { max_claims: 2, ..OutputOptions::default() });
    assert_eq!(ids(&message), [("c0", ""), ("c1", "c0")]);
    assert!(message.truncated);
}

#[test]
fn a_message_never_exceeds_its_bytes() {
    let whole = message(&OutputOptions::default()).encoded_len();
    for max_bytes in 0..whole + 200 {
        let message = message(&OutputOptions { max_bytes, ..OutputOptions::default() });
        let is_bare = message.claims.is_empty();
        assert!(is_bare || message.encoded_len() <= max_bytes, "{max_bytes}");
        assert_eq!(message.truncated, message.claims.len() < 3, "{max_bytes}");
    }
}

#[test]
fn the_explanation_is_for_the_full_view() {
    assert_eq!(message(&OutputOptions::default()).claims[0].explanation, None);
    let full = message(&OutputOptions { view: View::Full, ..OutputOptions::default() });
    let explanation = full.claims[0].explanation.as_ref();
    assert_eq!(explanation.map(|explanation| explanation.pattern.as_str()), Some("source-cue-that"));
}

#[test]
fn json_has_snake_case_names_full_enum_names_and_no_defaults() {
    let options =
        OutputOptions { offsets: OffsetUnit::CodePoints, max_claims: 1, ..OutputOptions::default() };
    let json = serde_json::to_value(message(&options)).expect("every message has a JSON form");
    let expected = serde_json::json!({
        "document_id": "d",
        "claims": [{
            "claim_id": "c0",
            "kind": "QUOTATION_KIND_INDIRECT",
            "type": "ATTRIBUTION_TYPE_COMMUNICATION",
            "act": "SPEECH_ACT_ASSERTION",
            "source": {
                "spans": [{"end": 3}],
                "text": "Zoé",
                "form": "MENTION_FORM_NAME",
                "resolved_name": "Zoé",
                "entity_kind": "ENTITY_KIND_PERSON",
                "named": true,
                "entity_id": "e0",
            },
            "cue": {
                "spans": [{"start": 6, "end": 10}],
                "text": "said",
                "lemma": "said",
                "in_lexicon": true,
                "stance": "STANCE_NEUTRAL",
            },
            "content": {"spans": [{"start": 21, "end": 47}], "text": "that Bo had denied he lied"},
            "time": {"span": {"start": 11, "end": 20}, "text": "on Monday"},
            "confidence": 0.5,
        }],
        "offset_encoding": "OFFSET_ENCODING_CODE_POINTS",
        "truncated": true,
        "lexicon_version": "l",
        "tagger_version": "t",
        "knowledge_version": "k",
    });
    assert_eq!(json, expected);
}
