//! One document's claims -> a row of JSON lines for doccano, in a project of sequence labeling with relations.
//!
//! Parts are labeled spans, tied to their content by relations, as in Label Studio's form. doccano's editor counts units of
//! UTF-16. What the row has beside is kept by doccano as the document's data, and comes back in its export.

use serde_json::{Value, json};

use crate::wire::v1;

/// A row: one line of JSON. The offsets of `message` are units of UTF-16.
pub(in super::super) fn row(text: &str, message: &v1::DocumentClaims) -> Value {
    let mut drawn = Drawn::default();
    let contents: Vec<Option<usize>> = message.claims.iter().map(|claim| drawn.claim(claim)).collect();
    for (claim, content) in message.claims.iter().zip(&contents) {
        let parent = message.claims.iter().position(|it| it.claim_id == claim.parent_claim_id);
        if let (Some(content), Some(parent)) = (content, parent.and_then(|parent| contents[parent])) {
            drawn.relation("NestedIn", *content, parent);
        }
    }
    json!({
        "text": text,
        "document_id": message.document_id,
        "entities": drawn.entities,
        "relations": drawn.relations,
    })
}

/// Spans and relations so far.
#[derive(Default)]
struct Drawn {
    entities: Vec<Value>,
    relations: Vec<Value>,
}

impl Drawn {
    /// Adds a claim; returns the number of its content's first piece.
    fn claim(&mut self, claim: &v1::Claim) -> Option<usize> {
        let content = claim.content.clone().unwrap_or_default();
        let contents = self.part("Content", &content.spans);
        let anchor = *contents.first()?;
        for &more in &contents[1..] {
            self.relation("Continues", more, anchor);
        }
        let part = |part: &Option<v1::TextPart>| part.as_ref().and_then(|part| part.span);
        let time = claim.time.as_ref().and_then(|time| time.span);
        let roles = [
            ("Source", claim.source.as_ref().map(|it| it.spans.clone()).unwrap_or_default()),
            ("Cue", claim.cue.as_ref().map(|it| it.spans.clone()).unwrap_or_default()),
            ("Addressee", part(&claim.addressee).into_iter().collect()),
            ("Medium", part(&claim.medium).into_iter().collect()),
            ("Time", time.into_iter().collect()),
        ];
        for (role, spans) in roles {
            for piece in self.part(role, &spans) {
                self.relation(role, anchor, piece);
            }
        }
        Some(anchor)
    }

    fn part(&mut self, label: &str, spans: &[v1::Span]) -> Vec<usize> {
        let mut ids = Vec::with_capacity(spans.len());
        for span in spans {
            let id = self.entities.len();
            self.entities
                .push(json!({"id": id, "label": label, "start_offset": span.start, "end_offset": span.end}));
            ids.push(id);
        }
        ids
    }

    fn relation(&mut self, label: &str, from: usize, to: usize) {
        let id = self.relations.len();
        self.relations.push(json!({"id": id, "from_id": from, "to_id": to, "type": label}));
    }
}
