//! A row of doccano's export (JSONL of a project with relations) -> an article.
//!
//! doccano counts units of UTF-16, as its editor's JavaScript does.

use serde_json::Value;

use super::super::article::Article;
use super::marks::{Arrow, Mark, Marks, attributions};
use super::units::Utf16;

/// What doccano's annotations don't say.
const UNSAID: [&str; 8] = ["kind", "type", "act", "speaker", "speaker_kind", "named", "negated", "hedged"];

/// Whether the row is one of doccano's.
pub(in super::super) fn is_row(object: &Value) -> bool {
    let has = |name: &str| object.get(name).is_some();
    !has("attributions") && (has("entities") || has("label") || has("labels"))
}

/// The article of a row, under that name.
pub(in super::super) fn article(id: &str, row: &Value) -> Result<Article, String> {
    let Some(text) = row["text"].as_str() else { return Err("has no text".to_owned()) };
    let Some(entities) = row["entities"].as_array() else {
        return Err("has labels without relations, so that nothing says which source belongs to which content: export from a \
                    doccano project with relations"
            .to_owned());
    };
    let units = Utf16::of(text);
    let mut marks = Marks::default();
    for entity in entities {
        let id = name(&entity["id"]);
        let edge = |edge: &str| entity[edge].as_u64().and_then(|edge| usize::try_from(edge).ok());
        let span = edge("start_offset").zip(edge("end_offset"));
        let span = span.and_then(|(start, end)| units.code_points(start, end)).ok_or_else(|| {
            format!(
                "the entity {id} isn't from a start_offset to an end_offset of the text, in units of UTF-16"
            )
        })?;
        let label = entity["label"].as_str().unwrap_or_default().to_owned();
        marks.regions.push(Mark { id, label, spans: vec![span] });
    }
    for relation in row["relations"].as_array().into_iter().flatten() {
        let label = relation["type"].as_str().unwrap_or_default().to_owned();
        marks.arrows.push(Arrow { label, from: name(&relation["from_id"]), to: name(&relation["to_id"]) });
    }
    let (attributions, remarks) = attributions(marks)?;
    Ok(Article { text: Some(text.to_owned()), attributions, unsaid: &UNSAID, remarks, ..Article::new(id) })
}

/// A number or a string as a name.
fn name(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
