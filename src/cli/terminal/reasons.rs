//! What could be cues, sentence by sentence -> what a person wants to see: the sentence, below it each possible cue with what
//! became of it, and what can be done.

use anstyle::{AnsiColor, Color, Style};
use ascribe_engine::Fate;

use super::super::explain::reasons::{Explained, Reason};
use super::super::names::printable;
use super::wrap::Wrapped;

const PLAIN: Style = Style::new();
const HEADING: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));
const CUE: Style = Style::new().underline();
const QUIET: Style = Style::new().dimmed();
const FLAG: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// A document's name, how many sentences and claims it has, and those sentences that were asked for.
pub(in super::super) fn document(
    id: &str,
    text: &str,
    (sentences, claims): (usize, usize),
    explained: &[Explained<'_>],
    width: usize,
) -> String {
    let mut heading = Wrapped::new(width, 0, 2);
    heading.add(&printable(id), HEADING, 0);
    heading.add(&format!("· {}, {}", counted(sentences, "sentence"), counted(claims, "claim")), QUIET, 1);
    let mut lines = heading.finish();
    if explained.is_empty() && sentences > 0 {
        lines += &line("no such sentence", QUIET, 2, width);
    }
    for sentence in explained {
        lines.push('\n');
        lines += &numbered(sentence, width);
        for (cue, reason) in &sentence.cues {
            lines += &told(Some(cue.span.slice(text)), reason, width);
        }
        if let Some(reason) = &sentence.other {
            lines += &told(None, reason, width);
        }
        if sentence.cues.is_empty() && sentence.other.is_none() {
            lines +=
                &line("no word in it is in the lexicon, and none is likely to be a cue", QUIET, 4, width);
        }
    }
    lines.push('\n');
    lines
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn numbered(sentence: &Explained<'_>, width: usize) -> String {
    let mut wrapped = Wrapped::new(width, 0, 4);
    let number = sentence.number.to_string();
    // Sentences stand below each other.
    let gap = 4_usize.saturating_sub(number.len()).max(1);
    wrapped.add(&number, QUIET, 0);
    wrapped.add(&printable(sentence.text), PLAIN, gap);
    wrapped.finish()
}

/// A possible cue, what became of it, and what can be done.
fn told(cue: Option<&str>, reason: &Reason, width: usize) -> String {
    let style = if matches!(reason.fate, Fate::Claimed { .. } | Fate::PartOf { .. }) { PLAIN } else { FLAG };
    let mut wrapped = Wrapped::new(width, 4, 2);
    if let Some(cue) = cue {
        // Of a long quotation that nothing marks its first words name it.
        let mut words: Vec<&str> = cue.split_whitespace().collect();
        let is_long = words.len() > LONGEST_NAME;
        words.truncate(LONGEST_NAME);
        wrapped.add(&printable(&words.join(" ")), CUE, 0);
        if is_long {
            wrapped.add("…", PLAIN, 1);
        }
    }
    wrapped.add(&printable(&reason.why), style, 2);
    let mut lines = wrapped.finish();
    if !reason.advice.is_empty() {
        lines += &line(&format!("→ {}", reason.advice), QUIET, 6, width);
    }
    lines
}

/// A cue has at most so many words in a heading.
const LONGEST_NAME: usize = 8;

fn line(text: &str, style: Style, indent: usize, width: usize) -> String {
    let mut wrapped = Wrapped::new(width, indent, 2);
    wrapped.add(text, style, 0);
    wrapped.finish()
}
