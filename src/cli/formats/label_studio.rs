//! One document's claims -> a task of Label Studio with a prediction, to be corrected by people.
//!
//! Parts are labeled regions, tied to their content by relations, as in brat's form; what is known of the claim are choices
//! of the content's region, and a resolved name is a text of the source's. Label Studio counts code points.

use serde_json::{Value, json};

use super::super::names::short_name;
use super::values::{FLAGS, ROLES, VALUES};
use crate::wire::v1;

/// What regions are called in the project's labeling configuration, and the text that they stand in.
const FROM_NAME: &str = "label";
const TO_NAME: &str = "text";

/// The labeling configuration of a project for these tasks.
pub(in super::super) fn configuration() -> String {
    let mut file = format!("<View>\n  <Labels name=\"{FROM_NAME}\" toName=\"{TO_NAME}\">\n");
    let mut line = |line: &str| file.extend([line, "\n"]);
    for (role, color) in ROLES.iter().zip(COLORS) {
        line(&format!("    <Label value=\"{role}\" background=\"{color}\"/>"));
    }
    line("  </Labels>\n  <Relations>");
    for relation in ROLES[1..].iter().chain(&["Continues", "NestedIn"]) {
        line(&format!("    <Relation value=\"{relation}\"/>"));
    }
    line(&format!("  </Relations>\n  <Text name=\"{TO_NAME}\" value=\"$text\"/>"));
    let of = |role: &str| format!("perRegion=\"true\" whenTagName=\"{FROM_NAME}\" whenLabelValue=\"{role}\"");
    let mut choices = |name: &str, values: &[&str], choice: &str| {
        line(&format!(
            "  <Choices name=\"{name}\" toName=\"{TO_NAME}\" choice=\"{choice}\" {}>",
            of("Content")
        ));
        for value in values {
            line(&format!("    <Choice value=\"{value}\"/>"));
        }
        line("  </Choices>");
    };
    for (name, values) in VALUES {
        choices(&name.to_lowercase(), &values(), "single");
    }
    choices(POLARITY, &FLAGS, "multiple");
    let attributes = "editable=\"true\" maxSubmissions=\"1\"";
    line(&format!("  <TextArea name=\"{SPEAKER}\" toName=\"{TO_NAME}\" {attributes} {}/>", of("Source")));
    line("</View>");
    file
}

/// The colors of the labels, in their order.
const COLORS: [&str; 6] = ["#3b82f6", "#f59e0b", "#8b5cf6", "#22c55e", "#14b8a6", "#eab308"];
/// What is said of regions, beside their labels.
const POLARITY: &str = "polarity";
const SPEAKER: &str = "speaker";

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
        self.sayings(claim, &anchor, content.spans[0]);
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
            for (number, region) in self.part(claim, role, &spans).into_iter().enumerate() {
                self.relation(role, &anchor, &region);
                if let Some(source) = claim.source.as_ref().filter(|_| role == "Source" && number == 0) {
                    self.speaker(source, &region, spans[0]);
                }
            }
        }
        contents
    }

    /// What is known of the claim, at the first region of its content.
    fn sayings(&mut self, claim: &v1::Claim, region: &str, span: v1::Span) {
        let kind = short_name(claim.kind().as_str_name(), "QUOTATION_KIND_");
        let attribution_type = short_name(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_");
        let act = short_name(claim.act().as_str_name(), "SPEECH_ACT_");
        for (name, value) in ["kind", "type", "act"].into_iter().zip([kind, attribution_type, act]) {
            self.say(region, span, name, "choices", &json!([value]));
        }
        let flags = FLAGS.into_iter().zip([claim.negated, claim.hedged]);
        let flags: Vec<&str> = flags.filter(|(_, set)| *set).map(|(flag, _)| flag).collect();
        if !flags.is_empty() {
            self.say(region, span, POLARITY, "choices", &json!(flags));
        }
    }

    /// Whom a source stands for, where it doesn't say so itself.
    fn speaker(&mut self, source: &v1::Source, region: &str, span: v1::Span) {
        if !source.resolved_name.is_empty() && source.resolved_name != source.text {
            self.say(region, span, SPEAKER, "textarea", &json!([source.resolved_name]));
        }
    }

    fn say(&mut self, region: &str, span: v1::Span, name: &str, of_type: &str, values: &Value) {
        let field = if of_type == "textarea" { "text" } else { of_type };
        self.results.push(json!({
            "id": region,
            "from_name": name,
            "to_name": TO_NAME,
            "type": of_type,
            "value": {"start": span.start, "end": span.end, field: values},
        }));
    }

    fn part(&mut self, claim: &v1::Claim, role: &str, spans: &[v1::Span]) -> Vec<String> {
        let mut ids = Vec::with_capacity(spans.len());
        for (number, span) in spans.iter().enumerate() {
            let id = format!("{}-{}-{number}", claim.claim_id, role.to_lowercase());
            let mut region = json!({
                "id": id,
                "from_name": FROM_NAME,
                "to_name": TO_NAME,
                "type": "labels",
                "score": score(claim.confidence),
                "value": {"start": span.start, "end": span.end, "labels": [role]},
            });
            if role == "Content" && number == 0 {
                // Shown with the region, and exported with it.
                region["meta"] = json!({"text": [format!("fingerprint {}", claim.fingerprint)]});
            }
            self.results.push(region);
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
