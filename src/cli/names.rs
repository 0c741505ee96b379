//! Names, texts and what differs in words, as they are shown to people.

use crate::wire::v1;

/// An enum's value in small letters: "no-comment" for `SPEECH_ACT_NO_COMMENT`.
pub(super) fn short_name(full: &str, prefix: &str) -> String {
    full.strip_prefix(prefix).unwrap_or(full).to_lowercase().replace('_', "-")
}

/// A text without characters that steer a terminal, so that what an article holds never does: controls, separators of
/// lines, and what turns the direction of the text that follows.
pub(super) fn printable(text: &str) -> String {
    let steers = |c: char| {
        let turns = matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (c.is_control() && c != '\n')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// What a quotation has other words in: "added: not", "left out: very", "changed: large for huge".
pub(super) fn difference(difference: &v1::WordDifference) -> String {
    let (quoted, original) = (&difference.quotation_text, &difference.document_text);
    match difference.edit() {
        v1::WordEdit::LeftOut => format!("left out: {original}"),
        v1::WordEdit::Changed => format!("changed: {quoted} for {original}"),
        _ => format!("added: {quoted}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_as_a_mark() {
        assert_eq!(printable("a\u{1b}[31m\u{9b}\u{202e}\u{2028}\u{2067}b\nc"), "a�[31m����b\nc");
        let text = "naïve “e\u{301}” עברית\u{200f} 👩\u{200d}🔬 a\u{a0}b";
        assert_eq!(printable(text), text);
    }
}
