//! Quotations to verify, and what was found of them: wire -> checked input, findings -> wire.

use prost::Message;

use super::inward::{FieldViolation, InputDocument, Violations, aliases, input_document};
use super::limits::Limits;
use super::offsets::Offsets;
use super::v1;
use ascribe_engine::record::OffsetUnit;
use ascribe_engine::{Alias, Claim, Difference, Finding, GivenQuotation, Span};
use v1::verify_quotations_request::Quotation;
use v1::verify_quotations_response::Item;

/// The longest name of a speaker, and the longest of a quotation, in bytes of UTF-8.
const MAX_SPEAKER_BYTES: usize = 256;
const MAX_QUOTATION_ID_BYTES: usize = 256;

/// What an item holds at least, with its tag and length, beside the names in its quotation: verdicts, span, similarity,
/// flags.
const BARE_ITEM_BYTES: usize = 64;

/// A quotation to verify, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputQuotation {
    /// Not empty, and within the limits.
    pub text: String,
    /// May be empty: nobody is asked for.
    pub speaker: String,
    /// The caller's name for it; may be empty.
    pub quotation_id: String,
}

/// A request to verify quotations, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationInput {
    /// What they are looked for in.
    pub document: InputDocument,
    /// At least one.
    pub quotations: Vec<InputQuotation>,
    /// The unit of every span in the answer.
    pub offsets: OffsetUnit,
    /// Whom the caller knows.
    pub aliases: Vec<Alias>,
}

impl InputQuotation {
    /// As the core takes it.
    #[must_use]
    pub fn as_quotation(&self) -> GivenQuotation<'_> {
        GivenQuotation { text: &self.text, source: &self.speaker }
    }
}

impl From<&InputQuotation> for Quotation {
    fn from(quotation: &InputQuotation) -> Self {
        let InputQuotation { text, speaker, quotation_id } = quotation.clone();
        Self { text, speaker, quotation_id }
    }
}

/// A request to verify quotations.
///
/// # Errors
/// Every field of it that is wrong; of the quotations the first wrong one.
pub fn input_verification(
    request: v1::VerifyQuotationsRequest,
    limits: &Limits,
) -> Result<VerificationInput, Vec<FieldViolation>> {
    let document = input_document(request.document, "document", limits);
    let mut violations = Violations::at("");
    let count = request.quotations.len();
    if count == 0 {
        violations.add("quotations", "is empty".to_owned());
    } else if count > limits.max_quotations {
        let description = format!("holds {count} quotations, more than {}", limits.max_quotations);
        violations.add("quotations", description);
    }
    let offsets: Option<OffsetUnit> =
        violations.choice::<v1::OffsetEncoding, _>("offset_encoding", request.offset_encoding);
    let mut quotations = Vec::with_capacity(count.min(limits.max_quotations));
    for (index, quotation) in request.quotations.into_iter().take(limits.max_quotations).enumerate() {
        match input_quotation(quotation, limits) {
            Ok(quotation) => quotations.push(quotation),
            Err(violation) => {
                violations.add(&format!("quotations[{index}].{}", violation.field), violation.description);
                break;
            }
        }
    }
    let aliases = aliases(&mut violations, request.aliases);
    match document {
        Ok(document) => {
            let offsets = offsets.unwrap_or_default();
            violations.or(VerificationInput { document, quotations, offsets, aliases })
        }
        Err(found) => Err(found.into_iter().chain(violations.found).collect()),
    }
}

/// A quotation as the caller gives it.
///
/// # Errors
/// The first of its fields that is wrong.
pub fn input_quotation(quotation: Quotation, limits: &Limits) -> Result<InputQuotation, FieldViolation> {
    let wrong = |field: &str, description: String| FieldViolation { field: field.to_owned(), description };
    let Quotation { text, speaker, quotation_id } = quotation;
    if text.trim().is_empty() {
        return Err(wrong("text", "is empty".to_owned()));
    }
    for (field, value, limit) in [
        ("text", &text, limits.max_quotation_bytes),
        ("speaker", &speaker, MAX_SPEAKER_BYTES),
        ("quotation_id", &quotation_id, MAX_QUOTATION_ID_BYTES),
    ] {
        if value.len() > limit {
            return Err(wrong(field, format!("has {} bytes, more than {limit}", value.len())));
        }
    }
    Ok(InputQuotation { text, speaker, quotation_id })
}

