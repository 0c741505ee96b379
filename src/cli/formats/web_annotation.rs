//! One document's claims -> W3C Web Annotations, in JSON-LD.
//!
//! A claim is an annotation of its content, which is told twice, by position and by its words with what stands around
//! them, as the model recommends: <https://www.w3.org/TR/annotation-model/#selectors>. Positions are code points.

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::names::short_name;
use super::passages::{Passages, index};
use crate::wire::v1;

/// So many characters before and after a passage are told with it.
const CONTEXT: usize = 32;

/// A page of annotations: one line of JSON. The offsets of `message` are code points of `text`. Where the document's id is
/// no address, it stands behind `base_url`.
pub(in super::super) fn page(text: &str, message: &v1::DocumentClaims, base_url: Option<&str>) -> Value {
    let passages = Passages::of(text);
    let document = iri(&message.document_id, base_url);
    let items: Vec<Value> =
        message.claims.iter().map(|claim| annotation(&passages, &document, claim)).collect();
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": part_of(&document, "claims"),
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
    bodies.push(classifying("fingerprint", &claim.fingerprint));
    bodies.extend(claim.negated.then(|| classifying("polarity", "negated")));
    bodies.extend(claim.hedged.then(|| classifying("certainty", "hedged")));
    if let Some(source) = &claim.source {
        bodies.push(json!({"type": "TextualBody", "purpose": "identifying", "value": source.resolved_name}));
        bodies.extend(source.spans.iter().map(|&span| linking(passages, document, "source", span)));
    }
    bodies.extend(
        claim.cue.iter().flat_map(|cue| &cue.spans).map(|&span| linking(passages, document, "cue", span)),
    );
    let span = |part: &Option<v1::TextPart>| part.as_ref().and_then(|part| part.span);
    let time = claim.time.as_ref().and_then(|time| time.span);
    for (role, span) in
        [("addressee", span(&claim.addressee)), ("medium", span(&claim.medium)), ("time", time)]
    {
        bodies.extend(span.map(|span| linking(passages, document, role, span)));
    }
    if !claim.parent_claim_id.is_empty() {
        // Another annotation, and not a passage.
        let parent = part_of(document, &claim.parent_claim_id);
        bodies.push(
            json!({"type": "SpecificResource", "purpose": "linking", "label": "parent", "source": parent}),
        );
    }
    json!({
        "id": part_of(document, &claim.claim_id),
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

/// A document's id as an IRI: as it is where it is one, else behind the base, else a URN of this project. What no IRI may
/// hold (RFC 3987) and no URN (RFC 8141) is percent-encoded.
fn iri(document_id: &str, base_url: Option<&str>) -> String {
    let is_iri = ["http:", "https:", "urn:"].iter().any(|scheme| document_id.starts_with(scheme));
    let fragment = document_id.find('#').unwrap_or(document_id.len());
    let mut encoded = String::with_capacity(document_id.len());
    for (at, character) in document_id.char_indices() {
        let is_kept = if is_iri {
            let is_odd = character.is_whitespace() || character.is_control();
            !is_odd && !r#"<>"{}|\^`"#.contains(character) && (character != '#' || at == fragment)
        } else {
            // A URN's own part begins with no slash.
            character.is_ascii_alphanumeric() || "-._~".contains(character) || (character == '/' && at > 0)
        };
        if is_kept {
            encoded.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                write!(encoded, "%{byte:02X}").expect("writing to a string never fails");
            }
        }
    }
    if is_iri {
        return encoded;
    }
    let name = if encoded.is_empty() { "-" } else { &encoded };
    match base_url {
        Some(base) if base.ends_with(['/', '=']) => format!("{base}{name}"),
        Some(base) => format!("{base}/{name}"),
        None => format!("urn:ascribe:{name}"),
    }
}

/// A base that ids can stand behind: an address of the web.
///
/// # Errors
/// What is wrong with it.
pub(in super::super) fn base_url(argument: &str) -> Result<String, String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        let host = argument.strip_prefix(scheme);
        host.is_some_and(|host| host.starts_with(char::is_alphanumeric))
    });
    let is_odd = |character: char| character.is_whitespace() || r#"<>"{}|\^`#"#.contains(character);
    if is_web && !argument.contains(is_odd) {
        return Ok(argument.to_owned());
    }
    Err("not an address such as https://example.org/articles/ (without '#' and spaces)".to_owned())
}

/// The IRI of something in a document. One that is a part of a document itself gets no second fragment.
fn part_of(document: &str, name: &str) -> String {
    let separator = if document.contains('#') { '.' } else { '#' };
    format!("{document}{separator}{name}")
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
        assert_eq!(iri("https://example.org/a", None), "https://example.org/a");
        assert_eq!(iri("a b.txt", None), "urn:ascribe:a%20b.txt");
        assert_eq!(iri("-", None), "urn:ascribe:-");
        assert_eq!(iri("", None), "urn:ascribe:-");
        assert_eq!(iri("/news/today.txt", None), "urn:ascribe:%2Fnews/today.txt");
        assert_eq!(iri("http://example.org/a b#c#d", None), "http://example.org/a%20b#c%23d");
        assert_eq!(iri("https://example.org/été", None), "https://example.org/été");
        let base = |base| iri("a b", Some(base));
        assert_eq!(base("https://example.org/news"), "https://example.org/news/a%20b");
        assert_eq!(base("https://example.org/?id="), "https://example.org/?id=a%20b");
        assert_eq!(iri("urn:isbn:1", Some("https://example.org")), "urn:isbn:1");
        assert!(base_url("https://example.org/a/").is_ok());
        for wrong in ["example.org", "https://", "https://a b", "https://a/#"] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
        assert_eq!(part_of("https://example.org/a#b", "c0"), "https://example.org/a#b.c0");
    }
}
