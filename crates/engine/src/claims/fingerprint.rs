//! A claim's words -> a name for it that is the same wherever they stand.

use sha2::{Digest, Sha256};

/// How many hexadecimal digits a fingerprint has.
const DIGITS: usize = 16;

/// Names a claim by the words of its source, cue and content, each exactly as written: pieces joined by one space, ""
/// where there is none.
///
/// It is the first 16 hexadecimal digits of a SHA-256 over three others, `h(h(source) + h(cue) + h(content))`, where `h` gives
/// the 64 lower-case digits of a text's UTF-8. So no two claims are joined to the same bytes, whatever stands in them.
pub fn fingerprint_of(source: &str, cue: &str, content: &str) -> String {
    let mut whole = Sha256::new();
    for part in [source, cue, content] {
        whole.update(hexadecimal(&Sha256::digest(part)));
    }
    let mut digits = hexadecimal(&whole.finalize());
    digits.truncate(DIGITS);
    digits
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGIT: &[u8; 16] = b"0123456789abcdef";
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(DIGIT[usize::from(nibble)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by Python's hashlib, as docs/record.md shows it.
    #[test]
    fn the_formula_is_that_of_the_documents() {
        assert_eq!(fingerprint_of("Mayor Ana Ruiz", "said", "the bridge is safe"), "c062ef604f40bd74");
        assert_eq!(fingerprint_of("", "", "“Zoé 👍”"), "6f671999df5c2c33");
    }

    #[test]
    fn words_that_pass_from_one_part_to_the_next_are_another_claim() {
        let first = fingerprint_of("Ruiz", "said no", "never");
        for (source, cue, content) in
            [("Ruiz said", "no", "never"), ("Ruiz", "said", "no never"), ("", "Ruizsaid no", "never")]
        {
            assert_ne!(fingerprint_of(source, cue, content), first);
        }
    }
}
