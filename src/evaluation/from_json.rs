//! One JSON object -> one article, whichever of the forms it has.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::article::{Article, Attribution, CodePoints, Side};
use super::tools::{doccano, label_studio};
use crate::json_lines;
use crate::misspelling::meant;

/// The fields of an article in the gold files that are read, beside its id. It may have others of its own.
const ARTICLE: [&str; 2] = ["text", "attributions"];

/// The fields of an attribution in the gold files, and no others.
const ATTRIBUTION: [&str; 18] = [
    "source",
    "cue",
    "content",
    "addressee",
    "medium",
    "time",
    "kind",
    "type",
    "act",
    "speaker",
    "speaker_kind",
    "named",
    "negated",
    "hedged",
    "in",
    "id",
    "cueless",
    "confidence",
];

/// What a row of a file is.
pub(super) enum Row {
    Article(Article),
    /// A task that nobody annotated yet.
    Unannotated,
}

/// Reads a row: a task of Label Studio where it has `data`, a row of doccano where it has labels beside its text, the gold
/// files' form where it has an `id`, the service's answer where it has none.
pub(super) fn article(row: &str, side: Side) -> Result<Row, String> {
    let object: Value = serde_json::from_str(row).map_err(|error| error.to_string())?;
    if !object.is_object() {
        return Err("is not a JSON object".to_owned());
    }
    if label_studio::is_task(&object) {
        let article = label_studio::article(&task_id(&object, row)?, &object, side)?;
        return Ok(article.map_or(Row::Unannotated, Row::Article));
    }
    if label_studio::is_minimal(&object) {
        return Err("is of the export JSON-MIN, which leaves relations out: export as JSON".to_owned());
    }
    if doccano::is_row(&object) {
        let name = if object.get("document_id").is_some() { "document_id" } else { "id" };
        return doccano::article(&id(row, name)?, &object).map(Row::Article);
    }
    let article =
        if object.get("id").is_some() { gold_form(&object, row) } else { answer_form(&object, row) };
    article.map(Row::Article)
}

/// The document's id that a task was made with, else its own.
fn task_id(task: &Value, row: &str) -> Result<String, String> {
    let data = json_lines::field(row, "data").map_or("{}", RawValue::get);
    if is_set(&task["data"]["document_id"]) { id(data, "document_id") } else { id(row, "id") }
}

fn gold_form(object: &Value, line: &str) -> Result<Article, String> {
    let id = id(line, "id")?;
    for missing in ARTICLE.into_iter().filter(|name| object.get(name).is_none()) {
        let mut names = object.as_object().into_iter().flat_map(|fields| fields.keys());
        if let Some(near) = names.find(|name| meant(name, [missing]).is_some()) {
            return Err(format!("has the field {near:?}: is {missing:?} meant?"));
        }
    }
    let attributions = match &object["attributions"] {
        Value::Array(list) => list.iter().enumerate().map(gold_attribution).collect::<Result<_, _>>()?,
        Value::Null => Vec::new(),
        other => return Err(format!("attributions is {other}, not a list")),
    };
    let text = match &object["text"] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => return Err(format!("text is {other}, not a string")),
    };
    Ok(Article { text, attributions, ..Article::new(&id) })
}

