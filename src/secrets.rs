//! What no error and no line of the log may show: keys of callers, private keys, passwords, put somewhere by mistake.
//!
//! In: texts and values that are about to be shown. Out: the same without what may be a secret.

use std::borrow::Cow;

/// The prefix of every key, by which people and secret scanners recognize one.
pub(crate) const KEY_PREFIX: &str = "ascribe_";
/// What stands instead of a key.
const HIDDEN: &str = "ascribe_[hidden]";
/// With so many hexadecimal digits after the prefix it is a key, or most of one.
const FEWEST_DIGITS: usize = 16;
/// The longest value that is shown, in characters: what nobody types may be anything.
const LONGEST_SHOWN: usize = 200;

/// The text with every key in it hidden.
pub(crate) fn without_keys(text: &str) -> Cow<'_, str> {
    let Some(mut key) = next_key(text) else { return Cow::Borrowed(text) };
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        shown.push_str(&rest[..key.0]);
        shown.push_str(HIDDEN);
        rest = &rest[key.1..];
        match next_key(rest) {
            Some(next) => key = next,
            None => break,
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// A value as an error shows it: in quotation marks, or by its length where it may be a secret.
pub(crate) fn shown(value: &str) -> String {
    let length = value.chars().count();
    if may_be_secret(value) || length > LONGEST_SHOWN {
        format!("a value of {length} characters, which isn't shown")
    } else {
        format!("{value:?}")
    }
}

/// Whether a value holds a key, a section of PEM or a URL's password.
pub(crate) fn may_be_secret(value: &str) -> bool {
    let authority = value.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next());
    let has_password = authority.flatten().is_some_and(|authority| authority.contains('@'));
    has_password || value.contains("-----BEGIN") || next_key(value).is_some()
}

/// Where the first key of a text begins and ends, in bytes.
fn next_key(text: &str) -> Option<(usize, usize)> {
    text.match_indices(KEY_PREFIX).find_map(|(start, _)| {
        let digits = start + KEY_PREFIX.len();
        let count = text[digits..].bytes().take_while(u8::is_ascii_hexdigit).count();
        (count >= FEWEST_DIGITS).then_some((start, digits + count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_hidden_wherever_they_stand() {
        let key = format!("{KEY_PREFIX}{}", "0aF1".repeat(16));
        let half = &key[..KEY_PREFIX.len() + FEWEST_DIGITS];
        for (text, shown) in [
            (key.clone(), HIDDEN.to_owned()),
            (format!("{key}:desk"), format!("{HIDDEN}:desk")),
            (
                format!("a {half} and {key}, ascribe_ {key}"),
                format!("a {HIDDEN} and {HIDDEN}, ascribe_ {HIDDEN}"),
            ),
            (format!("ascribe_{key}"), format!("ascribe_{HIDDEN}")),
        ] {
            assert_eq!(without_keys(&text), shown);
        }
        for text in ["", "ascribe_", "ascribe_claims_total 5", "ascribe_00112233445566", "ascribe_é"] {
            assert_eq!(without_keys(text), text);
        }
    }

    #[test]
    fn a_value_that_may_be_secret_is_shown_by_its_length() {
        for value in [
            "ascribe_00112233445566778899",
            "-----BEGIN PRIVATE KEY-----MIIE",
            "https://me:secret@127.0.0.1:4317/x",
            &"x".repeat(201),
        ] {
            assert_eq!(shown(value), format!("a value of {} characters, which isn't shown", value.len()));
        }
        for value in ["", "many", "http://127.0.0.1:4317/a@b", "desk@example.com", "a\u{2028}\n"] {
            assert_eq!(shown(value), format!("{value:?}"));
        }
    }
}
