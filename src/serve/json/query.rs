//! The query of a request -> the JSON that stands for it.
//!
//! In: `page_size=10&page_token=x`. Out: `{"page_size":"10","page_token":"x"}`, which proto3 JSON reads as it reads numbers.

use std::fmt::Write;

use crate::wire::Method;

/// The fields of a query as JSON. Whoever asks for the health may ask anything beside it: probes add what they like.
pub(super) fn query_json(method: Method, query: &str) -> String {
    if method == Method::HealthCheck {
        return "{}".to_owned();
    }
    let mut json = "{".to_owned();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let separator = if json.len() > 1 { "," } else { "" };
        // Writing into a string doesn't fail.
        let _ = write!(json, "{separator}{}:{}", quoted(name), quoted(value));
    }
    json.push('}');
    json
}

/// A part of a query as a string of JSON.
fn quoted(part: &str) -> String {
    serde_json::Value::String(decoded(part)).to_string()
}

/// A part of a query as its sender meant it; what isn't UTF-8 is no name and no value of anything.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = tail.split_at_checked(2).and_then(|(digits, tail)| {
            let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
            Some((u8::from_str_radix(digits, 16).ok()?, tail))
        });
        let (byte, tail) = match (byte, code) {
            (b'%', Some((code, tail))) => (code, tail),
            (b'+', _) => (b' ', tail),
            (byte, _) => (byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_the_json_that_it_stands_for() {
        for (query, json) in [
            ("", "{}"),
            ("page_size=10", r#"{"page_size":"10"}"#),
            ("page_size=10&page_token=a%20b+c", r#"{"page_size":"10","page_token":"a b c"}"#),
            ("&a=%C3%A9&b&=%", r#"{"a":"é","b":"","":"%"}"#),
            ("a=%ff%2&a=\"", "{\"a\":\"\u{fffd}%2\",\"a\":\"\\\"\"}"),
            ("a=%+f", r#"{"a":"% f"}"#),
        ] {
            assert_eq!(query_json(Method::ListCues, query), json, "{query}");
        }
        assert_eq!(query_json(Method::HealthCheck, "now=1"), "{}");
    }
}
