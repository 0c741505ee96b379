//! Any bytes as the JSON of a request to verify quotations: no panic, errors that stay short, findings that point at words
//! of text and quotation, and an answer that fits.

use std::sync::LazyLock;

use ascribe::wire::{
    FieldViolation, InputQuotation, Limits, VerificationInput, input_verification, message_of_json, v1,
    verification_items,
};
use ascribe_engine::{Context, Edit, Extraction, Extractor, Finding, GivenQuotation, Verdict, Verifier};
use prost::Message;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| Verifier::of(&EXTRACTOR));

/// Texts up to here are read, in bytes; in longer ones nothing is attributed to anybody.
const READ_BYTES: usize = 256;

/// Reads `bytes` as the service does and, where they are a request, answers it.
pub(crate) fn check(bytes: &[u8]) {
    let limits = Limits::default();
    let Ok(message) = message_of_json("VerifyQuotationsRequest", bytes, limits.max_request_bytes) else {
        return;
    };
    let request = v1::VerifyQuotationsRequest::decode(message.as_slice());
    match input_verification(request.expect("what was made of JSON is that message"), &limits) {
        Ok(input) => check_input(&input, &limits),
        Err(violations) => {
            assert!(!violations.is_empty());
            for FieldViolation { field, description } in violations {
                assert!(!description.is_empty() && field.len() + description.len() <= 1024, "{field}");
            }
        }
    }
}

fn check_input(input: &VerificationInput, limits: &Limits) {
    let VerificationInput { document, quotations, offsets, aliases } = input;
    let text = document.text.as_str();
    let context = Context { published: document.published, aliases, ..Context::default() };
    let found = match text.len() {
        0..=READ_BYTES => EXTRACTOR.extract_in(text, context),
        _ => Extraction::of_claims(text, Vec::new()),
    };
    let given: Vec<GivenQuotation<'_>> = quotations.iter().map(InputQuotation::as_quotation).collect();
    assert!(Verifier::work(text, &given, context).search_bytes >= text.len());
    let findings = VERIFIER.verify_in(&found, &given, context);
    assert_eq!(findings.len(), given.len());
    for (finding, quotation) in findings.iter().zip(&given) {
        check_finding(finding, text, quotation.text);
        let is_asked = !quotation.source.trim().is_empty();
        assert_eq!(finding.speaker.matches().is_some(), is_asked, "{finding:?}");
    }
    let max_bytes = limits.max_response_bytes;
    let mut answer = v1::VerifyQuotationsResponse {
        offset_encoding: v1::OffsetEncoding::from(*offsets).into(),
        document_id: document.document_id.clone(),
        ..Default::default()
    };
    let room = max_bytes - answer.encoded_len();
    answer.items = verification_items(text, found.all(), quotations, &findings, *offsets, room);
    assert!(answer.encoded_len() <= max_bytes, "{answer:?}");
    serde_json::to_string(&answer).expect("what the service makes has a JSON form");
}

fn check_finding(finding: &Finding, text: &str, quotation: &str) {
    assert!((0.0..=1.0).contains(&finding.similarity), "{finding:?}");
    assert_eq!(finding.passage.is_empty(), finding.verdict == Verdict::Absent, "{finding:?}");
    assert!(finding.passage.iter().all(|span| !span.slice(text).is_empty()), "{finding:?}");
    assert!(finding.differences.is_empty() || finding.verdict == Verdict::Altered, "{finding:?}");
    for difference in &finding.differences {
        let (quoted, original) = (difference.quoted.slice(quotation), difference.original.slice(text));
        assert_eq!(quoted.is_empty(), difference.edit == Edit::LeftOut, "{finding:?}");
        assert_eq!(original.is_empty(), difference.edit == Edit::Added, "{finding:?}");
    }
}
