//! What a case says of the record of a claim: in, the attributes with a value in backticks and their kin; out,
//! what is to be compared, and in what a found claim differs from it.
//!
//! ``speaker `Lloyd Austin` titled `Secretary of Defense` person named pronoun when `Tuesday` same as 2``

use std::iter::Peekable;

use ascribe_engine::{Claim, EntityKind, MentionForm, Span};

use crate::known::is_date;
use crate::notation::{span, trimmed};

/// The fields that a line names; what it doesn't name is not compared. Of several values one is to be found.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Record {
    /// The resolved name. The case of its first letter isn't compared: "The firm" is "the firm".
    speaker: Vec<String>,
    /// An empty one for "not titled".
    title: Vec<String>,
    entity_kind: Option<EntityKind>,
    named: Option<bool>,
    form: Option<MentionForm>,
    addressee: Part,
    medium: Part,
    time: Part,
    /// ISO 8601; an empty one for "not dated".
    dated: Vec<String>,
    /// The number of another claim from 1 on, and whether it has the same entity.
    same: Vec<(usize, bool)>,
}

/// A field that points into the text.
#[derive(Debug, Default, PartialEq)]
enum Part {
    /// It is not compared.
    #[default]
    Unasked,
    /// There is to be none.
    Absent,
    At(Vec<Span>),
}

