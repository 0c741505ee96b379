//! What hardly any newspaper prints.

use super::{Text, framed, made, repeated};

pub(super) const TEXTS: &[Text] = &[
    framed("combining marks", "e", "\u{301}", ""),
    repeated("letters with combining marks", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301} "),
    made("letters under many marks", |length| {
        let word = "a".to_owned() + &"\u{300}\u{316}\u{324}".repeat(10) + " ";
        word.repeat(length / word.len() + 1)
    }),
    repeated("zero-width spaces", "\u{200b}"),
    repeated("joiners", "a\u{200d}"),
    repeated("right to left", "שלום אמר "),
    repeated("overrides of direction", "\u{202e}abc\u{202c} "),
    repeated("joined emoji", "👨\u{200d}👩\u{200d}👧\u{200d}👦"),
    repeated("emoji apart", "👨\u{200d}👩\u{200d}👧 "),
    repeated("flags", "🇩🇪"),
    repeated("byte order marks", "\u{feff}"),
    repeated("zeros", "\0"),
    repeated("control characters", "\u{1}\u{2}\u{1b}[31m"),
    repeated("private characters", "\u{f0000}"),
    repeated("no characters", "\u{ffff} "),
    repeated("Chinese", "他说这个大坝是安全的。"),
    repeated("Korean in parts", "\u{1100}\u{1161}"),
    repeated("ligatures", "ﷺ "),
    repeated("mathematical letters", "𝔸𝔹 "),
    repeated("soft hyphens", "s\u{ad}a\u{ad}i\u{ad}d "),
];
