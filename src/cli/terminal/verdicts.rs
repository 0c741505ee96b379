//! What was found of a quotation -> what a person wants to see: the verdict and the quotation, below it the passage,
//! whose it is, and the words that differ.

use anstyle::{AnsiColor, Color, Style};

use super::super::names::{difference, printable, short_name};
use super::wrap::Wrapped;
use crate::wire::v1;
use v1::verify_quotations_response::Item;

const PLAIN: Style = Style::new();
const QUIET: Style = Style::new().dimmed();
const FLAG: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// An item with its quotation; of the document `document_id`, where that is to be told.
pub(in super::super) fn item(document_id: &str, item: &Item, width: usize) -> String {
    let quotation = item.quotation.clone().unwrap_or_default();
    let verdict = item.verdict();
    let mut wrapped = Wrapped::new(width, 0, 2);
    wrapped.add(&short_name(verdict.as_str_name(), "VERDICT_"), style_of(verdict), 0);
    wrapped.add(&printable(&quotation.text), PLAIN, 2);
    let mut lines = wrapped.finish();
    let ids = [quotation.quotation_id.as_str(), document_id];
    let ids: Vec<&str> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    if !ids.is_empty() {
        lines += &line(&printable(&ids.join(" in ")), QUIET, width);
    }
    if verdict == v1::Verdict::Altered {
        lines += &line(&format!("the text: {}", printable(&item.text)), PLAIN, width);
        for one in &item.differences {
            lines += &line(&printable(&difference(one)), FLAG, width);
        }
    }
    if let Some((who, style)) = who(&printable(quotation.speaker.trim()), item) {
        lines += &line(&who, style, width);
    }
    lines.push('\n');
    lines
}

/// The speaker found, and whether it is the one `asked` for.
fn who(asked: &str, item: &Item) -> Option<(String, Style)> {
    let speaker = printable(&item.speaker);
    Some(match item.speaker_verdict() {
        v1::SpeakerVerdict::Same => (format!("said by {speaker}, as named"), QUIET),
        v1::SpeakerVerdict::Other => (format!("said by {speaker}, not by {asked}"), FLAG),
        v1::SpeakerVerdict::Nobody => (format!("said by nobody, so not by {asked}"), FLAG),
        v1::SpeakerVerdict::Unknown => {
            (format!("the text doesn't tell who said it: {asked} is not confirmed"), FLAG)
        }
        _ if item.verdict() == v1::Verdict::Absent => return None,
        _ if speaker.is_empty() => ("the text doesn't tell who said it".to_owned(), QUIET),
        _ => (format!("said by {speaker}"), QUIET),
    })
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
