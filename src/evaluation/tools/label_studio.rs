//! A task of Label Studio's export (JSON) -> an article.
//!
//! Of several annotations of a task the one that is marked as ground truth counts, else the last that wasn't canceled. As the
//! predicted side the task's predictions count, where it has some.

use serde_json::Value;

use super::super::article::{Article, CodePoints, Side};
use super::marks::{Arrow, Mark, Marks, attributions, name_speakers};
use super::units::Utf16;

/// What the tasks of `ascribe extract` don't say.
const UNSAID: [&str; 2] = ["speaker_kind", "named"];

/// Whether the object is a task.
pub(in super::super) fn is_task(object: &Value) -> bool {
    object.get("data").is_some_and(Value::is_object) && object.get("attributions").is_none()
}

/// Whether the object is a task as the export JSON-MIN writes it, which has no relations.
pub(in super::super) fn is_minimal(object: &Value) -> bool {
    object.get("annotation_id").is_some() && object.get("lead_time").is_some()
}

/// The article of a task, under that name; none where nobody annotated it yet.
pub(in super::super) fn article(id: &str, task: &Value, side: Side) -> Result<Option<Article>, String> {
    let text = text(&task["data"])?;
    let Some(answer) = answer(task, side) else { return Ok(None) };
    let reader = Reader { text, characters: text.chars().collect(), units: Utf16::of(text) };
    let mut marks = Marks::default();
    let mut scores = Vec::new();
    for result in answer["result"].as_array().into_iter().flatten() {
        reader.read(result, &mut marks, &mut scores)?;
    }
    let (mut attributions, remarks) = attributions(marks)?;
    name_speakers(&mut attributions, text);
    for attribution in &mut attributions {
        let score =
            |(span, score): &(CodePoints, f32)| (attribution.content.first() == Some(span)).then_some(*score);
        attribution.confidence = scores.iter().find_map(score);
    }
    let article =
        Article { text: Some(text.to_owned()), attributions, unsaid: &UNSAID, remarks, ..Article::new(id) };
    Ok(Some(article))
}

/// The task's text: the field `text`, or the only one that could be it.
fn text(data: &Value) -> Result<&str, String> {
    if let Some(text) = data["text"].as_str() {
        return Ok(text);
    }
    let strings = data.as_object().into_iter().flatten().filter(|(name, _)| *name != "document_id");
    let mut strings = strings.filter_map(|(_, value)| value.as_str());
    match (strings.next(), strings.next()) {
        (Some(text), None) => Ok(text),
        _ => Err("its data has no text".to_owned()),
    }
}

/// What annotators said of a task, or what was predicted.
fn answer(task: &Value, side: Side) -> Option<&Value> {
    let list = |name: &str| task[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let kept: Vec<&Value> =
        list("annotations").iter().filter(|it| it["was_cancelled"].as_bool() != Some(true)).collect();
    let truth = kept.iter().find(|it| it["ground_truth"].as_bool() == Some(true));
    let annotation = truth.or(kept.last()).copied();
    let prediction = list("predictions").last();
    match side {
        Side::Gold => annotation,
        Side::Predicted => prediction.or(annotation),
    }
}

/// A text whose regions are read.
struct Reader<'a> {
    text: &'a str,
    characters: Vec<char>,
    units: Utf16,
}

impl Reader<'_> {
    /// Adds one result: a region, a relation, or what is said of a region.
    fn read(
        &self,
        result: &Value,
        marks: &mut Marks,
        scores: &mut Vec<(CodePoints, f32)>,
    ) -> Result<(), String> {
        let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = string(&result["id"]);
        let value = &result["value"];
        match result["type"].as_str().unwrap_or_default() {
            "labels" => {
                let span = self.span(&id, value)?;
                let Some(label) = value["labels"].get(0).and_then(Value::as_str) else {
                    marks.remarks.push(format!("the region {id} has no label"));
                    return Ok(());
                };
                #[expect(clippy::cast_possible_truncation, reason = "a score has few digits")]
                if let Some(score) = result["score"].as_f64() {
                    scores.push((span, score as f32));
                }
                marks.regions.push(Mark { id, label: label.to_owned(), spans: vec![span] });
            }
            "relation" => {
                let label = result["labels"].get(0).map(string).unwrap_or_default();
                let (mut from, mut to) = (string(&result["from_id"]), string(&result["to_id"]));
                if result["direction"].as_str() == Some("left") {
                    (from, to) = (to, from);
                }
                marks.arrows.push(Arrow { label, from, to });
            }
            "choices" => {
                let name = string(&result["from_name"]);
                for choice in value["choices"].as_array().into_iter().flatten().map(string) {
                    // The choices of "polarity" are the names themselves.
                    let name = if name == "polarity" { choice.clone() } else { name.clone() };
                    marks.sayings.push((id.clone(), name, choice));
                }
            }
            "textarea" => {
                let name = string(&result["from_name"]);
                let said = value["text"].get(0).map(string).unwrap_or_default();
                marks.sayings.push((id, name, said));
            }
            "hypertextlabels" => {
                return Err(
                    "its regions are those of a page, not of a text: the project needs <Text> in place of \
                            <HyperText>"
                        .to_owned(),
                );
            }
            other => marks.remarks.push(format!("{id}: results of the type {other:?} aren't scored")),
        }
        Ok(())
    }

    /// A region's place. Where the region repeats its words, they tell what it counts.
    fn span(&self, id: &str, value: &Value) -> Result<CodePoints, String> {
        let edge = |edge: &str| value[edge].as_u64().and_then(|edge| usize::try_from(edge).ok());
        let Some((start, end)) = edge("start").zip(edge("end")) else {
            return Err(format!("the region {id} has no start and end"));
        };
        let span = CodePoints { start, end };
        let Some(said) = value["text"].as_str() else { return Ok(span) };
        let covers = |span: &CodePoints| {
            let covered = self.characters.get(span.start..span.end);
            covered.is_some_and(|covered| plain(&covered.iter().collect::<String>()) == plain(said))
        };
        let by_units = || self.units.code_points(start, end).filter(covers);
        let span = Some(span).filter(covers).or_else(by_units);
        let length = self.text.chars().count();
        span.ok_or_else(|| {
            format!("the region {id} says {said:?}, which isn't at {start} to {end} of its text of {length} code points")
        })
    }
}

fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
