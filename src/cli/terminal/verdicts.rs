//! What was found of a quotation -> what a person wants to see: the verdict and the quotation, below it the passage,
//! whose it is, and the words that differ.

use anstyle::{AnsiColor, Color, Style};

use super::super::names::{printable, short_name};
use super::wrap::Wrapped;
use crate::wire::{InputQuotation, v1};
use v1::verify_quotations_response::Item;

const PLAIN: Style = Style::new();
const QUIET: Style = Style::new().dimmed();
const FLAG: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// An item with its quotation.
pub(in super::super) fn item(quotation: &InputQuotation, item: &Item, width: usize) -> String {
    let verdict = item.verdict();
    let mut wrapped = Wrapped::new(width, 0, 2);
    wrapped.add(&short_name(verdict.as_str_name(), "VERDICT_"), style_of(verdict), 0);
    wrapped.add(&printable(&quotation.text), PLAIN, 2);
    let mut lines = wrapped.finish();
    if verdict == v1::Verdict::Altered {
        lines += &line(&format!("the text: {}", printable(&item.text)), PLAIN, width);
        for difference in &item.differences {
            lines += &line(&told(difference), FLAG, width);
        }
    }
    if verdict != v1::Verdict::Absent {
        lines += &who(quotation, item, width);
    }
    lines.push('\n');
    lines
}

/// The speaker found, and whether it matches the speaker given.
fn who(quotation: &InputQuotation, item: &Item, width: usize) -> String {
    let given = printable(quotation.speaker.trim());
    let speaker = if item.speaker.is_empty() {
        "attributed to nobody".to_owned()
    } else {
        format!("said by {}", printable(&item.speaker))
    };
    if item.speaker_matches() {
        return line(&speaker, QUIET, width);
    }
    line(&format!("{speaker}, not by {given}"), FLAG, width)
}

/// "added: not", "left out: very", "changed: large for huge".
fn told(difference: &v1::WordDifference) -> String {
    let quoted = printable(&difference.quotation_text);
    let original = printable(&difference.document_text);
    match difference.edit() {
        v1::WordEdit::LeftOut => format!("left out: {original}"),
        v1::WordEdit::Changed => format!("changed: {quoted} for {original}"),
        _ => format!("added: {quoted}"),
    }
}

fn line(text: &str, style: Style, width: usize) -> String {
    let mut wrapped = Wrapped::new(width, 2, 2);
    wrapped.add(text, style, 0);
    wrapped.finish()
}

fn style_of(verdict: v1::Verdict) -> Style {
    let color = match verdict {
        v1::Verdict::Verbatim | v1::Verdict::Typographic => AnsiColor::Green,
        v1::Verdict::Altered => AnsiColor::Yellow,
        v1::Verdict::Absent | v1::Verdict::Unspecified => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(Color::Ansi(color)))
}