fn gold_attribution((index, raw): (usize, &Value)) -> Result<Attribution, String> {
    let Some(fields) = raw.as_object() else {
        return Err(format!("attributions[{index}] is {raw}, not an object"));
    };
    if let Some(unknown) = fields.keys().find(|name| !ATTRIBUTION.contains(&name.as_str())) {
        let hint = meant(unknown, ATTRIBUTION).map_or_else(
            || format!("an attribution has {}", ATTRIBUTION.join(", ")),
            |near| format!("is {near:?} meant?"),
        );
        return Err(format!("attributions[{index}] has the field {unknown:?}: {hint}"));
    }
    Ok(Attribution {
        source: pairs(raw, "source")?,
        cue: pairs(raw, "cue")?,
        content: pairs(raw, "content")?,
        addressee: pairs(raw, "addressee")?,
        medium: pairs(raw, "medium")?,
        time: pairs(raw, "time")?,
        nested: is_set(&raw["in"]),
        kind: string(&raw["kind"]),
        attribution_type: string(&raw["type"]),
        act: string(&raw["act"]),
        speaker: string(&raw["speaker"]),
        speaker_kind: string(&raw["speaker_kind"]),
        named: is_set(&raw["named"]),
        negated: is_set(&raw["negated"]),
        hedged: is_set(&raw["hedged"]),
        confidence: confidence(&raw["confidence"]),
        holder_confidence: None,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a confidence has few digits")]
fn confidence(value: &Value) -> Option<f32> {
    value.as_f64().map(|confidence| confidence as f32)
}

/// The pairs of numbers in a role of a gold attribution.
fn pairs(raw: &Value, role: &str) -> Result<Vec<CodePoints>, String> {
    let pair = |pair: &Value| {
        let edge =
            |index: usize| pair.get(index).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        match (edge(0), edge(1), pair.get(2)) {
            (Some(start), Some(end), None) => Ok(CodePoints { start, end }),
            _ => Err(format!("{role} has {pair} where a pair [start, end] is wanted")),
        }
    };
    match &raw[role] {
        Value::Array(list) => list.iter().map(pair).collect(),
        Value::Null => Ok(Vec::new()),
        other => Err(format!("{role} is {other}, not a list of pairs")),
    }
}

fn answer_form(object: &Value, line: &str) -> Result<Article, String> {
    let result = object.get("result").filter(|result| is_set(result));
    let answer = result.unwrap_or(object);
    // The same object, as it is written.
    let written = result.and_then(|_| json_lines::field(line, "result")).map_or(line, RawValue::get);
    let name = if answer.get("document_id").is_some() { "document_id" } else { "documentId" };
    let id = if field(answer, "document_id").is_null() { String::new() } else { id(written, name)? };
    // In other units the same numbers are other words, and most would be scored without a complaint.
    let unit = string(field(answer, "offset_encoding"));
    if !matches!(unit.as_str(), "" | "OFFSET_ENCODING_CODE_POINTS" | "OFFSET_ENCODING_UNSPECIFIED") {
        return Err(format!("offset_encoding is {unit}: extract again with --offsets code-points"));
    }
    let claims = match field(answer, "claims") {
        Value::Array(list) => list.as_slice(),
        Value::Null => &[],
        other => return Err(format!("claims is {other}, not a list")),
    };
    let attributions = claims.iter().map(claim).collect::<Result<Vec<_>, _>>()?;
    let error = field(object, "error");
    let remarks =
        if is_set(error) { vec![format!("was not read when it was extracted: {error}")] } else { Vec::new() };
    Ok(Article { attributions: with_holders(attributions, claims), remarks, ..Article::new(&id) })
}

/// The attributions of some claims, each with the confidence of the surest that it stands in.
fn with_holders(mut attributions: Vec<Attribution>, claims: &[Value]) -> Vec<Attribution> {
    let name = |claim, name| field(claim, name).as_str().unwrap_or_default().to_owned();
    let place: HashMap<String, usize> =
        claims.iter().enumerate().map(|(index, claim)| (name(claim, "claim_id"), index)).collect();
    let parents: Vec<Option<usize>> =
        claims.iter().map(|claim| place.get(&name(claim, "parent_claim_id")).copied()).collect();
    let confidences: Vec<Option<f32>> = attributions.iter().map(|it| it.confidence).collect();
    for (index, attribution) in attributions.iter_mut().enumerate() {
        // No deeper than this: also a circle ends.
        let holders = std::iter::successors(parents[index], |&holder| parents[holder]).take(DEEPEST);
        attribution.holder_confidence = holders.filter_map(|holder| confidences[holder]).reduce(f32::max);
    }
    attributions
}

/// At most so many claims around a claim are asked how sure they are.
const DEEPEST: usize = 64;

fn claim(claim: &Value) -> Result<Attribution, String> {
    let source = field(claim, "source");
    let part = |name| spans(field(field(claim, name), "span")).map(|span| span.into_iter().collect());
    let list = |part: &Value| match field(part, "spans") {
        Value::Array(list) => {
            Ok(list.iter().map(spans).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
        Value::Null => Ok(Vec::new()),
        other => Err(format!("spans is {other}, not a list")),
    };
    let speaker_kind = value_name(field(source, "entity_kind"), "ENTITY_KIND_");
    Ok(Attribution {
        source: list(source)?,
        cue: list(field(claim, "cue"))?,
        content: list(field(claim, "content"))?,
        addressee: part("addressee")?,
        medium: part("medium")?,
        time: part("time")?,
        nested: is_set(field(claim, "parent_claim_id")),
        kind: value_name(field(claim, "kind"), "QUOTATION_KIND_"),
        attribution_type: value_name(field(claim, "type"), "ATTRIBUTION_TYPE_"),
        act: value_name(field(claim, "act"), "SPEECH_ACT_"),
        speaker: string(field(source, "resolved_name")),
        speaker_kind: if speaker_kind.is_empty() { "unknown".to_owned() } else { speaker_kind },
        named: is_set(field(source, "named")),
        negated: is_set(field(claim, "negated")),
        hedged: is_set(field(claim, "hedged")),
        confidence: confidence(field(claim, "confidence")),
        holder_confidence: None,
    })
}

/// A span object; nothing where it is null or empty. Proto3 JSON leaves out a start of 0 and may write numbers as
/// strings.
fn spans(span: &Value) -> Result<Option<CodePoints>, String> {
    if !is_set(span) {
        return Ok(None);
    }
    let number = |value: &Value| match value {
        Value::String(digits) => digits.parse().ok(),
        other => other.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    let start = if span["start"].is_null() { Some(0) } else { number(&span["start"]) };
    match (start, number(&span["end"])) {
        (Some(start), Some(end)) => Ok(Some(CodePoints { start, end })),
        _ => Err(format!("{span} is not a span")),
    }
}

/// The id in a field that an object has, as it is written: [`Value`] keeps no more than 64 bits of a number.
fn id(object: &str, name: &str) -> Result<String, String> {
    json_lines::field(object, name)
        .map_or_else(|| Err(format!("has no {name}")), |id| json_lines::id(id, name))
}

/// A field under its proto name or its JSON name (`document_id`, `documentId`); null where there is none.
fn field<'a>(object: &'a Value, name: &str) -> &'a Value {
    const NULL: &Value = &Value::Null;
    object.get(name).or_else(|| object.get(camel(name))).unwrap_or(NULL)
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| camel + &word[..1].to_uppercase() + &word[1..])
}

/// An enum's value as the gold files write it: "no-comment" for `SPEECH_ACT_NO_COMMENT`.
fn value_name(value: &Value, prefix: &str) -> String {
    let name = value.as_str().unwrap_or_default();
    let name = name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', "-");
    if name == "unspecified" { String::new() } else { name }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What Python calls true: anything but null, false, 0 and what is empty.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}
