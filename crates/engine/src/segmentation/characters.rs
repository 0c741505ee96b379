//! What a character can be, in the eyes of the tokenizer: a table for ASCII, ranges for the rest.

/// The part that a character can play in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// White space: separates tokens, is in none.
    Space,
    /// A letter, or an underscore, as handles have it.
    Letter,
    /// A digit, or another numeric character ("½").
    Digit,
    /// What belongs to the character before it: combining accents, joiners, soft hyphens, skin tones.
    Extend,
    /// A Chinese or Japanese character that is a word by itself, since no spaces separate words there.
    Ideograph,
    /// "."
    Period,
    /// "!", "?", "…" and their like in other scripts.
    Exclamation,
    /// ","
    Comma,
    /// ":"
    Colon,
    /// ";"
    Semicolon,
    /// "-" and the Unicode hyphens.
    Hyphen,
    /// "–", a dash between words and a hyphen between numbers.
    EnDash,
    /// "—" and the horizontal bar.
    EmDash,
    /// Anything that can be a quotation mark, so also the apostrophe.
    Quote,
    /// "(", "[", "{".
    Opening,
    /// ")", "]", "}".
    Closing,
    /// "@"
    At,
    /// "#"
    Hash,
    /// "&"
    Ampersand,
    /// "/"
    Slash,
    /// Everything else, invisible characters among it.
    Symbol,
    /// Not ASCII: the table doesn't know.
    Wide,
}

/// The class of every byte.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Symbol; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let character = byte as u8;
        classes[byte] = match character {
            b' ' | b'\t'..=b'\r' => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'.' => Class::Period,
            b'!' | b'?' => Class::Exclamation,
            b',' => Class::Comma,
            b':' => Class::Colon,
            b';' => Class::Semicolon,
            b'-' => Class::Hyphen,
            b'"' | b'\'' | b'`' => Class::Quote,
            b'(' | b'[' | b'{' => Class::Opening,
            b')' | b']' | b'}' => Class::Closing,
            b'@' => Class::At,
            b'#' => Class::Hash,
            b'&' => Class::Ampersand,
            b'/' => Class::Slash,
            128.. => Class::Wide,
            _ => Class::Symbol,
        };
        byte += 1;
    }
    classes
};

/// The class of a byte: [`Class::Wide`] where it takes more than the byte to tell.
#[inline]
pub(super) fn class_of_byte(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

/// The class and the length in bytes of the character at `at`; white space past the end.
#[inline]
pub(super) fn class_at(text: &str, at: usize) -> (Class, usize) {
    match text.as_bytes().get(at) {
        None => (Class::Space, 0),
        Some(&byte) if byte < 128 => (class_of_byte(byte), 1),
        Some(_) => {
            let character = char_at(text, at);
            (class_of_wide(character), character.len_utf8())
        }
    }
}

/// The character at `at`, a character edge before the end.
pub(super) fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().expect("there is a character before the end")
}

/// The class of a character that isn't ASCII.
fn class_of_wide(character: char) -> Class {
    match character {
        '’' | '‘' | '“' | '”' | '‚' | '‛' | '„' | '‟' | '«' | '»' | '‹' | '›' | '「' | '」' | '『' | '』'
        | '＂' => Class::Quote,
        '—' | '―' | '‒' => Class::EmDash,
        '–' => Class::EnDash,
        '‐' | '‑' => Class::Hyphen,
        '…' | '‼' | '⁇' | '⁈' | '⁉' | '‽' | '。' | '！' | '？' | '｡' | '．' | '؟' | '۔' | '।' | '॥' => {
            Class::Exclamation
        }
        '，' | '、' | '､' | '،' => Class::Comma,
        '：' => Class::Colon,
        '；' | '؛' => Class::Semicolon,
        '（' | '［' | '｛' | '【' | '〔' | '〈' | '《' | '⟨' => Class::Opening,
        '）' | '］' | '｝' | '】' | '〕' | '〉' | '》' | '⟩' => Class::Closing,
        _ if is_extension(character) => Class::Extend,
        _ if is_ideograph(character) => Class::Ideograph,
        _ if character.is_whitespace() => Class::Space,
        _ if character.is_alphabetic() => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ => Class::Symbol,
    }
}

/// Whether a character continues the one before it and is nothing by itself. The standard library doesn't
/// tell combining marks; these ranges hold those that texts in Latin, Greek, Cyrillic, Hebrew, Arabic and
/// Indic scripts and emoji use.
fn is_extension(character: char) -> bool {
    matches!(u32::from(character),
        0xAD // soft hyphen
        | 0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x5BF..=0x5C7 | 0x610..=0x61A | 0x64B..=0x65F
        | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E8 | 0x6EA..=0x6ED
        | 0x93C | 0x94D | 0x9BC | 0x9CD | 0xA4D | 0xACD | 0xB4D | 0xBCD | 0xC4D | 0xCCD | 0xD4D | 0xDCA // viramas
        | 0xE31..=0xE3A | 0xE47..=0xE4E
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
        | 0x200C | 0x200D | 0x2060 // joiners
        | 0x20D0..=0x20FF
        | 0x3099 | 0x309A
        | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F
        | 0x1_F3FB..=0x1_F3FF // skin tones
        | 0xE_0020..=0xE_007F | 0xE_0100..=0xE_01EF)
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFD)
}
