//! Is a case true? In: the case and the claims that were found. Out: a verdict, which displays both lists in
//! the notation of the pages.

use std::fmt;

use ascribe::claims::Claim;
use ascribe::text::Span;

use crate::notation::{Attributes, Expected, kind_name, occurrences};
use crate::page::Case;

/// What became of each expected and each found claim.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The text of the case, indented.
    text: String,
    /// The expected claims as written, each with what is wrong; empty where nothing is.
    expected: Vec<(String, Vec<String>)>,
    /// The found claims in the same notation, each with whether it was expected.
    found: Vec<(String, bool)>,
}

impl Verdict {
    /// Compares all that the case names. Spans are compared without the punctuation and white space at their
    /// edges, but the quotation marks of a content belong to it.
    pub(crate) fn of(case: &Case, claims: &[Claim]) -> Self {
        let text = case.text.as_str();
        let mut partners: Vec<Option<usize>> = Vec::new();
        for expected in &case.expected {
            let is_partner =
                |&at: &usize| !partners.contains(&Some(at)) && have_same_spans(expected, &claims[at], text);
            partners.push((0..claims.len()).find(is_partner));
        }
        let faults = |expected: &Expected, partner: &Option<usize>| match partner {
            None => vec!["missing".to_owned()],
            Some(at) => differences(&expected.attributes, &claims[*at], &partners),
        };
        let expected = case.expected.iter().zip(&partners);
        Self {
            text: format!("    {}\n", text.replace('\n', "\n    ")),
            expected: expected.map(|(one, partner)| (one.written.clone(), faults(one, partner))).collect(),
            found: (0..claims.len())
                .map(|at| (written(&claims[at], text), partners.contains(&Some(at))))
                .collect(),
        }
    }

    /// Whether the case is true.
    pub(crate) fn holds(&self) -> bool {
        self.expected.iter().all(|(_, faults)| faults.is_empty())
            && self.found.iter().all(|(_, known)| *known)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}  expected:", self.text)?;
        for (number, (written, faults)) in (1..).zip(&self.expected) {
            let mark = if faults.is_empty() { ' ' } else { '!' };
            write!(formatter, "\n  {mark} {number}. {written}")?;
            if !faults.is_empty() {
                write!(formatter, "   <- {}", faults.join("; "))?;
            }
        }
        write!(formatter, "{}\n  found:", if self.expected.is_empty() { " nothing" } else { "" })?;
        for (number, (written, known)) in (1..).zip(&self.found) {
            let (mark, remark) = if *known { (' ', "") } else { ('!', "   <- not expected") };
            write!(formatter, "\n  {mark} {number}. {written}{remark}")?;
        }
        writeln!(formatter, "{}", if self.found.is_empty() { " nothing" } else { "" })
    }
}

fn have_same_spans(expected: &Expected, claim: &Claim, text: &str) -> bool {
    let punctuation = |letter: char| !letter.is_alphanumeric();
    let but_marks = |letter: char| punctuation(letter) && !is_quotation_mark(letter);
    normal(&expected.source, text, punctuation) == normal(source(claim), text, punctuation)
        && normal(&expected.cue, text, punctuation) == normal(cue(claim), text, punctuation)
        && normal(&expected.content, text, but_marks) == normal(&claim.content.spans, text, but_marks)
}

fn source(claim: &Claim) -> &[Span] {
    claim.source.as_ref().map_or(&[], |source| &source.spans)
}

fn cue(claim: &Claim) -> &[Span] {
    claim.cue.as_ref().map_or(&[], |cue| &cue.spans)
}

fn is_quotation_mark(letter: char) -> bool {
    "\"'`´“”„‟‘’‚‛«»‹›".contains(letter)
}

/// Spans without what `trims` at their edges, in order; those with no word between them are joined. A span
/// that has nothing else (a colon as cue) stays as it is.
fn normal(spans: &[Span], text: &str, trims: impl Fn(char) -> bool) -> Vec<Span> {
    let trimmed = |span: &Span| {
        let words = span.slice(text);
        let rest = words.trim_matches(&trims);
        let rest = if rest.is_empty() { words.trim() } else { rest };
        let start = span.start + (rest.as_ptr() as usize - words.as_ptr() as usize);
        Span::new(start, start + rest.len())
    };
    let mut sorted: Vec<Span> = spans.iter().map(trimmed).collect();
    sorted.sort();
    let mut joined: Vec<Span> = Vec::new();
    for span in sorted {
        match joined.last_mut() {
            Some(last)
                if last.end >= span.start || !text[last.end..span.start].contains(char::is_alphanumeric) =>
            {
                *last = last.joined(span);
            }
            _ => joined.push(span),
        }
    }
    joined
}

/// Which of the named attributes the claim has otherwise. `partners` tells the found claim of each expected.
fn differences(attributes: &Attributes, claim: &Claim, partners: &[Option<usize>]) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |found: bool, what: &str| {
        if !found {
            differences.push(what.to_owned());
        }
    };
    compare(attributes.kind.is_none_or(|kind| kind == claim.kind), "another kind");
    let attribution_type = attributes.attribution_type;
    compare(attribution_type.is_none_or(|expected| expected == claim.attribution_type), "another type");
    compare(attributes.act.is_none_or(|act| act == claim.act), "another act");
    let stance = claim.cue.as_ref().map(|cue| cue.stance);
    compare(attributes.stance.is_none_or(|expected| Some(expected) == stance), "another stance");
    compare(attributes.negated.is_none_or(|negated| negated == claim.negated), "negation");
    compare(attributes.hedged.is_none_or(|hedged| hedged == claim.hedged), "hedge");
    compare(
        attributes.parent.is_none_or(|number| match number.checked_sub(1) {
            None => claim.parent.is_none(),
            Some(at) => partners[at].is_some() && claim.parent == partners[at],
        }),
        "another parent",
    );
    differences
}

/// A found claim in the notation of the pages. The number after "in" is that of a found claim.
fn written(claim: &Claim, text: &str) -> String {
    let spans = |spans: &[Span], nothing: &str| {
        let words: Vec<String> = spans.iter().map(|span| words_of(*span, text)).collect();
        if words.is_empty() { nothing.to_owned() } else { words.join(" // ") }
    };
    let mut attributes = vec![
        kind_name(claim.kind).to_owned(),
        claim.attribution_type.name().to_owned(),
        claim.act.name().to_owned(),
    ];
    attributes.extend(claim.cue.as_ref().map(|cue| cue.stance.name().to_owned()));
    attributes.extend(claim.negated.then(|| "negated".to_owned()));
    attributes.extend(claim.hedged.then(|| "hedged".to_owned()));
    attributes.extend(claim.parent.map(|at| format!("in {}", at + 1)));
    format!(
        "**{}** | {} | {} | {}  ({})",
        spans(source(claim), "(nobody)"),
        spans(cue(claim), "(no cue)"),
        spans(&claim.content.spans, "(no content)"),
        attributes.join(" "),
        claim.explanation.frame,
    )
}

/// The words of a span, numbered where the text has them more than once.
fn words_of(span: Span, text: &str) -> String {
    let words = span.slice(text);
    let same = occurrences(words, text);
    let shown = words.replace('\n', "⏎");
    match same.iter().position(|&other| other == span) {
        Some(at) if same.len() > 1 => format!("{shown}#{}", at + 1),
        _ => shown,
    }
}