/// What was found of `quotations` in `text`, in their order. `claims` are those that the findings' holders count in.
/// All items together have at most `max_bytes`; those that would be too long lose what they can be without.
#[must_use]
pub fn verification_items(
    text: &str,
    claims: &[Claim],
    quotations: &[InputQuotation],
    findings: &[Finding],
    offsets: OffsetUnit,
    max_bytes: usize,
) -> Vec<Item> {
    let originals = |finding: &Finding| {
        let differences = finding.differences.iter().map(|difference| difference.original);
        differences.chain(finding.passage.iter().copied()).collect::<Vec<_>>()
    };
    let in_text = Offsets::new(text, offsets, findings.iter().flat_map(originals));
    // Those that are cut keep their names.
    let names: usize = quotations.iter().map(|it| it.speaker.len() + it.quotation_id.len()).sum();
    let mut room = max_bytes.saturating_sub(findings.len() * BARE_ITEM_BYTES + names);
    let items = findings.iter().zip(quotations).map(|(finding, quotation)| {
        let spans = finding.differences.iter().map(|difference| difference.quoted);
        let in_quotation = Offsets::new(&quotation.text, offsets, spans);
        let converter = Converter { text, in_text: &in_text, quotation, in_quotation };
        let item = converter.item(finding, claims);
        match room.checked_sub(item.encoded_len()) {
            Some(rest) => {
                room = rest;
                item
            }
            None => bare(item),
        }
    });
    items.collect()
}

/// An item without what can be long.
fn bare(item: Item) -> Item {
    let Item { verdict, span, similarity, speaker_matches, speaker_verdict, quotation, .. } = item;
    let quotation = quotation.map(|quotation| Quotation { text: String::new(), ..quotation });
    let kept = Item { verdict, span, similarity, speaker_matches, speaker_verdict, ..Item::default() };
    Item { quotation, truncated: true, ..kept }
}

/// What the items' parts are made with.
struct Converter<'a> {
    text: &'a str,
    in_text: &'a Offsets,
    quotation: &'a InputQuotation,
    in_quotation: Offsets,
}

impl Converter<'_> {
    fn item(&self, finding: &Finding, claims: &[Claim]) -> Item {
        let source = finding.holder.and_then(|claim| claims[claim].source.as_ref());
        let pieces: Vec<&str> = finding.passage.iter().map(|span| span.slice(self.text)).collect();
        Item {
            verdict: v1::Verdict::from(finding.verdict).into(),
            span: self.whole(&finding.passage),
            text: pieces.join(" "),
            similarity: finding.similarity,
            speaker: source.map(|source| source.resolved_name.clone()).unwrap_or_default(),
            speaker_matches: finding.speaker.matches(),
            spans: finding.passage.iter().map(|&span| self.in_text.span(span)).collect(),
            differences: finding.differences.iter().map(|difference| self.difference(difference)).collect(),
            truncated: false,
            speaker_verdict: v1::SpeakerVerdict::from(finding.speaker).into(),
            quotation: Some(self.quotation.into()),
        }
    }

    /// From the first piece's start to the last one's end; the pieces of a content stand in the order of the text.
    fn whole(&self, passage: &[Span]) -> Option<v1::Span> {
        let (first, last) = (passage.first()?, passage.last()?);
        let (first, last) = (self.in_text.span(*first), self.in_text.span(*last));
        Some(v1::Span { start: first.start, end: last.end })
    }

    fn difference(&self, difference: &Difference) -> v1::WordDifference {
        v1::WordDifference {
            edit: v1::WordEdit::from(difference.edit).into(),
            quotation_text: difference.quoted.slice(&self.quotation.text).to_owned(),
            quotation_span: Some(self.in_quotation.span(difference.quoted)),
            document_text: difference.original.slice(self.text).to_owned(),
            document_span: Some(self.in_text.span(difference.original)),
        }
    }
}
