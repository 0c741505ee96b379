//! Claims -> records -> messages: what is left out, what is cut, and what the JSON looks like.

use prost::Message;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use serde_json::Value;

use super::*;
use crate::wire::{DESCRIPTORS, OffsetUnit, View};
use ascribe_engine::{
    Claim, Content, Cue, EntityKind, Explanation, Lexicon, QuotationKind, Source, Span, TimeExpression,
};

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

const PROVENANCE: Provenance<'_> =
    Provenance { lexicon_version: "l", tagger_version: "t", knowledge_version: "k" };

fn message(options: &Options) -> v1::DocumentClaims {
    document_claims("d", &Extraction::of_claims(TEXT, nested()), options, PROVENANCE)
}

/// The ids of the claims with those of their parents.
fn ids(message: &v1::DocumentClaims) -> Vec<(&str, &str)> {
    message.claims.iter().map(|claim| (claim.claim_id.as_str(), claim.parent_claim_id.as_str())).collect()
}

#[test]
fn all_claims_come_with_their_parents() {
    let message = message(&Options::default());
    assert_eq!(ids(&message), [("c0", ""), ("c1", "c0"), ("c2", "c1")]);
    assert!(!message.truncated);
}

#[test]
fn a_claim_whose_parent_is_left_out_has_the_nearest_that_holds_it() {
    let options = Options { kinds: vec![QuotationKind::Indirect], ..Options::default() };
    let message = message(&options);
    assert_eq!(ids(&message), [("c0", ""), ("c2", "c0")]);
    assert!(!message.truncated);
}

#[test]
fn more_than_max_claims_are_cut_at_the_end() {
    let message = message(&Options { max_claims: 2, ..Options::default() });
    assert_eq!(ids(&message), [("c0", ""), ("c1", "c0")]);
    assert!(message.truncated);
}

#[test]
fn a_message_never_exceeds_its_bytes() {
    let whole = message(&Options::default()).encoded_len();
    for max_bytes in 0..whole + 200 {
        let message = message(&Options { max_bytes, ..Options::default() });
        let is_bare = message.claims.is_empty();
        assert!(is_bare || message.encoded_len() <= max_bytes, "{max_bytes}");
        assert_eq!(message.truncated, message.claims.len() < 3, "{max_bytes}");
    }
}

#[test]
fn the_explanation_is_for_the_full_view() {
    assert_eq!(message(&Options::default()).claims[0].explanation, None);
    let full = message(&Options { view: View::Full, ..Options::default() });
    let explanation = full.claims[0].explanation.as_ref();
    assert_eq!(explanation.map(|explanation| explanation.pattern.as_str()), Some("source-cue-that"));
}

