//! Names and texts as they are shown to people.

/// An enum's value in small letters: "no-comment" for `SPEECH_ACT_NO_COMMENT`.
pub(super) fn short_name(full: &str, prefix: &str) -> String {
    full.strip_prefix(prefix).unwrap_or(full).to_lowercase().replace('_', "-")
}

/// A text without control characters, so that what an article holds never steers a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
