//! Whether a text is JSON, or lines of it.

use super::notice::{Notice, NoticeReason, shown};
use crate::text::Span;

/// The longest name of a field has at most so many bytes.
const LONGEST_NAME: usize = 128;

/// A notice where a text begins as an object of JSON does, or a list of such.
pub(super) fn notice(text: &str) -> Option<Notice> {
    let start = text.len() - text.trim_start_matches(is_blank).len();
    let rest = &text[start..];
    let object = rest.strip_prefix('[').unwrap_or(rest).trim_start_matches(is_blank);
    let name = object.strip_prefix('{')?.trim_start_matches(is_blank).strip_prefix('"')?;
    let bytes = name.as_bytes();
    let end = bytes.iter().take(LONGEST_NAME + 1).position(|&byte| byte == b'"' || byte == b'\n')?;
    let after = name.get(end..)?.strip_prefix('"')?.trim_start_matches(is_blank).strip_prefix(':')?;
    let span = Span::new(start, text.len() - after.len());
    let message = format!(
        "the text looks like JSON, it begins with {}: names of fields may stand in claims; give the value of the field \
         that holds the article",
        shown(span.slice(text))
    );
    Some(Notice::new(NoticeReason::LooksLikeJson, message, Some(span)))
}

fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::notice;

    #[test]
    fn objects_and_lists_of_them_are_json() {
        for (text, shown) in [
            ("{\"id\": \"a\", \"text\": \"Ruiz said no.\"}", "{\"id\":"),
            (" \u{feff}[ {\n\"text\" : \"Ruiz said", "[ { \"text\" :"),
            ("{\"id\":1}\n{\"id\":2}", "{\"id\":"),
        ] {
            let notice = notice(text).expect(text);
            assert!(notice.message.contains(&format!("begins with “{shown}”")), "{}", notice.message);
        }
    }

    #[test]
    fn prose_in_brackets_is_none() {
        for text in [
            "",
            "{",
            "[",
            "{\"",
            "[laughs] “No,” he said.",
            "{\"No,\" he said: never}",
            "[\"No\": he said]",
            "{\"a\nb\": 1}",
        ] {
            assert_eq!(notice(text), None, "{text}");
        }
    }
}
