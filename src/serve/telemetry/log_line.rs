//! A line of the log in which nothing that somebody else chose looks like a part of the line.
//!
//! In: what is logged, paths and names that callers chose included. Out: one line, all of it printable, without keys; in
//! text, a value is in quotation marks wherever it could be taken for something else.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

use crate::secrets::without_keys;

/// The field that holds the words of a line.
const MESSAGE: &str = "message";
/// Begins the sequences that color a terminal.
const ESCAPE: char = '\u{1b}';

/// How characters that aren't printable are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\u{9b}`, for a log of text.
    Text,
    /// The same, where the line itself is colored: its own sequences stay, values have none ([`TextFields`]).
    ColoredText,
    /// `\u009b`, for a log of JSON, in which such characters stand only in strings.
    Json,
}

impl Escapes {
    /// Adds a line, as it was put together, with its end, as it may be written.
    pub(super) fn add_line(self, line: &[u8], out: &mut Vec<u8>) {
        let line = String::from_utf8_lossy(line);
        let line = without_keys(line.strip_suffix('\n').unwrap_or(&line));
        let mut text = String::with_capacity(line.len() + 1);
        for character in line.chars() {
            match self {
                _ if is_printable(character) => text.push(character),
                Self::ColoredText if character == ESCAPE => text.push(character),
                Self::Text | Self::ColoredText => text.extend(character.escape_debug()),
                Self::Json => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        // Writing into a string doesn't fail.
                        let _ = write!(text, "\\u{unit:04x}");
                    }
                }
            }
        }
        text.push('\n');
        out.extend_from_slice(text.as_bytes());
    }
}

/// Whether a character shows as what it is: no control, no separator but the space, nothing that turns the direction of
/// what follows, nothing that combines with its neighbor.
fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\0'..='\u{a0}' => false,
        // Whatever this escapes isn't printable.
        _ => character.escape_debug().len() == 1,
    }
}

/// The fields of text: `name=value`, the value in quotation marks where it holds more than signs without a meaning here.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextFields;

impl<'writer> FormatFields<'writer> for TextFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = TextVisitor { writer, is_first: true, result: Ok(()) };
        fields.record(&mut visitor);
        visitor.result
    }
}

struct TextVisitor<'writer> {
    writer: Writer<'writer>,
    is_first: bool,
    result: fmt::Result,
}

impl TextVisitor<'_> {
    fn write(&mut self, field: &Field, value: &str, is_quoted: bool) -> fmt::Result {
        if !std::mem::take(&mut self.is_first) {
            self.writer.write_char(' ')?;
        }
        if field.name() == MESSAGE {
            return value.chars().try_for_each(|character| self.write_value_character(character));
        }
        write!(self.writer, "{}=", field.name().trim_start_matches("r#"))?;
        if !is_quoted {
            return self.writer.write_str(value);
        }
        self.writer.write_char('"')?;
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                self.writer.write_char('\\')?;
            }
            self.write_value_character(character)?;
        }
        self.writer.write_char('"')
    }

    /// [`Escapes::ColoredText`] can't tell a value's sequences from those of the line.
    fn write_value_character(&mut self, character: char) -> fmt::Result {
        if character == ESCAPE {
            return write!(self.writer, "{}", character.escape_debug());
        }
        self.writer.write_char(character)
    }
}

impl Visit for TextVisitor<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.result = self.result.and_then(|()| self.write(field, value, true));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}");
        let is_quoted = !is_bare(&value);
        self.result = self.result.and_then(|()| self.write(field, &value, is_quoted));
    }
}

/// Whether a value can't be taken for several fields, or for the end of those in braces.
fn is_bare(value: &str) -> bool {
    let has_meaning = |byte| matches!(byte, b'"' | b'\\' | b'=' | b'{' | b'}');
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() && !has_meaning(byte))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_field_can_be_taken_for_another() {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = tracing_subscriber::fmt::layer().fmt_fields(TextFields).with_ansi(false).without_time();
        let layer = layer.with_target(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let forged = "x caller=\"boss\"}: \u{1b}[31m\\";
            let _span = tracing::info_span!("call", id = %forged, caller = "desk").entered();
            tracing::info!(id = %forged, code = ?Some(1), plain = %"/a/b-7", caller = "desk", "it ended");
        });
        let written = String::from_utf8(kept.0.lock().expect("nobody panics").clone()).expect("UTF-8");
        let value = r#""x caller=\"boss\"}: \u{1b}[31m\\""#;
        assert_eq!(
            written.trim_start(),
            format!(
                "INFO call{{id={value} caller=\"desk\"}}: it ended id={value} code=Some(1) plain=/a/b-7 caller=\"desk\"\n"
            )
        );
    }

    fn line(escapes: Escapes, text: &str) -> String {
        let mut out = Vec::new();
        escapes.add_line(text.as_bytes(), &mut out);
        String::from_utf8(out).expect("it is UTF-8")
    }

    #[test]
    fn a_line_is_one_line_whatever_is_in_it() {
        let text = "a\nb\u{9b}31m\u{2028}\u{202e}\u{85}\u{7f}\u{1b}[31m\u{ad}\u{a0}\u{e0001}é“漢😀\n";
        assert_eq!(
            line(Escapes::Text, text),
            "a\\nb\\u{9b}31m\\u{2028}\\u{202e}\\u{85}\\u{7f}\\u{1b}[31m\\u{ad}\\u{a0}\\u{e0001}é“漢😀\n"
        );
        assert_eq!(
            line(Escapes::Json, text),
            "a\\u000ab\\u009b31m\\u2028\\u202e\\u0085\\u007f\\u001b[31m\\u00ad\\u00a0\\udb40\\udc01é“漢😀\n"
        );
        assert_eq!(line(Escapes::ColoredText, "\u{1b}[32mINFO\u{9b}\n"), "\u{1b}[32mINFO\\u{9b}\n");
        assert_eq!(line(Escapes::Text, ""), "\n");
    }

    #[test]
    fn a_value_is_bare_only_where_nothing_in_it_has_a_meaning() {
        for bare in ["/ascribe.v1.ClaimService/ExtractClaims", "mine-7", "12.5", "Ok", "[::1]:50051"] {
            assert!(is_bare(bare), "{bare}");
        }
        for quoted in ["", "a b", "a\tb", "code=Ok", "\"x\"", "x}: ERROR", "\\", "é", "a\u{9b}"] {
            assert!(!is_bare(quoted), "{quoted}");
        }
    }
}
