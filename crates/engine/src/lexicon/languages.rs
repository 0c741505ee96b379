//! Words that tell in which language a text is: what `data/languages.tsv` holds, ready for look-up.

use rustc_hash::FxHashMap;

/// The words that the binary carries.
pub(crate) const EMBEDDED_LANGUAGES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/languages.tsv"));

/// The longest of these words has at most so many bytes.
pub const LONGEST_TELLING_WORD: usize = 16;

/// For each telling word its languages.
#[derive(Clone, Debug)]
pub struct TellingWords {
    /// The languages, English first.
    names: Vec<Box<str>>,
    /// For each word a bit for each of its languages.
    languages: FxHashMap<Box<str>, u32>,
}

impl TellingWords {
    /// The words that ship with the program, `data/languages.tsv`.
    ///
    /// # Panics
    /// Never: a test loads the same bytes.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_file(EMBEDDED_LANGUAGES).expect("the embedded languages were checked by a test")
    }

    /// The words of a file in the format of `data/languages.tsv`.
    ///
    /// # Errors
    /// What is wrong with the first line that can't be read.
    fn from_file(file: &str) -> Result<Self, String> {
        let (mut names, mut languages) = (Vec::new(), FxHashMap::<Box<str>, u32>::default());
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (name, words) = line
                .split_once('\t')
                .ok_or_else(|| format!("{line:?} is no language, a tab and its words"))?;
            let bit = u32::try_from(names.len())
                .ok()
                .and_then(|number| 1_u32.checked_shl(number))
                .ok_or_else(|| format!("{name:?} is one language more than {}", u32::BITS))?;
            names.push(name.into());
            for word in words.split(' ') {
                if word.is_empty() || word.len() > LONGEST_TELLING_WORD {
                    return Err(format!("{word:?} has no byte, or more than {LONGEST_TELLING_WORD}"));
                }
                *languages.entry(word.into()).or_default() |= bit;
            }
        }
        Ok(Self { names, languages })
    }

    /// The languages, English first.
    #[must_use]
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// Whether a word in lower case tells of English.
    #[must_use]
    pub fn is_english(&self, word: &str) -> bool {
        self.of(word) & 1 != 0
    }

    /// The languages of which a word in lower case tells: the lowest bit stands for the first of [`Self::names`].
    #[must_use]
    pub fn of(&self, word: &str) -> u32 {
        self.languages.get(word).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_of_their_languages() {
        let words = TellingWords::embedded();
        assert_eq!(&*words.names()[0], "English");
        assert!(words.is_english("the") && !words.is_english("katika") && !words.is_english("dam"));
        let swahili = words.names().iter().position(|name| &**name == "Swahili").expect("it is there");
        assert_ne!(words.of("katika") & 1 << swahili, 0);
    }

    #[test]
    fn what_is_no_line_of_words_is_told() {
        let fault = |file: &str| TellingWords::from_file(file).expect_err("the file is wrong");
        assert_eq!(fault("English the"), "\"English the\" is no language, a tab and its words");
        assert_eq!(fault("English\tthe  and"), "\"\" has no byte, or more than 16");
        let many: String = (0..33).map(|number| format!("L{number}\tw\n")).collect::<Vec<_>>().concat();
        assert_eq!(fault(&many), "\"L32\" is one language more than 32");
    }
}
