//! One document's claims -> what a person wants to see: who in bold, the cue underlined, what, and below it
//! what sort of claim it is. A nested claim stands indented under the one that holds it.

use std::collections::HashMap;
use std::io;

use anstyle::{AnsiColor, Style};

use super::super::names::{printable, short_name};
use super::wrap::Wrapped;
use crate::wire::v1;

/// Lines longer than this are hard to read, however wide the terminal is.
const WIDEST: usize = 100;
/// Lines shorter than this would hold a word or two.
const NARROWEST: usize = 30;

const PLAIN: Style = Style::new();
const HEADING: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const SOURCE: Style = Style::new().bold();
const CUE: Style = Style::new().underline();
const QUIET: Style = Style::new().dimmed();
const FLAG: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));

/// How wide the lines are: as the terminal, within reason.
pub(in super::super) fn width() -> usize {
    let terminal = terminal_size::terminal_size_of(io::stdout());
    let columns = terminal.map_or(WIDEST, |(columns, _)| columns.0.into());
    columns.clamp(NARROWEST, WIDEST)
}

/// A document's name and claims. The message's offsets are bytes of `text`.
pub(in super::super) fn document(text: &str, message: &v1::DocumentClaims, width: usize) -> String {
    let page = Page::new(text, message, width);
    let count = match message.claims.len() {
        0 => "no claims".to_owned(),
        1 => "1 claim".to_owned(),
        many => format!("{many} claims"),
    };
    let mut heading = Wrapped::new(width, 0, 2);
    heading.add(&printable(&message.document_id), HEADING, 0);
    heading.add(&format!("· {count}"), QUIET, 1);
    let mut lines = heading.finish();
    for notice in &message.notices {
        lines.push_str(&noticed(notice, width));
    }
    for &claim in &page.children_of[""] {
        page.push(claim, 2, &mut lines);
    }
    lines.push('\n');
    lines
}

/// What makes a document's claims doubtful.
fn noticed(notice: &v1::Notice, width: usize) -> String {
    let mut wrapped = Wrapped::new(width, 2, 2);
    wrapped.add("notice:", FLAG, 0);
    wrapped.add(&printable(&notice.message), PLAIN, 1);
    wrapped.finish()
}

/// A document on its way to the terminal.
struct Page<'a> {
    text: &'a str,
    width: usize,
    /// The claims directly in a claim, by its id; those that stand by themselves under no id.
    children_of: HashMap<&'a str, Vec<&'a v1::Claim>>,
}

impl<'a> Page<'a> {
    fn new(text: &'a str, message: &'a v1::DocumentClaims, width: usize) -> Self {
        let mut children_of: HashMap<&str, Vec<&v1::Claim>> = HashMap::from([("", Vec::new())]);
        for claim in &message.claims {
            children_of.entry(&claim.parent_claim_id).or_default().push(claim);
        }
        Self { text, width, children_of }
    }

    /// Adds a claim and those in it. A stack instead of recursion, for hostile depths.
    fn push(&self, claim: &v1::Claim, indent: usize, lines: &mut String) {
        let mut waiting = vec![(claim, indent)];
        while let Some((claim, indent)) = waiting.pop() {
            lines.push('\n');
            lines.push_str(&self.sentence(claim, indent));
            lines.push_str(&self.description(claim, indent + 2));
            let children = self.children_of.get(claim.claim_id.as_str());
            waiting.extend(children.into_iter().flatten().rev().map(|child| (*child, indent + 4)));
        }
    }

    /// Who, how, what.
    fn sentence(&self, claim: &v1::Claim, indent: usize) -> String {
        let mut wrapped = Wrapped::new(self.width, indent, 2);
        match &claim.source {
            Some(source) => {
                wrapped.add(&self.words(&source.spans), SOURCE, 0);
                if !source.resolved_name.is_empty() && !source.text.contains(&source.resolved_name) {
                    wrapped.add(&format!("({})", printable(&source.resolved_name)), QUIET, 1);
                }
            }
            None => wrapped.add("(nobody named)", QUIET, 0),
        }
        if let Some(cue) = &claim.cue {
            wrapped.add(&self.words(&cue.spans), CUE, 2);
        }
        if let Some(content) = &claim.content {
            wrapped.add(&self.words(&content.spans), PLAIN, 2);
        }
        wrapped.finish()
    }

    /// Type · act · kind, then what few claims have.
    fn description(&self, claim: &v1::Claim, indent: usize) -> String {
        let mut wrapped = Wrapped::new(self.width, indent, 0);
        let words = [
            short_name(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_"),
            short_name(claim.act().as_str_name(), "SPEECH_ACT_"),
            short_name(claim.kind().as_str_name(), "QUOTATION_KIND_"),
        ];
        wrapped.add(&words.join(" · "), QUIET, 0);
        for (flag, set) in [("negated", claim.negated), ("hedged", claim.hedged)] {
            if set {
                wrapped.add("·", QUIET, 1);
                wrapped.add(flag, FLAG, 1);
            }
        }
        let part = |part: &Option<v1::TextPart>| part.as_ref().map(|part| printable(&part.text));
        let time = claim.time.as_ref().map(|time| printable(&time.text));
        for (name, found) in [("to", part(&claim.addressee)), ("in", part(&claim.medium)), ("when", time)] {
            if let Some(words) = found {
                wrapped.add(&format!("· {name}: {words}"), QUIET, 1);
            }
        }
        let mut lines = wrapped.finish();
        if let Some(explanation) = &claim.explanation {
            lines.push_str(&self.explanation(claim, explanation, indent));
        }
        lines
    }

    /// Why it was found, and how sure each part is.
    fn explanation(&self, claim: &v1::Claim, explanation: &v1::Explanation, indent: usize) -> String {
        let mut wrapped = Wrapped::new(self.width, indent, 2);
        wrapped.add(&format!("why: {}", explanation.pattern), QUIET, 0);
        if !explanation.cue_entry.is_empty() {
            wrapped.add(&format!("· {}", printable(&explanation.cue_entry)), QUIET, 1);
        }
        let v1::Explanation { source_confidence: source, cue_confidence: cue, content_confidence, .. } =
            explanation;
        let sure = format!(
            "· sure: {:.2} (source {source:.2}, cue {cue:.2}, content {content_confidence:.2})",
            claim.confidence
        );
        wrapped.add(&sure, QUIET, 1);
        wrapped.finish()
    }

    /// The words of some spans, with an ellipsis where they are apart.
    fn words(&self, spans: &[v1::Span]) -> String {
        let slice = |span: &v1::Span| {
            let edges = usize::try_from(span.start).ok().zip(usize::try_from(span.end).ok());
            edges.and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
        };
        let parts: Vec<&str> = spans.iter().map(slice).collect();
        printable(&parts.join(" … "))
    }
}
