//! One document's claims -> W3C Web Annotations, in JSON-LD.
//!
//! A claim is an annotation of its content, which is told twice, by position and by its words with what stands around
//! them, as the model recommends: <https://www.w3.org/TR/annotation-model/#selectors>. Positions are code points.

use serde_json::{Value, json};

use super::super::names::short_name;
use crate::wire::v1;

/// So many characters before and after a passage are told with it.
const CONTEXT: usize = 32;

/// A page of annotations: one line of JSON. The offsets of `message` are code points of `text`.
pub(in super::super) fn page(text: &str, message: &v1::DocumentClaims) -> Value {
    let passages = Passages::of(text);
    let document = iri(&message.document_id);
    let items: Vec<Value> =
        message.claims.iter().map(|claim| annotation(&passages, &document, claim)).collect();
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("{document}#claims"),
        "type": "AnnotationPage",
        "items": items,
    })
}

fn annotation(passages: &Passages<'_>, document: &str, claim: &v1::Claim) -> Value {
    let content = claim.content.clone().unwrap_or_default();
    let targets: Vec<Value> = content.spans.iter().map(|&span| target(passages, document, span)).collect();
    let mut bodies = vec![
        classifying("kind", &short_name(claim.kind().as_str_name(), "QUOTATION_KIND_")),
        classifying("type", &short_name(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_")),
        classifying("act", &short_name(claim.act().as_str_name(), "SPEECH_ACT_")),
    ];
    bodies.extend(claim.negated.then(|| classifying("polarity", "negated")));
    bodies.extend(claim.hedged.then(|| classifying("certainty", "hedged")));
    if let Some(source) = &claim.source {
        bodies.push(json!({"type": "TextualBody", "purpose": "identifying", "value": source.resolved_name}));
        bodies.extend(source.spans.iter().map(|&span| linking(passages, document, "source", span)));
    }
    bodies.extend(
        claim.cue.iter().flat_map(|cue| &cue.spans).map(|&span| linking(passages, document, "cue", span)),
    );
    json!({
        "id": format!("{document}#{}", claim.claim_id),
        "type": "Annotation",
        "motivation": "classifying",
        "body": bodies,
        "target": targets,
    })
}

/// What a claim is: "act: request".
fn classifying(field: &str, value: &str) -> Value {
    json!({"type": "TextualBody", "purpose": "classifying", "value": format!("{field}: {value}")})
}

/// Another passage that belongs to the claim.
fn linking(passages: &Passages<'_>, document: &str, role: &str, span: v1::Span) -> Value {
    let mut body = target(passages, document, span);
    body["purpose"] = json!("linking");
    body["label"] = json!(role);
    body
}

fn target(passages: &Passages<'_>, document: &str, span: v1::Span) -> Value {
    let (start, end) = (index(span.start), index(span.end));
    json!({
        "type": "SpecificResource",
        "source": document,
        "selector": [
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
            {
                "type": "TextQuoteSelector",
                "exact": passages.between(start, end),
                "prefix": passages.between(start.saturating_sub(CONTEXT), start),
                "suffix": passages.between(end, end.saturating_add(CONTEXT)),
            },
        ],
    })
}

fn index(offset: i32) -> usize {
    usize::try_from(offset).unwrap_or(0)
}

/// A document's id as an IRI: as it is where it is one, else a URN of this project.
fn iri(document_id: &str) -> String {
    let is_iri = ["http:", "https:", "urn:"].iter().any(|scheme| document_id.starts_with(scheme));
    if is_iri {
        return document_id.to_owned();
    }
    let encoded: String = document_id
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("urn:ascribe:{encoded}")
}

/// A text by its code points.
struct Passages<'a> {
    text: &'a str,
    /// Where each code point begins, in bytes, and the end.
    starts: Vec<usize>,
}

impl<'a> Passages<'a> {
    fn of(text: &'a str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, starts }
    }

    fn between(&self, start: usize, end: usize) -> &'a str {
        let last = self.starts.len() - 1;
        &self.text[self.starts[start.min(last)]..self.starts[end.min(last)]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_told_by_position_and_by_its_words() {
        let passages = Passages::of("🎉 It’s over, she said.");
        let target = target(&passages, "urn:ascribe:a", v1::Span { start: 2, end: 11 });
        assert_eq!(target["selector"][0]["start"], 2);
        assert_eq!(target["selector"][1]["exact"], "It’s over");
        assert_eq!(target["selector"][1]["prefix"], "🎉 ");
        assert_eq!(target["selector"][1]["suffix"], ", she said.");
    }

    #[test]
    fn an_id_becomes_an_iri() {
        assert_eq!(iri("https://example.org/a"), "https://example.org/a");
        assert_eq!(iri("a b.txt"), "urn:ascribe:a%20b.txt");
        assert_eq!(iri("-"), "urn:ascribe:-");
    }
}