impl Record {
    /// Reads the attribute `name`, with its value from `rest`; false where it isn't one of a record.
    pub(crate) fn read<'page>(
        &mut self,
        name: &str,
        rest: &mut Peekable<impl Iterator<Item = &'page str>>,
        text: &str,
    ) -> Result<bool, String> {
        match name {
            "speaker" => self.speaker = values(name, rest)?,
            "titled" => self.title = values(name, rest)?,
            "to" => self.addressee = Part::read(name, rest, text)?,
            "through" => self.medium = Part::read(name, rest, text)?,
            "when" => self.time = Part::read(name, rest, text)?,
            "dated" => {
                self.dated = values(name, rest)?;
                if let Some(date) = self.dated.iter().find(|date| !is_date(date)) {
                    return Err(format!("{date:?} is no date like 2022-05-14"));
                }
            }
            "named" | "unnamed" => self.named = Some(name == "named"),
            "same" => self.same.push((number(rest)?, true)),
            _ => {
                if let Some(kind) = entity_kind_from_name(name) {
                    self.entity_kind = Some(kind);
                } else if let Some(form) = form_from_name(name) {
                    self.form = Some(form);
                } else {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Reads what stands after "not"; false where it isn't of a record.
    pub(crate) fn read_not<'page>(
        &mut self,
        name: &str,
        rest: &mut impl Iterator<Item = &'page str>,
    ) -> Result<bool, String> {
        match name {
            "same" => self.same.push((number(rest)?, false)),
            "titled" => self.title = vec![String::new()],
            "dated" => self.dated = vec![String::new()],
            "to" => self.addressee = Part::Absent,
            "through" => self.medium = Part::Absent,
            "when" => self.time = Part::Absent,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The largest number of a claim that it names, or 0.
    pub(crate) fn largest_number(&self) -> usize {
        self.same.iter().map(|(number, _)| *number).max().unwrap_or(0)
    }

    /// In what the claim differs; `partners` tells the found claim of each expected one.
    pub(crate) fn differences(
        &self,
        claim: &Claim,
        text: &str,
        partners: &[Option<usize>],
        claims: &[Claim],
    ) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: &[&str], found: &str| {
            if !expected.is_empty() && !expected.iter().any(|expected| is_same(expected, found)) {
                let found = if found.is_empty() { "absent".to_owned() } else { format!("`{found}`") };
                differences.push(format!("{what} is {found}"));
            }
        };
        let source = claim.source.as_ref();
        compare("speaker", &strs(&self.speaker), source.map_or("", |source| &source.resolved_name));
        compare("title", &strs(&self.title), source.map_or("", |source| &source.title));
        let kind = source.map_or("", |source| entity_kind_name(source.entity_kind));
        compare("entity kind", self.entity_kind.map(entity_kind_name).as_slice(), kind);
        let named = |named: bool| if named { "named" } else { "unnamed" };
        compare("it", self.named.map(named).as_slice(), source.map_or("", |source| named(source.named)));
        let form = source.map_or("", |source| form_name(source.form));
        compare("form", self.form.map(form_name).as_slice(), form);
        let resolved = claim.circumstances.time.as_ref().map_or("", |time| &time.resolved);
        compare("date", &strs(&self.dated), resolved);
        let time = claim.circumstances.time.as_ref().map(|time| time.span);
        let parts = [
            ("addressee", &self.addressee, claim.circumstances.addressee),
            ("medium", &self.medium, claim.circumstances.medium),
        ];
        for (what, expected, found) in parts.into_iter().chain([("time", &self.time, time)]) {
            differences.extend(expected.difference(what, found, text));
        }
        for &(number, same) in &self.same {
            let other = partners[number - 1].and_then(|at| claims[at].source.as_ref());
            let is_same = source.zip(other).is_some_and(|(source, other)| source.entity == other.entity);
            if other.is_none() || source.is_none() || is_same != same {
                differences.push(format!("{} as {number}", if same { "not the same" } else { "the same" }));
            }
        }
        differences
    }
}

impl Part {
    fn read<'page>(
        name: &str,
        rest: &mut Peekable<impl Iterator<Item = &'page str>>,
        text: &str,
    ) -> Result<Self, String> {
        let values = values(name, rest)?;
        values.iter().map(|words| span(words, text)).collect::<Result<_, _>>().map(Self::At)
    }

    fn difference(&self, what: &str, found: Option<Span>, text: &str) -> Option<String> {
        let edges = |span: Span| trimmed(span, text, |letter| !letter.is_alphanumeric());
        let differs = match self {
            Self::Unasked => false,
            Self::Absent => found.is_some(),
            Self::At(spans) => !spans.iter().any(|span| found.map(edges) == Some(edges(*span))),
        };
        let words = found.map_or("absent".to_owned(), |span| format!("`{}`", span.slice(text)));
        differs.then(|| format!("{what} is {words}"))
    }
}

/// The record of a found claim in the notation of the pages.
pub(crate) fn written(claim: &Claim, text: &str) -> String {
    let mut words = Vec::new();
    if let Some(source) = &claim.source {
        words.push(format!("speaker `{}`", source.resolved_name));
        if !source.title.is_empty() {
            words.push(format!("titled `{}`", source.title));
        }
        words.push(entity_kind_name(source.entity_kind).to_owned());
        words.push(if source.named { "named" } else { "unnamed" }.to_owned());
        words.push(form_name(source.form).to_owned());
        words.push(format!("e{}", source.entity));
    }
    let mut part = |name: &str, span: Option<Span>| {
        words.extend(span.map(|span| format!("{name} `{}`", span.slice(text))));
    };
    part("to", claim.circumstances.addressee);
    part("through", claim.circumstances.medium);
    part("when", claim.circumstances.time.as_ref().map(|time| time.span));
    let date = claim.circumstances.time.as_ref().map(|time| &time.resolved).filter(|date| !date.is_empty());
    words.extend(date.map(|date| format!("dated `{date}`")));
    words.join(" ")
}

/// The values after a name: one, or several with "or" between them.
fn values<'page>(
    name: &str,
    rest: &mut Peekable<impl Iterator<Item = &'page str>>,
) -> Result<Vec<String>, String> {
    let mut values = Vec::new();
    loop {
        let word = rest.next();
        let value = word.and_then(|word| word.strip_prefix('`')?.strip_suffix('`'));
        values.push(
            value.ok_or_else(|| format!("{name:?} wants a value in backticks, not {word:?}"))?.to_owned(),
        );
        if rest.next_if_eq(&"or").is_none() {
            return Ok(values);
        }
    }
}

fn strs(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

/// Whether two values are the same but for the case of the first letter.
fn is_same(some: &str, other: &str) -> bool {
    let (mut some, mut other) = (some.chars(), other.chars());
    let lower = |letter: Option<char>| letter.map(|letter| letter.to_lowercase().to_string());
    lower(some.next()) == lower(other.next()) && some.eq(other)
}

/// The number after "same as".
fn number<'page>(rest: &mut impl Iterator<Item = &'page str>) -> Result<usize, String> {
    let number = rest.next().filter(|&word| word == "as").and_then(|_| rest.next()?.parse().ok());
    number.filter(|&number| number > 0).ok_or("\"same\" wants \"as\" and the number of a claim".to_owned())
}

fn entity_kind_name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "person",
        EntityKind::Organization => "organization",
        EntityKind::Country => "country",
        EntityKind::Group => "group",
        EntityKind::Document => "document",
        EntityKind::Unknown => "unknown",
    }
}

/// The entity kind that the pages call so.
pub(crate) fn entity_kind_from_name(name: &str) -> Option<EntityKind> {
    let kinds = [
        EntityKind::Person,
        EntityKind::Organization,
        EntityKind::Country,
        EntityKind::Group,
        EntityKind::Document,
        EntityKind::Unknown,
    ];
    kinds.into_iter().find(|&kind| entity_kind_name(kind) == name)
}

fn form_name(form: MentionForm) -> &'static str {
    match form {
        MentionForm::Name => "name",
        MentionForm::Nominal => "nominal",
        MentionForm::Pronoun => "pronoun",
    }
}

fn form_from_name(name: &str) -> Option<MentionForm> {
    let forms = [MentionForm::Name, MentionForm::Nominal, MentionForm::Pronoun];
    forms.into_iter().find(|&form| form_name(form) == name)
}
