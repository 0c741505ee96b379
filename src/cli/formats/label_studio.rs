//! One document's claims -> a task of Label Studio with a prediction, to be corrected by people.
//!
//! Parts are labelled regions, tied to their content by relations, as in brat's form. Label Studio counts code points.

use serde_json::{Value, json};

use crate::wire::v1;

/// What regions are called in the project's labelling configuration, and the text that they stand in.
const FROM_NAME: &str = "label";
const TO_NAME: &str = "text";

/// A task: one line of JSON. The offsets of `message` are code points of `text`.
pub(in super::super) fn task(text: &str, message: &v1::DocumentClaims) -> Value {
    let mut regions = Regions::default();
    let contents: Vec<Vec<String>> = message.claims.iter().map(|claim| regions.claim(claim)).collect();
    for (claim, content) in message.claims.iter().zip(&contents) {
        let parent = message.claims.iter().position(|it| it.claim_id == claim.parent_claim_id);
        if let (Some(parent), Some(content)) = (parent, content.first())
            && let Some(parent) = contents[parent].first()
        {
            regions.relation("NestedIn", content, parent);
        }
    }
    let mean = match message.claims.len() {
        0 => 1.0,
        #[expect(clippy::cast_precision_loss, reason = "a document has no 2^23 claims")]
        count => message.claims.iter().map(|claim| claim.confidence).sum::<f32>() / count as f32,
    };
    json!({
        "data": {"text": text, "document_id": message.document_id},
        "predictions": [{
            "model_version": format!("{} {}", message.tagger_version, message.lexicon_version),
            "score": score(mean),
            "result": regions.results,
        }],
    })
}

/// A confidence with as many digits as it has.
fn score(confidence: f32) -> f64 {
    (f64::from(confidence) * 1e6).round() / 1e6
}

/// Regions and relations so far.
#[derive(Default)]
struct Regions {
    results: Vec<Value>,
}

impl Regions {
    /// Adds a claim; returns the ids of its content's regions.
    fn claim(&mut self, claim: &v1::Claim) -> Vec<String> {
        let content = claim.content.clone().unwrap_or_default();
        let contents = self.part(claim, "Content", &content.spans);
        let Some(anchor) = contents.first().cloned() else { return contents };
        for more in &contents[1..] {
            self.relation("Continues", more, &anchor);
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
            for region in self.part(claim, role, &spans) {
                self.relation(role, &anchor, &region);
            }
        }
        contents
    }

    fn part(&mut self, claim: &v1::Claim, role: &str, spans: &[v1::Span]) -> Vec<String> {
        let mut ids = Vec::with_capacity(spans.len());
        for (number, span) in spans.iter().enumerate() {
            let id = format!("{}-{}-{number}", claim.claim_id, role.to_lowercase());
            self.results.push(json!({
                "id": id,
                "from_name": FROM_NAME,
                "to_name": TO_NAME,
                "type": "labels",
                "score": score(claim.confidence),
                "value": {"start": span.start, "end": span.end, "labels": [role]},
            }));
            ids.push(id);
        }
        ids
    }

    fn relation(&mut self, label: &str, from: &str, to: &str) {
        self.results.push(json!({
            "type": "relation", "from_id": from, "to_id": to, "direction": "right", "labels": [label],
        }));
    }
}
