//! One JSON object -> one article, whichever of the two forms it has.

use serde_json::Value;
use serde_json::value::RawValue;

use super::article::{Article, Attribution, CodePoints};
use crate::json_lines;

/// Reads a line: the gold files' form where it has an `id`, the service's answer where it has none.
pub(super) fn article(line: &str) -> Result<Article, String> {
    let object: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if !object.is_object() {
        return Err("is not a JSON object".to_owned());
    }
    if object.get("id").is_some() { gold_form(&object, line) } else { answer_form(&object, line) }
}

fn gold_form(object: &Value, line: &str) -> Result<Article, String> {
    let id = id(line, "id")?;
    let attributions = match &object["attributions"] {
        Value::Array(list) => list.iter().map(gold_attribution).collect::<Result<_, _>>()?,
        Value::Null => Vec::new(),
        other => return Err(format!("attributions is {other}, not a list")),
    };
    Ok(Article { id, text: object["text"].as_str().map(str::to_owned), attributions })
}

fn gold_attribution(raw: &Value) -> Result<Attribution, String> {
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
    })
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
    let attributions = match field(answer, "claims") {
        Value::Array(list) => list.iter().map(claim).collect::<Result<_, _>>()?,
        Value::Null => Vec::new(),
        other => return Err(format!("claims is {other}, not a list")),
    };
    Ok(Article { id, text: None, attributions })
}

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