#[test]
fn json_has_snake_case_names_full_enum_names_and_all_that_is_always_set() {
    let options = Options { offsets: OffsetUnit::CodePoints, max_claims: 1, ..Options::default() };
    let json = serde_json::to_value(message(&options)).expect("every message has a JSON form");
    let expected = serde_json::json!({
        "document_id": "d",
        "claims": [{
            "claim_id": "c0",
            "parent_claim_id": "",
            "kind": "QUOTATION_KIND_INDIRECT",
            "type": "ATTRIBUTION_TYPE_COMMUNICATION",
            "act": "SPEECH_ACT_ASSERTION",
            "source": {
                "spans": [{"start": 0, "end": 3}],
                "text": "Zoé",
                "form": "MENTION_FORM_NAME",
                "resolved_name": "Zoé",
                "entity_kind": "ENTITY_KIND_PERSON",
                "named": true,
                "title": "",
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
            "negated": false,
            "hedged": false,
            "time": {"span": {"start": 11, "end": 20}, "text": "on Monday", "resolved": ""},
            "confidence": 0.5,
            "fingerprint": "8e954b1d2258f8d2",
            "sentence": {"start": 0, "end": 48},
            "quoted": [],
        }],
        "offset_encoding": "OFFSET_ENCODING_CODE_POINTS",
        "truncated": true,
        "lexicon_version": "l",
        "tagger_version": "t",
        "knowledge_version": "k",
        "notices": [],
    });
    assert_eq!(json, expected);
}

/// Every option field filled, and every one absent.
fn extremes() -> [Vec<Claim>; 2] {
    let mut full = nested();
    for claim in &mut full {
        claim.quoted = vec![span_of("had"), span_of("lied")];
        claim.circumstances.addressee = Some(span_of("Bo"));
        claim.circumstances.medium = Some(span_of("👍"));
        claim.circumstances.time = Some(TimeExpression::new(span_of("on Monday")));
        if let Some(source) = &mut claim.source {
            source.resolved_span = Some(span_of("Zoé"));
        }
    }
    let mut bare = Claim::new(Content::new(vec![span_of("Zoé")]));
    bare.confidence = 0.0;
    [full, vec![bare]]
}

#[test]
fn a_record_and_its_message_have_the_same_json_to_the_byte() {
    for claims in extremes() {
        for view in [View::Basic, View::Full] {
            let options = Options { view, min_confidence: 0.0, ..Options::default() };
            let found = Extraction::of_claims(TEXT, claims.clone());
            let record = record::document_claims("d", &found, &options, PROVENANCE);
            let of_record = serde_json::to_string(&record).expect("a record has a JSON form");
            let of_message = serde_json::to_string(&v1::DocumentClaims::from(record));
            assert_eq!(of_record, of_message.expect("a message has a JSON form"));
        }
    }
    for entry in Lexicon::embedded().entries() {
        let of_record = serde_json::to_string(&record::cue_entry(entry)).expect("a record has a JSON form");
        let of_message = serde_json::to_string(&cue_entry(entry)).expect("a message has a JSON form");
        assert_eq!(of_record, of_message);
    }
    let all = [
        record::NoticeReason::OtherLanguage,
        record::NoticeReason::LooksLikeHtml,
        record::NoticeReason::LooksLikeJson,
        record::NoticeReason::Mojibake,
        record::NoticeReason::LooksLikeTranscript,
        record::NoticeReason::AmbiguousAlias,
        record::NoticeReason::DateNotRead,
    ];
    for (reason, span) in all.into_iter().zip([None, Some(record::Span { start: 0, end: 3 })].repeat(4)) {
        let notice = record::Notice { reason, message: String::new(), span };
        let of_record = serde_json::to_string(&notice).expect("a record has a JSON form");
        let of_message = serde_json::to_string(&v1::Notice::from(notice)).expect("a message has a JSON form");
        assert_eq!(of_record, of_message);
    }
}

/// Whether what is always set in a message stands in its JSON, and nothing that the message hasn't.
fn assert_whole(json: &Value, message: &MessageDescriptor) {
    let object = json.as_object().unwrap_or_else(|| panic!("{json} is {}", message.full_name()));
    for field in message.fields() {
        match object.get(field.name()) {
            None => assert!(field.supports_presence(), "{} is left out of {json}", field.full_name()),
            Some(value) => {
                let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                for value in values {
                    if let Some(message) = field.kind().as_message() {
                        assert_whole(value, message);
                    }
                }
            }
        }
    }
    for name in object.keys() {
        assert!(message.get_field_by_name(name).is_some(), "{} has no {name}", message.full_name());
    }
}

#[test]
fn every_field_that_is_always_set_is_written_in_every_answer() {
    fn check<M: Message + Default + serde::Serialize>(name: &str, message: &M) {
        let pool = DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors");
        let descriptor = pool.get_message_by_name(&format!("ascribe.v1.{name}")).expect("it is a message");
        for message in [message, &M::default()] {
            let json = serde_json::to_value(message).expect("a message has a JSON form");
            assert_whole(&json, &descriptor);
        }
    }
    let options = Options { view: View::Full, min_confidence: 0.0, ..Options::default() };
    for claims in extremes() {
        let found = Extraction::of_claims(TEXT, claims);
        let mut result = document_claims("", &found, &options, PROVENANCE);
        result.notices.push(v1::Notice { span: Some(v1::Span::default()), ..Default::default() });
        check("ExtractClaimsResponse", &v1::ExtractClaimsResponse { result: Some(result.clone()) });
        let outcome = Some(v1::batch_extract_claims_response::item::Outcome::Result(result));
        let item = v1::batch_extract_claims_response::Item { outcome, document_id: String::new() };
        check("BatchExtractClaimsResponse", &v1::BatchExtractClaimsResponse { items: vec![item] });
    }
    let item = v1::verify_quotations_response::Item {
        span: Some(v1::Span::default()),
        speaker_matches: Some(false),
        differences: vec![v1::WordDifference {
            quotation_span: Some(v1::Span::default()),
            document_span: Some(v1::Span::default()),
            ..Default::default()
        }],
        quotation: Some(v1::verify_quotations_request::Quotation::default()),
        ..Default::default()
    };
    check(
        "VerifyQuotationsResponse",
        &v1::VerifyQuotationsResponse { items: vec![item], ..Default::default() },
    );
    let cues = vec![cue_entry(&Lexicon::embedded().entries()[0]), v1::CueEntry::default()];
    check("ListCuesResponse", &v1::ListCuesResponse { cues, ..Default::default() });
    let info = v1::GetExtractorInfoResponse { limits: Some(v1::Limits::default()), ..Default::default() };
    check("GetExtractorInfoResponse", &info);
}
